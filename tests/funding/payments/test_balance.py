"""What of an amount can still be paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.payments.balance import Balance, Totals

YUAN = st.integers(min_value=0, max_value=10**12)
BALANCES = st.builds(Balance, st.just("甲"), YUAN, YUAN, YUAN)


@pytest.mark.parametrize(
    ("balance", "amount", "sentence"),
    [
        (Balance("甲", 100), 100, ""),
        (Balance("甲", 100), 1, ""),
        (Balance("甲", 1_000), 1_001, "超出甲可拨付的 1,000 元（分配 1,000 元，已拨付 0 元）。"),
        (Balance("甲", 100), 0, "拨付金额应大于零。"),
        (Balance("甲", 100), -1, "拨付金额应大于零。"),
        (Balance("甲", 100, 60, 30), 10, ""),
        (Balance("甲", 100, 60, 30), 11, "超出甲可拨付的 10 元（分配 100 元，已拨付 60 元，待批准 30 元）。"),
        (Balance("甲", 100, 100), 1, "超出甲可拨付的 0 元（分配 100 元，已拨付 100 元）。"),
        (Balance("甲", 100, 101), 1, "甲已多拨 1 元，不能再拨付。"),
        (Balance("甲", 0, 0, 0, excluded=True), 1, "甲不予支持，不能拨付。"),
        (Balance("甲", 0, 5_000, 0, excluded=True), 1, "甲已多拨 5,000 元，不能再拨付。"),
    ],
)
def test_what_cannot_be_paid_says_why(balance: Balance, amount: int, sentence: str) -> None:
    assert balance.refusal(amount) == sentence


@given(BALANCES, st.integers(min_value=-5, max_value=10**12))
def test_what_is_not_refused_never_goes_above_the_amount(balance: Balance, amount: int) -> None:
    fits = amount > 0 and balance.paid + balance.proposed + amount <= balance.allocated
    assert (balance.refusal(amount) == "") == fits


@given(BALANCES)
def test_rest_and_overpaid_are_never_both(balance: Balance) -> None:
    assert min(balance.rest, balance.overpaid) == 0
    assert balance.overpaid - balance.rest <= balance.paid - balance.allocated + balance.proposed


@given(st.lists(BALANCES, max_size=5))
def test_totals_are_sums_and_nothing_is_set_off(rows: list[Balance]) -> None:
    found = Totals.of(rows)
    assert found.allocated == sum(row.allocated for row in rows)
    assert found.paid == sum(row.paid for row in rows)
    assert found.proposed == sum(row.proposed for row in rows)
    assert found.rest == sum(max(0, row.allocated - row.paid - row.proposed) for row in rows)
    assert found.overpaid == sum(max(0, row.paid - row.allocated) for row in rows)
