"""Reminders before the last day of a report: to the unit and its county, each once."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from evaluation.models import SelfReport, SelfReportReminder
from evaluation.self_reports.choices import WRITABLE
from evaluation.self_reports.queries.reports import standing
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.mail.services.mails import About
from platforms.models import Mail, Region, Round

#: So many days before the last day a unit that has not handed in is reminded.
DAYS_BEFORE = (7, 2)
#: Most units that one mail to a county names.
MOST_NAMED = 20


@transaction.atomic
def remind(on: date, at: datetime) -> list[Mail]:
    """Write the reminders of the day ``on`` into the outbox; returns what was written.

    A unit with an address hears of its own report, its county in one mail of all that are due that day. Made again it
    writes nothing.
    """
    written: list[Mail] = []
    for days in DAYS_BEFORE:
        owed: dict[tuple[Round, Region | None], list[SelfReport]] = defaultdict(list)
        due = on + timedelta(days=days)
        for report in _owing(due, days):
            SelfReportReminder.objects.create(report=report, days=days, on=on)
            application, round_ = report.assessment.application, report.assessment.evaluation.round
            owed[round_, application.region].append(report)
            if application.contact_email and report.sent:  # type: ignore[attr-defined]
                values = {"platform": application.name, "self_due": day_in_words(due)}
                written.append(
                    mails.write(
                        kind=MailKind.SELF_DUE, recipient=application.operator_name,
                        address=application.contact_email, context={}, round=round_, region=application.region,
                        about=About("application", application, values),
                        by=None, at=at,
                    )
                )  # fmt: skip
        written += [_to_county(round_, region, reports, due, at) for (round_, region), reports in owed.items()]
    told = {"邮件（封）": [None, len(written)]}
    if written:
        audit.record(verb="生成自评提醒", by=None, at=at, code=on.isoformat(), changes=told, actor="命令行")
    return written


def _owing(due: date, days: int) -> list[SelfReport]:
    """Return the reports whose last day is ``due``, not handed in and not reminded ``days`` before yet."""
    rows = standing(SelfReport.objects.filter(status__in=WRITABLE)).filter(due=due).exclude(reminders__days=days)
    rows = rows.exclude(assessment__evaluation__round__status="published").select_related(
        "assessment__application__region", "assessment__evaluation__round"
    )
    return list(rows.order_by("assessment__application__number"))


def _to_county(round_: Round, region: Region | None, reports: list[SelfReport], due: date, at: datetime) -> Mail:
    lines = [f"{each.number}：{each.assessment.application.name}"[:120] for each in reports[:MOST_NAMED]]
    if len(reports) > MOST_NAMED:
        lines.append(f"另有 {len(reports) - MOST_NAMED} 个，请登录后在自评列表中查看。")
    context = {
        "self_due": day_in_words(due), "self_count": str(len(reports)), "self_list": "\n".join(lines),
        "link": f"{reverse('self_reports:index')}?round={round_.year}",
    }  # fmt: skip
    return mails.write_to_liaison(kind=MailKind.SELF_OWED, round=round_, region=region, context=context, by=None, at=at)
