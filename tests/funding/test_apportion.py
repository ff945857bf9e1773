"""Cutting shares down to whole units."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.apportion import apportion

pytestmark = [pytest.mark.clause("N27"), pytest.mark.trust("T14")]

CODES = [f"3302{number:02d}" for number in range(40)]


def equal_parts(pool: int, count: int) -> list[int]:
    return apportion([1] * count, count, pool, CODES[:count])


def test_a_million_over_three_gives_the_odd_yuan_to_the_first_code() -> None:
    assert equal_parts(1_000_000, 3) == [333_334, 333_333, 333_333]


def test_seven_over_seven_leaves_nothing_to_hand_out() -> None:
    assert equal_parts(7, 7) == [1, 1, 1, 1, 1, 1, 1]


def test_seven_equal_regions_are_paid_the_pool_and_not_four_thousand_more() -> None:
    amounts = equal_parts(15_000_000, 7)
    assert amounts == [2_142_858] + [2_142_857] * 6
    assert sum(amounts) == 15_000_000


def test_the_largest_part_cut_off_is_served_before_a_smaller_code() -> None:
    # 10 over 13/23/24 of 60: 2 1/6, 3 5/6, 4.
    assert apportion([13, 23, 24], 60, 10, ["1", "2", "3"]) == [2, 4, 4]


def test_code_points_decide_and_not_the_dictionary() -> None:
    # 丁 U+4E01, 丙 U+4E19, 乙 U+4E59, 甲 U+7532; two units are left for four equal parts.
    assert apportion([1, 1, 1, 1], 4, 6, ["甲", "乙", "丙", "丁"]) == [1, 1, 2, 2]


def test_a_larger_part_is_served_first_and_what_is_left_goes_by_code() -> None:
    # One unit: parts 1/2, 1/4, 1/4, 0. Three units: 1 1/2, 3/4, 3/4, 0.
    assert apportion([2, 1, 1, 0], 4, 1, ["4", "3", "2", "1"]) == [1, 0, 0, 0]
    assert apportion([2, 1, 1, 0], 4, 3, ["4", "3", "2", "1"]) == [1, 1, 1, 0]


def test_shares_that_do_not_reach_the_pool_leave_the_rest_out() -> None:
    assert apportion([1, 1], 4, 7, ["1", "2"]) == [2, 1]
    assert apportion([], 4, 7, []) == []
    assert apportion([0, 0], 4, 7, ["1", "2"]) == [0, 0]


weighted = st.lists(st.integers(0, 50), min_size=1, max_size=40).filter(any)


@given(weighted, st.integers(0, 10_000), st.integers(0, 30))
def test_units_add_up_to_the_shares_and_none_is_a_whole_unit_off(weights: list[int], pool: int, more: int) -> None:
    divisor = sum(weights) + more
    units = apportion(weights, divisor, pool, CODES)
    assert sum(units) == pool * sum(weights) // divisor
    for weight, unit in zip(weights, units, strict=False):
        assert abs(unit - Fraction(pool * weight, divisor)) < 1
        assert unit >= 0
        assert weight or not unit


@given(weighted, st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_position_decides_nothing(weights: list[int], pool: int, random) -> None:
    straight = dict(zip(CODES, apportion(weights, sum(weights), pool, CODES), strict=False))
    places = list(range(len(weights)))
    random.shuffle(places)
    codes = [CODES[i] for i in places]
    mixed = apportion([weights[i] for i in places], sum(weights), pool, codes)
    assert dict(zip(codes, mixed, strict=True)) == {code: straight[code] for code in codes}


@given(weighted, st.integers(0, 10_000), st.integers(2, 9))
def test_weights_times_a_number_give_the_same_units(weights: list[int], pool: int, times: int) -> None:
    assert apportion([weight * times for weight in weights], sum(weights) * times, pool, CODES) == apportion(
        weights, sum(weights), pool, CODES
    )
