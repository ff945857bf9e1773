"""Links that let a unit write its report without an account: sent, opened, ended by a newer one."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from evaluation.models import SelfReport, SelfReportLink
from evaluation.self_reports.queries.reports import due_on
from evaluation.self_reports.services.ownership import check_own, check_writable, locked
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.mail.services.mails import About
from platforms.models import User


@dataclass(frozen=True)
class Sent:
    """A link just made: its token, which is shown once and stored nowhere but in its mail; ``mailed`` to an address."""

    link: SelfReportLink
    token: str
    mailed: bool


@transaction.atomic
def send(*, report: SelfReport, by: User, at: datetime) -> Sent:
    """Make the link of ``report``, which ends an older one, and write the mail with it to the unit's contact.

    A unit without an address gets no mail; its county passes the link on.

    Raises:
        Refusal: not the person's own, or ``by`` may not. Gone: it was handed in, or its last day is over.
    """
    check_own(report, by, "send_selfreport", "发送自评链接")
    row = locked(report)
    check_writable(row, at)
    row.links.filter(ended_at__isnull=True).update(ended_at=at)
    application = row.assessment.application
    token = secrets.token_urlsafe(32)
    link = SelfReportLink.objects.create(
        report=row, token_hash=_hash(token), recipient=application.operator_name, sent_at=at, sent_by=by
    )
    if application.contact_email:
        values = {
            "platform": application.name,
            "link": reverse("self_report:start", args=[token]),
            "self_due": day_in_words(due_on(row)),
        }
        mails.write(
            kind=MailKind.SELF_REPORT,
            recipient=application.operator_name,
            address=application.contact_email,
            context={},
            round=row.assessment.evaluation.round,
            region=application.region,
            about=About("application", application, values),
            by=by,
            at=at,
        )
    audit.record(verb="发送自评链接", by=by, at=at, target=row, reason=application.operator_name)
    return Sent(link, token, bool(application.contact_email))


@transaction.atomic
def send_all(*, reports: Iterable[SelfReport], by: User, at: datetime) -> list[Sent]:
    """Send the links of all of ``reports`` or of none.

    Raises:
        Refusal, Gone: as :func:`send`, naming the application that stands in the way.
    """
    sent = []
    for report in reports:
        try:
            sent.append(send(report=report, by=by, at=at))
        except Refusal as refusal:
            raise type(refusal)(f"{report.number}：{refusal}") from refusal
    return sent


def find(token: str) -> SelfReportLink | None:
    """Return the link of ``token``, whether it was ended or not; None where there never was one."""
    rows = SelfReportLink.objects.select_related(
        "report__assessment__application__region", "report__assessment__evaluation__round"
    )
    return rows.filter(token_hash=_hash(token)).first()


@transaction.atomic
def open_link(*, link: SelfReportLink, at: datetime) -> None:
    """Note that the link was opened for the first time; later openings change nothing."""
    if SelfReportLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=at):
        audit.record(verb="打开自评链接", by=None, at=at, target=link.report, actor=actor_of(link))


def check_open(link: SelfReportLink) -> None:
    """Refuse what comes through a link that a newer one ended.

    Raises:
        Gone: it was ended.
    """
    if link.ended_at is not None or SelfReportLink.objects.filter(pk=link.pk, ended_at__isnull=False).exists():
        raise Gone("本链接已由新的链接替代，请使用最近收到的链接。")


def actor_of(link: SelfReportLink) -> str:
    """Return how the unit that writes through ``link`` is named in the log, within the width of an account name."""
    return f"填报单位：{link.recipient}"[:40]


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
