"""The days that an evaluation counts (四·(四)): from the first day of phase two to the last of phase three.

The notice names no period: platforms record, are linked and tried out in phases two and three, and what happened then
is what phase four evaluates. The city may set other days for a round. What counts is the day on which something
happened at the platform or came in about it (a service, an activity, a complaint, a finding), never the day on which
an office dealt with it: how fast an office works changes nobody's marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from platforms.dates import NINGBO, day_in_words

#: The phases that count where the city sets no days: the first day of one, the last of the other.
FIRST_PHASE, LAST_PHASE = 2, 3


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both counted."""

    first: date
    last: date

    @property
    def text(self) -> str:
        """Return it as people write it: 2020年4月18日至2020年7月25日."""
        return f"{day_in_words(self.first)}至{day_in_words(self.last)}"

    def days(self, field: str) -> dict[str, date]:
        """Return the lookups of rows whose day ``field`` is counted."""
        return {f"{field}__gte": self.first, f"{field}__lte": self.last}

    def moments(self, field: str) -> dict[str, datetime]:
        """Return the lookups of rows whose moment ``field`` lies on a counted day in Ningbo."""
        begin = datetime.combine(self.first, time(), NINGBO)
        end = datetime.combine(self.last + timedelta(days=1), time(), NINGBO)
        return {f"{field}__gte": begin, f"{field}__lt": end}


def period_of(
    spans: Mapping[int, tuple[date, date]], counted_from: date | None, counted_until: date | None
) -> Period | None:
    """Return the period of a round with the phases ``spans`` (number: first and last day) and the days that were set.

    None where a day is neither set nor follows from a phase, or where they are the wrong way round.
    """
    first = counted_from or (spans[FIRST_PHASE][0] if FIRST_PHASE in spans else None)
    last = counted_until or (spans[LAST_PHASE][1] if LAST_PHASE in spans else None)
    return None if first is None or last is None or last < first else Period(first, last)
