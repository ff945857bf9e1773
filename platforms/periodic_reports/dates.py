"""On which days something is to be handed in periodically; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from platforms.periodic_reports.choices import ReturnPeriod


@dataclass(frozen=True)
class Due:
    """One period: ``key`` tells it from others, ``label`` names it, ``due_on`` is its last day."""

    key: str
    label: str
    due_on: date


def dues(period: str, *, day: int, since: date, until: date) -> tuple[Due, ...]:
    """Return what is due from ``since`` to ``until``, both inclusive, the earliest first.

    A month is due on ``day`` (1 to 28) of the next month, a quarter on that of the month after it; what is handed in
    once is due on the last day.
    """
    if period == ReturnPeriod.ONCE:
        return (Due("once", f"{until.year}年", until),)
    monthly = period == ReturnPeriod.MONTHLY
    return tuple(
        _month(first, day) if monthly else _quarter(first, day)
        for first in _months(since, until)
        if since <= first.replace(day=day) <= until and (monthly or first.month in (1, 4, 7, 10))
    )


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month(due: date, day: int) -> Due:
    year, month = (due.year, due.month - 1) if due.month > 1 else (due.year - 1, 12)
    return Due(f"{year}-{month:02d}", f"{year}年{month}月", due.replace(day=day))


def _quarter(due: date, day: int) -> Due:
    year, quarter = (due.year, (due.month - 1) // 3) if due.month > 1 else (due.year - 1, 4)
    return Due(f"{year}-Q{quarter}", f"{year}年第{quarter}季度", due.replace(day=day))
