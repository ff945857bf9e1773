"""The days that an evaluation counts (四·(四)): those of the phases between filing and evaluation.

The notice names no period: platforms record, are linked and tried out in these phases, and what happened then is what
the last phase evaluates. The city may set other days for a round. What counts is the day on which something
happened at the platform or came in about it (a service, an activity, a complaint, a finding), never the day on which
an office dealt with it: how fast an office works changes nobody's marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from platforms.dates import NINGBO, day_in_words


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
    spans: Mapping[int, tuple[date, date]],
    counted: tuple[int, int] | None,
    counted_from: date | None,
    counted_until: date | None,
) -> Period | None:
    """Return the period of a round with the phases ``spans`` (number: first and last day) and the days that were set.

    ``counted`` are the numbers of the first and the last phase that count where no days are set; None for none of them.
    None where a day is neither set nor follows from a phase, or where they are the wrong way round.
    """
    begun, ended = (spans.get(counted[0]), spans.get(counted[1])) if counted else (None, None)
    first = counted_from or (begun[0] if begun else None)
    last = counted_until or (ended[1] if ended else None)
    return None if first is None or last is None or last < first else Period(first, last)
