"""Counts of a region, and what they refuse."""

from dataclasses import replace

import pytest

from funding.tally import LIMIT, TallyError
from tests.funding.naive import tally
from tests.funding.test_formula import CITY, INDUSTRY, split


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ((-1, 0, 0, 0, 0), "鄞州区：申报总数不能是负数"),
        ((5, -1, 0, 0, 0), "鄞州区：A档数不能是负数"),
        ((5, 0, 0.005, 0, 0), "鄞州区：B档数必须是整数"),
        ((5, 0, 0, 3.0, 0), "鄞州区：C档数必须是整数"),
        ((5, 0, 0, 0, float("nan")), "鄞州区：D档数必须是整数"),
        ((5, 0, 0, 0, True), "鄞州区：D档数必须是整数"),
        ((5, 0, 0, 0, "1"), "鄞州区：D档数必须是整数"),
        ((LIMIT, 0, 0, 0, 0), "鄞州区：申报总数不能超过15位数字"),
        ((5, 2, 2, 1, 1), "鄞州区：已评定6家，多于申报总数5家"),
    ],
)
def test_counts_that_cannot_be_are_refused_with_the_region(counts, refusal) -> None:
    with pytest.raises(TallyError) as caught:
        tally("鄞州区", *counts)
    assert str(caught.value) == refusal


def test_the_key_industries_are_named_in_refusals_and_withdrawals_are_checked_too() -> None:
    with pytest.raises(TallyError, match=r"^重点行业平台：已评定2家，多于申报总数1家$"):
        tally(None, 1, 2, 0, 0, 0)
    with pytest.raises(TallyError, match=r"^甲：撤回数不能是负数$"):
        tally("甲", 1, 1, 0, 0, 0, withdrawn=-1)
    assert tally("甲", 5, 2, 2, 1, 0).graded == 5


def test_a_region_twice_is_refused_by_its_code() -> None:
    with pytest.raises(TallyError, match=r"^甲：地区重复$"):
        split(CITY[0], CITY[1], CITY[0])
    with pytest.raises(TallyError, match=r"^甲：地区重复$"):
        split(replace(CITY[0], code="330203"), replace(CITY[1], code="330203"))
    same_name = split(replace(CITY[0], code="330203"), replace(CITY[0], code="330205"))
    assert same_name.amounts == (7_500_000, 7_500_000)


def test_key_industries_are_no_region() -> None:
    with pytest.raises(TallyError, match=r"^重点行业平台不属于任何区县（市）、管委会，不能参加分配$"):
        split(CITY[0], INDUSTRY)
