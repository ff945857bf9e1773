"""Complaints as lists, waiting work and possible doubles; overdue is derived here and nowhere else."""

from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

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


def waiting_for(user: User) -> QuerySet[Complaint]:
    """Return what waits for ``user``: to be looked into for a county; to be decided for the city, and to be looked
    into where there is no county."""
    rows: QuerySet[Complaint] = Complaint.objects.visible_to(user)
    return rows.filter(_examines(user) | _decides(user))


def waiting_figures(user: User) -> dict[str, Any]:
    """Count what waits for ``user`` and since when, in one query: ``examine`` and ``decide``, each with ``_since``."""
    return Complaint.objects.visible_to(user).aggregate(
        examine=Count("pk", filter=_examines(user)),
        examine_since=Min("received_at", filter=_examines(user)),
        decide=Count("pk", filter=_decides(user)),
        decide_since=Min("examined_at", filter=_decides(user)),
    )


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


def _examines(user: User) -> Q:
    mine = Q(status__in=COMPLAINT_TO_EXAMINE)
    return mine if user.role == Role.COUNTY else mine & Q(platform__region__isnull=True)


def _decides(user: User) -> Q:
    return Q(status=ComplaintStatus.EXAMINED) if user.role == Role.CITY else Q(pk__in=())
