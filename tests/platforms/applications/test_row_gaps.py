"""A row that was begun is a gap until it is whole; what cannot be read in it is told with its box."""

from typing import Any

import pytest

from platforms import unreadable
from platforms.applications import row_gaps

PERSON = {"name": "王一", "sex": "male", "education": "college", "post": "专员", "years": 0, "mobile": ""}
OFFER = {"free_service": "", "service_class": "law", "content": "合同审查", "is_free": True, "fee_standard": ""}
PARTNER = {"name": "律所", "service_class": "law"}
WRONG = {"text": "三年多", "sentence": "请只填写整数。", "label": "企业服务年限"}


def found(kind: str, *rows: dict[str, Any]) -> list[str]:
    return list(row_gaps.gaps({kind: rows}, kind))


def test_whole_rows_lack_nothing() -> None:
    paid = OFFER | {"is_free": False, "fee_standard": "每次 100 元"}
    assert (found("staff", PERSON), found("services", OFFER, paid), found("partners", PARTNER)) == ([], [], [])


@pytest.mark.clause("N02")
@pytest.mark.parametrize("column", row_gaps.WANTED["staff"])
def test_each_column_of_a_person_is_asked_for(column: str) -> None:
    label = row_gaps.WANTED["staff"][column]
    nothing = None if column == "years" else ""
    assert found("staff", PERSON, PERSON | {column: nothing}) == [f"第 2 名运营人员未填完，请填写{label}。"]


def test_what_is_open_in_one_row_is_one_gap() -> None:
    assert found("partners", {"name": "", "service_class": ""}) == [
        "合作机构第 1 行未填完，请填写合作机构、合作服务类别。"
    ]


@pytest.mark.clause("N04")
def test_other_services_are_counted_by_themselves_and_name_their_fee() -> None:
    free = {"free_service": "policy", "service_class": "", "content": "宣讲", "is_free": True, "fee_standard": ""}
    paid = OFFER | {"is_free": False, "fee_standard": " "}
    assert found("services", free, OFFER, paid) == ["其他服务第 2 行为收费服务，请填写收费标准。"]
    both = OFFER | {"fee_standard": "100元"}
    assert found("services", both) == ["其他服务第 1 行为免费服务，不填收费标准；如收费，请把“收费”一栏改为收费。"]
    wrong = {"fee_standard": {"text": "长", "sentence": "请精简。", "label": "收费标准"}}
    assert found("services", unreadable.with_it(paid, wrong)) == ["其他服务第 1 行的“收费标准”：请精简。"]
    assert found("services", unreadable.with_it(free, {"content": wrong["fee_standard"]})) == [
        "公益性服务的“收费标准”：请精简。"
    ]


def test_what_cannot_be_read_is_told_instead_of_asked_for() -> None:
    row = unreadable.with_it(PERSON | {"years": None}, {"years": WRONG})
    assert found("staff", row) == ["第 1 名运营人员的“企业服务年限”：请只填写整数。"]


def test_a_mobile_is_judged() -> None:
    assert found("staff", PERSON | {"mobile": "13800138000"}) == []
    assert found("staff", PERSON | {"mobile": "123"}) == [
        "第 1 名运营人员的手机：“123”不是有效的手机号码，应为 11 位并以 13 至 19 开头。"
    ]


@pytest.mark.clause("N06")
def test_a_rule_that_is_only_ticked_needs_its_title() -> None:
    rule = {"kind": "process", "title": "", "is_public": True}
    assert list(row_gaps.of_rule(rule, "服务流程")) == ["“服务流程”未填完，请填写文件名称。"]
    assert list(row_gaps.of_rule(rule | {"title": "流程"}, "服务流程")) == []


def test_a_row_without_anything_wrong_looks_as_it_always_did() -> None:
    assert unreadable.with_it(PERSON | {"unreadable": None}, None) == PERSON
    assert unreadable.of(PERSON) == {}
    kept = unreadable.with_it(PERSON | {"years": None}, {"years": WRONG})
    assert unreadable.as_typed(kept) == PERSON | {"years": "三年多"}
