"""Leave to file after the closing (延期申报许可): which hold today, for whom, and how much of each is left."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, QuerySet

from platforms.dates import day_in_words
from platforms.models import Application, FilingException, Region, Round


class ExtensionState(StrEnum):
    """Where an extension stands on a day; never stored."""

    USABLE = "可用"
    USED_UP = "已用完"
    EXPIRED = "已到期"
    REVOKED = "已撤销"


@dataclass(frozen=True)
class Standing:
    """One extension on a day: how many applications used it, how many it still lets in, and its state."""

    extension: FilingException
    used: int
    state: ExtensionState

    @property
    def left(self) -> int:
        """Applications that it still lets in, whatever its state."""
        return max(self.extension.uses_allowed - self.used, 0)


def standing_of(extension: FilingException, *, used: int, on: date) -> Standing:
    """Return how ``extension`` stands on the day ``on``, its last day included, after ``used`` applications."""
    if extension.revoked_at is not None:
        state = ExtensionState.REVOKED
    elif used >= extension.uses_allowed:
        state = ExtensionState.USED_UP
    elif on > extension.ends_on:
        state = ExtensionState.EXPIRED
    else:
        state = ExtensionState.USABLE
    return Standing(extension, used, state)


def standings(extensions: QuerySet[FilingException], *, on: date) -> list[Standing]:
    """Return how each of ``extensions`` stands on ``on``, in their order."""
    counted = extensions.annotate(used=Count("uses"))
    return [standing_of(each, used=each.used, on=on) for each in counted]


def extensions_for(*, round: Round, region: Region | None) -> QuerySet[FilingException]:
    """Return the extensions of ``region`` (None: the city) in ``round``, those for one draft and the soonest first."""
    rows = FilingException.objects.filter(round=round, region=region).select_related("round", "application")
    return rows.order_by(F("application").asc(nulls_last=True), "ends_on", "pk")


def usable_for(*, round: Round, region: Region | None, on: date) -> list[Standing]:
    """Return the extensions under which ``region`` can file in ``round`` on ``on``."""
    rows = extensions_for(round=round, region=region).filter(revoked_at__isnull=True, ends_on__gte=on)
    return [each for each in standings(rows, on=on) if each.state == ExtensionState.USABLE]


def granted(region: Region | None, *, on: date) -> QuerySet[FilingException]:
    """Return the extensions of ``region`` that are neither revoked nor over on ``on``, used up or not."""
    return FilingException.objects.filter(region=region, revoked_at__isnull=True, ends_on__gte=on)


def usable_in(rounds: Collection[Round], region: Region | None, *, on: date) -> list[Standing]:
    """Return the extensions under which ``region`` can file on ``on`` in any of ``rounds``."""
    rows = granted(region, on=on).filter(round__in=rounds)
    return [each for each in standings(rows, on=on) if each.state == ExtensionState.USABLE]


def fits(extension: FilingException, application: Application | None) -> bool:
    """Say whether ``extension`` is for ``application``; None stands for one that is not there yet."""
    return extension.application_id is None or (application is not None and extension.application_id == application.pk)


def why_none(found: Iterable[Standing], application: Application | None) -> str:
    """Return why none of ``found`` lets ``application`` in, as a sentence; nothing where none was ever granted."""
    mine = [each for each in found if fits(each.extension, application)]
    for state, sentence in (
        (ExtensionState.USED_UP, "延期申报许可的 {n} 份已经用完，不能再提交。需要再申报的，请与市经信局联系。"),
        (ExtensionState.EXPIRED, "延期申报许可已于{day}到期，不能再提交。需要延长的，请与市经信局联系。"),
        (ExtensionState.REVOKED, "延期申报许可已被市经信局撤销，不能再提交。"),
    ):
        last = max(
            (each for each in mine if each.state == state), key=lambda each: each.extension.ends_on, default=None
        )
        if last is not None:
            day = last.extension.ends_on
            return sentence.format(n=last.extension.uses_allowed, day=day_in_words(day))
    return ""


def extension_sentence(standing: Standing) -> str:
    """Say what an extension allows and how far it is used: 已许可延期申报 2 份，至5月3日（含当日），已用 1 份。"""
    extension = standing.extension
    day = extension.ends_on
    year = "" if day.year == extension.round.year else f"{day.year}年"
    whom = f"（仅限申报表 {extension.application.number}）" if extension.application else ""
    state = "" if standing.state == ExtensionState.USABLE else f"，{standing.state}"
    return (
        f"已许可延期申报 {extension.uses_allowed} 份{whom}，至{year}{day.month}月{day.day}日（含当日），"
        f"已用 {standing.used} 份{state}。"
    )
