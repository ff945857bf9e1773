"""Site visits as lists, the platforms that may be visited, and what the sheet of a visit says."""

import logging
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Score, SiteVisit
from evaluation.visits.choices import VisitSide
from evaluation.visits.sheet import Line, Visited, sheet_paper
from platforms.applications.choices import ApplicationStatus
from platforms.applications.documents import file_names
from platforms.applications.documents.pdf import set_paper
from platforms.models import Application, Platform, User
from platforms.pieces import Pieces
from platforms.register.queries import life
from platforms.register.queries.sections import all_of, cut

logger = logging.getLogger(__name__)

#: While a visit may be recorded, changed and withdrawn.
UNCONFIRMED = (AssessmentStatus.OPEN, AssessmentStatus.SCORED)


def visits_of(assessment: Assessment, user: User) -> QuerySet[SiteVisit]:
    """Return the visits of ``assessment`` that ``user`` reads and nobody withdrew, the latest first."""
    rows: QuerySet[SiteVisit] = SiteVisit.objects.visible_to(user)
    return rows.filter(assessment=assessment, withdrawn_at__isnull=True)


def judged(user: User) -> QuerySet[Application]:
    """Return the applications of the person's scope that are evaluated, by number."""
    rows: QuerySet[Application] = Application.objects.visible_to(user)
    if not user.has_perm("evaluation.view_sitevisit"):
        return rows.none()
    rows = rows.filter(status=ApplicationStatus.ACCEPTED, assessment__isnull=False)
    return rows.select_related("region", "round").order_by("-round__year", "number")


def visitable(user: User) -> QuerySet[Application]:
    """Return those of :func:`judged` for which ``user`` may record a visit: whose grade is not confirmed yet."""
    rows = judged(user).filter(assessment__status__in=UNCONFIRMED)
    return rows if user.has_perm("evaluation.add_sitevisit") else rows.none()


def sheet_of(application: Application, at: datetime) -> bytes:
    """Return the sheet that is taken along to ``application``, as PDF, printed at the moment ``at``.

    It holds what was reported and room for what is seen: neither scores nor grades.

    Raises:
        typst.TypstError: it could not be set; the message is for the log.
    """
    scores = Score.objects.filter(assessment__application=application).select_related("indicator")
    lines = tuple(
        Line(each.indicator.title, each.reported, each.indicator.unit) for each in scores.order_by("indicator__order")
    )
    visited = Visited(
        year=application.round.year,
        number=application.number,
        platform=application.name,
        type=application.get_type_display(),
        region=application.region.name if application.region else "市级",
        operator=application.operator_name,
        address=application.address,
    )
    return set_paper(sheet_paper(visited, lines, at), at=at)


def name_of(application: Application) -> str:
    """Return the file name of the sheet for ``application``."""
    return f"现场核查表_{file_names.safe(application.number)}_{file_names.safe(application.name)}.pdf"


def zip_of(applications: QuerySet[Application], at: datetime) -> Iterator[bytes]:
    """Yield a ZIP archive of the sheets for ``applications``, in their order, bit by bit.

    A sheet that cannot be made leaves a text that says so in its place; the others follow.
    """
    stream = Pieces()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for place, each in enumerate(applications, start=1):
            name = f"{place:03d}_{name_of(each)}"
            try:
                content = sheet_of(each, at)
            except Exception:  # one sheet must not take the others with it
                logger.exception("printing the sheet for application %s failed", each.pk)
                content, name = "这份核查表暂时无法生成，请稍后单独打印。".encode(), name.removesuffix("pdf") + "txt"
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
            yield stream.take()
    yield stream.take()


def _of_platform(user: User, platform: Platform) -> QuerySet[Any]:
    rows = SiteVisit.objects.visible_to(user).filter(
        assessment__application__platform=platform, withdrawn_at__isnull=True
    )
    return life.lines(rows, "visits", code="number", text="people", state="side", more="findings", day="visited_on")


def _cells(line: life.Line, _on: date) -> list[Any]:
    return [line.code, VisitSide(line.state).label, line.day.isoformat() if line.day else "", line.text, cut(line.more)]


#: The visits to one platform, as a section of its page.
VISITS = life.Section(
    "visits", 100, "现场核查", "evaluation.view_sitevisit", _of_platform,
    ("编号", "核查层级", "核查日期", "核查人员", "核查情况"), _cells, "没有现场核查。",
    lambda line: reverse("admin:evaluation_sitevisit_change", args=[line.key]),
    lambda platform, found: all_of(
        "admin:evaluation_sitevisit_changelist", len(found), "次", q=platform.code, withdrawn="no"
    ),
)  # fmt: skip
