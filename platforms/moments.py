"""A moment as lists say it."""

from datetime import datetime

from django.utils import timezone


def moment(value: datetime | None) -> str:
    """Return a moment of Ningbo in short: 今天 14:05, 03-18 14:05 in this year, 2020-03-18 14:05 in another."""
    if value is None:
        return ""
    here, today = timezone.localtime(value), timezone.localdate()
    if here.date() == today:
        return f"今天 {here:%H:%M}"
    return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"
