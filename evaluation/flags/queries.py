"""Flags as lists and counts: what is open on one assessment, what waits for whom; overdue is derived here."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from evaluation.flags.choices import PENDING, FlagReader, FlagStatus
from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Flag
from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import User

#: What the city answers: routed to it, or escalated.
THE_CITYS = Q(for_whom=FlagReader.CITY) | Q(escalated_at__isnull=False)
OVERDUE = "overdue"


def overdue_on(day: date) -> Q:
    """Return the condition of what is overdue on ``day``: the last day for an answer is past and nobody answered."""
    return Q(status__in=PENDING, **deadlines.past("due_on", day))


def is_overdue(flag: Flag, day: date) -> bool:
    """Say whether ``flag`` is overdue on ``day``."""
    return flag.status in PENDING and deadlines.is_late(flag.due_on, day)


def open_flags(assessment: Assessment, user: User) -> QuerySet[Flag]:
    """Return what is not resolved about ``assessment`` and is for ``user`` to read, the first due first."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).filter(assessment=assessment)
    return rows.exclude(status=FlagStatus.RESOLVED).order_by("due_on", "pk")


def flaggable(user: User) -> QuerySet[Assessment]:
    """Return the assessments that ``user`` may raise a flag on: those not published, of applications still accepted."""
    rows: QuerySet[Assessment] = Assessment.objects.visible_to(user)
    if not user.has_perm("evaluation.add_flag"):
        return rows.none()
    return rows.filter(application__status=ApplicationStatus.ACCEPTED).exclude(status=AssessmentStatus.PUBLISHED)


def tally(rows: QuerySet[Flag], on: date) -> dict[str, int]:
    """Count ``rows`` by status, and what is overdue, in one query."""
    counts = {status: Count("pk", filter=Q(status=status)) for status in FlagStatus.values}
    return rows.order_by().aggregate(**counts, **{OVERDUE: Count("pk", filter=overdue_on(on))})


def to_answer(user: User) -> Q:
    """Return the condition of what ``user`` is to answer."""
    pending = Q(status__in=PENDING)
    return pending & (~THE_CITYS if user.role == Role.COUNTY else THE_CITYS)


def waiting_for_answer(user: User, on: date) -> QuerySet[Flag]:
    """Return what waits for ``user``'s answer: not what this person raised, unless it is overdue on ``on``."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).filter(to_answer(user))
    return rows.exclude(~overdue_on(on), raised_by=user)


def waiting_for_end(user: User) -> QuerySet[Flag]:
    """Return what was answered and waits for its end."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).filter(status=FlagStatus.ANSWERED)
    return rows


def late_at_counties(user: User, on: date) -> QuerySet[Flag]:
    """Return what counties have not answered although its day is over on ``on``; the city may take it over."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).filter(overdue_on(on))
    return rows.exclude(THE_CITYS)
