"""Which days are worked: weekends, public holidays, make-up days, and what the city entered."""

from datetime import date

import pytest

from platforms import working_days
from platforms.models import CalendarDay
from platforms.rounds.queries.calendar_days import known_days, unknown_holidays

NOTHING: dict[date, bool] = {}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 4, 10), True),
        (date(2026, 4, 11), False),
        # National Day 2026 is free from Thursday on; 10 October, a Saturday, is worked for it.
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        # 26 April 2020, a Sunday, was worked for Labour Day, which had 4 and 5 May off.
        (date(2020, 4, 26), True),
        (date(2020, 5, 4), False),
        (date(2020, 5, 9), True),
    ],
)
def test_holidays_are_free_and_make_up_days_are_worked(day: date, worked: bool) -> None:
    assert working_days.is_working_day(day, NOTHING) is worked


def test_what_the_city_entered_goes_before_all() -> None:
    entered = {date(2026, 4, 10): False, date(2026, 4, 11): True, date(2026, 10, 1): True}
    assert [working_days.is_working_day(day, entered) for day in entered] == [False, True, True]


@pytest.mark.parametrize("day", [date(2003, 10, 1), date(2090, 10, 2)])
def test_years_that_nobody_knows_are_counted_from_monday_to_friday(day: date) -> None:
    assert working_days.is_working_day(day, NOTHING) is (day.weekday() < 5)
    assert working_days.is_known_year(day.year, NOTHING) is False
    assert working_days.is_known_year(day.year, {date(day.year, 1, 1): False}) is True
    assert working_days.is_known_year(day.year, {date(day.year - 1, 1, 1): False}) is False


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 4, 10), 0, date(2026, 4, 10)),
        (date(2026, 4, 10), 1, date(2026, 4, 13)),
        (date(2026, 4, 11), 1, date(2026, 4, 13)),
        (date(2026, 4, 10), 5, date(2026, 4, 17)),
        # Seven free days lie between, and Saturday 10 October is worked.
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
    ],
)
def test_working_days_are_counted_past_holidays(day: date, count: int, expected: date) -> None:
    assert working_days.working_days_after(day, count, NOTHING) == expected


@pytest.mark.parametrize(
    ("first", "count", "counting", "after"),
    [
        # Spring Festival: Sunday 18 February 2024, Sunday 26 January 2025 and Saturday 14 February 2026 are worked.
        (date(2024, 2, 8), 5, date(2024, 2, 20), date(2024, 2, 21)),
        (date(2025, 1, 24), 5, date(2025, 2, 6), date(2025, 2, 7)),
        (date(2026, 2, 13), 5, date(2026, 2, 26), date(2026, 2, 27)),
        (date(2026, 2, 13), 7, date(2026, 2, 28), date(2026, 3, 2)),
        # Qingming: only in 2024 a Sunday is worked for it.
        (date(2024, 4, 3), 3, date(2024, 4, 8), date(2024, 4, 9)),
        (date(2025, 4, 3), 2, date(2025, 4, 7), date(2025, 4, 8)),
        (date(2026, 4, 3), 2, date(2026, 4, 7), date(2026, 4, 8)),
        # May Day: Sunday 28 April 2024, Sunday 27 April 2025, Saturday 9 May 2026.
        (date(2024, 4, 26), 5, date(2024, 5, 6), date(2024, 5, 7)),
        (date(2025, 4, 25), 5, date(2025, 4, 30), date(2025, 5, 6)),
        (date(2026, 4, 30), 5, date(2026, 5, 9), date(2026, 5, 11)),
        # Dragon Boat: a Monday, a Monday, a Friday, and no day for it.
        (date(2024, 6, 7), 2, date(2024, 6, 11), date(2024, 6, 12)),
        (date(2025, 5, 30), 2, date(2025, 6, 3), date(2025, 6, 4)),
        (date(2026, 6, 18), 2, date(2026, 6, 22), date(2026, 6, 23)),
        # Mid-Autumn: Saturday 14 September 2024 and Sunday 20 September 2026.
        (date(2024, 9, 13), 3, date(2024, 9, 18), date(2024, 9, 19)),
        (date(2026, 9, 18), 6, date(2026, 9, 24), date(2026, 9, 28)),
        # National Day: a Sunday before and a Saturday after in 2024 and 2025, the Saturday alone in 2026.
        (date(2024, 9, 27), 5, date(2024, 10, 9), date(2024, 10, 10)),
        (date(2025, 9, 26), 6, date(2025, 10, 10), date(2025, 10, 11)),
        (date(2026, 9, 30), 5, date(2026, 10, 12), date(2026, 10, 13)),
    ],
)
def test_a_period_counts_its_first_day_or_begins_after_it(first: date, count: int, counting: date, after: date) -> None:
    assert working_days.period(first, count, True, NOTHING) == counting
    assert working_days.period(first, count, False, NOTHING) == after


@pytest.mark.parametrize("first_counts", [True, False])
@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2024, 2, 10), 1, date(2024, 2, 18)),
        (date(2025, 10, 1), 3, date(2025, 10, 11)),
        (date(2026, 10, 1), 3, date(2026, 10, 10)),
        (date(2026, 4, 11), 1, date(2026, 4, 13)),
    ],
)
def test_a_first_day_that_is_not_worked_never_counts(first: date, count: int, last: date, first_counts: bool) -> None:
    assert working_days.period(first, count, first_counts, NOTHING) == last


def test_a_period_goes_by_the_days_that_the_city_entered() -> None:
    entered = {date(2026, 4, 13): False, date(2026, 4, 18): True}
    assert working_days.period(date(2026, 4, 13), 5, True, entered) == date(2026, 4, 18)
    assert working_days.period(date(2026, 4, 14), 5, True, entered) == date(2026, 4, 18)


def test_a_page_says_which_years_it_counts_without_knowing_them() -> None:
    spans = [(date(2089, 12, 20), date(2090, 1, 10)), (date(2026, 1, 1), date(2026, 1, 2))]
    assert working_days.unknown_years(spans, NOTHING) == (2089, 2090)
    assert working_days.covered_years_message((2089, 2090)) == "2089、2090 年放假安排尚未录入，按周一至周五计算。"
    assert working_days.covered_years_message(()) == ""


@pytest.mark.django_db
def test_the_days_that_were_entered_are_counted_by() -> None:
    CalendarDay.objects.create(day=date(2090, 1, 2), kind="free", note="元旦")
    CalendarDay.objects.create(day=date(2090, 1, 7), kind="work")
    assert known_days() == {date(2090, 1, 2): False, date(2090, 1, 7): True}
    assert unknown_holidays([(date(2090, 1, 1), date(2090, 1, 2))]) == ""
    assert unknown_holidays([(date(2091, 1, 1), date(2091, 1, 2))]) == "2091 年放假安排尚未录入，按周一至周五计算。"
    assert unknown_holidays([]) == ""
