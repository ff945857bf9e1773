"""The reports of an evaluation as lists, counts and what is owed; nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from evaluation.models import Assessment, Evaluation, SelfReport, SelfReportLink
from evaluation.self_reports.choices import WRITABLE, SelfReportStatus
from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import User
from platforms.tones import Tone

#: How a report stands: the status, and what follows from links and days.
STATES = {
    "unsent": "未发链接",
    "waiting": "待填报",
    "missing": "逾期未报",
    "handed_in": "待审核",
    "returned": "已退回",
    "checked": "已审核提交",
}
TONES: Mapping[str, Tone] = {
    "unsent": "neutral", "waiting": "wait", "missing": "bad", "handed_in": "info", "returned": "wait",
    "checked": "good",
}  # fmt: skip
CITY_ONLY = "city"
#: The day of the evaluation, or the later one that was allowed.
DUE = Coalesce("leave_until", "assessment__evaluation__self_reports_by")


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; ``round`` is a year as text."""

    round: str = ""
    state: str = ""
    region: str = ""
    leave: str = ""
    q: str = ""


def due_on(report: SelfReport) -> date:
    """Return the last day on which the unit may write ``report``."""
    return report.leave_until or report.assessment.evaluation.self_reports_by


def condition(state: str, on: date) -> Q:
    """Return the condition of a state of :data:`STATES` on the day ``on``; they exclude each other."""
    waits = Q(status=SelfReportStatus.WAITING)
    over = Q(**deadlines.past("due", on))
    return {
        "unsent": waits & ~over & Q(sent=False),
        "waiting": waits & ~over & Q(sent=True),
        "missing": waits & over,
        "handed_in": Q(status=SelfReportStatus.HANDED_IN),
        "returned": Q(status=SelfReportStatus.RETURNED),
        "checked": Q(status=SelfReportStatus.CHECKED),
    }[state]


def state_of(status: str, sent: bool, due: date, on: date) -> str:
    """Return the state of a report on the day ``on``, a key of :data:`STATES`."""
    if status != SelfReportStatus.WAITING:
        return status
    if deadlines.is_late(due, on):
        return "missing"
    return "waiting" if sent else "unsent"


def standing(rows: QuerySet[SelfReport]) -> QuerySet[Any]:
    """Return those of ``rows`` whose application still stands, with ``due`` and ``sent`` (a link is out)."""
    links = SelfReportLink.objects.filter(report=OuterRef("pk"), ended_at__isnull=True)
    return rows.filter(assessment__application__status=ApplicationStatus.ACCEPTED).annotate(due=DUE, sent=Exists(links))


def evaluations_of(user: User) -> dict[str, Evaluation]:
    """Return the evaluations in which ``user`` sees reports, by year, the latest first."""
    mine = SelfReport.objects.visible_to(user).order_by().values("assessment__evaluation").distinct()
    rows = Evaluation.objects.filter(pk__in=mine).select_related("round").order_by("-round__year")
    return {str(each.round.year): each for each in rows}


def found(user: User, choice: Choice) -> QuerySet[SelfReport]:
    """Return what ``user`` sees of ``choice`` before its state narrows."""
    rows = standing(SelfReport.objects.visible_to(user))
    rows = rows.filter(assessment__evaluation__round__year=int(choice.round or 0))
    if choice.region:
        path = "assessment__application__region"
        city = choice.region == CITY_ONLY
        rows = rows.filter(**({f"{path}__isnull": True} if city else {f"{path}__code": choice.region}))
    if choice.leave:
        rows = rows.filter(leave_until__isnull=False)
    if choice.q:
        name, number = "assessment__application__name", "assessment__application__number"
        rows = rows.filter(Q(**{f"{name}__icontains": choice.q}) | Q(**{f"{number}__icontains": choice.q}))
    return rows


def listed(user: User, choice: Choice, on: date) -> QuerySet[SelfReport]:
    """Return the rows of the list by the number of the application."""
    rows = found(user, choice)
    if choice.state:
        rows = rows.filter(condition(choice.state, on))
    return rows.order_by("assessment__application__number", "pk")


def tally(user: User, choice: Choice, on: date) -> dict[str, int]:
    """Count by state in one question."""
    return found(user, choice).order_by().aggregate(
        **{state: Count("pk", filter=condition(state, on)) for state in STATES}
    )  # fmt: skip


def regions_of(user: User, choice: Choice) -> list[tuple[str, str, int]]:
    """Return code, name and count of the regions that have reports for ``user``, the city's own last."""
    rows = found(user, Choice(round=choice.round)).order_by()
    path = "assessment__application__region"
    counts = rows.values_list(f"{path}__code", f"{path}__name").annotate(count=Count("pk")).order_by(f"{path}__code")
    made = [(code, name, count) for code, name, count in counts if code]
    return made + [(CITY_ONLY, "市级", count) for code, _, count in counts if not code]


def mine(user: User) -> QuerySet[Any]:
    """Return the reports that ``user`` sends out and checks: the county's, the city's for key industries."""
    rows = standing(SelfReport.objects.visible_to(user)).exclude(assessment__evaluation__round__status="published")
    own = Q(assessment__application__region__isnull=user.role == Role.CITY)
    return rows.filter(own).select_related("assessment__application__region", "assessment__evaluation__round")


def to_send(user: User, on: date) -> QuerySet[SelfReport]:
    """Return those of ``user``'s own reports that no link is out for and that can still be written."""
    waits = mine(user).filter(status__in=WRITABLE, sent=False, due__gte=on)
    return waits.order_by("assessment__application__number")


def to_check(user: User) -> QuerySet[SelfReport]:
    """Return those of ``user``'s own reports that wait to be checked."""
    return mine(user).filter(status=SelfReportStatus.HANDED_IN).order_by("assessment__application__number")


def unreported(on: date, evaluation: Evaluation | None = None) -> QuerySet[SelfReport]:
    """Return the reports that were never handed in and whose day is over on ``on``, not settled yet.

    Platforms that are scored already, and rounds that are public, are left out.
    """
    rows = standing(SelfReport.objects.filter(status=SelfReportStatus.WAITING, assessment__unreported_at__isnull=True))
    rows = rows.filter(assessment__status="open", **deadlines.past("due", on))
    rows = rows.exclude(assessment__evaluation__round__status="published")
    if evaluation is not None:
        rows = rows.filter(assessment__evaluation=evaluation)
    return rows.select_related("assessment__application").order_by("assessment__application__number")


def visible(user: User) -> QuerySet[SelfReport]:
    """Return the reports that ``user`` sees, with what their pages need."""
    rows: QuerySet[SelfReport] = standing(SelfReport.objects.visible_to(user))
    return rows.select_related(
        "assessment__application__region",
        "assessment__application__platform",
        "assessment__evaluation__round",
        "returned_by",
        "checked_by",
    )


def assessments_unreported() -> QuerySet[Assessment]:
    """Return the assessments of which it stands that nothing was reported."""
    rows = Assessment.objects.filter(
        unreported_at__isnull=False, application__status=ApplicationStatus.ACCEPTED, self_report__isnull=False
    )
    return rows.select_related("application__platform", "evaluation__round", "self_report").order_by("pk")
