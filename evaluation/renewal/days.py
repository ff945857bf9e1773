"""When the county is told that a certification ends, and from when on it can be renewed; days are days in Ningbo."""

from collections.abc import Iterable
from datetime import date, timedelta


def distance_due(last_day: date, distances: Iterable[int], *, on: date) -> int | None:
    """Return the smallest of ``distances`` that is reached on the day ``on``, None before the largest and after the
    last day.

    Whoever looks again after some days without looking is told of the nearest distance, not of those that passed.
    """
    left = (last_day - on).days
    return min((each for each in distances if 0 <= left <= each), default=None)


def opens_on(last_day: date, days: int) -> date:
    """Return the first day on which a certification that ends on ``last_day`` can be renewed: ``days`` before it."""
    return last_day - timedelta(days=days)
