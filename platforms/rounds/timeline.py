"""Days as places on a line, for a drawing beside the table that says the same. Pure.

A line is :data:`WIDTH` units wide, from the first of the days to the last; a day takes its whole width.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WIDTH = 1000
#: What is narrower could not be seen.
NARROWEST = 8


@dataclass(frozen=True)
class Stretch:
    """Where days lie on the line: ``x`` and ``width`` in units, within the line."""

    x: int
    width: int


@dataclass(frozen=True)
class Line:
    """The line from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days the line has, at least one."""
        return (self.last - self.first).days + 1

    def stretch(self, first: date, last: date) -> Stretch:
        """Return where the days from ``first`` to ``last`` lie; they are days of the line."""
        x = (first - self.first).days * WIDTH // self.days
        width = max(((last - first).days + 1) * WIDTH // self.days, NARROWEST)
        return Stretch(min(x, WIDTH - width), width)

    def mark(self, day: date) -> int | None:
        """Return where the middle of ``day`` lies, None outside of the line."""
        if not self.first <= day <= self.last:
            return None
        return ((day - self.first).days * 2 + 1) * WIDTH // (self.days * 2)


def line_of(days: Iterable[date | None]) -> Line | None:
    """Return the line from the earliest to the latest of ``days``; None where there are none."""
    known = [day for day in days if day is not None]
    return Line(min(known), max(known)) if known else None


def share(part: int, of: int) -> int:
    """Return the units that ``part`` of ``of`` takes, nothing of nothing, never more than the line."""
    return min(part * WIDTH // of, WIDTH) if of > 0 else 0
