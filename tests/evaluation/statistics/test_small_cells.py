"""Sums in which no single platform can be recognised."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics.small_cells import LEAST, Sum, Told, told


def test_sums_of_enough_platforms_stand_alone() -> None:
    sums = {"a": Sum(10, 5, 3), "b": Sum(7, 7, 4)}
    assert told(sums, apart=True) == Told(sums)


def test_what_is_of_one_or_two_platforms_stands_together() -> None:
    sums = {"a": Sum(10, 5, 3), "b": Sum(7, 2, 1), "c": Sum(4, 4, 2)}
    assert told(sums, apart=True) == Told({"a": Sum(10, 5, 3)}, Sum(11, 6, 3), frozenset("bc"))


def test_where_that_is_too_few_the_smallest_of_the_others_stands_with_them() -> None:
    """The one small part would be what is left when the others are taken from the sum of all."""
    sums = {"a": Sum(90, 5, 9), "b": Sum(7, 2, 2), "c": Sum(40, 4, 4), "d": Sum(50, 4, 3)}
    assert told(sums, apart=True) == Told({"a": Sum(90, 5, 9), "d": Sum(50, 4, 3)}, Sum(47, 6, 6), frozenset("bc"))


def test_platforms_that_stand_in_several_sums_are_not_counted_twice() -> None:
    sums = {"a": Sum(9, 0, 2), "b": Sum(8, 0, 2), "c": Sum(7, 0, 2)}
    assert told(sums, apart=True) == Told({}, Sum(24, 0, 6), frozenset("abc"))
    assert told(sums, apart=False) == Told({}, None, frozenset("abc"))


def test_of_too_few_platforms_nothing_is_told() -> None:
    found = told({"a": Sum(9, 1, 1), "b": Sum(8, 1, 1)}, apart=True)
    assert (found.alone, found.rest, found.total) == ({}, None, Sum())


def test_what_has_no_services_is_no_part() -> None:
    assert told({"a": Sum(10, 5, 3), "b": Sum(0, 0, 1)}, apart=True) == Told({"a": Sum(10, 5, 3)})


def test_a_sum_says_what_was_charged_and_what_part_was_free() -> None:
    assert (Sum(10, 4, 3).charged, Sum(10, 4, 3).free_share, Sum().free_share) == (6, Fraction(2, 5), None)


SUMS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(Sum, st.integers(0, 50), st.just(0), st.integers(1, 6)),
)


@given(SUMS)
def test_nothing_can_be_got_by_subtraction(sums: dict[str, Sum]) -> None:
    """Every sum that is told is of enough platforms, and together they are all or lack what is in none of them."""
    found = told(sums, apart=True)
    parts = [*found.alone.values(), *([found.rest] if found.rest else [])]
    assert all(part.platforms >= LEAST for part in parts)
    given_sums = {key: each for key, each in sums.items() if each.services}
    assert found.alone.keys() | found.of == given_sums.keys()
    untold = 0 if found.rest else sum(given_sums[key].services for key in found.of)
    assert found.total.services == sum(each.services for each in given_sums.values()) - untold
    assert found.rest or not found.of or not found.alone


@given(SUMS)
def test_parts_that_share_their_platforms_count_the_one_with_the_most(sums: dict[str, Sum]) -> None:
    found = told(sums, apart=False)
    assert all(each.platforms >= LEAST for each in found.alone.values())
    assert found.rest is None or max(sums[key].platforms for key in found.of) >= LEAST
