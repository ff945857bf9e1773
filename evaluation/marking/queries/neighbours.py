from dataclasses import dataclass

from django.db.models import QuerySet

from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.marking.queries.blindness import seeing
from evaluation.marking.queries.graded import judged
from evaluation.models import Assessment, Sheet
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import User


@dataclass(frozen=True)
class Place:
    """Where a platform stands in the worklist of a person: its number, of how many, and who is beside it.

    ``open`` is how many others are open, ``next_open`` the next of them, going on from the first after the last.
    """

    number: int
    total: int
    previous: int | None
    next: int | None
    open: int = 0
    next_open: int | None = None


def place_of(assessment: Assessment, user: User) -> Place:
    """Return the place of ``assessment`` among the platforms of its round that ``user`` sees, by filing number."""
    rows = seeing(judged(assessment.evaluation.round) & Assessment.objects.visible_to(user), user)
    return _place(rows.order_by("application__number"), assessment.pk, AssessmentStatus.OPEN)


def place_of_sheet(sheet: Sheet, user: User) -> Place:
    """Return the place of ``sheet`` among the sheets of its round that ``user`` fills, by filing number."""
    rows = fillable(Sheet.objects.visible_to(user), user).filter(assessment__evaluation=sheet.assessment.evaluation_id)
    return _place(rows.order_by("assessment__application__number", "pk"), sheet.pk, SheetStatus.OPEN)


def fillable(rows: QuerySet[Sheet], user: User) -> QuerySet[Sheet]:
    """Return those of ``rows`` that ``user`` fills: of a county all that are seen, of others those assigned.

    What was withdrawn after acceptance is no longer judged.
    """
    rows = rows.filter(assessment__application__status=ApplicationStatus.ACCEPTED)
    return rows if user.role == Role.COUNTY else rows.filter(judge=user.pk)


def _place(rows: QuerySet, pk: int, open_: str) -> Place:
    standing = dict(rows.values_list("pk", "status"))
    keys = list(standing)
    waiting = [key for key in keys if standing[key] == open_ and key != pk]
    if pk not in standing:
        return Place(0, len(keys), None, None, len(waiting), next(iter(waiting), None))
    at = keys.index(pk)
    following = next((key for key in waiting if keys.index(key) > at), next(iter(waiting), None))
    return Place(
        at + 1,
        len(keys),
        keys[at - 1] if at else None,
        keys[at + 1] if at + 1 < len(keys) else None,
        len(waiting),
        following,
    )
