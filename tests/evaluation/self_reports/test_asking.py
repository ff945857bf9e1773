"""What a report asks, what is missing of it, and when it lies too far from the records."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.self_reports.asking import Asked, Gap, Given, differs_too_much, gaps, is_asked, takes_value

FIGURE = Asked("enterprises", "服务企业", is_gate=False, takes_value=True, needs_proof=False)
GATE = Asked("gate-venue", "场地", is_gate=True, takes_value=False, needs_proof=True)
amounts = st.decimals(min_value=0, max_value=10_000, places=2)


@pytest.mark.parametrize(
    ("method", "unit", "expected"),
    [
        ("linear", "家", True), ("tiers", "", True), ("scored", "份", True), ("scored", "", False),
        ("gate", "项", False), ("deduct", "件", False),
    ],
)  # fmt: skip
def test_a_figure_is_reported_for_what_is_counted_and_for_what_is_scored_with_a_unit(
    method: str, unit: str, expected: bool
) -> None:
    assert takes_value(method, unit) is expected


@pytest.mark.parametrize(
    ("method", "needs_proof", "expected"),
    [("gate", False, True), ("scored", True, True), ("scored", False, False), ("deduct", True, False),
     ("linear", False, True)],
)  # fmt: skip
def test_gates_figures_and_what_must_be_proved_are_asked_and_deductions_never(
    method: str, needs_proof: bool, expected: bool
) -> None:
    assert is_asked(method, "", needs_proof=needs_proof) is expected


def test_what_is_missing_is_told_line_by_line() -> None:
    assert gaps([(FIGURE, Given()), (GATE, Given())]) == [
        Gap("enterprises", "“服务企业”尚未填写本期数值。"),
        Gap("gate-venue", "“场地”尚未填写说明。"),
        Gap("gate-venue", "“场地”须附佐证材料或链接。"),
    ]


def test_nothing_is_missing_of_a_figure_of_nothing_and_a_gate_with_a_word_and_a_proof() -> None:
    assert gaps([(FIGURE, Given(value=Decimal(0))), (GATE, Given(remark="已具备", proofs=1))]) == []


def test_a_scored_line_that_must_be_proved_needs_no_word() -> None:
    scored = Asked("plan", "计划", is_gate=False, takes_value=False, needs_proof=True)
    assert gaps([(scored, Given(proofs=1))]) == []
    assert gaps([(scored, Given(remark="有"))]) == [Gap("plan", "“计划”须附佐证材料或链接。")]


@pytest.mark.parametrize(
    ("reported", "counted", "expected"),
    [("130", "100", False), ("130.01", "100", True), ("70", "100", False), ("69.99", "100", True), ("0", "0", False),
     ("1", "0", True)],
)  # fmt: skip
def test_exactly_the_share_is_not_too_much(reported: str, counted: str, expected: bool) -> None:
    assert differs_too_much(Decimal(reported), Decimal(counted), Decimal(30)) is expected


@given(amounts, amounts, st.integers(0, 100))
def test_a_wider_share_never_finds_more(reported: Decimal, counted: Decimal, share: int) -> None:
    wide = differs_too_much(reported, counted, Decimal(share + 1))
    assert not wide or differs_too_much(reported, counted, Decimal(share))


@given(amounts, st.integers(0, 100))
def test_what_was_counted_differs_from_itself_by_nothing(counted: Decimal, share: int) -> None:
    assert differs_too_much(counted, counted, Decimal(share)) is False
