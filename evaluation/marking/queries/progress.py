"""How far the evaluation of a round is."""

from collections import Counter
from dataclasses import dataclass

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.queries.graded import judged
from evaluation.models import Assessment, Evaluation
from platforms.models import User


@dataclass(frozen=True)
class Step:
    """How many platforms stand at one status of the evaluation."""

    status: str
    label: str
    count: int


def steps(evaluation: Evaluation, user: User) -> tuple[Step, ...]:
    """Return the counts by status, of the platforms that ``user`` may see, in the order of the work."""
    visible = judged(evaluation.round) & Assessment.objects.visible_to(user)
    found = Counter(visible.order_by().values_list("status", flat=True))
    return tuple(Step(value, label, found[value]) for value, label in AssessmentStatus.choices)
