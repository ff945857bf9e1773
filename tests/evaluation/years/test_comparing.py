"""Figures of years beside each other: means, medians, shares, and where the grades went."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.years.comparing import Spread, Standing, mean, median, movements, part, spread, steps, together

GRADES = ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("values", "middle", "average"),
    [
        ([], None, None),
        ([Fraction(7)], Fraction(7), Fraction(7)),
        ([Fraction(9), Fraction(1)], Fraction(5), Fraction(5)),
        ([Fraction(9), Fraction(1), Fraction(2)], Fraction(2), Fraction(4)),
        ([Fraction(4), Fraction(1), Fraction(2), Fraction(9)], Fraction(3), Fraction(4)),
    ],
)
def test_the_mean_and_the_middle(values: list[Fraction], middle: Fraction | None, average: Fraction | None) -> None:
    assert (median(values), mean(values)) == (middle, average)


def test_a_part_of_nothing_is_none() -> None:
    assert (part(0, 0), part(1, 4)) == (None, Fraction(1, 4))


def test_the_rate_lays_different_full_marks_beside_each_other() -> None:
    found = spread([(Fraction(4), Fraction(8)), (Fraction(12), Fraction(12))])
    assert found == Spread(2, Fraction(8), Fraction(8), Fraction(3, 4), Fraction(1, 2))


@pytest.mark.parametrize(("points", "reached"), [(Fraction("7.99"), Fraction(0)), (Fraction(8), Fraction(1))])
def test_full_marks_are_reached_from_full_marks_on(points: Fraction, reached: Fraction) -> None:
    assert spread([(points, Fraction(8))]).full == reached


def test_a_deduction_has_no_rate_and_is_full_where_nothing_was_taken_off() -> None:
    found = spread([(Fraction(0), Fraction(0)), (Fraction(-5), Fraction(0))])
    assert found == Spread(2, Fraction(-5, 2), Fraction(-5, 2), None, Fraction(1, 2))


def test_of_no_platform_nothing_is_known() -> None:
    assert spread([]) == Spread(0, None, None, None, None)


def test_each_platform_moves_once_and_those_of_one_year_too() -> None:
    old, new = {1: "A", 2: "A", 3: "B", 4: "D"}, {1: "A", 2: "B", 3: "", 5: "C"}
    assert movements(old, new) == Counter(
        {("A", "A"): 1, ("A", "B"): 1, ("B", "open"): 1, ("D", "none"): 1, ("none", "C"): 1}
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("B", "A", 1), ("A", "C", -2), ("B", "B", 0), ("", "A", None), ("A", "", None), ("none", "A", None)],
)
def test_steps_go_up_with_a_better_grade(old: str, new: str, found: int | None) -> None:
    assert steps(old, new, GRADES, GRADES) == found


def test_grades_of_different_notices_are_not_compared() -> None:
    assert steps("A", "A", GRADES, ("A", "B", "C")) is None


def test_a_region_is_what_its_platforms_make_together() -> None:
    rows = [Standing("A", Fraction(95)), Standing("D", Fraction(41)), Standing("", None)]
    found = together(rows, "D")
    assert (found.count, found.grades["A"], found.grades["B"], found.failing, found.mean) == (
        3,
        1,
        0,
        Fraction(1, 3),
        Fraction(68),
    )


def test_a_region_without_platforms_has_neither_share_nor_mean() -> None:
    found = together([], "D")
    assert (found.count, found.failing, found.mean) == (0, None, None)


KEPT = st.dictionaries(st.integers(1, 12), st.sampled_from(["A", "B", ""]))


@given(KEPT, KEPT)
def test_every_platform_is_counted_once_and_both_ways_add_up(old: dict[int, str], new: dict[int, str]) -> None:
    found = movements(old, new)
    assert found.total() == len(old.keys() | new.keys())
    assert sum(number for (was, _), number in found.items() if was != "none") == len(old)
    assert sum(number for (_, now), number in found.items() if now != "none") == len(new)


@given(st.lists(st.tuples(st.fractions(0, 10), st.fractions(10, 20)), min_size=1))
def test_a_spread_stays_within_its_points_whatever_their_order(earned: list[tuple[Fraction, Fraction]]) -> None:
    found = spread(earned)
    points = [each for each, _ in earned]
    assert min(points) <= (found.mean or Fraction(0)) <= max(points)
    assert min(points) <= (found.median or Fraction(0)) <= max(points)
    assert 0 <= (found.rate or Fraction(0)) <= 1
    assert spread(earned[::-1]) == found


@given(st.sampled_from(GRADES), st.sampled_from(GRADES))
def test_there_and_back_is_no_step(old: str, new: str) -> None:
    assert (steps(old, new, GRADES, GRADES) or 0) + (steps(new, old, GRADES, GRADES) or 0) == 0
