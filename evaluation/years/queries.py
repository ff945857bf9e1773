"""Which years a person may lay beside each other, and what stands in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from evaluation.certification.evidence import Evidence, from_data
from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Result, Score
from evaluation.schemes.choices import Method
from evaluation.schemes.models import heads_of
from evaluation.years.comparing import Standing
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import Round, User
from platforms.notices.terms import Terms, grade_label
from platforms.rounds.choices import RoundStatus
from platforms.scope import regions_of_officer

COMPARE = "evaluation.compare_years"
#: Who reads points and grades before they are public.
JUDGE = "evaluation.view_assessment"


@dataclass(frozen=True)
class Year:
    """One year that is compared; what is not public yet holds staged grades too, and only the city sees it."""

    round: Round
    public: bool

    @property
    def year(self) -> int:
        return self.round.year

    @property
    def terms(self) -> Terms:
        return self.round.terms

    @property
    def label(self) -> str:
        """How the heads of tables call it."""
        return f"{self.year}年度" if self.public else f"{self.year}年度（未公布）"

    def says(self, grade: str) -> str:
        """Return what the notice of the year calls ``grade``, nothing for none."""
        return grade_label(self.terms, grade)


@dataclass(frozen=True)
class Line:
    """One platform in one year at its ``site``; ``region`` is the code of its region then, empty for the city's own.

    ``corrected`` is what a result rests on that was corrected after its publication.
    """

    year: int
    assessment: int
    platform: int
    code: str
    name: str
    site: str
    region: str
    region_name: str
    type: str
    standing: Standing
    reason: str
    corrected: Evidence | None = None


@dataclass(frozen=True)
class Given:
    """What one platform got for one indicator in one year: ``passed`` for basic conditions, ``points`` for the rest.

    ``full`` are the full marks for its type; of a deduction they are what each case takes off.
    """

    year: int
    assessment: int
    order: int
    code: str
    title: str
    head: str
    method: str
    full: Fraction
    points: Fraction | None
    passed: bool | None
    words: str


def years(user: User) -> tuple[Year, ...]:
    """Return the years that ``user`` may compare, the earliest first: published ones, for the city those judged too."""
    if not user.has_perm(COMPARE):
        return ()
    judged = Round.objects.filter(evaluation__isnull=False).order_by("year")
    rows = [Year(each, each.status == RoundStatus.PUBLISHED) for each in judged]
    return tuple(each for each in rows if each.public or user.has_perm(JUDGE))


def _assessments(user: User, chosen: Iterable[Year]) -> QuerySet[Assessment]:
    """Return what of the years is the person's to compare.

    A county holds no permission on assessments: they are not its business before they are public. What was published
    of its own regions is, and is read here alone.
    """
    public = [each.round.pk for each in chosen if each.public]
    judged = [each.round.pk for each in chosen if not each.public]
    rows = Assessment.objects.filter(
        Q(evaluation__round__in=public, status=AssessmentStatus.PUBLISHED)
        | Q(evaluation__round__in=judged, application__status=ApplicationStatus.ACCEPTED)
    )
    return rows.filter(application__region__in=regions_of_officer(user)) if user.role == Role.COUNTY else rows


def lines(user: User, chosen: Sequence[Year], *, code: str = "") -> list[Line]:
    """Return what stands in the ``chosen`` years, by code of the platform and year; of one platform where ``code`` is.

    A grade that is not confirmed yet is the staged one; points stand once they were handed in. What was corrected after
    its publication stands as corrected.
    """
    rows = _assessments(user, chosen)
    corrected = _corrected(chosen, code)
    if code:
        rows = rows.filter(application__platform__code=code)
    found = rows.order_by("application__platform__code", "evaluation__round__year").values_list(
        "evaluation__round__year",
        "pk",
        "application__platform",
        "application__platform__code",
        "application__platform__name",
        "application__association",
        "application__park__name",
        "application__town__name",
        "application__region__code",
        "application__region__name",
        "application__type",
        "status",
        "grade",
        "staged_grade",
        "points",
        "grade_reason",
        "staged_reason",
        "veto_fact",
    )
    made = [
        Line(
            year=year,
            assessment=pk,
            platform=key,
            code=code,
            name=name,
            site=association or park or town or region_name or "",
            region=region or "",
            region_name=region_name or "市级",
            type=type_,
            standing=Standing(grade or staged, None if status == AssessmentStatus.OPEN else _exact(points)),
            reason="；".join(filter(None, (veto, grade_reason or staged_reason))),
        )
        for (
            year, pk, key, code, name, association, park, town, region, region_name, type_, status, grade, staged,
            points, grade_reason, staged_reason, veto,
        ) in found
    ]  # fmt: skip
    return [_with(each, corrected[each.assessment]) if each.assessment in corrected else each for each in made]


def _corrected(chosen: Sequence[Year], code: str) -> dict[int, tuple[str, str, Any]]:
    """Return grade, public reason and evidence of what was corrected or changed, by the key of its assessment."""
    rows = Result.objects.current().filter(
        version__gt=1, assessment__isnull=False, publication__round__in=[each.round.pk for each in chosen]
    )
    if code:
        rows = rows.filter(platform__code=code)
    found = rows.values_list("assessment", "grade", "amendment__public_reason", "evidence__data")
    return {pk: (grade, reason, data) for pk, grade, reason, data in found}


def _with(line: Line, corrected: tuple[str, str, Any]) -> Line:
    grade, reason, data = corrected
    evidence = from_data(data) if data else None
    points = evidence.points if evidence else line.standing.points
    # A change of name or operator says nothing of the grade.
    if evidence and evidence.grade_reason:
        reason = evidence.grade_reason
    elif grade == line.standing.grade:
        reason = line.reason
    return replace(line, standing=Standing(grade, points), reason=reason, corrected=evidence)


def given(rows: Iterable[Line]) -> list[Given]:
    """Return what the platforms of ``rows`` got for each indicator, in the order of the schemes.

    What is still being scored is left out, and so is what platforms of a type are not asked. Indicators of different
    years are one where their code is; full marks are those of the type of the platform.
    """
    rows = list(rows)
    types = {each.assessment: each.type for each in rows if each.standing.points is not None}
    corrected = {
        (each.assessment, line.indicator.code): line for each in rows if each.corrected for line in each.corrected.lines
    }
    found = Score.objects.filter(assessment__in=types)
    made = [
        Given(
            year, pk, order, code, title, head, method, Fraction(by_type.get(types[pk], full)), _exact(points), passed,
            words,
        )
        for year, pk, order, code, title, head, method, full, by_type, points, passed, words in found.order_by(
            "assessment__evaluation__round__year", "indicator__order"
        ).values_list(
            "assessment__evaluation__round__year",
            "assessment",
            "indicator__order",
            "indicator__code",
            "indicator__title",
            "indicator__head",
            "indicator__method",
            "indicator__full_marks",
            "indicator__marks_by_type",
            "points",
            "passed",
            "evidence",
        )
    ]  # fmt: skip
    made = [
        replace(each, points=line.points, passed=line.entry.passed, words=line.reason)
        if (line := corrected.get((each.assessment, each.code)))
        else each
        for each in made
    ]
    return [each for each in made if each.full or each.method == Method.GATE]


def heads(chosen: Sequence[Year]) -> dict[str, str]:
    """Return the names of the heads of the ``chosen`` years by key, as the latest notice that has one calls it."""
    found: dict[str, str] = {}
    for each in chosen:
        found |= dict(heads_of(each.terms))
    return found


def full_marks(each: Given) -> Fraction:
    """Return what a platform can get at most: a deduction at best takes nothing off, a basic condition has none."""
    return Fraction(0) if each.method in (Method.DEDUCTION, Method.GATE) else each.full


def _exact(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))
