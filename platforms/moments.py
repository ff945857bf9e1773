"""A moment as people write it."""

from datetime import datetime

from django.utils import formats, timezone


def moment(value: datetime | None) -> str:
    """Return a moment as people write it, in Ningbo: 今天 14:05, 3月18日 14:05, 2020年3月18日 14:05."""
    if value is None:
        return ""
    here, today = timezone.localtime(value), timezone.localdate()
    if here.date() == today:
        return f"今天 {here:%H:%M}"
    return formats.date_format(here, "n月j日 H:i" if here.year == today.year else "DATETIME_FORMAT")
