"""How a mail leaves the outbox: claimed, handed to the mail server outside of any transaction, marked.

Of two senders exactly one claims a mail. A second copy is possible in two ways: a crash between the server's yes and
the mark, and a server that takes the mail and never says so. Both copies have the same Message-ID, so that the
receiving side can tell.
"""

import hashlib
import logging
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q, QuerySet

from platforms.identity import ours
from platforms.mail import queries as mails
from platforms.mail.choices import MailState
from platforms.mail.queries import SENDING
from platforms.mail.services.backend import OutOfTime
from platforms.models import Mail

Clock = Callable[[], datetime]

#: Who claims a mail holds it that long; a mail takes ``settings.MAIL_SECONDS`` at most.
HOLD = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
#: After so many tries nobody tries any more by itself: about two days, or a quarter of an hour where the server said
#: no for good.
MOST_TRIES, MOST_TRIES_IF_REFUSED = 14, 3
_LASTING = range(500, 600)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """Why a mail did not leave: a Chinese sentence without a word of the server's, whether every mail would meet the
    same, and whether the server refused this one for good."""

    sentence: str
    of_server: bool = True
    lasting: bool = False


@dataclass
class Tally:
    """What a pass did: mails sent, tried in vain, and the sentence of the problem that ended it early."""

    sent: int = 0
    failed: int = 0
    stopped: str = ""


def send_due(*, clock: Clock, most: int, seconds: float | None = None, only: Q | None = None) -> Tally:
    """Send at most ``most`` mails that are due, the oldest first.

    A problem of the server ends the pass: the others would meet the same. So does the passing of ``seconds``, measured
    by ``clock`` between two mails. ``only`` sends, instead of what is due, the sendable mails of that condition, which
    a person chose.
    """
    tally, start = Tally(), clock()
    if not settings.MAIL_ENABLED:
        tally.stopped = mails.MAIL_OFF
        return tally
    wanted = mails.due(start) if only is None else mails.sendable(start) & only
    for pk in Mail.objects.filter(wanted).order_by("created_at", "pk").values_list("pk", flat=True)[:most]:
        if seconds is not None and (clock() - start).total_seconds() > seconds:
            break
        claimed = _claim(pk, due_only=only is None, at=clock())
        if claimed is None:
            continue
        problem = _hand_over(claimed, clock)
        if problem is None:
            tally.sent += 1
            continue
        tally.failed += 1
        _mark_failed(claimed, problem, at=clock())
        if problem.of_server:
            tally.stopped = problem.sentence
            break
    return tally


def _claim(pk: int, *, due_only: bool, at: datetime) -> Mail | None:
    """Return the mail as it stands now, held for this sender, or None where another one was quicker."""
    free = Mail.objects.filter(mails.due(at) if due_only else mails.sendable(at), pk=pk)
    held = free.update(attempts=F("attempts") + 1, problem=SENDING, next_try_at=at + HOLD)
    # Read after the claim: what somebody changed before it is what goes out.
    return Mail.objects.get(pk=pk) if held else None


def _hand_over(mail: Mail, clock: Clock) -> Problem | None:
    connection = get_connection()
    try:
        connection.open()
        connection.send_messages([message_of(mail)])
    except Exception as error:
        with suppress(Exception):
            connection.close()
        return problem_of(error)
    # First the mark: a server that fails to say goodbye has taken the mail all the same.
    try:
        _held(mail).update(state=MailState.SENT, sent_at=clock(), problem="", next_try_at=None)
    finally:
        with suppress(OSError):
            connection.close()
    return None


def _mark_failed(mail: Mail, problem: Problem, *, at: datetime) -> None:
    if mail.attempts >= (MOST_TRIES_IF_REFUSED if problem.lasting else MOST_TRIES):
        _held(mail).update(state=MailState.FAILED, problem=problem.sentence, next_try_at=None)
    else:
        _held(mail).update(problem=problem.sentence, next_try_at=at + wait_after(mail.attempts))


def _held(mail: Mail) -> QuerySet[Mail]:
    return Mail.objects.filter(pk=mail.pk, state=MailState.WAITING, problem=SENDING, attempts=mail.attempts)


def wait_after(attempts: int) -> timedelta:
    """Return how long a mail waits after so many tries: five minutes, doubled each time, six hours at most."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def message_of(mail: Mail) -> EmailMessage:
    """Return what goes to the server: plain text, one recipient, an identifier that stays the same at each try."""
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=f"{ours().programme} <{settings.DEFAULT_FROM_EMAIL}>",
        to=[mail.address],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"},
    )


def message_id(mail: Mail) -> str:
    """Return the identifier of ``mail``; a text that was changed is another mail."""
    stamp = f"{mail.pk} {mail.created_at.timestamp()} {mail.edited_at.timestamp() if mail.edited_at else ''}"
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<mail-{mail.pk}-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}@{host}>"


def problem_of(error: Exception) -> Problem:
    """Say in Chinese why a mail did not leave; what the server wrote is left out, since nobody knows what is in it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Problem(f"收件邮箱被拒收（代码 {code}），请核对邮箱。", of_server=False, lasting=code in _LASTING)
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        return Problem(f"邮件服务器没有接收这封邮件（代码 {code}）。", of_server=False, lasting=code in _LASTING)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Problem(f"邮件服务器不接受发件邮箱（代码 {error.smtp_code}），请系统管理员核对设置。")
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, smtplib.SMTPAuthenticationError):
        return Problem(f"邮件服务器暂不提供服务（代码 {error.smtp_code}）。")
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return Problem(sentence)
    logger.error("mail could not be made", exc_info=error)
    return Problem("邮件生成时出错，请联系系统管理员。", of_server=False, lasting=True)


#: In this order: the first that fits.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "邮件服务器不接受登录账号或密码，请系统管理员核对设置。"),
    (smtplib.SMTPNotSupportedError, "邮件服务器不支持加密或登录，请系统管理员核对设置。"),
    (OutOfTime, "邮件服务器在规定时间内没有应答。"),
    (TimeoutError, "邮件服务器在规定时间内没有应答。"),
    (ConnectionRefusedError, "邮件服务器拒绝连接。"),
    (socket.gaierror, "找不到邮件服务器。"),
    (ssl.SSLCertVerificationError, "邮件服务器的证书未通过验证，请系统管理员核对。"),
    (ssl.SSLError, "与邮件服务器的加密连接没有建立。"),
    (smtplib.SMTPServerDisconnected, "邮件服务器中断了连接。"),
    (OSError, "与邮件服务器的连接出错。"),
)
