"""Which round is meant: the current one, those at work, and the one that a day belongs to.

A round counts from the day on which filing was opened for it; one in preparation takes over nothing.
"""

from datetime import date

from django.db import models

from platforms.models import Round
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import FILING_PHASE

#: Filing was opened for it once; a round never goes back from there.
OPENED = (RoundStatus.FILING, RoundStatus.EVALUATING, RoundStatus.PUBLISHED)
#: It waits for somebody: filing or evaluated, its results are not public yet.
AT_WORK = (RoundStatus.FILING, RoundStatus.EVALUATING)


def current_round() -> Round | None:
    """Return the latest round that filing was opened for, whatever became of it; None before the first opening."""
    return Round.objects.filter(status__in=OPENED).order_by("-year").first()


def current_year() -> models.Subquery:
    """Return the year of the current round as a part of another query."""
    return models.Subquery(Round.objects.filter(status__in=OPENED).order_by("-year").values("year")[:1])


def current_notice() -> int | None:
    """Return the id of the notice of the current round; None before the first opening."""
    current = current_round()
    return current.notice_id if current else None


def rounds_at_work() -> list[Round]:
    """Return the rounds that are filing or being evaluated, the earliest first; years may overlap."""
    return list(Round.objects.filter(status__in=AT_WORK).order_by("year"))


def round_of(day: date) -> Round | None:
    """Return the round that what happens on ``day`` belongs to.

    It is the opened round whose first phase began last, on ``day`` or before: where two rounds overlap the later one,
    in the gap after a round's last phase that round still, until the next one begins. None before the first one began.
    """
    begun = Round.objects.filter(status__in=OPENED, phases__number=FILING_PHASE, phases__starts_on__lte=day)
    return begun.order_by("-phases__starts_on", "-year").first()


#: How a row that names no notice knows its own: by its round, or by the row that it hangs on.
_ABOVE = ("round", "evaluation", "application", "publication", "result", "certification", "template")


def notice_of(row: models.Model | None) -> int | None:
    """Return the id of the notice that ``row`` is under: its own, or that of its round; None where it has neither."""
    while row is not None:
        names = {field.name for field in row._meta.concrete_fields}
        if "notice" in names:
            found: int | None = row.notice_id  # type: ignore[attr-defined]
            return found
        row = next((getattr(row, name) for name in _ABOVE if name in names), None)
    return None
