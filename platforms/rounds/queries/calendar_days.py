"""The days that the city entered as free or worked, as ``platforms.working_days`` counts by them."""

from collections.abc import Iterable
from datetime import date

from platforms import working_days
from platforms.models import CalendarDay
from platforms.rounds.choices import DayKind


def known_days() -> dict[date, bool]:
    """Return every day that the city entered: whether it is worked."""
    return {day: kind == DayKind.WORK for day, kind in CalendarDay.objects.order_by().values_list("day", "kind")}


def unknown_holidays(spans: Iterable[tuple[date, date]]) -> str:
    """Return the sentence that names the years in ``spans`` without known holidays; empty where all are known."""
    spans = list(spans)
    # Most years are known by the library, and the database need not be asked.
    if not working_days.unknown_years(spans, {}):
        return ""
    return working_days.covered_years_message(working_days.unknown_years(spans, known_days()))
