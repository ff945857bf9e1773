"""Complaints as lists, waiting work and possible doubles; overdue is derived here and nowhere else."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from platforms import deadlines
from platforms.cases.choices import COMPLAINT_OPEN, COMPLAINT_TO_EXAMINE, ComplaintStatus
from platforms.cases.queries import grounds
from platforms.choices import Role
from platforms.models import Complaint, Platform, User

#: As many possible doubles are shown on one page.
MOST_DOUBLES = 20


def overdue_on(day: date) -> Q:
    """Return the condition of what is overdue on ``day``: at work, and its deadline is past."""
    return Q(status__in=COMPLAINT_OPEN, **deadlines.past("due_on", day))


def is_overdue(row: Complaint, day: date) -> bool:
    """Say whether ``row`` is overdue on ``day``."""
    return row.status in COMPLAINT_OPEN and deadlines.is_late(row.due_on, day)


def to_examine(user: User) -> QuerySet[Complaint]:
    """Return what ``user`` is to look into: a county's own, for the city where there is no county."""
    rows: QuerySet[Complaint] = Complaint.objects.visible_to(user).filter(status__in=COMPLAINT_TO_EXAMINE)
    return rows if user.role == Role.COUNTY else rows.filter(platform__region__isnull=True)


def to_decide(user: User) -> QuerySet[Complaint]:
    """Return what was looked into and waits for the city's decision."""
    rows: QuerySet[Complaint] = Complaint.objects.visible_to(user)
    return rows.filter(status=ComplaintStatus.EXAMINED) if user.role == Role.CITY else rows.none()


def late_at_counties(user: User, on: date) -> QuerySet[Complaint]:
    """Return what counties have still to look into although its day is over on ``on``."""
    rows: QuerySet[Complaint] = Complaint.objects.visible_to(user).filter(overdue_on(on))
    return rows.filter(status__in=COMPLAINT_TO_EXAMINE, platform__region__isnull=False)


def case_of(row: Complaint) -> Complaint:
    """Return the case that ``row`` belongs to: what it was merged into, or itself."""
    return row.merged_into or row


def possible_doubles(row: Complaint) -> QuerySet[Complaint]:
    """Return other complaints about the same platform with the same words, the same enterprise or the same phone."""
    same = Q(text=row.text) | Q(enterprise=row.enterprise) | Q(contact_phone=row.contact_phone)
    rows: QuerySet[Complaint] = Complaint.objects.filter(same, platform=row.platform_id)
    rows = rows.exclude(pk=row.pk).exclude(status=ComplaintStatus.MERGED)
    return rows.order_by("-received_at")[:MOST_DOUBLES]


def figures_of_platform(platform: Platform) -> dict[str, Any]:
    """Count the complaints about ``platform``: ``all`` without what was merged, ``open``, ``verified`` ever, and
    ``counting`` those that count now with ``since`` the window (None: from the beginning)."""
    since = grounds.window_start(platform)
    found = Complaint.objects.filter(platform=platform).aggregate(
        all=Count("pk", filter=~Q(status=ComplaintStatus.MERGED)),
        open=Count("pk", filter=Q(status__in=COMPLAINT_OPEN)),
        verified=Count("pk", filter=Q(status=ComplaintStatus.VERIFIED)),
        counting=Count("pk", filter=grounds.counting(since)),
    )
    return {**found, "since": since}
