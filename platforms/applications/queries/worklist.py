"""What waits for the city among the applications, and how far the round is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.quotas import FILED
from platforms.models import Application, ApplicationMove, Round, User
from platforms.rounds.choices import RoundStatus

#: What was submitted, in rounds that are at work.
SUBMITTED = "submitted"
#: What waits: key → word, in the order in which it is worked off.
WAITING = {
    SUBMITTED: "待受理",
    "new": "新提交",
    "answered": "补正后重新提交",
    "late": "逾期提交",
    "overdue": "补正逾期未回",
    "mine": "我经办的",
    "nobody": "未分派",
    "filed": "已申报（含已退回、已受理）",
}


@dataclass(frozen=True)
class Progress:
    """How far the filing of a round is: counts of applications, ``target`` the number of platforms aimed at (三)."""

    waiting: int
    returned: int
    accepted: int
    target: int

    @property
    def filed(self) -> int:
        """What was submitted and not withdrawn."""
        return self.waiting + self.returned + self.accepted


def narrowed(rows: QuerySet[Application], key: str, *, user: User, on: date) -> QuerySet[Application]:
    """Return those of ``rows`` that wait in the way of ``key``, one of :data:`WAITING`, on the day ``on``."""
    submitted = Q(status=ApplicationStatus.SUBMITTED)
    was_returned = Exists(ApplicationMove.objects.filter(application=OuterRef("pk"), name="return"))
    open_ = Q(status__in=(ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED))
    at_work = Q(round__status__in=(RoundStatus.FILING, RoundStatus.EVALUATING))
    condition: dict[str, Q | Exists] = {
        SUBMITTED: submitted & at_work,
        "new": submitted & ~Q(was_returned),
        "answered": submitted & Q(was_returned),
        "late": open_ & Q(is_late=True),
        "overdue": Q(status=ApplicationStatus.RETURNED, **deadlines.past("correction_due_on", on)),
        "mine": open_ & Q(assigned_to=user),
        "nobody": open_ & Q(assigned_to__isnull=True),
        "filed": Q(status__in=FILED),
    }
    return rows.filter(condition[key])


def progress_of(round: Round, *, user: User) -> Progress:
    """Return how far ``round`` is among the applications that ``user`` sees."""
    counts = dict(
        Application.objects.visible_to(user)
        .filter(round=round)
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    return Progress(
        counts.get(ApplicationStatus.SUBMITTED, 0),
        counts.get(ApplicationStatus.RETURNED, 0),
        counts.get(ApplicationStatus.ACCEPTED, 0),
        round.target,
    )
