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
    cost_of_one_more_failing,
    distance,
    inversions,
    largest_gap,
    saved_by_withdrawal,
    shares,
    with_one_more_failing,
    worth_of_grades,
)
from funding.formula import allocate, is_excluded
from funding.money import FIRST
from funding.readings import Base, Cutoff, Reading, switches_of
from funding.tally import Tally
from tests.funding.naive import OTHER, cases, pools, readings, tally
from tests.funding.test_formula import CITY, POOL, split


@pytest.mark.clause("N25")
def test_one_a_one_b_and_one_c_are_worth_their_points_of_the_pool() -> None:
    assert [(worth.label, worth.yuan) for worth in worth_of_grades(split(*CITY))] == [
        ("A档", 1_500_000),
        ("B档", 750_000),
        ("C档", 500_000),
    ]
    assert [worth.yuan for worth in worth_of_grades(split(*CITY, divisor="hundred"))] == [900_000, 450_000, 300_000]


def test_a_grade_that_nobody_has_is_worth_nothing_that_can_be_said() -> None:
    a, b, c = worth_of_grades(split(tally("甲", 3, 3, 0, 0, 0)))
    assert (a.yuan, b.yuan, c.yuan) == (5_000_000, None, None)
    assert [worth.yuan for worth in worth_of_grades(split(CITY[1]))] == [None, None, None]


@given(cases(), pools, readings)
def test_the_worth_of_its_platforms_is_the_share_of_the_region(case, pool, reading) -> None:
    result = allocate(case.city, None, pool, reading, case.money)
    worths = [worth.yuan or 0 for worth in worth_of_grades(result)]
    for row in result.rows:
        counts = [row.tally.count(grade) for grade, _ in case.money.share.points]
        worth = sum(count * each for count, each in zip(counts, worths, strict=True))
        assert row.share == (0 if row.excluded else worth)


def test_with_40_a_5_b_and_3_c_one_b_is_worth_four_a() -> None:
    result = split(tally("甲", 48, 40, 5, 3, 0))
    assert inversions(result) == (Inversion("B档", "A档", Fraction(4)), Inversion("C档", "A档", Fraction(20, 9)))
    assert [inversion.sentence for inversion in inversions(result)] == [
        "档次倒挂：1家B档相当于4家A档的金额",
        "档次倒挂：1家C档相当于约2.22家A档的金额",
    ]


def test_grades_of_equal_worth_are_no_inversion() -> None:
    assert inversions(split(tally("甲", 10, 6, 3, 1, 0))) == ()
    assert [(i.lower, i.higher) for i in inversions(split(tally("甲", 11, 7, 3, 1, 0)))] == [
        ("B档", "A档"),
        ("C档", "A档"),
    ]
    assert inversions(split(CITY[1])) == ()


@pytest.mark.clause("N24")
def test_both_shares_are_shown_and_what_they_would_be_had_nobody_withdrawn() -> None:
    region = tally("甲", 9, 6, 1, 0, 1, withdrawn=1)
    assert shares(region, FIRST) == Shares(Fraction(1, 9), Fraction(1, 8), Fraction(1, 10), Fraction(1, 5))
    assert shares(tally("甲", 0, 0, 0, 0, 0), FIRST) == Shares(None, None, None, None)


@pytest.mark.clause("N24")
def test_a_withdrawal_that_lifts_a_region_over_the_line_is_seen() -> None:
    region = tally("甲", 9, 6, 1, 0, 1, withdrawn=1)
    assert saved_by_withdrawal(region, Cutoff.INCLUSIVE, FIRST) is True
    assert saved_by_withdrawal(region, Cutoff.EXCLUSIVE, FIRST) is False
    assert saved_by_withdrawal(replace(region, withdrawn=0), Cutoff.INCLUSIVE, FIRST) is False
    assert saved_by_withdrawal(tally("甲", 5, 4, 0, 0, 1, withdrawn=5), Cutoff.INCLUSIVE, FIRST) is False


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("d", "declared", "inclusive", "exclusive"),
    [(1, 10, 0, 1), (0, 10, 1, 2), (2, 10, -1, 0), (0, 5, 0, 1), (0, 4, 0, 0), (3, 11, -1, -1), (0, 0, None, None)],
)
def test_the_distance_says_how_many_more_d_a_region_could_bear(d, declared, inclusive, exclusive) -> None:
    region = tally("甲", declared, declared - d, 0, 0, d)
    assert distance(split(region).rows[0], Cutoff.INCLUSIVE, FIRST.share.line) == Distance(d, declared, inclusive)
    assert distance(split(region, cutoff="exclusive").rows[0], Cutoff.EXCLUSIVE, FIRST.share.line) == Distance(
        d, declared, exclusive
    )


@given(cases(), pools, readings)
def test_one_d_more_than_a_region_can_bear_excludes_it(case, pool, reading) -> None:
    line = case.money.share.line
    for row in allocate(case.city, None, pool, reading, case.money).rows:
        bearable = distance(row, reading.cutoff, line).bearable
        if bearable is None:
            assert row.base == 0
        else:
            assert is_excluded(row.failing + bearable, row.base, reading.cutoff, line) is False
            assert is_excluded(row.failing + bearable + 1, row.base, reading.cutoff, line) is True


def test_one_more_d_is_an_ungraded_platform_or_else_the_lowest_graded() -> None:
    assert with_one_more_failing(tally("甲", 9, 4, 3, 1, 0), Base.DECLARED, FIRST) == tally("甲", 9, 4, 3, 1, 1)
    assert with_one_more_failing(tally("甲", 9, 4, 3, 1, 0), Base.GRADED, FIRST) == tally("甲", 9, 4, 3, 0, 1)
    assert with_one_more_failing(tally("甲", 8, 4, 4, 0, 0), Base.DECLARED, FIRST) == tally("甲", 8, 4, 3, 0, 1)
    assert with_one_more_failing(tally("甲", 8, 8, 0, 0, 0), Base.DECLARED, FIRST) == tally("甲", 8, 7, 0, 0, 1)
    assert with_one_more_failing(tally("甲", 1, 0, 0, 0, 1), Base.DECLARED, FIRST) is None


def test_one_more_d_costs_everything_at_the_line_and_is_computed_anew_below_it() -> None:
    result = split(*CITY)
    assert cost_of_one_more_failing(result, "甲") == 9_250_000
    assert cost_of_one_more_failing(result, "乙") == 0
    # 20 platforms can bear three; one C less leaves 1 of 2 in the city, so 60·20/20 + 10·1/2 against 5.
    large = split(tally("戊", 20, 18, 0, 2, 0), tally("己", 3, 2, 0, 1, 0))
    after = split(tally("戊", 20, 18, 0, 1, 1), tally("己", 3, 2, 0, 1, 0))
    assert cost_of_one_more_failing(large, "戊") == large.amounts[0] - after.amounts[0] == 357_143
    assert cost_of_one_more_failing(split(tally("甲", 1, 0, 0, 0, 1)), "甲") is None
    with pytest.raises(KeyError):
        cost_of_one_more_failing(result, "庚")


def test_every_other_reading_is_laid_beside_the_result_with_its_differences() -> None:
    result = split(*CITY)
    beside = {(other.switch.name, str(other.choice.value)): other for other in compare(result)}
    assert list(beside) == [
        (switch.name, choice.value) for switch, choice, _ in Reading().alternatives(switches_of(FIRST))
    ]
    exclusive = beside["cutoff", "exclusive"]
    assert exclusive.reading == Reading(cutoff=Cutoff.EXCLUSIVE)
    assert exclusive.differences == (6_306_818 - 9_250_000, 4_772_727, 3_920_455 - 5_750_000, 0)
    assert largest_gap(exclusive) == 4_772_727
    assert beside["divisor", "all"].differences == (-3_700_000, 0, -2_300_000, 0)
    assert beside["base", "graded"].differences == (0, 0, 0, 0)


def test_a_reading_that_cannot_split_the_pool_says_so() -> None:
    wan = compare(split(*CITY, pool=POOL - 1))[-1]
    assert (wan.switch.name, wan.allocation, wan.differences) == ("unit", None, ())
    assert wan.refusal == "金额单位为万元时，资金总额必须是整万元"
    assert largest_gap(wan) == 0


def test_under_another_notice_grades_have_their_own_names_and_the_lowest_one_fails_first() -> None:
    result = allocate([Tally("甲", 10, {"E": 8, "P": 1, "F": 1})], None, POOL, Reading(), OTHER)
    assert [worth.label for worth in worth_of_grades(result)] == ["优秀", "合格"]
    assert [inversion.sentence for inversion in inversions(result)] == ["档次倒挂：1家合格相当于3.2家优秀的金额"]
    assert distance(result.rows[0], Cutoff.INCLUSIVE, OTHER.share.line) == Distance(1, 10, 1)
    assert distance(result.rows[0], Cutoff.EXCLUSIVE, OTHER.share.line) == Distance(1, 10, 2)
    worse = with_one_more_failing(result.tallies[0], Base.DECLARED, OTHER)
    assert worse == Tally("甲", 10, {"E": 8, "P": 0, "F": 2})
    assert next(other.choice.label for other in compare(result)) == "不含30%：超过30%才不予支持"
