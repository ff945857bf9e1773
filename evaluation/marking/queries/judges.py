"""Who can be asked to judge, who must stay out of which platform, and how far each has come."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from evaluation.marking.choices import JudgedBy, SheetKind, SheetStatus
from evaluation.marking.conflicts import Unit, conflict
from evaluation.marking.merging import Difference, differences
from evaluation.models import Assessment, Conflict, Evaluation, Sheet
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import User

#: How many assessors judge one platform.
ASSESSORS = 2
Bars = Mapping[int, str]


def judges() -> QuerySet[User]:
    """Return whom a platform can be assigned to: assessors and officers of the city, those who are active."""
    people: QuerySet[User] = User.objects.filter(role__in=(Role.ASSESSOR, Role.CITY), is_active=True)
    return people.order_by("role", "name", "username")


def units_of(assessment: Assessment) -> tuple[Unit, ...]:
    """Return the units that have a hand in the platform, as the form says that is judged."""
    form, application = assessment.frozen_form.data, assessment.application
    operator = form.get("operator") or {}
    found = [
        Unit("运营单位", str(operator.get("operator_name") or ""), str(operator.get("operator_code") or "")),
        Unit("运营单位", application.operator_name, application.operator_code),
        Unit("所属行业协会", application.association),
    ]
    partners = form.get("partners") or ()
    found += [Unit("合作机构", str(partner.get("name") or "")) for partner in partners]
    return tuple(unit for unit in found if unit.name or unit.code)


def bars(assessments: Collection[Assessment], people: Collection[User]) -> dict[int, dict[int, str]]:
    """Return by assessment and person the sentence that says why that person does not judge it.

    What was declared binds everybody, what follows from the employer binds assessors.
    """
    found: dict[int, dict[int, str]] = {assessment.pk: {} for assessment in assessments}
    for row in Conflict.objects.filter(assessment__in=found, person__in=[person.pk for person in people]):
        found[row.assessment_id][row.person_id] = f"已登记回避：{row.reason}"
    assessors = [person for person in people if person.role == Role.ASSESSOR]
    for assessment in assessments:
        units = units_of(assessment)
        for person in assessors:
            sentence = conflict(person.employer, person.employer_code, units)
            if sentence:
                found[assessment.pk].setdefault(person.pk, sentence)
    return found


def load_of(evaluation: Evaluation, *, but: Collection[int] = ()) -> Counter[int]:
    """Return how many platforms of ``evaluation`` each judges as an assessor, without the assessments ``but``."""
    sheets = Sheet.objects.filter(assessment__evaluation=evaluation, kind=SheetKind.ASSESSOR)
    return Counter(sheets.exclude(assessment__in=but).values_list("judge", flat=True))


@dataclass(frozen=True)
class Progress:
    """How far one person has come: sheets still open and sheets handed in."""

    person: User
    open: int
    handed_in: int


def progress_of(evaluation: Evaluation) -> list[Progress]:
    """Return who judges in ``evaluation``, who has most left to do first."""
    standing = Q(assessment__application__status=ApplicationStatus.ACCEPTED)
    sheets = Sheet.objects.filter(standing, assessment__evaluation=evaluation, judge__isnull=False)
    counts = {
        row["judge"]: (row["open"], row["done"])
        for row in sheets.order_by()
        .values("judge")
        .annotate(
            open=Count("pk", filter=Q(status=SheetStatus.OPEN)),
            done=Count("pk", filter=Q(status=SheetStatus.HANDED_IN)),
        )
    }
    people = User.objects.in_bulk(counts)
    found = [Progress(people[pk], *both) for pk, both in counts.items()]
    return sorted(found, key=lambda each: (-each.open, each.person.name, each.person.username))


def short_of_judges(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return those of ``rows`` that wait for an assessor to be assigned, by number.

    In a round that the city judges these are the ones of which only one was assigned.
    """
    assigned = Count("sheets", filter=Q(sheets__kind=SheetKind.ASSESSOR))
    rows = rows.filter(status="open", application__status=ApplicationStatus.ACCEPTED).annotate(_assigned=assigned)
    begun = Q(evaluation__judged_by=JudgedBy.ASSESSORS) | Q(_assigned__gt=0)
    return rows.filter(begun, _assigned__lt=ASSESSORS).order_by("application__number")


@dataclass(frozen=True)
class Apart:
    """A platform on which its two assessors differ: on what, and the sheet of the third."""

    third: Sheet
    differences: tuple[Difference, ...]


def apart(evaluation: Evaluation) -> list[Apart]:
    """Return the platforms of ``evaluation`` for which a third was asked, those without one first."""
    thirds = (
        Sheet.objects.filter(
            assessment__evaluation=evaluation,
            assessment__application__status=ApplicationStatus.ACCEPTED,
            kind=SheetKind.THIRD,
        )
        .select_related("assessment__application__region", "judge")
        .prefetch_related("assessment__sheets__marks__indicator")
    )
    scheme = evaluation.scheme.value()
    share = Fraction(scheme.difference_share)
    found = []
    for third in thirds:
        one, other = (
            {mark.indicator.code: mark.entry() for mark in sheet.marks.all()}
            for sheet in sorted(third.assessment.sheets.all(), key=lambda sheet: sheet.pk)
            if sheet.kind == SheetKind.ASSESSOR
        )
        found.append(
            Apart(third, differences(scheme.of_type(third.assessment.application.type), one, other, share=share))
        )
    return sorted(found, key=lambda each: (each.third.judge_id is not None, each.third.assessment.application.number))
