"""Drafts: made for a place, filled section by section, deleted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from platforms.applications.queries.forms import digest_of, form_data
from platforms.applications.queries.sites import parks_for, towns_for
from platforms.applications.services import drafts as applications
from platforms.applications.services import filing
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, AuditEvent, Ban, Region, Round, ServiceOffer, StaffMember, Town, User
from platforms.periodic_reports.services import acceptance
from tests import factories

pytestmark = pytest.mark.django_db

TAKEN = "该地点本年度不能再建立申报表。如有疑问，请与市经信局联系。"


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


def save(draft: Application, by: User | None, at: datetime, section: str = "platform", **values: Any) -> Application:
    actor = values.pop("actor", "")
    version = values.pop("version", draft.version)
    return applications.save_section(
        application=draft, section=section, values=values, version=version, by=by, at=at, actor=actor
    )


def save_rows(draft: Application, by: User, at: datetime, kind: str, *rows: dict[str, Any]) -> Application:
    return applications.save_rows(application=draft, section=kind, rows=rows, version=draft.version, by=by, at=at)


# Making ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N01")
@pytest.mark.clause("N15")
def test_a_draft_carries_number_and_proposed_name(yinzhou: User, round_2026: Round, now: datetime) -> None:
    town = factories.town(yinzhou.region, "首南街道")
    made = factories.draft(yinzhou, round_2026, now, town=town)
    assert (made.number, made.status, made.version) == ("2026-0001", "draft", 1)
    assert made.name == "鄞州区首南街道中小企业公共服务窗口平台"
    event = AuditEvent.objects.get(verb="建立申报表")
    assert (event.actor, event.object_code, event.at) == ("yinzhou", "2026-0001", now)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("preparing", "2026年度尚未开始受理申报。"),
        ("evaluating", "2026年度申报已截止，不再受理新的申报表；被退回的申报表仍可补正后重新提交。"),
        ("published", "2026年度申报已截止，不再受理新的申报表；被退回的申报表仍可补正后重新提交。"),
    ],
)
def test_drafts_are_made_while_filing_is_open(
    yinzhou: User, round_2026: Round, now: datetime, status: str, sentence: str
) -> None:
    Round.objects.update(status=status)
    with pytest.raises(Refusal, match=sentence):
        factories.draft(yinzhou, round_2026, now)
    assert not Application.objects.exists()


@pytest.mark.trust("T13")
@pytest.mark.parametrize("role", ["finance", "auditor", "security", "sysadmin"])
def test_nobody_else_makes_drafts(role: str, regions: dict, round_2026: Round, now: datetime) -> None:
    town = factories.town(regions["330212"])
    with pytest.raises(Refusal, match="您没有建立申报表的权限。"):
        applications.create(
            round=round_2026, type="town", region=town.region, town=town, by=factories.person(role, role), at=now
        )


@pytest.mark.trust("T07")
def test_a_county_files_for_itself_only(yinzhou: User, cixi: User, round_2026: Round, now: datetime) -> None:
    town = factories.town(cixi.region)
    for region in (cixi.region, None):
        with pytest.raises(Refusal, match="只能为本地区建立申报表。"):
            applications.create(round=round_2026, type="town", region=region, town=town, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="所选乡镇"):
        applications.create(round=round_2026, type="town", region=yinzhou.region, town=town, by=yinzhou, at=now)


@pytest.mark.clause("N13")
def test_a_park_of_another_region_cannot_be_chosen(yinzhou: User, cixi: User, round_2026: Round, now: datetime) -> None:
    own, other = factories.park(yinzhou.region), factories.park(cixi.region)
    assert list(parks_for(region=yinzhou.region)) == [own]
    assert factories.draft(yinzhou, round_2026, now, type="park", park=own).park == own
    with pytest.raises(Refusal, match="请从本地区已备案的小微企业园名单中选择园区"):
        factories.draft(yinzhou, round_2026, now, type="park", park=other)


@pytest.mark.clause("N10")
def test_a_zone_files_for_itself_and_for_the_towns_below_it(
    hzw: User, cixi: User, round_2026: Round, now: datetime, regions: dict[str, Region]
) -> None:
    below = factories.town(cixi.region, "庵东镇", kind="town", zone=hzw.region)
    beside = factories.town(cixi.region, "别的镇", kind="town")
    unit = factories.town(cixi.region, "开发区", kind="zone")
    factories.town(regions["330212"], "远处的镇")
    assert list(towns_for(type="functional_zone", region=hzw.region)) == [below]
    assert set(towns_for(type="town", region=cixi.region)) == {beside, unit}
    assert not towns_for(type="park", region=cixi.region).exists()

    itself = factories.draft(hzw, round_2026, now, type="functional_zone")
    assert itself.name == "杭州湾新区中小企业公共服务窗口平台"
    town = factories.draft(hzw, round_2026, now, type="functional_zone", town=Town.objects.get(pk=below.pk))
    assert town.name == "杭州湾新区庵东镇中小企业公共服务窗口平台"
    with pytest.raises(Refusal, match="所选乡镇"):
        factories.draft(hzw, round_2026, now, type="functional_zone", town=beside)
    with pytest.raises(Refusal, match="功能区窗口平台只能由各管委会申报。"):
        factories.draft(cixi, round_2026, now, type="functional_zone")


@pytest.mark.clause("N14")
def test_the_city_files_key_industries(city: User, yinzhou: User, round_2026: Round, now: datetime) -> None:
    made = factories.draft(city, round_2026, now, type="industry", association=" 宁波市 测试行业协会 ")
    assert (made.association, made.region) == ("宁波市测试行业协会", None)
    assert made.name == "宁波市测试行业协会中小企业公共服务窗口平台"
    with pytest.raises(Refusal, match="只能为本地区建立申报表。"):
        factories.draft(yinzhou, round_2026, now, type="industry")
    with pytest.raises(Refusal, match="请填写所服务的产业链。"):
        factories.draft(city, round_2026, now, type="industry", industry_chain="")
    with pytest.raises(Refusal, match="按命名规则生成的名称不合要求"):
        factories.draft(city, round_2026, now, type="industry", association="协" * 80)


def test_one_application_per_place_and_round(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    first = factories.draft(yinzhou, round_2026, now)
    with pytest.raises(Refusal, match=f"该地点2026年度已有申报表 {first.number}，请直接打开办理。"):
        factories.draft(yinzhou, round_2026, now, town=first.town)
    industry = factories.draft(city, round_2026, now, type="industry", association="测试协会")
    with pytest.raises(Refusal, match=f"已有申报表 {industry.number}"):
        factories.draft(city, round_2026, now, type="industry", association="测试 协会")


@pytest.mark.trust("T10")
def test_a_place_taken_by_another_region_does_not_say_so(
    hzw: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    town = factories.town(cixi.region, "庵东镇", kind="town", zone=hzw.region, open_to_host=True)
    factories.draft(hzw, round_2026, now, type="functional_zone", town=town)
    with pytest.raises(Refusal) as refused:
        factories.draft(cixi, round_2026, now, town=town)
    assert str(refused.value) == TAKEN


def test_a_withdrawn_application_frees_its_place(yinzhou: User, round_2026: Round, now: datetime) -> None:
    first = factories.submitted(yinzhou, round_2026, now)
    acceptance.withdraw(application=first, reason="选址有变", by=yinzhou, at=now)
    assert factories.draft(yinzhou, round_2026, now, town=first.town).status == "draft"


@pytest.mark.clause("N35")
def test_no_draft_for_a_banned_place(yinzhou: User, round_2026: Round, now: datetime) -> None:
    town = factories.town(yinzhou.region)
    Ban.objects.create(
        site_key=f"town:{town.pk}",
        site_label="测试街道",
        starts_on=date(2023, 4, 10),
        ends_on=date(2026, 4, 10),
        reason="撤销",
    )
    with pytest.raises(Refusal, match="“测试街道”因撤销运营资格，在2026年4月10日"):
        factories.draft(yinzhou, round_2026, now, town=town)
    # The last day counts in Ningbo, the day after does not.
    late = datetime(2026, 4, 10, 15, 59, tzinfo=UTC)
    with pytest.raises(Refusal, match="因撤销运营资格"):
        factories.draft(yinzhou, round_2026, late, town=town)
    assert factories.draft(yinzhou, round_2026, late + timedelta(minutes=1), town=town).status == "draft"


# Filling -----------------------------------------------------------------------------------------------------


@pytest.mark.trust("T49")
def test_a_save_says_what_changed_in_words(draft: Application, yinzhou: User, now: datetime) -> None:
    saved = save(draft, yinzhou, now, "venue", floor_area="120.50", venue_tenure="rented", has_unified_sign=False)
    assert (saved.floor_area, saved.version) == (Decimal("120.50"), 2)
    event = AuditEvent.objects.get(verb="填写场地设施")
    assert event.changes == {
        "服务场地面积（㎡）": [None, "120.5"],
        "场地来源": ["", "租赁"],
        "已悬挂统一标志标识": [None, "否"],
    }


def test_a_save_without_a_difference_is_no_save(draft: Application, yinzhou: User, now: datetime) -> None:
    saved = save(draft, yinzhou, now, address="测试路1号")
    again = save(saved, yinzhou, now, address=" 测试路1号 ")
    assert again.version == saved.version
    assert AuditEvent.objects.filter(verb="填写平台信息").count() == 1


@pytest.mark.trust("T11")
@pytest.mark.parametrize("version", [0, 2, 999, -1])
def test_an_old_or_forged_version_is_stale(draft: Application, yinzhou: User, now: datetime, version: int) -> None:
    with pytest.raises(StaleVersion, match="本次操作未执行"):
        save(draft, yinzhou, now, address="测试路1号", version=version)
    with pytest.raises(StaleVersion):
        applications.save_rows(application=draft, section="rules", rows=[], version=version, by=yinzhou, at=now)


@pytest.mark.trust("T13")
@pytest.mark.parametrize("field", ["status", "number", "region", "is_late", "submitted_at", "floor_area", "nonsense"])
def test_smuggled_fields_are_refused(draft: Application, yinzhou: User, now: datetime, field: str) -> None:
    with pytest.raises(Refusal, match="“平台信息”中有不能在此填写的内容，未保存。"):
        save(draft, yinzhou, now, address="测试路1号", **{field: "accepted"})
    draft.refresh_from_db()
    assert (draft.address, draft.status) == ("", "draft")


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("section", "field", "typed", "kept"),
    [
        ("venue", "counters", "１２", 12),
        ("venue", "counters", " 3 ", 3),
        ("venue", "counters", 3.0, 3),
        ("venue", "counters", "", None),
        ("venue", "floor_area", "0.01", Decimal("0.01")),
        ("record", "satisfaction", "100", Decimal(100)),
        ("record", "enterprises_served", "10000000", 10_000_000),
        ("operator", "operator_code", "９１350100m000100y43", "91350100M000100Y43"),
        ("operator", "contact_mobile", "138 0013 8000", "13800138000"),
        ("operator", "contact_email", "未写完@", "未写完@"),
        ("platform", "introduction", "一\r\n二", "一\n二"),
        ("operator", "founded_on", "2015-05-20", date(2015, 5, 20)),
        ("commitment", "committed", None, False),
        ("commitment", "committed", "1", True),
    ],
)
def test_values_are_read_in_one_way(
    draft: Application, yinzhou: User, now: datetime, section: str, field: str, typed: Any, kept: Any
) -> None:
    assert getattr(save(draft, yinzhou, now, section, **{field: typed}), field) == kept


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("section", "field", "typed"),
    [
        *(
            ("venue", "counters", typed)
            for typed in ("-1", "1_000", "1,000", "1e3", "2.5", 2.5, "NaN", float("nan"), float("inf"), "9" * 30, 1001)
        ),
        *(
            ("venue", "floor_area", typed)
            for typed in ("0", "-5", "0.005", "Infinity", "NaN", Decimal("NaN"), "1" * 30, "一百")
        ),
        ("record", "satisfaction", "100.01"),
        ("platform", "longitude", "0"),
        ("platform", "address", "长" * 121),
        ("platform", "address", "有\x00空字符"),
        ("platform", "address", "半个\ud800字符"),
        ("platform", "introduction", "长" * 1001),
        ("platform", "name", " "),
        ("operator", "operating_mode", "whatever"),
        ("operator", "founded_on", "2026-02-30"),
        ("operator", "founded_on", "24/1/2"),
        ("operator", "founded_on", "0001-01-01"),
        ("operator", "founded_on", "2026-04-11"),
        ("venue", "has_unified_sign", "maybe"),
    ],
)
def test_what_a_column_cannot_hold_is_refused_with_the_label(
    draft: Application, yinzhou: User, now: datetime, section: str, field: str, typed: Any
) -> None:
    label = str(Application._meta.get_field(field).verbose_name)
    with pytest.raises(Refusal) as refused:
        save(draft, yinzhou, now, section, **{field: typed})
    assert label in str(refused.value)
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.trust("T10")
def test_a_name_that_another_county_has_is_refused_without_saying_so(
    draft: Application, yinzhou: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    other = factories.draft(cixi, round_2026, now)
    with pytest.raises(Refusal) as refused:
        save(draft, yinzhou, now, name=other.name)
    assert str(refused.value) == "这个平台名称不能使用，请换一个名称；确需使用的，请与市经信局联系。"
    own = factories.draft(yinzhou, round_2026, now)
    with pytest.raises(Refusal, match=f"本地区的申报表 {own.number} 已使用这个名称"):
        save(draft, yinzhou, now, name=own.name)
    assert save(draft, yinzhou, now, name="首南企业服务平台", name_reason="沿用旧名").name == "首南企业服务平台"


@pytest.mark.trust("T13")
def test_only_the_own_county_changes_a_form(
    draft: Application, yinzhou2: User, cixi: User, city: User, finance: User, now: datetime
) -> None:
    assert save(draft, yinzhou2, now, address="测试路2号").version == 2
    for person in (cixi, city):
        with pytest.raises(Refusal, match="您没有办理这份申报表的权限。"):
            save(draft, person, now, address="别处")
    with pytest.raises(Refusal, match="您没有修改申报表的权限。"):
        save(draft, finance, now, address="别处")


def test_what_was_submitted_stays_as_it_is(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    with pytest.raises(Refusal, match="申报表当前为“已提交”，只有草稿和被退回的申报表可以修改。"):
        save(sent, yinzhou, now, address="别处")
    back = filing.return_for_correction(application=sent, reason="请补充", by=city, at=now)
    assert save(back, yinzhou, now, address="补正后的地址").address == "补正后的地址"
    Round.objects.update(status="published")
    back.refresh_from_db()
    with pytest.raises(Refusal, match="2026年度结果已公布，申报表不能再变动。"):
        save(back, yinzhou, now, address="别处")


# Rows --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N02")
def test_staff_is_replaced_as_a_whole_and_counted(draft: Application, yinzhou: User, now: datetime) -> None:
    first = save_rows(draft, yinzhou, now, "staff", *factories.ROWS["staff"])
    assert form_data(first)["counts"] == {"staff_total": 2, "staff_full_time": 1}
    second = save_rows(first, yinzhou, now, "staff", factories.ROWS["staff"][1] | {"mobile": "138 0013 8000"})
    assert list(StaffMember.objects.values_list("name", "mobile")) == [("李二", "13800138000")]
    assert second.version == 3
    told = AuditEvent.objects.filter(verb="填写运营人员").first()
    assert told.changes == {
        "运营人员": [
            [
                "姓名：王一，性别：女，学历：本科，岗位：主任，专职：是，企业服务年限（年）：5",
                "姓名：李二，性别：男，学历：大专，岗位：专员，专职：否，企业服务年限（年）：1",
            ],
            ["姓名：李二，性别：男，学历：大专，岗位：专员，专职：否，企业服务年限（年）：1，手机：13800138000"],
        ]
    }
    again = save_rows(second, yinzhou, now, "staff", factories.ROWS["staff"][1] | {"mobile": "13800138000"})
    assert again.version == 3


@pytest.mark.clause("N04")
@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        ("staff", {"years": "61"}, "“第 1 行企业服务年限（年）”"),
        ("staff", {"sex": "x"}, "“第 1 行性别”"),
        ("staff", {"application": 7}, "第 1 行有不能在此填写的内容，未保存。"),
        ("staff", {"id": 7}, "第 1 行有不能在此填写的内容，未保存。"),
        ("services", {"is_free": False}, "第 1 行：三项公益性服务须免费，不得填写收费标准。"),
        ("services", {"fee_standard": "100元"}, "第 1 行：三项公益性服务须免费，不得填写收费标准。"),
        ("services", {"service_class": "law"}, "第 1 行：每项服务只能是公益性服务或八类服务之一。"),
        ("rules", {"title": "名\x00称"}, "“第 1 行制度名称”中有无法保存的字符"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_lost(
    draft: Application, yinzhou: User, now: datetime, kind: str, row: dict[str, Any], sentence: str
) -> None:
    saved = save_rows(draft, yinzhou, now, kind, *factories.ROWS[kind])
    before = form_data(saved)
    with pytest.raises(Refusal) as refused:
        save_rows(saved, yinzhou, now, kind, factories.ROWS[kind][0] | row)
    assert str(refused.value).startswith(sentence)
    saved.refresh_from_db()
    assert form_data(saved) == before


def test_the_same_service_or_rule_twice_is_refused(draft: Application, yinzhou: User, now: datetime) -> None:
    for kind, sentence in (("services", "同一项公益性服务只需填写一次。"), ("rules", "同一类制度只需填写一次。")):
        with pytest.raises(Refusal, match=f"第 2 行：{sentence}"):
            save_rows(draft, yinzhou, now, kind, factories.ROWS[kind][0], factories.ROWS[kind][0])
    assert not ServiceOffer.objects.exists()


@pytest.mark.trust("T07")
def test_no_form_has_a_hundred_thousand_rows(draft: Application, yinzhou: User, now: datetime) -> None:
    with pytest.raises(Refusal, match="“合作机构”最多 200 行，现为 201 行。"):
        save_rows(draft, yinzhou, now, "partners", *(factories.ROWS["partners"] * 201))
    assert save_rows(draft, yinzhou, now, "partners", *(factories.ROWS["partners"] * 200)).version == 2


# Deleting ----------------------------------------------------------------------------------------------------


@pytest.mark.trust("T04")
def test_a_draft_is_deleted_with_everything_below_it(
    yinzhou: User, cixi: User, finance: User, round_2026: Round, now: datetime
) -> None:
    draft = factories.complete_application(yinzhou, round_2026, now)
    for person, sentence in ((cixi, "您没有办理这份申报表的权限。"), (finance, "您没有删除申报表的权限。")):
        with pytest.raises(Refusal, match=sentence):
            applications.delete_draft(application=draft, by=person, at=now)
    applications.delete_draft(application=draft, by=yinzhou, at=now)
    assert not Application.objects.exists()
    assert not StaffMember.objects.exists()
    assert AuditEvent.objects.get(verb="删除草稿").object_code == draft.number
    with pytest.raises(Gone, match="这份申报表已被删除。"):
        save(draft, yinzhou, now, address="别处")


@pytest.mark.trust("T04")
def test_what_was_ever_submitted_cannot_be_deleted(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    back = factories.returned(yinzhou, round_2026, now, city=city)
    with pytest.raises(Refusal, match="只能删除从未提交过的草稿；已提交的请办理撤回。"):
        applications.delete_draft(application=back, by=yinzhou, at=now)


# The form as a value -----------------------------------------------------------------------------------------


@pytest.mark.clause("N15")
def test_the_form_as_a_value_is_canonical(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.complete_application(yinzhou, round_2026, now)
    data = form_data(draft)
    assert data == form_data(Application.objects.get(pk=draft.pk))
    assert data["venue"]["floor_area"] == "120.5"
    assert data["operator"]["founded_on"] == "2015-05-20"
    assert data["site"]["region_code"] == "330212"
    kinds = [":".join(filter(None, (file["kind"], file["rule_kind"]))) for file in data["attachments"]]
    assert kinds == [kind for kind, _ in factories.FILES]
    assert digest_of(data) == digest_of(dict(reversed(data.items())))
    saved = save(draft, yinzhou, now, "venue", floor_area="121")
    assert digest_of(form_data(saved)) != digest_of(data)
