"""What the system itself recorded about platforms within the counted period of a round (四·(四)).

Every figure counts by the day on which something happened at the platform or came in about it: a service or a call by
the day of the service, an activity and its invitations by the day it was held, a complaint by the day it came in, a
finding by the day it was noted, a return by its due day (``platforms.rounds.counted_period`` says why).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from platforms.activities.choices import HUBS, ActivityStatus, InvitationAnswer
from platforms.cases.choices import ComplaintStatus
from platforms.follow_ups.queries import DIFFERS
from platforms.models import (
    Activity,
    Complaint,
    FollowUp,
    Invitation,
    PeriodicReturn,
    Rectification,
    ServiceRecord,
)
from platforms.rectifications.choices import RectificationStatus
from platforms.rounds.counted_period import Period
from platforms.service_records.queries.records import flagged

Keys = Collection[int]
ALL = Q()


def verified_complaints(keys: Keys, period: Period) -> QuerySet[Complaint]:
    """Return the verified complaints about the platforms ``keys`` that came in within ``period``.

    What was merged counts with its case, which has a day of its own.
    """
    rows: QuerySet[Complaint] = Complaint.objects.filter(
        platform__in=keys, status=ComplaintStatus.VERIFIED, **period.moments("received_at")
    )
    return rows


def _services(keys: Keys, period: Period) -> QuerySet:
    return ServiceRecord.objects.filter(platform__in=keys, cancelled_at__isnull=True, **period.days("served_on"))


def _invitations(keys: Keys, period: Period) -> QuerySet:
    rows = Invitation.objects.filter(platform__in=keys, **period.days("activity__held_on"))
    return rows.exclude(activity__status=ActivityStatus.CANCELLED)


def _activities(keys: Keys, period: Period) -> QuerySet:
    return Activity.objects.filter(platform__in=keys, status=ActivityStatus.REPORTED, **period.days("held_on"))


def _rectifications(keys: Keys, period: Period) -> QuerySet:
    rows = Rectification.objects.filter(platform__in=keys, **period.moments("opened_at"))
    return rows.exclude(status=RectificationStatus.WITHDRAWN)


def _returns(keys: Keys, period: Period) -> QuerySet:
    rows = PeriodicReturn.objects.filter(platform__in=keys, **period.days("due_on"))
    return rows.filter(Q(late=True) | Q(handed_in_at__isnull=True, closed_at__isnull=False))


def _calls(keys: Keys, period: Period) -> QuerySet:
    return FollowUp.objects.filter(platform__in=keys, **period.days("served_on")).exclude(result="")


@dataclass(frozen=True)
class Figure:
    """One figure of the period: ``label`` and ``unit`` for people, the ``rows`` of platforms that it counts.

    ``distinct`` names the column of which each value counts once.
    """

    label: str
    unit: str
    rows: Callable[[Keys, Period], QuerySet]
    narrow: Q = ALL
    distinct: str = ""


FIGURES: dict[str, Figure] = {
    "verified_complaints": Figure("核查属实的投诉", "件", verified_complaints),
    "counted_services": Figure("服务记录", "条", _services),
    "counted_enterprises": Figure("服务企业", "家", _services, distinct="enterprise"),
    "counted_free": Figure("公益性服务记录", "条", _services, ~Q(free_category="")),
    "counted_fees": Figure("公益性服务收费的记录", "条", _services, flagged()),
    "counted_activities": Figure("举办并总结的活动", "场", _activities),
    "counted_attended": Figure("参加的统筹活动", "场", _invitations, Q(took_part=True)),
    "counted_refused": Figure(
        "拒绝的枢纽平台活动", "场", _invitations,
        Q(answer=InvitationAnswer.REFUSED, activity__organiser__in=HUBS),
    ),
    "counted_rectifications": Figure("下发的整改", "项", _rectifications),
    "counted_late_returns": Figure("逾期或未报送的定期报送", "份", _returns),
    "counted_differences": Figure("与记录不符的回访", "条", _calls, DIFFERS),
}  # fmt: skip

Counted = dict[str, int]


def counted(keys: Keys, period: Period, names: Collection[str] = tuple(FIGURES)) -> dict[int, Counted]:
    """Return, for each of the platforms ``keys``, the figures ``names`` within ``period``; one question a source."""
    found: dict[int, Counted] = {key: dict.fromkeys(names, 0) for key in keys}
    for rows, named in groupby(sorted(names, key=_place), key=lambda name: FIGURES[name].rows):
        counts = {name: _count(FIGURES[name]) for name in named}
        for line in rows(keys, period).order_by().values("platform").annotate(**counts):
            found[line.pop("platform")] |= line
    return found


def _place(name: str) -> int:
    return list(FIGURES).index(name)


def _count(figure: Figure) -> Count:
    narrow = figure.narrow or None
    return Count(figure.distinct, filter=narrow, distinct=True) if figure.distinct else Count("pk", filter=narrow)
