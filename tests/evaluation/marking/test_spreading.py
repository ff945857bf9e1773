"""Platforms spread over those who judge."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.spreading import Place, Spread, spread

pytestmark = pytest.mark.clause("N20")


@st.composite
def cases(draw: Callable) -> tuple[list[Place], list[int], dict[int, int]]:
    judges = draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
    places = [
        Place(
            key,
            tuple(draw(st.lists(st.integers(1, 9), unique=True, max_size=2))),
            dict.fromkeys(draw(st.lists(st.integers(1, 6), max_size=4)), "回避"),
        )
        for key in range(draw(st.integers(0, 8)))
    ]
    return places, judges, draw(st.dictionaries(st.integers(1, 6), st.integers(0, 5)))


def test_three_share_six_sheets_alike() -> None:
    found = spread([Place(1), Place(2), Place(3)], [7, 8, 9], load={}, each=2)
    assert found == (Spread(1, (7, 8), 0), Spread(2, (9, 7), 0), Spread(3, (8, 9), 0))


def test_who_has_less_already_comes_first() -> None:
    assert spread([Place(1)], [7, 8, 9], load={7: 2, 8: 1}, each=2) == (Spread(1, (9, 8), 0),)


def test_who_stays_is_kept_and_only_the_rest_is_filled() -> None:
    assert spread([Place(1, kept=(7,)), Place(2)], [7, 8], load={}, each=2) == (
        Spread(1, (7, 8), 0), Spread(2, (7, 8), 0),
    )  # fmt: skip
    assert spread([Place(1, kept=(5, 6))], [7, 8], load={}, each=2) == (Spread(1, (5, 6), 0),)


def test_a_place_with_too_few_says_how_many_are_missing() -> None:
    barred = {8: "回避"}
    assert spread([Place(1, barred=barred)], [7, 8], load={}, each=2) == (Spread(1, (7,), 1),)
    assert spread([Place(1)], [], load={}, each=2) == (Spread(1, (), 2),)


def test_a_place_with_few_to_choose_from_is_served_before_the_others() -> None:
    """Were the first one served first, 7 and 8 would carry the third too."""
    only = {9: "回避"}
    found = spread([Place(1), Place(2, barred=only)], [7, 8, 9], load={}, each=2)
    assert found == (Spread(1, (9, 7), 0), Spread(2, (7, 8), 0))


@given(cases())
def test_nobody_judges_where_a_conflict_speaks_against_it_or_twice(case: tuple) -> None:
    places, judges, load = case
    for place, found in zip(places, spread(places, judges, load=load, each=2), strict=True):
        added = found.judges[len(place.kept) :]
        assert (found.key, found.judges[: len(place.kept)]) == (place.key, place.kept)
        assert not set(added) & (set(place.barred) | set(place.kept))
        assert set(added) <= set(judges)
        assert len(set(found.judges)) == len(found.judges)


@given(cases())
def test_somebody_is_missing_only_where_nobody_is_left(case: tuple) -> None:
    places, judges, load = case
    for place, found in zip(places, spread(places, judges, load=load, each=2), strict=True):
        free = set(judges) - set(place.barred) - set(place.kept)
        wanted = max(2 - len(place.kept), 0)
        assert found.missing == max(wanted - len(free), 0)


@given(st.integers(0, 30), st.integers(2, 7))
def test_without_conflicts_nobody_gets_two_more_than_another(places: int, judges: int) -> None:
    found = spread([Place(key) for key in range(places)], range(1, judges + 1), load={}, each=2)
    have = Counter(judge for each in found for judge in each.judges)
    counts = [have[judge] for judge in range(1, judges + 1)]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == 2 * places


@given(cases())
def test_the_same_question_has_the_same_answer(case: tuple) -> None:
    places, judges, load = case
    assert spread(places, judges, load=load, each=2) == spread(places, judges, load=load, each=2)
