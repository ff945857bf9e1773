"""What waits for the city in an evaluation: marks to give, grades to settle, revocations to decide."""

from django.urls import reverse

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


SOURCES = (Source(20, (Role.CITY,), _marks), Source(40, (Role.CITY,), _revocations))
