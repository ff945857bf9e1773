"""Leave to file after the closing (延期申报许可): which hold today, for whom, and how much of each is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, QuerySet

from platforms.dates import day_in_words
from platforms.models import Application, FilingException, Region, Round


class ExceptionState(StrEnum):
    """Where an exception stands on a day; never stored."""

    USABLE = "可用"
    USED_UP = "已用完"
    EXPIRED = "已到期"
    REVOKED = "已撤销"


@dataclass(frozen=True)
class Standing:
    """One exception on a day: how many applications used it, how many it still lets in, and its state."""

    exception: FilingException
    used: int
    state: ExceptionState

    @property
    def left(self) -> int:
        """Applications that it still lets in, whatever its state."""
        return max(self.exception.uses_allowed - self.used, 0)


def standing_of(exception: FilingException, *, used: int, on: date) -> Standing:
    """Return how ``exception`` stands on the day ``on``, its last day included, after ``used`` applications."""
    if exception.revoked_at is not None:
        state = ExceptionState.REVOKED
    elif used >= exception.uses_allowed:
        state = ExceptionState.USED_UP
    elif on > exception.ends_on:
        state = ExceptionState.EXPIRED
    else:
        state = ExceptionState.USABLE
    return Standing(exception, used, state)


def standings(exceptions: QuerySet[FilingException], *, on: date) -> list[Standing]:
    """Return how each of ``exceptions`` stands on ``on``, in their order."""
    counted = exceptions.annotate(used=Count("uses"))
    return [standing_of(each, used=each.used, on=on) for each in counted]


def exceptions_for(*, round: Round, region: Region | None) -> QuerySet[FilingException]:
    """Return the exceptions of ``region`` (None: the city) in ``round``, those for one draft and the soonest first."""
    rows = FilingException.objects.filter(round=round, region=region).select_related("round", "application")
    return rows.order_by(F("application").asc(nulls_last=True), "ends_on", "pk")


def usable_for(*, round: Round, region: Region | None, on: date) -> list[Standing]:
    """Return the exceptions under which ``region`` can file in ``round`` on ``on``."""
    rows = exceptions_for(round=round, region=region).filter(revoked_at__isnull=True, ends_on__gte=on)
    return [each for each in standings(rows, on=on) if each.state == ExceptionState.USABLE]


def fits(exception: FilingException, application: Application | None) -> bool:
    """Say whether ``exception`` is for ``application``; None stands for one that is not there yet."""
    return exception.application_id is None or (application is not None and exception.application_id == application.pk)


def why_none(found: Iterable[Standing], application: Application | None) -> str:
    """Return why none of ``found`` lets ``application`` in, as a sentence; nothing where none was ever granted."""
    mine = [each for each in found if fits(each.exception, application)]
    for state, sentence in (
        (ExceptionState.USED_UP, "延期申报许可的 {n} 份已经用完，不能再提交。需要再申报的，请与市经信局联系。"),
        (ExceptionState.EXPIRED, "延期申报许可已于{day}到期，不能再提交。需要延长的，请与市经信局联系。"),
        (ExceptionState.REVOKED, "延期申报许可已被市经信局撤销，不能再提交。"),
    ):
        last = max(
            (each for each in mine if each.state == state), key=lambda each: each.exception.ends_on, default=None
        )
        if last is not None:
            day = last.exception.ends_on
            return sentence.format(n=last.exception.uses_allowed, day=day_in_words(day))
    return ""
