"""How days and moments are written; a moment knows its zone and is said in Ningbo's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

NINGBO = ZoneInfo("Asia/Shanghai")


def day_in_words(day: date) -> str:
    """Return ``day`` in full: 2026年4月17日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(at: datetime) -> str:
    """Return ``at`` in full, as a paper that is kept says it: 2026年4月17日 10:00."""
    here = at.astimezone(NINGBO)
    return f"{day_in_words(here)} {here:%H:%M}"


def plain_moment(at: datetime | None) -> str:
    """Return ``at`` as lists and files write it: 2026-04-17 10:00; nothing where there is none."""
    return f"{at.astimezone(NINGBO):%Y-%m-%d %H:%M}" if at else ""
