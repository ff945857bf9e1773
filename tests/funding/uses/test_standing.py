"""How a report stands on a day, and what cannot be handed in."""

from datetime import date

import pytest

from funding.uses.standing import Standing, why_not_submitted

DUE = date(2021, 6, 30)


@pytest.mark.parametrize(
    ("status", "today", "owed", "due", "overdue"),
    [
        ("", date(2021, 5, 30), True, False, False),
        ("", date(2021, 5, 31), True, True, False),
        ("draft", DUE, True, True, False),
        ("returned", date(2021, 7, 1), True, True, True),
        ("submitted", date(2021, 7, 1), False, False, False),
        ("accepted", date(2021, 7, 1), False, False, False),
    ],
)
def test_what_is_owed_is_due_thirty_days_before_and_overdue_the_day_after(
    status: str, today: date, owed: bool, due: bool, overdue: bool
) -> None:
    standing = Standing(1, 0, status, DUE)
    assert (standing.is_owed, standing.is_due(today), standing.is_overdue(today)) == (owed, due, overdue)


def test_who_was_paid_nothing_owes_nothing() -> None:
    standing = Standing(0, 0, "", DUE)
    assert (standing.is_owed, standing.is_overdue(date(2022, 1, 1))) == (False, False)


@pytest.mark.parametrize(
    ("paid", "amounts", "text", "sentence"),
    [
        (1_000, [600, 400], "", ""),
        (1_000, [600, 401], "", "支出合计 1,001 元超过已拨付的 1,000 元，请核对。"),
        (1_000, [], "尚在招标", ""),
        (1_000, [], " ", "请至少填写一笔支出；尚未支出的，请在“总体情况”中说明原因和安排。"),
    ],
)
def test_a_report_says_something_and_no_more_than_was_paid(
    paid: int, amounts: list[int], text: str, sentence: str
) -> None:
    assert why_not_submitted(paid=paid, amounts=amounts, text=text) == sentence
