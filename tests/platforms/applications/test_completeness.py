"""What a form still lacks (form.md); forms are plain mappings here, no database."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications.completeness import Gap, gaps, progress, warnings
from platforms.applications.sections import ROW_KINDS, SECTIONS, row_kind, section
from tests.factories import credit_code

pytestmark = pytest.mark.usefixtures("printed_as_in_2020")
INSTITUTION = credit_code(1, "12330212")
ASSOCIATION = {
    "site__type": "industry",
    "operator__operator_nature": "association",
    "operator__operator_code": credit_code(1, "51330200"),
}
NAME = "鄞州区首南街道中小企业公共服务窗口平台"


def form(**changes: Any) -> dict[str, Any]:
    """A complete form; ``operator__founded_on=None`` changes one answer, ``staff=[]`` one kind of rows."""
    made: dict[str, Any] = {
        "site": {"type": "town", "proposed_name": NAME},
        "platform": {
            "name": NAME,
            "name_reason": "",
            "address": "测试路1号",
            "longitude": None,
            "latitude": None,
            "opening_hours": "工作日",
            "service_phone": "0574-87180000",
            "introduction": "简介",
        },
        "operator": {
            "operating_mode": "direct",
            "operator_name": "测试中心",
            "operator_code": INSTITUTION,
            "operator_nature": "institution",
            "legal_representative": "王法人",
            "person_in_charge": "李负责",
            "contact_name": "张联系",
            "contact_mobile": "13800138000",
            "contact_phone": "",
            "contact_email": "",
            "founded_on": "2015-05-20",
            "agreement": "",
            "support_policy": "",
        },
        "venue": {
            "floor_area": "120.5",
            "venue_tenure": "owned",
            "counters": 0,
            "meeting_rooms": 0,
            "equipment": "电脑",
            "in_public_affairs_centre": False,
            "has_unified_sign": False,
        },
        "staff": [{"name": "王一", "full_time": True, "mobile": ""}],
        "services": [{"free_service": each, "is_free": True, "fee_standard": ""}
                     for each in ("policy", "problems", "needs")],
        "partners": [],
        "record": {
            "enterprises_served": 0,
            "events_held": 0,
            "attendance": 0,
            "requests_settled": 0,
            "satisfaction": None,
            "typical_cases": "",
        },
        "rules": [{"kind": kind, "is_public": True} for kind in ("process", "standard", "fees")],
        "plan": {
            "target_enterprises": 100,
            "target_events": 10,
            "funds_wan": "30",
            "funds_source": "财政预算",
            "sustainability": "措施",
        },
        "attachments": files("credit_code", "venue", "rule", "rule", "rule", "photo", "staff", "stamped"),
        "commitment": {"committed": True, "county_opinion": "同意", "county_opinion_on": "2026-04-01"},
    }  # fmt: skip
    for key, value in changes.items():
        part, _, field = key.partition("__")
        if field:
            made[part][field] = value
        else:
            made[part] = value
    return made


def files(*kinds: str) -> list[dict[str, Any]]:
    return [{"kind": kind} for kind in kinds]


def empty() -> dict[str, Any]:
    made: dict[str, Any] = {"site": {"type": "town", "proposed_name": NAME}}
    made |= {each.slug: dict.fromkeys(each.fields, "") for each in SECTIONS if each.fields}
    made |= {kind.name: [] for kind in ROW_KINDS}
    made["attachments"] = []
    made["platform"]["name"] = NAME
    made["commitment"]["committed"] = False
    return made


def found(**changes: Any) -> list[tuple[str, str]]:
    return [(gap.field, gap.message) for gap in gaps(form(**changes))]


@pytest.mark.clause("N15")
def test_a_complete_form_has_no_gaps_and_ten_complete_sections() -> None:
    assert gaps(form()) == ()
    assert [(each.number, each.state) for each in progress(form())] == [(n, "complete") for n in range(1, 11)]
    assert warnings(form()) == ()


@pytest.mark.clause("N15")
def test_an_empty_form_says_what_is_missing_section_by_section() -> None:
    states = {each.slug: each.state for each in progress(empty())}
    assert set(states.values()) == {"empty"}
    assert [each.slug for each in progress(empty())] == [each.slug for each in SECTIONS]
    assert gaps(empty())[0] == Gap("platform", "address", "请填写平台地址。")


def test_a_section_that_was_begun_is_partial() -> None:
    begun = empty()
    begun["plan"]["funds_source"] = "预算"
    begun["staff"] = [{"name": "李二", "full_time": False, "mobile": ""}]
    states = {each.slug: each.state for each in progress(begun)}
    assert {slug for slug, state in states.items() if state == "partial"} == {"plan", "staff"}


REQUIRED = [
    ("platform", field) for field in ("address", "opening_hours", "service_phone", "introduction")
] + [
    ("operator", field)
    for field in (
        "operating_mode",
        "operator_name",
        "operator_code",
        "legal_representative",
        "person_in_charge",
        "contact_name",
        "contact_mobile",
        "founded_on",
    )
] + [
    ("venue", field)
    for field in (
        "floor_area",
        "venue_tenure",
        "counters",
        "meeting_rooms",
        "equipment",
        "in_public_affairs_centre",
        "has_unified_sign",
    )
] + [
    ("record", field) for field in ("enterprises_served", "events_held", "attendance", "requests_settled")
] + [
    ("plan", field)
    for field in ("target_enterprises", "target_events", "funds_wan", "funds_source", "sustainability")
]  # fmt: skip


@pytest.mark.clause("N15")
@pytest.mark.parametrize(("part", "field"), REQUIRED)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_each_required_answer_is_asked_for(part: str, field: str, nothing: str | None) -> None:
    answers = gaps(form(**{f"{part}__{field}": nothing}))
    assert [(gap.section, gap.field) for gap in answers] == [(part, field)]
    assert answers[0].message.startswith("请")


@pytest.mark.clause("N01")
def test_an_own_name_needs_a_reason() -> None:
    sentence = f"平台名称与命名规则不一致（按规则为“{NAME}”），请填写理由。"
    assert found(platform__name="首南企业服务窗口平台") == [("name_reason", sentence)]
    assert gaps(form(platform__name="首南企业服务窗口平台", platform__name_reason="沿用已挂牌的名称")) == ()
    assert found(platform__name="") == [("name", "请填写平台名称。")]
    assert found(platform__name="短名") == [("name", "平台名称须为 4 至 80 个字，现为 2 个字。")]


@pytest.mark.clause("N01")
def test_coordinates_come_in_pairs() -> None:
    assert gaps(form(platform__longitude="121.5", platform__latitude="29.8")) == ()
    assert found(platform__longitude="121.5") == [("longitude", "经度和纬度须同时填写，或者都不填写。")]
    assert found(platform__latitude="29.8") == [("longitude", "经度和纬度须同时填写，或者都不填写。")]


def test_formats_are_judged_beside_the_field() -> None:
    assert [field for field, _ in found(platform__service_phone="12")] == ["service_phone"]
    assert [field for field, _ in found(operator__operator_code="91350100M000100Y4Z")] == ["operator_code"]
    assert [field for field, _ in found(operator__contact_mobile="0574-87654321")] == ["contact_mobile"]
    assert [field for field, _ in found(operator__contact_phone="12")] == ["contact_phone"]
    assert [field for field, _ in found(operator__contact_email="name")] == ["contact_email"]
    assert gaps(form(operator__contact_email="name@example.cn", operator__contact_phone="87654321")) == ()


def test_a_government_body_has_a_code_but_no_founding_date() -> None:
    government = {
        "operator__operator_nature": "government",
        "operator__operator_code": credit_code(1, "11330212"),
        "operator__founded_on": None,
    }
    assert gaps(form(**government)) == ()
    assert [field for field, _ in found(**government | {"operator__operator_code": ""})] == ["operator_code"]
    assert [field for field, _ in found(operator__operator_nature="", operator__founded_on=None)] == ["operator_nature"]


@pytest.mark.clause("N12")
@pytest.mark.parametrize("kind", ["town", "functional_zone"])
def test_an_entrusted_platform_needs_agreement_and_support(kind: str) -> None:
    entrusted = {"site__type": kind, "operator__operating_mode": "entrusted"}
    assert [field for field, _ in found(**entrusted)] == [
        "agreement",
        "support_policy",
        "attachments",
        "attachments",
    ]
    full = {
        "operator__agreement": "协议",
        "operator__support_policy": "扶持办法",
        "attachments": files("credit_code", "venue", "rule", "rule", "rule", "agreement", "support_policy"),
    }
    assert gaps(form(**entrusted, **full)) == ()
    assert [field for field, _ in found(**entrusted, **full, operator__operator_nature="government")] == [
        "operator_nature"
    ]


@pytest.mark.clause("N12")
def test_an_enterprise_that_runs_a_town_platform_directly_is_a_gap() -> None:
    company = {"operator__operator_nature": "enterprise", "operator__operator_code": "91350100M000100Y43"}
    assert [field for field, _ in found(**company)] == ["operating_mode"]
    assert gaps(form(**company, site__type="park")) == ()


@pytest.mark.clause("N13")
def test_an_entrusted_park_needs_the_agreement_only() -> None:
    entrusted = {"site__type": "park", "operator__operating_mode": "entrusted"}
    assert found(**entrusted) == [
        ("agreement", "委托运营的，请填写委托运营协议名称。"),
        ("attachments", "请上传委托运营协议。"),
    ]
    assert found(**entrusted, operator__agreement="协议") == [("attachments", "请上传委托运营协议。")]


@pytest.mark.clause("N02")
def test_a_team_has_somebody_full_time() -> None:
    assert found(staff=[]) == [("staff", "请登记运营人员。")]
    part_time = {"name": "李二", "full_time": False, "mobile": ""}
    assert found(staff=[part_time]) == [("staff", "运营人员中至少要有一名专职人员。")]
    wrong = {"name": "王一", "full_time": True, "mobile": "123"}
    assert found(staff=[part_time, wrong]) == [
        ("staff", "第 2 名运营人员的手机：“123”不是有效的手机号码，应为 11 位并以 13 至 19 开头。")
    ]
    assert gaps(form(staff=[wrong | {"mobile": "13800138000"}])) == ()


@pytest.mark.clause("N04")
def test_the_three_free_services_are_compulsory() -> None:
    assert [message for _, message in found(services=[])] == [
        "缺少必须免费提供的公益性服务“涉企政策宣传解读和申报辅导”。",
        "缺少必须免费提供的公益性服务“企业困难问题帮办和流转反馈”。",
        "缺少必须免费提供的公益性服务“企业需求收集解决和资源对接”。",
    ]


@pytest.mark.clause("N06")
def test_a_paid_service_names_its_fee() -> None:
    services = form()["services"]
    paid = {"free_service": "", "is_free": False, "fee_standard": ""}
    assert found(services=[*services, paid]) == [("services", "其他服务第 1 行为收费服务，请填写收费标准。")]
    assert gaps(form(services=[*services, paid | {"fee_standard": "每次500元"}])) == ()


def test_who_served_enterprises_knows_their_satisfaction() -> None:
    assert found(record__enterprises_served=3) == [("satisfaction", "上年度服务过企业的，请填写服务满意度。")]
    assert gaps(form(record__enterprises_served=3, record__satisfaction="0")) == ()


@pytest.mark.clause("N06")
def test_process_standard_and_fees_are_there_and_public() -> None:
    rules = form()["rules"]
    assert [message for _, message in found(rules=[])] == ["缺少“服务流程”。", "缺少“服务标准”。", "缺少“收费标准”。"]
    hidden = [rules[0] | {"is_public": False}, *rules[1:]]
    assert found(rules=hidden) == [("rules", "“服务流程”须对外公开。")]


@pytest.mark.clause("N06")
def test_each_rule_comes_with_its_file() -> None:
    named = [file | {"rule_kind": rule} for rule, file in zip(("fees", "process"), files("rule", "rule"), strict=True)]
    assert found(attachments=[*files("credit_code", "venue"), *named]) == [
        ("attachments", "请上传“服务标准”的管理制度文件。")
    ]
    assert found(attachments=files("rule", "rule", "rule")) == [
        ("attachments", "请上传统一社会信用代码证书。"),
        ("attachments", "请上传场地证明。"),
    ]


@pytest.mark.clause("N15")
def test_the_county_commits_itself_and_says_what_it_thinks() -> None:
    open_ = {"commitment__committed": False, "commitment__county_opinion": "", "commitment__county_opinion_on": None}
    assert [field for field, _ in found(**open_)] == ["committed", "county_opinion", "county_opinion_on"]
    # A key industry has no county.
    assert [field for field, _ in found(**open_, **ASSOCIATION)] == ["committed"]


def test_warnings_stop_nothing() -> None:
    doubtful = form(operator__operator_nature="government", attachments=files("credit_code", "venue", *["rule"] * 3))
    assert gaps(doubtful) == ()
    assert [(gap.section, gap.message) for gap in warnings(doubtful)] == [
        ("operator", "统一社会信用代码以 12 开头，通常与所选的单位性质不一致，请核对。"),
        ("attachments", "建议上传现场照片。"),
        ("attachments", "建议上传人员证明。"),
        ("attachments", "建议上传盖章扫描件。"),
    ]


ANSWERS = st.one_of(st.none(), st.text(max_size=5), st.integers(0, 3), st.booleans())


@given(st.data())
def test_rail_and_refusal_never_disagree(data: st.DataObject) -> None:
    some = copy.deepcopy(form())
    for part, field in data.draw(st.lists(st.sampled_from(REQUIRED), max_size=4)):
        some[part][field] = data.draw(st.sampled_from(["", None, "x", "13800138000"]))
    for rows in data.draw(st.lists(st.sampled_from(["staff", "services", "rules", "attachments"]), max_size=2)):
        some[rows] = some[rows][: data.draw(st.integers(0, 2))]
    assert tuple(gap for each in progress(some) for gap in each.gaps) == gaps(some)
    assert {gap.section for gap in gaps(some)} == {each.slug for each in progress(some) if each.state != "complete"}
    assert all(gap.message.endswith("。") for gap in gaps(some))


@given(st.sampled_from([(part, field) for part, field in REQUIRED if field != "operator_code"]), ANSWERS)
def test_any_answer_that_can_be_stored_is_judged_without_failing(place: tuple[str, str], answer: Any) -> None:
    part, field = place
    if field in ("service_phone", "contact_mobile") and not isinstance(answer, str):
        answer = ""
    gaps(form(**{f"{part}__{field}": answer}))


def test_sections_and_rows_are_found_by_their_names() -> None:
    assert section("venue").title == "场地设施"
    assert row_kind("rules").title == "管理制度"
    assert [each.number for each in SECTIONS] == list(range(1, 11))
    with pytest.raises(KeyError):
        section("nowhere")
    with pytest.raises(KeyError):
        row_kind("attachments")


def test_what_cannot_be_read_is_told_once_and_not_judged_again() -> None:
    """What a box holds stands before what its column held when it was judged by rules."""
    wrong = {"text": "两年多前", "sentence": "请填写日期。", "label": "名称"}
    asked = {"key": "question_1", "section": "platform", "text": "网址", "kind": "text", "required": True, "value": ""}
    made = form(platform__name="另一个名称") | {"questions": [asked]}
    before = {gap.field for gap in gaps(made)}
    assert {"name_reason", "question_1"} <= before
    kept = made | {"unreadable": {"name_reason": wrong, "question_1": wrong}}
    told = [gap for gap in gaps(kept) if gap.field in ("name_reason", "question_1")]
    assert [gap.field for gap in told] == ["name_reason", "question_1"]
    assert {gap.message for gap in told} != {
        gap.message for gap in gaps(made) if gap.field in ("name_reason", "question_1")
    }
