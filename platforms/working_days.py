"""Which days are worked in China, and how working days are counted: public holidays and make-up days are known.

What the city entered for a day counts first, then the arrangement of the State Council as the library
``chinesecalendar`` carries it. A year that neither knows is counted from Monday to Friday, and :func:`told` says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from chinese_calendar import is_workday

#: The days that the city entered: worked (补班) or free (放假).
Known = Mapping[date, bool]
_SATURDAY = 5


def is_working_day(day: date, known: Known) -> bool:
    """Say whether ``day`` is worked."""
    entered = known.get(day)
    if entered is not None:
        return entered
    published = _published(day)
    return day.weekday() < _SATURDAY if published is None else published


def is_known_year(year: int, known: Known) -> bool:
    """Say whether the holidays of ``year`` are known: by the library, or since the city entered a day of it."""
    return _published(date(year, 1, 1)) is not None or any(day.year == year for day in known)


def working_days_after(day: date, count: int, known: Known) -> date:
    """Return the last of ``count`` working days after ``day``, which does not count itself; ``day`` for none."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, known)
    return day


def period(first: date, count: int, first_counts: bool, known: Known) -> date:
    """Return the last day of a period of ``count`` working days, at least one, that begins on ``first``.

    ``first_counts`` says whether ``first`` is the first of them; a day that is not worked never counts, so both ways
    end on the same day where ``first`` is free.
    """
    return working_days_after(first, count - (first_counts and is_working_day(first, known)), known)


def unknown_years(spans: Iterable[tuple[date, date]], known: Known) -> tuple[int, ...]:
    """Return the years that the ``spans`` (first and last day) touch and whose holidays are not known, in order."""
    touched = {year for first, last in spans for year in range(first.year, last.year + 1)}
    return tuple(year for year in sorted(touched) if not is_known_year(year, known))


def covered_years_message(years: Iterable[int]) -> str:
    """Return the sentence for a page that counts working days of ``years`` without knowing them; empty for none."""
    named = "、".join(str(year) for year in years)
    return f"{named} 年放假安排尚未录入，按周一至周五计算。" if named else ""


def _published(day: date) -> bool | None:
    """Return what the library says of ``day``, None for years that it does not carry."""
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return None
