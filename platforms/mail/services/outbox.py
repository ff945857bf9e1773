"""What people do with a mail in the outbox: change it, discard it, try it again, say that they sent it themselves."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from platforms import checks
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailState
from platforms.mail.queries import is_in_flight
from platforms.mail.services.mails import standing_problem
from platforms.mail.texts import MOST_BODY, MOST_SUBJECT
from platforms.models import Mail, User
from platforms.text import clean_text
from platforms.values import described_changes

_MOST_ADDRESS = 120
MOST_HOW = 60
OPEN = (MailState.WAITING, MailState.FAILED)


@transaction.atomic
def change(*, mail: Mail, address: str, subject: str, body: str, by: User, at: datetime) -> Mail:
    """Change address and text of a mail that has not left; it is then tried as if it were new.

    Raises:
        Gone: it was sent or discarded, or it is being sent at this moment.
        Refusal: ``by`` may not, an address that is none, a subject of two lines, an empty or too long text.
    """
    row = _open_row(mail, verb="修改", by=by, at=at)
    subject = clean_text("标题", subject, most=MOST_SUBJECT, required=True)
    if "\n" in subject or "\t" in subject:
        raise Refusal("标题只能有一行，不能换行。")
    values = {
        "address": clean_text("邮箱", address, most=_MOST_ADDRESS),
        "subject": subject,
        "body": clean_text("正文", body, most=MOST_BODY, required=True),
    }
    wrong = checks.check_email(values["address"]) if values["address"] else None
    if wrong:
        raise Refusal(wrong)
    changes = described_changes(row, values)
    if not changes:
        return row
    for field, value in values.items():
        setattr(row, field, value)
    row.edited_at, row.edited_by = at, by
    _anew(row)
    row.save()
    audit.record(verb="修改邮件", by=by, at=at, target=row, code=code_of(row), changes=changes)
    return row


@transaction.atomic
def discard(*, mail: Mail, by: User, at: datetime) -> Mail:
    """Take a mail that has not left out of the outbox for good; it stays to be read.

    Raises:
        Gone, Refusal: as for :func:`change`.
    """
    row = _open_row(mail, verb="取消发送", by=by, at=at)
    row.state, row.next_try_at = MailState.DISCARDED, None
    row.discarded_at, row.discarded_by = at, by
    row.save()
    audit.record(verb="取消发送邮件", by=by, at=at, target=row, code=code_of(row))
    return row


@transaction.atomic
def mark_sent_by_hand(*, mail: Mail, how: str, by: User, at: datetime) -> Mail:
    """Note that ``by`` sent the copied text in another way, and ``how``, which stays in the log; a mail without a
    single try of ours says so by itself.

    Raises:
        Gone, Refusal: as for :func:`change`; nothing is said of how, or more than 60 characters.
    """
    how = clean_text("送出方式", how, most=MOST_HOW, required=True)
    row = _open_row(mail, verb="记为已另行送出", by=by, at=at)
    row.state, row.sent_at = MailState.SENT, at
    row.attempts, row.problem, row.next_try_at = 0, "", None
    row.save()
    audit.record(verb="邮件记为已另行送出", by=by, at=at, target=row, code=code_of(row), reason=how)
    return row


@transaction.atomic
def release(*, mail: Mail, by: User, at: datetime) -> Mail:
    """Let a mail that waits or failed be tried at once, with all its tries before it; sends nothing itself.

    Raises:
        Gone: as for :func:`change`.
        Refusal: ``by`` may not, mail is off, or there is no address.
    """
    row = _open_row(mail, verb="发送", by=by, at=at)
    reason = standing_problem(row.address)
    if reason:
        raise Refusal(reason)
    _anew(row)
    row.save()
    audit.record(verb="发送邮件", by=by, at=at, target=row, code=code_of(row))
    return row


def code_of(mail: Mail) -> str:
    """Return what the log calls ``mail``: its kind, and the number of what it is about or the day it was written."""
    about = timezone.localdate(mail.created_at).isoformat()
    if mail.application:
        about = mail.application.number
    elif mail.activity:
        about = mail.activity.number
    return f"{mail.get_kind_display()} {about}"


def _anew(row: Mail) -> None:
    row.state, row.attempts, row.next_try_at = MailState.WAITING, 0, None
    row.problem = standing_problem(row.address)


def _open_row(mail: Mail, *, verb: str, by: User, at: datetime) -> Mail:
    """Return the row, locked, if ``by`` may and it neither left nor is leaving."""
    if not by.has_perm("platforms.send_mail" if verb == "发送" else "platforms.change_mail"):
        raise Refusal(f"您没有“{verb}”邮件的权限。")
    row = Mail.objects.select_for_update().filter(pk=mail.pk).first()
    if row is None:
        raise Gone("这封邮件已随申报表删除。")
    if row.state not in OPEN:
        raise Gone(f"“{verb}”未执行：邮件{row.get_state_display()}，请刷新页面后查看最新情况。")
    if is_in_flight(row, at):
        raise Gone(f"“{verb}”未执行：邮件正在发送，请稍后刷新页面查看。")
    return row
