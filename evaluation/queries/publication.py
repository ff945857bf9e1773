"""What stands between a round and its publication, and what publishing it will do: one answer for page and service."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from evaluation.choices import AssessmentStatus, Grade
from evaluation.models import Assessment
from platforms.choices import ApplicationStatus
from platforms.models import Application, Round

NAMED = 5


@dataclass(frozen=True)
class RegionLine:
    """How many platforms of a region would be published with each grade."""

    name: str
    grades: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Preview:
    """What publishing would do now: counts per grade in the order A to D, and the same by region."""

    total: int
    grades: tuple[int, ...]
    certified: int
    regions: tuple[RegionLine, ...]


def judged(round: Round) -> QuerySet[Assessment]:
    """Return the assessments of the round whose application still stands as accepted."""
    return Assessment.objects.filter(evaluation__round=round, application__status=ApplicationStatus.ACCEPTED)


def obstacles(round: Round) -> tuple[str, ...]:
    """Return, as Chinese sentences, what keeps the results of ``round`` from being published; nothing if they can be.

    A submitted application has a right to an answer first. One that was returned and not sent again counts as declared
    and gets no grade.
    """
    found: list[str] = []
    filed = Application.objects.filter(round=round)
    unread = filed.filter(status=ApplicationStatus.SUBMITTED)
    found += _listed(unread, "份申报表已提交，尚未受理或退回")
    unopened = filed.filter(status=ApplicationStatus.ACCEPTED, assessment__isnull=True)
    found += _listed(unopened, "份已受理的申报表尚未纳入评价")
    open_ones = filed.filter(
        status=ApplicationStatus.ACCEPTED,
        assessment__status__in=(AssessmentStatus.OPEN, AssessmentStatus.SCORED),
    )
    found += _listed(open_ones, "个平台的档次尚未核定")
    if not found and not judged(round).exists():
        found.append("没有可公布的评价结果。")
    return tuple(found)


def _listed(rows: QuerySet[Application], what: str) -> list[str]:
    numbers = list(rows.order_by("number").values_list("number", flat=True))
    if not numbers:
        return []
    names = "、".join(numbers[:NAMED]) + ("等" if len(numbers) > NAMED else "")
    return [f"还有 {len(numbers)} {what}：{names}。"]


def preview(round: Round) -> Preview:
    """Return what would be published now."""
    rows = judged(round).values_list("application__region__name", "grade").order_by("application__region__code")
    regions: dict[str, Counter[str]] = {}
    for name, grade in rows:
        regions.setdefault(name or "市级", Counter())[grade] += 1
    totals = sum(regions.values(), Counter())
    return Preview(
        total=sum(totals.values()),
        grades=_by_grade(totals),
        certified=sum(totals[grade] for grade in (Grade.A, Grade.B, Grade.C)),
        regions=tuple(RegionLine(name, _by_grade(found), found.total()) for name, found in regions.items()),
    )


def _by_grade(found: Counter[str]) -> tuple[int, ...]:
    return tuple(found[grade] for grade in Grade)
