"""Objections as lists, counts and waiting work; overdue is derived here and nowhere else."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from evaluation.models import NoticeLine, Objection, PublicNotice
from evaluation.public_notice.choices import OBJECTION_OPEN, NoticeStatus, ObjectionOutcome, ObjectionStatus
from evaluation.public_notice.queries.notices import latest_lines
from platforms import deadlines
from platforms.models import User
from platforms.rounds.choices import RoundStatus

#: What leads to a change of the list.
UPHELD = (ObjectionOutcome.UPHELD, ObjectionOutcome.PARTLY)


@dataclass(frozen=True)
class Told:
    """What everybody may know of the objections to one notice: how many came, how many were answered or refused."""

    received: int
    answered: int
    refused: int

    @property
    def in_words(self) -> str:
        """收到 3 件，已答复 1 件，不予受理 1 件; the last only where there is one, and nothing where none came."""
        if not self.received:
            return ""
        refused = f"，不予受理 {self.refused} 件" if self.refused else ""
        return f"收到 {self.received} 件，已答复 {self.answered} 件{refused}"


def told(notice: PublicNotice) -> Told:
    """Count the objections to ``notice``, in one query; nobody is named."""
    return Told(
        **notice.objections.aggregate(
            received=Count("pk"),
            answered=Count("pk", filter=Q(status=ObjectionStatus.ANSWERED)),
            refused=Count("pk", filter=Q(status=ObjectionStatus.REFUSED)),
        )
    )


def listed(notice: PublicNotice, *, public: bool = True) -> list[NoticeLine]:
    """Return the lines of ``notice`` as they count now, by code: the last version of each platform.

    With ``public`` only those that everybody may read.
    """
    rows = latest_lines(notice).order_by("code", "pk")
    return list(rows.filter(is_public=True) if public else rows)


def taking_in() -> QuerySet[PublicNotice]:
    """Return the notices that an objection can still be entered for: opened, and their results not published."""
    return PublicNotice.objects.filter(status=NoticeStatus.OPENED).exclude(round__status=RoundStatus.PUBLISHED)


def overdue_on(day: date) -> Q:
    """Return the condition of what is overdue on ``day``: not ended, and its last day for an answer is past."""
    return Q(status__in=OBJECTION_OPEN, **deadlines.past("due_on", day))


def is_overdue(row: Objection, day: date) -> bool:
    """Say whether ``row`` is overdue on ``day``."""
    return row.status in OBJECTION_OPEN and deadlines.is_late(row.due_on, day)


def to_assign(user: User) -> QuerySet[Objection]:
    """Return what waits to be given to somebody, by anybody of the city."""
    rows: QuerySet[Objection] = Objection.objects.visible_to(user)
    return rows.filter(status=ObjectionStatus.RECEIVED)


def to_answer(user: User) -> QuerySet[Objection]:
    """Return what was given to ``user`` to answer."""
    rows: QuerySet[Objection] = Objection.objects.visible_to(user)
    return rows.filter(status=ObjectionStatus.ASSIGNED, assigned_to=user)


def upheld(notice: PublicNotice) -> QuerySet[Objection]:
    """Return the objections to ``notice`` that were upheld, in whole or in part."""
    return Objection.objects.filter(notice=notice, status=ObjectionStatus.ANSWERED, outcome__in=UPHELD)


def line_of(row: Objection) -> NoticeLine | None:
    """Return the line of the platform that ``row`` is about as it counts now, None for the list as a whole."""
    lines = NoticeLine.objects.filter(notice=row.notice_id, assessment=row.assessment_id)
    return lines.order_by("-version").first() if row.assessment_id else None


def changed_by(row: Objection) -> list[NoticeLine]:
    """Return the lines that were made because of ``row``, the earliest first."""
    return list(row.changed.select_related("notice__round").order_by("made_at", "pk"))
