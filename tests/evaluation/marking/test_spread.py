"""How points lie between the cut-offs, and who is close to one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.jump import jumps
from evaluation.marking.spread import Step, close_to, more_until, steps

CUTOFFS = {"A": Fraction(90), "B": Fraction(75), "C": Fraction(60)}
GRADES = ("A", "B", "C", "D")


def test_steps_run_from_the_lowest_to_the_highest_and_name_the_cutoffs_that_lie_in_them() -> None:
    found = steps([(Fraction("74.99"), "C"), (Fraction(75), "B"), (Fraction(84), "B")], GRADES, CUTOFFS)
    assert found == (
        Step(70, 75, (0, 0, 1, 0)),
        Step(75, 80, (0, 1, 0, 0), ("B",)),
        Step(80, 85, (0, 1, 0, 0)),
    )
    assert [step.total for step in found] == [1, 1, 1]


def test_full_marks_stand_in_the_last_step() -> None:
    assert steps([(Fraction(100), "A")], GRADES, CUTOFFS) == (Step(95, 100, (1, 0, 0, 0)),)


def test_without_platforms_there_are_no_steps() -> None:
    assert steps([], GRADES, CUTOFFS) == ()


@given(st.lists(st.tuples(st.integers(0, 10_000).map(lambda n: Fraction(n, 100)), st.sampled_from(GRADES))))
def test_every_platform_stands_in_exactly_one_step(rows: list[tuple[Fraction, str]]) -> None:
    found = steps(rows, GRADES, CUTOFFS)
    assert sum(step.total for step in found) == len(rows)
    assert [sum(column) for column in zip(*(step.counts for step in found), strict=True)] == (
        [sum(grade == code for _, grade in rows) for code in GRADES] if rows else []
    )


@pytest.mark.parametrize(
    ("points", "close"),
    [
        ("88.99", None),
        ("89", ("A", Fraction(-1))),
        ("89.99", ("A", Fraction(-1, 100))),
        ("90", ("A", Fraction(0))),
        ("91", ("A", Fraction(1))),
        ("91.01", None),
        ("74.5", ("B", Fraction(-1, 2))),
    ],
)
def test_close_is_a_point_on_either_side_of_a_cutoff(points: str, close: tuple[str, Fraction] | None) -> None:
    assert close_to(Fraction(points), CUTOFFS) == close


def test_of_two_cutoffs_the_nearer_one_counts() -> None:
    assert close_to(Fraction("80.8"), {"A": Fraction(81), "B": Fraction(80)}) == ("A", Fraction(-1, 5))


@pytest.mark.parametrize(
    ("failing", "declared", "more"), [(0, 10, 2), (1, 10, 1), (2, 10, 0), (3, 10, 0), (0, 11, 3), (0, 1, 1), (0, 0, 0)]
)
def test_how_many_more_bring_a_region_to_the_line(failing: int, declared: int, more: int) -> None:
    assert more_until(Fraction(1, 5), failing=failing, declared=declared) == more


@pytest.mark.parametrize(
    ("failing", "declared", "more"), [(1, 10, 2), (2, 10, 1), (3, 10, 0), (0, 11, 3), (0, 4, 1), (0, 0, 0)]
)
def test_read_without_the_line_itself_a_region_bears_one_more_there(failing: int, declared: int, more: int) -> None:
    assert more_until(Fraction(1, 5), failing=failing, declared=declared, inclusive=False) == more


@given(st.integers(0, 50), st.integers(1, 50), st.fractions(min_value=Fraction(1, 100), max_value=1))
def test_so_many_more_reach_the_line_and_one_less_does_not(failing: int, declared: int, line: Fraction) -> None:
    more = more_until(line, failing=failing, declared=declared)
    assert Fraction(failing + more, declared) >= line
    assert more == 0 or Fraction(failing + more - 1, declared) < line


def test_two_grades_of_difference_are_a_jump_in_either_direction() -> None:
    pairs = [("A", "B"), ("B", "D"), ("D", "B"), ("C", "C"), ("D", "A")]
    assert [jumps(GRADES, one, other) for one, other in pairs] == [False, True, True, False, True]
