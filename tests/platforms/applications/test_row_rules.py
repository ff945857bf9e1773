"""What must hold between the rows of one kind, by each rule from both sides."""

from typing import Any

import pytest

from platforms.applications.row_rules import RowProblem, problems
from platforms.choices import FreeService

EITHER = "每项服务只能是公益性服务或八类服务之一。"
FREE = "三项公益性服务须免费，不得填写收费标准。"
ONCE = "同一项公益性服务只需填写一次。"


def found(kind: str, *rows: dict[str, Any]) -> list[RowProblem]:
    return list(problems(kind, rows))


@pytest.mark.clause("N04")
def test_three_free_services_and_some_of_a_class_are_right() -> None:
    free = [{"free_service": each, "is_free": True, "fee_standard": ""} for each in FreeService.values]
    paid = {"service_class": "legal", "is_free": False, "fee_standard": "每次 100 元"}
    assert found("services", *free, paid, paid) == []
    # A row that says nothing about a fee has none.
    assert found("services", {"free_service": "policy"}) == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({}, "empty"),
        ({"free_service": "", "service_class": ""}, "empty"),
        ({"free_service": "policy", "service_class": "legal"}, "rule"),
    ],
)
def test_a_service_is_either_a_free_one_or_of_a_class(row: dict[str, Any], what: Any) -> None:
    right = {"service_class": "legal"}
    assert found("services", right, row, right) == [RowProblem(1, "free_service", EITHER, what)]


@pytest.mark.clause("N04")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_free": False}, "is_free"),
        # Said once, at the first of the two columns.
        ({"is_free": False, "fee_standard": "每次 100 元"}, "is_free"),
        ({"is_free": True, "fee_standard": "每次 100 元"}, "fee_standard"),
        ({"fee_standard": "每次 100 元"}, "fee_standard"),
    ],
)
def test_a_free_service_carries_no_fee(changes: dict[str, Any], field: str) -> None:
    assert found("services", {"free_service": "needs"} | changes) == [RowProblem(0, field, FREE, "rule")]


def test_a_free_service_stands_once_and_each_further_one_is_named() -> None:
    policy, needs = {"free_service": "policy"}, {"free_service": "needs"}
    assert found("services", policy, needs, policy, policy) == [
        RowProblem(place, "free_service", ONCE, "double") for place in (2, 3)
    ]
    assert found("services", policy, policy | {"is_free": False}) == [
        RowProblem(1, "is_free", FREE, "rule"),
        RowProblem(1, "free_service", ONCE, "double"),
    ]


def test_each_kind_of_rule_stands_once_and_rows_without_a_kind_are_not_compared() -> None:
    process, fees = {"kind": "process"}, {"kind": "fees"}
    assert found("rules", process, fees, {}, {"kind": ""}) == []
    assert found("rules", process, fees, process) == [RowProblem(2, "kind", "同一类制度只需填写一次。", "double")]


@pytest.mark.parametrize("kind", ["staff", "partners", "nonsense"])
def test_between_other_rows_nothing_must_hold(kind: str) -> None:
    assert found(kind, {"name": "王一"}, {"name": "王一"}) == []
