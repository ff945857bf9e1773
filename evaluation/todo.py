"""What waits in an evaluation: marks to give, grades to settle, flags to clear up, revocations to decide."""

from django.urls import reverse
from django.utils import timezone

from evaluation.flags import queries as flags
from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment
from evaluation.revocation import queries as revocations
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import User
from platforms.workbench.queries.todo import Opened, Source, Todo, counted, counted_by_round


def _marks(user: User, opened: Opened) -> list[Todo]:
    assessments = reverse("admin:evaluation_assessment_changelist")
    judged = Assessment.objects.visible_to(user).filter(application__status=ApplicationStatus.ACCEPTED)

    def marked(text: str, status: str, field: str) -> list[Todo]:
        url = f"{assessments}?status__exact={status}"
        return counted_by_round(opened, text, judged.filter(status=status), "evaluation__round", field, url)

    return [
        *marked("评分", AssessmentStatus.OPEN, "evaluation__started_at"),
        *marked("核定档次", AssessmentStatus.SCORED, "scored_at"),
    ]


def _revocations(user: User, _opened: Opened) -> list[Todo]:
    proposals = reverse("admin:evaluation_revocationproposal_changelist")
    waiting = revocations.waiting_for(user)
    return [counted("决定撤销认定", waiting, "proposed_at", f"{proposals}?status__exact=proposed")]


def _flags(user: User, _opened: Opened) -> list[Todo]:
    found = flags.waiting_figures(user, timezone.localdate())
    url = reverse("admin:evaluation_flag_changelist")
    to_answer = [
        Todo("答复逾期的核实事项", found["late"], f"{url}?late=yes", found["late_since"]),
        Todo("答复核实事项", found["answer"], url, found["answer_since"]),
    ]
    if not user.has_perm("evaluation.resolve_flag"):
        return to_answer
    return [
        *to_answer,
        Todo("办结已答复的核实事项", found["resolve"], f"{url}?status__exact=answered", found["resolve_since"]),
    ]


_OFFICERS = (Role.COUNTY, Role.CITY)
#: What was asked by a day, the overdue first, stands before everything else.
SOURCES = (
    Source(5, _OFFICERS, _flags),
    Source(20, (Role.CITY,), _marks),
    Source(40, (Role.CITY,), _revocations),
)
