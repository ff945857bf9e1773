"""What the county does with a report that was handed in: sends it back, checks it, lets one unit report later."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evaluation.marking.services.reported import clear_unreported, take_reported
from evaluation.models import SelfReport, SelfReportLeave, SelfReportLine
from evaluation.self_reports.choices import WRITABLE
from evaluation.self_reports.queries.reports import due_on
from evaluation.self_reports.services import facts
from evaluation.self_reports.services.ownership import check_own, locked
from evaluation.self_reports.workflow import SELF_REPORT
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.models import User
from platforms.moves import apply_move, check_may_move
from platforms.text import clean_text

LONGEST_REASON = 400


@transaction.atomic
def send_back(
    *,
    report: SelfReport,
    questions: Mapping[str, str],
    reason: str = "",
    version: int | None = None,
    by: User,
    at: datetime,
) -> SelfReport:
    """Send ``report`` back to its unit with what is to be mended, by indicator code, and a ``reason`` for the whole.

    Raises:
        Refusal: nothing is said, no such indicator, not the person's own, or ``by`` may not.
        Gone, StaleVersion: it was moved or saved by somebody else.
    """
    cleaned = {
        code: clean_text("退回意见", text, most=LONGEST_REASON, field=f"question-{code}")
        for code, text in questions.items()
    }
    asked = {code: text for code, text in cleaned.items() if text}
    reason = clean_text("总体意见", reason, most=LONGEST_REASON, field="reason")
    if not (asked or reason):
        raise Refusal.of("reason", "请至少写明一处退回意见。")
    check_own(report, by, "check_selfreport", "退回")
    row = locked(report, version=version)
    lines = {each.indicator.code: each for each in row.lines.select_related("indicator")}
    if not asked.keys() <= lines.keys():
        raise Refusal("自评中没有这项指标，请刷新页面后重新填写。")
    told = reason or "详见各项退回意见。"
    move = check_may_move(workflow=SELF_REPORT, name="return", by=by, reason=told)
    apply_move(row, move=move, version=F("version") + 1, return_reason=told, returned_at=at, returned_by=by)
    for code, line in lines.items():
        line.question = asked.get(code, "")
    SelfReportLine.objects.bulk_update(lines.values(), ["question"])
    changes = {lines[code].indicator.title: [None, text] for code, text in asked.items()}
    audit.record(verb="退回自评", by=by, at=at, target=row, reason=told, changes=changes)
    return row


@transaction.atomic
def check(*, report: SelfReport, version: int | None = None, by: User, at: datetime) -> SelfReport:
    """Find ``report`` in order and hand it over: its figures come beside the scores, and it is locked.

    One that comes after it was settled that nothing was reported takes that back; figures that lie far from the
    records are proposed as a fact.

    Raises:
        Refusal: not the person's own, or ``by`` may not. Gone, StaleVersion: moved or saved by somebody else, or
            scoring is over.
    """
    check_own(report, by, "check_selfreport", "审核自评")
    move = check_may_move(workflow=SELF_REPORT, name="check", by=by)
    row = locked(report, version=version)
    apply_move(row, move=move, version=F("version") + 1, checked_at=at, checked_by=by)
    audit.record(verb="审核通过自评", by=by, at=at, target=row, reason=row.receipt)
    rows = row.lines.filter(value__isnull=False).select_related("indicator")
    values = {line.indicator.code: line.value for line in rows if line.value is not None}
    take_reported(assessment=row.assessment, values=values, by=by, at=at)
    if row.assessment.unreported_at is not None:
        leave = row.leaves.last()
        reason = f"准予延期至{day_in_words(leave.until)}，已补报自评。" if leave else "逾期前已提交自评。"
        clear_unreported(assessment=row.assessment, reason=reason, by=by, at=at)
        facts.follow_unreported(at=at)
    facts.propose_differences(row.assessment.evaluation, at=at, reports=[row])
    return row


@transaction.atomic
def check_all(*, reports: Iterable[SelfReport], by: User, at: datetime) -> int:
    """Check all of ``reports`` or none; returns how many.

    Raises:
        Refusal, Gone: as :func:`check`, naming the application that stands in the way.
    """
    rows = list(reports)
    for report in rows:
        try:
            check(report=report, by=by, at=at)
        except Refusal as refusal:
            raise type(refusal)(f"{report.number}：{refusal}") from refusal
    return len(rows)


@transaction.atomic
def let_in(*, report: SelfReport, until: date, reason: str, by: User, at: datetime) -> SelfReportLeave:
    """Let the unit of ``report`` write it until the end of the day ``until``; each leave stays on record.

    Raises:
        Refusal: no reason, a day that is over or no later than the present one, not the person's own, or ``by`` may
            not. Gone: it was handed in, or scoring is over.
    """
    reason = clean_text("理由", reason, most=LONGEST_REASON, required=True, field="reason")
    check_own(report, by, "extend_selfreport", "准予逾期自评")
    row = locked(report)
    if row.status not in WRITABLE:
        raise Gone("未办理：自评已提交，不需要延期。")
    due = due_on(row)
    if until <= due or until < timezone.localdate(at):
        raise Refusal.of("until", f"延期须晚于现定截止日期{day_in_words(due)}，且不早于今天。")
    leave = SelfReportLeave.objects.create(report=row, until=until, reason=reason, granted_at=at, granted_by=by)
    SelfReport.objects.filter(pk=row.pk).update(leave_until=until)
    changes: dict[str, Any] = {"自评截止日期": [due, until]}
    audit.record(verb="准予逾期自评", by=by, at=at, target=row, reason=reason, changes=changes)
    return leave
