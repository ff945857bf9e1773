"""What officers see before they sign."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from funding.explain import (
    Distance,
    Inversion,
    Shares,
    compare,
    cost_of_one_more_d,
    distance,
    inversions,
    saved_by_withdrawal,
    shares,
    with_one_more_d,
    worth_of_grades,
)
from funding.formula import allocate, is_excluded
from funding.readings import Base, Cutoff, Reading
from funding.tally import Tally
from tests.funding.naive import cities, pools, readings
from tests.funding.test_formula import CITY, POOL, split


@pytest.mark.clause("N25")
def test_one_a_one_b_and_one_c_are_worth_their_points_of_the_pool() -> None:
    assert [(worth.grade, worth.yuan) for worth in worth_of_grades(split(*CITY))] == [
        ("A", 1_500_000),
        ("B", 750_000),
        ("C", 500_000),
    ]
    assert [worth.yuan for worth in worth_of_grades(split(*CITY, divisor="hundred"))] == [900_000, 450_000, 300_000]


def test_a_grade_that_nobody_has_is_worth_nothing_that_can_be_said() -> None:
    a, b, c = worth_of_grades(split(Tally("甲", 3, 3, 0, 0, 0)))
    assert (a.yuan, b.yuan, c.yuan) == (5_000_000, None, None)
    assert [worth.yuan for worth in worth_of_grades(split(CITY[1]))] == [None, None, None]


@given(cities(), pools, readings)
def test_the_worth_of_its_platforms_is_the_share_of_the_region(city, pool, reading) -> None:
    result = allocate(city, None, pool, reading)
    worths = [worth.yuan or 0 for worth in worth_of_grades(result)]
    for row in result.rows:
        counts = (row.tally.a, row.tally.b, row.tally.c)
        worth = sum(count * each for count, each in zip(counts, worths, strict=True))
        assert row.share == (0 if row.excluded else worth)


def test_with_40_a_5_b_and_3_c_one_b_is_worth_four_a() -> None:
    result = split(Tally("甲", 48, 40, 5, 3, 0))
    assert inversions(result) == (Inversion("B", "A", Fraction(4)), Inversion("C", "A", Fraction(20, 9)))
    assert [inversion.sentence for inversion in inversions(result)] == [
        "档次倒挂：1家B档相当于4家A档的金额",
        "档次倒挂：1家C档相当于约2.22家A档的金额",
    ]


def test_grades_of_equal_worth_are_no_inversion() -> None:
    assert inversions(split(Tally("甲", 10, 6, 3, 1, 0))) == ()
    assert [(i.lower, i.higher) for i in inversions(split(Tally("甲", 11, 7, 3, 1, 0)))] == [("B", "A"), ("C", "A")]
    assert inversions(split(CITY[1])) == ()


@pytest.mark.clause("N24")
def test_both_shares_are_shown_and_what_they_would_be_had_nobody_withdrawn() -> None:
    tally = Tally("甲", 9, 6, 1, 0, 1, withdrawn=1)
    assert shares(tally) == Shares(Fraction(1, 9), Fraction(1, 8), Fraction(1, 10), Fraction(1, 5))
    assert shares(Tally("甲", 0, 0, 0, 0, 0)) == Shares(None, None, None, None)


@pytest.mark.clause("N24")
def test_a_withdrawal_that_lifts_a_region_over_the_line_is_seen() -> None:
    tally = Tally("甲", 9, 6, 1, 0, 1, withdrawn=1)
    assert saved_by_withdrawal(tally, Cutoff.INCLUSIVE) is True
    assert saved_by_withdrawal(tally, Cutoff.EXCLUSIVE) is False
    assert saved_by_withdrawal(replace(tally, withdrawn=0), Cutoff.INCLUSIVE) is False
    assert saved_by_withdrawal(Tally("甲", 5, 4, 0, 0, 1, withdrawn=5), Cutoff.INCLUSIVE) is False


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("d", "declared", "inclusive", "exclusive"),
    [(1, 10, 0, 1), (0, 10, 1, 2), (2, 10, -1, 0), (0, 5, 0, 1), (0, 4, 0, 0), (3, 11, -1, -1), (0, 0, None, None)],
)
def test_the_distance_says_how_many_more_d_a_region_could_bear(d, declared, inclusive, exclusive) -> None:
    region = Tally("甲", declared, declared - d, 0, 0, d)
    assert distance(split(region).rows[0], Cutoff.INCLUSIVE) == Distance(d, declared, inclusive)
    assert distance(split(region, cutoff="exclusive").rows[0], Cutoff.EXCLUSIVE) == Distance(d, declared, exclusive)


@given(cities(), pools, readings)
def test_one_d_more_than_a_region_can_bear_excludes_it(city, pool, reading) -> None:
    for row in allocate(city, None, pool, reading).rows:
        bearable = distance(row, reading.cutoff).bearable
        if bearable is None:
            assert row.base == 0
        else:
            assert is_excluded(row.tally.d + bearable, row.base, reading.cutoff) is False
            assert is_excluded(row.tally.d + bearable + 1, row.base, reading.cutoff) is True


def test_one_more_d_is_an_ungraded_platform_or_else_the_lowest_graded() -> None:
    assert with_one_more_d(Tally("甲", 9, 4, 3, 1, 0), Base.DECLARED) == Tally("甲", 9, 4, 3, 1, 1)
    assert with_one_more_d(Tally("甲", 9, 4, 3, 1, 0), Base.GRADED) == Tally("甲", 9, 4, 3, 0, 1)
    assert with_one_more_d(Tally("甲", 8, 4, 4, 0, 0), Base.DECLARED) == Tally("甲", 8, 4, 3, 0, 1)
    assert with_one_more_d(Tally("甲", 8, 8, 0, 0, 0), Base.DECLARED) == Tally("甲", 8, 7, 0, 0, 1)
    assert with_one_more_d(Tally("甲", 1, 0, 0, 0, 1), Base.DECLARED) is None


def test_one_more_d_costs_everything_at_the_line_and_is_computed_anew_below_it() -> None:
    result = split(*CITY)
    assert cost_of_one_more_d(result, "甲") == 9_250_000
    assert cost_of_one_more_d(result, "乙") == 0
    # 20 platforms can bear three; one C less leaves 1 of 2 in the city, so 60·20/20 + 10·1/2 against 5.
    large = split(Tally("戊", 20, 18, 0, 2, 0), Tally("己", 3, 2, 0, 1, 0))
    after = split(Tally("戊", 20, 18, 0, 1, 1), Tally("己", 3, 2, 0, 1, 0))
    assert cost_of_one_more_d(large, "戊") == large.amounts[0] - after.amounts[0] == 357_143
    assert cost_of_one_more_d(split(Tally("甲", 1, 0, 0, 0, 1)), "甲") is None
    with pytest.raises(KeyError):
        cost_of_one_more_d(result, "庚")


def test_every_other_reading_is_laid_beside_the_result_with_its_differences() -> None:
    result = split(*CITY)
    beside = {(other.switch.name, str(other.choice.value)): other for other in compare(result)}
    assert list(beside) == [(switch.name, choice.value) for switch, choice, _ in Reading().alternatives()]
    exclusive = beside["cutoff", "exclusive"]
    assert exclusive.reading == Reading(cutoff=Cutoff.EXCLUSIVE)
    assert exclusive.differences == (6_306_818 - 9_250_000, 4_772_727, 3_920_455 - 5_750_000, 0)
    assert beside["divisor", "all"].differences == (-3_700_000, 0, -2_300_000, 0)
    assert beside["base", "graded"].differences == (0, 0, 0, 0)


def test_a_reading_that_cannot_split_the_pool_says_so() -> None:
    wan = compare(split(*CITY, pool=POOL - 1))[-1]
    assert (wan.switch.name, wan.allocation, wan.differences) == ("unit", None, ())
    assert wan.refusal == "金额单位为万元时，资金总额必须是整万元"
