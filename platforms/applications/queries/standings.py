"""Which platforms are in operation on a day, and how those that are not came to be so (五).

The side that decides writes :class:`Standing`; everything here reads only that and the rounds. Every list, choice and
count of platforms at work goes through :func:`in_operation`; the past stays readable without it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus, EndedWhy
from platforms.applications.standing import Operation, Trial
from platforms.errors import Refusal
from platforms.models import Application, Platform, Standing
from platforms.notices.queries import in_use
from platforms.rounds.choices import RoundStatus

#: What also ends a candidacy that was running; a certificate that is replaced or runs out leaves it alone.
ENDS_ALL = (EndedWhy.REVOKED, EndedWhy.GIVEN_UP)
#: How long after its end a platform is still offered where services of earlier days are written down.
LATE_DAYS = 90


def in_operation(rows: QuerySet[Platform], on: date) -> QuerySet[Platform]:
    """Return those of ``rows`` that are in operation on the day ``on``; the same rule as ``standing.Operation``."""
    after = _midnight_after(on)
    standing = Standing.objects.filter(
        Q(starts_on__lte=on) | Q(known_at__lt=after),
        Q(ended_on__isnull=True) | Q(ended_on__gt=on),
        platform=OuterRef("pk"),
        ends_on__gte=on,
    )
    taken_away = Standing.objects.filter(
        platform=OuterRef("platform"),
        ended_why__in=ENDS_ALL,
        ended_on__lte=on,
        ended_at__gte=OuterRef("accepted_at"),
    )
    candidate = Application.objects.filter(
        ~Q(round__status=RoundStatus.PUBLISHED) | Q(round__published_on__gt=on),
        ~Exists(taken_away),
        platform=OuterRef("pk"),
        status=ApplicationStatus.ACCEPTED,
        accepted_at__lt=after,
    )
    return rows.filter(Exists(standing) | Exists(candidate))


def lately_in_operation(rows: QuerySet[Platform], on: date) -> QuerySet[Platform]:
    """Return those of ``rows`` that are in operation on ``on``, or were within :data:`LATE_DAYS` before it."""
    since = on - timedelta(days=LATE_DAYS)
    lately = Standing.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=since),
        platform=OuterRef("pk"),
        starts_on__lte=on,
        ends_on__gte=since,
    )
    now = in_operation(Platform.objects.all(), on).values("pk")
    return rows.filter(Exists(lately) | Q(pk__in=now))


def operations(platforms: Collection[int]) -> dict[int, Operation]:
    """Return, by key, when each of ``platforms`` is in operation, in three questions."""
    periods: dict[int, list[Standing]] = defaultdict(list)
    for standing in Standing.objects.filter(platform__in=platforms):
        periods[standing.platform_id].append(standing)
    trials: dict[int, list[Trial]] = defaultdict(list)
    accepted = Application.objects.filter(platform__in=platforms, status=ApplicationStatus.ACCEPTED)
    for application in accepted.select_related("round").only("platform", "accepted_at", "round"):
        if trial := _trial(application, periods[application.platform_id or 0]):
            trials[application.platform_id or 0].append(trial)
    first = Platform.objects.filter(pk__in=platforms).order_by().values_list("pk", "accepted_on")
    return {
        pk: Operation(
            accepted_on,
            tuple(trials[pk]),
            tuple((timezone.localdate(each.known_at), each.period) for each in periods[pk]),
        )
        for pk, accepted_on in first
    }


def running(renewed: Iterable[Standing]) -> dict[int, date]:
    """Return, by the key of the platform, the last day of each of ``renewed`` that still runs to it.

    What was put in the place of one by a change or a correction runs to the same day. One question, none for nothing.
    """
    wanted = {each.platform_id: each.ends_on for each in renewed}
    if not wanted:
        return {}
    rows = Standing.objects.filter(platform__in=wanted, ended_on__isnull=True).values_list("platform", "ends_on")
    return {pk: last for pk, last in rows if last == wanted[pk]}


def notice_of(platform: int, on: date) -> int:
    """Return the id of the notice that ``platform``, by its key, is under on the day ``on``; see :func:`notices_of`."""
    return notices_of([(platform, on)])[platform, on]


def notices_of(days: Iterable[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """Return, by platform and day, the id of the notice of the certificate that the platform held on that day.

    Where it held none it is that of its latest certificate, where it never had one the notice in use. Two questions,
    however many days.

    Raises:
        Refusal: no notice is in use yet.
    """
    asked = set(days)
    held: dict[int, list[Standing]] = defaultdict(list)
    for row in Standing.objects.filter(platform__in={pk for pk, _ in asked}).order_by("starts_on", "pk"):
        held[row.platform_id].append(row)
    usual = in_use() if any(not held[pk] for pk, _ in asked) else None
    found = {}
    for pk, day in asked:
        under = [row for row in held[pk] if row.period.stands(day)] or held[pk]
        notice = under[-1].notice_id if under else usual
        if notice is None:
            raise Refusal("尚无已批准的通知，请先录入并批准通知。")
        found[pk, day] = notice
    return found


def _trial(application: Application, standings: Iterable[Standing]) -> Trial | None:
    accepted_at, round_ = application.accepted_at, application.round
    assert accepted_at is not None  # held by application_accepted_has_platform
    if round_.status == RoundStatus.PUBLISHED and round_.published_on is None:
        return None
    ends = [round_.published_on] if round_.status == RoundStatus.PUBLISHED else []
    ends += [
        each.ended_on
        for each in standings
        if each.ended_why in ENDS_ALL and each.ended_at is not None and each.ended_at >= accepted_at
    ]
    return Trial(timezone.localdate(accepted_at), min((day for day in ends if day is not None), default=None))


def _midnight_after(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
