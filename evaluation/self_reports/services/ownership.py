"""Whose a report is and whether it still moves; every service on reports begins here."""

from datetime import datetime

from evaluation.marking.services.assessments import check_not_public
from evaluation.models import SelfReport
from evaluation.self_reports.choices import WRITABLE
from evaluation.self_reports.queries.reports import due_on
from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.applications.services.ownership import is_own
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Application, User

STALE = "本次操作未执行：打开页面之后，这份自评已被他人保存或办理，请刷新页面查看最新内容后再继续。"


def owns(report: SelfReport, user: User) -> bool:
    """Say whether ``user`` sends ``report`` out and checks it: the county of its unit, the city for key industries."""
    application: Application = report.assessment.application
    return is_own(application, user)


def locked(report: SelfReport, *, version: int | None = None) -> SelfReport:
    """Return the row as it is now, locked until the caller's transaction ends.

    Raises:
        StaleVersion: ``version`` is not the stored one. Gone: its application was withdrawn, or results are public.
    """
    rows = SelfReport.objects.select_for_update(of=("self",)).select_related(
        "assessment__application__region", "assessment__evaluation__round", "assessment__evaluation__scheme"
    )
    row = rows.get(pk=report.pk)
    if row.assessment.application.status != ApplicationStatus.ACCEPTED:
        raise Gone("未办理：申报表已撤回，自评不再办理。")
    check_not_public(row.assessment)
    check_seen(row.version, version, STALE)
    return row


def check_own(report: SelfReport, by: User, permission: str, what: str) -> None:
    """Refuse who may not, and who belongs to another side.

    Raises:
        Refusal: the permission is missing, or the report is not the person's own.
    """
    if not by.has_perm(f"evaluation.{permission}"):
        raise Refusal(f"您没有“{what}”的权限。")
    if not owns(report, by):
        raise Refusal("自评由平台所属区县（市）、管委会办理，重点行业平台由市经信局办理。")


def check_writable(report: SelfReport, at: datetime) -> None:
    """Refuse what the unit can no longer write.

    Raises:
        Gone: it was handed in, or its last day is over.
    """
    if report.status not in WRITABLE:
        raise Gone("自评已提交，不能再修改；需要修改的，请联系发出链接的经信部门退回。")
    due = due_on(report)
    if deadlines.came_late(due, at):
        raise Gone(f"自评已于{day_in_words(due)}截止，不能再填写；确需补报的，请联系发出链接的经信部门。")
