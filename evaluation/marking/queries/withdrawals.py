"""Whether a score of a platform was handed in, which a withdrawal of its application does not undo."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.models import Assessment, Sheet
from platforms.applications.queries.withdrawal import Late
from platforms.models import Application

TOLD = (
    "该平台在本年度绩效评价中已有评分提交。撤回不取消已提交的评分；"
    "资金测算时将单独列明本次撤回，并按所选口径确定是否计入申报总数。"
)
KEPT = "评分提交后撤回"


def handed_in(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return those of ``rows`` that somebody handed in a score for: the city, the county or an assessor."""
    sheets = Sheet.objects.filter(assessment=OuterRef("pk"), status=SheetStatus.HANDED_IN)
    return rows.filter(~Q(status=AssessmentStatus.OPEN) | Exists(sheets))


def after_a_score(application: Application) -> Late | None:
    """Return that a withdrawal of ``application`` comes after a score; not which score, nor whose, nor what grade."""
    rows = Assessment.objects.filter(application=application)
    return Late(TOLD, KEPT) if handed_in(rows).exists() else None
