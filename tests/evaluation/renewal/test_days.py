"""When a county is told and from when on a renewal can be filed, on both sides of each line."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.renewal.days import distance_due, opens_on

LAST = date(2026, 9, 27)
DISTANCES = (180, 90, 30)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("left", "distance"),
    [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30), (-1, None)],
)
def test_the_nearest_distance_that_is_reached_is_due(left: int, distance: int | None) -> None:
    assert distance_due(LAST, DISTANCES, on=LAST - timedelta(days=left)) == distance


@given(st.integers(0, 400), st.sets(st.integers(1, 365), min_size=1))
def test_as_the_end_comes_nearer_the_distance_never_grows(left: int, distances: set[int]) -> None:
    today = distance_due(LAST, distances, on=LAST - timedelta(days=left + 1))
    tomorrow = distance_due(LAST, distances, on=LAST - timedelta(days=left))
    assert today is None or (tomorrow is not None and tomorrow <= today)


@given(st.sets(st.integers(1, 365), min_size=1))
def test_every_distance_is_due_on_its_own_day(distances: set[int]) -> None:
    assert [distance_due(LAST, distances, on=LAST - timedelta(days=each)) for each in distances] == list(distances)


@pytest.mark.parametrize(("days", "first"), [(365, date(2025, 9, 27)), (1, date(2026, 9, 26))])
def test_a_renewal_opens_so_many_days_before_the_last_one(days: int, first: date) -> None:
    assert opens_on(LAST, days) == first
