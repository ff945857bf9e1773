from dataclasses import dataclass

from evaluation.marking.queries.graded import judged
from evaluation.models import Assessment
from platforms.models import User


@dataclass(frozen=True)
class Place:
    """Where an assessment stands in the worklist of its round: its number, of how many, and who is beside it."""

    number: int
    total: int
    previous: int | None
    next: int | None


def place_of(assessment: Assessment, user: User) -> Place:
    """Return the place of ``assessment`` among the platforms of its round that ``user`` sees, by filing number."""
    rows = judged(assessment.evaluation.round) & Assessment.objects.visible_to(user)
    keys = list(rows.order_by("application__number").values_list("pk", flat=True))
    if assessment.pk not in keys:
        return Place(0, len(keys), None, None)
    at = keys.index(assessment.pk)
    return Place(at + 1, len(keys), keys[at - 1] if at else None, keys[at + 1] if at + 1 < len(keys) else None)
