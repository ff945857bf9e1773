"""Periods of standing as the side that decides writes them, in its own transaction (五)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from platforms.applications.choices import EndedWhy
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Platform, Standing, User

BATCH = 500


@dataclass(frozen=True)
class Begun:
    """A certificate that was made public: whose, its number, the notice of its round, its first and its last day."""

    platform: Platform
    certificate: str
    notice: int
    starts_on: date
    ends_on: date


@transaction.atomic
def begin(*, begun: Sequence[Begun], why: EndedWhy = EndedWhy.REPLACED, by: User, at: datetime) -> list[Standing]:
    """Let platforms stand under the certificates of ``begun``; returns the standings that this closed.

    五 knows one certificate in force at a time: what is open ends from the first day of the new one, for ``why``, or is
    closed as expired where its last day lies before that.

    Raises:
        Refusal: a new one would begin before what stands already, or before the end of what was ended.
    """
    by_platform = {each.platform.pk: each for each in begun}
    known = Standing.objects.select_for_update(of=("self",)).filter(platform__in=by_platform)
    closed = []
    for row in known.select_related("platform").order_by("platform__code", "starts_on"):
        new = by_platform[row.platform_id]
        if row.ended_on is None and row.starts_on <= new.starts_on:
            _close(row, new.starts_on, why, by, at)
            closed.append(row)
        else:
            _check_follows(row, new.starts_on)
    Standing.objects.bulk_update(closed, ["ended_on", "ended_why", "ended_at", "ended_by"], batch_size=BATCH)
    made = [
        Standing(
            platform=each.platform, certificate=each.certificate, notice_id=each.notice, starts_on=each.starts_on,
            ends_on=each.ends_on, known_at=at,
        )
        for each in begun
    ]  # fmt: skip
    Standing.objects.bulk_create(made, batch_size=BATCH)
    audit.record_many([*map(_ended, closed), *map(_begun, made)], by=by, at=at)
    return closed


def check_may_begin(*, starts: Mapping[int, date]) -> None:
    """Refuse first days, by the key of the platform, that :func:`begin` would refuse; nothing is written.

    Raises:
        Refusal: one would begin before what stands already, or before the end of what was ended.
    """
    known = Standing.objects.filter(platform__in=starts).select_related("platform")
    for row in known.order_by("platform__code", "starts_on"):
        _check_follows(row, starts[row.platform_id])


@transaction.atomic
def end(*, platform: Platform, on: date, why: EndedWhy, by: User, at: datetime) -> list[Standing]:
    """End what ``platform`` stands under from the day ``on``, also what begins later; returns what was ended.

    ``on`` is the first day on which it stands no longer. What ended before today stays as it ended; a replacement that
    lies ahead is overtaken. Nothing is changed where nothing stands.
    """
    today = timezone.localdate(at)
    alive = Q(ended_on__isnull=True) | Q(ended_on__gt=max(on, today))
    rows = list(
        Standing.objects.select_for_update(of=("self",))
        .filter(alive, platform=platform, ends_on__gte=on)
        .select_related("platform")
        .order_by("starts_on")
    )
    for row in rows:
        row.ended_on, row.ended_why, row.ended_at, row.ended_by = on, why.value, at, by
        row.save(update_fields=["ended_on", "ended_why", "ended_at", "ended_by"])
    audit.record_many([_ended(row) for row in rows], by=by, at=at)
    return rows


def _check_follows(row: Standing, starts_on: date) -> None:
    day = row.ended_on or row.starts_on
    if day > starts_on:
        raise Refusal(f"“{row.platform}”已有证书 {row.certificate}，新证书不能早于{day_in_words(day)}生效。")


def _close(row: Standing, starts_on: date, why: EndedWhy, by: User, at: datetime) -> None:
    if row.ends_on < starts_on:
        row.ended_on, row.ended_why = row.ends_on + timedelta(days=1), EndedWhy.EXPIRED.value
    else:
        row.ended_on, row.ended_why = starts_on, why.value
    row.ended_at, row.ended_by = at, by


def _begun(row: Standing) -> audit.Entry:
    return audit.Entry(
        verb="登记运营期", target=row, code=f"{row.platform.code} {row.certificate}",
        changes={"有效期起": ["", row.starts_on], "有效期止": ["", row.ends_on]},
    )  # fmt: skip


def _ended(row: Standing) -> audit.Entry:
    return audit.Entry(
        verb="终止运营期", target=row, code=f"{row.platform.code} {row.certificate}",
        changes={"终止日期": ["", row.ended_on], "终止原因": ["", row.get_ended_why_display()]},
    )  # fmt: skip
