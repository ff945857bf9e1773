"""Days as places on a line."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from platforms.rounds.timeline import NARROWEST, WIDTH, Line, Stretch, line_of, share

MARCH = Line(date(2026, 3, 1), date(2026, 3, 10))
DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))


def test_a_line_goes_from_the_earliest_to_the_latest_day() -> None:
    assert line_of([date(2026, 3, 10), None, date(2026, 3, 1)]) == MARCH
    assert (MARCH.days, line_of([None]), line_of([])) == (10, None, None)


def test_a_stretch_takes_its_days_whole() -> None:
    assert MARCH.stretch(MARCH.first, MARCH.last) == Stretch(0, WIDTH)
    assert MARCH.stretch(MARCH.first, MARCH.first) == Stretch(0, 100)
    assert MARCH.stretch(MARCH.last, MARCH.last) == Stretch(900, 100)


def test_a_day_of_a_long_line_is_still_seen_and_stays_within() -> None:
    year = Line(date(2026, 1, 1), date(2026, 12, 31))
    assert year.stretch(year.last, year.last) == Stretch(WIDTH - NARROWEST, NARROWEST)


def test_a_mark_stands_in_the_middle_of_its_day_and_nowhere_outside() -> None:
    assert [MARCH.mark(date(2026, 3, day)) for day in (1, 10)] == [50, 950]
    assert [MARCH.mark(day) for day in (date(2026, 2, 28), date(2026, 3, 11))] == [None, None]


def test_a_share_is_never_longer_than_the_line() -> None:
    assert [share(0, 8), share(4, 8), share(8, 8), share(9, 8), share(3, 0)] == [0, 500, WIDTH, WIDTH, 0]


@given(DAYS, st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_every_stretch_lies_on_its_line(first: date, before: int, length: int, after: int) -> None:
    start = first + timedelta(days=before)
    end = start + timedelta(days=length)
    found = Line(first, end + timedelta(days=after)).stretch(start, end)
    assert found.x >= 0
    assert found.x + found.width <= WIDTH
    assert found.width >= NARROWEST
