"""Mails as they are asked for: what can be sent, what was written about a case, what needs somebody's hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Min, Q, QuerySet

from platforms.mail.choices import MailKind, MailState
from platforms.models import Mail, User
from platforms.tones import Tone

#: Stands in ``problem`` while a sender holds the mail, until ``next_try_at``.
SENDING = "正在发送"
#: What stands in place of a problem while nothing can be tried.
MAIL_OFF = "邮件未开通，请复制文本发送。"
NO_ADDRESS = "没有收件邮箱，请复制文本发送，或补填邮箱。"
BY_HAND = (MAIL_OFF, NO_ADDRESS)
#: What needs somebody's hand: what could not be delivered, and what is to be copied.
FAILED = Q(state=MailState.FAILED)
BY_SOMEBODY = Q(state=MailState.WAITING, problem__in=BY_HAND)
TONES: Mapping[str, Tone] = {
    MailState.WAITING: "wait",
    MailState.SENT: "good",
    MailState.FAILED: "bad",
    MailState.DISCARDED: "neutral",
}


@dataclass(frozen=True)
class Delivery:
    """The state of a mail as people say it, with its tone and, where there is one, the sentence why."""

    label: str
    tone: Tone
    why: str = ""


def in_flight(at: datetime) -> Q:
    """Return the condition of a mail that a sender holds at ``at``."""
    return Q(state=MailState.WAITING, problem=SENDING, next_try_at__gt=at)


def sendable(at: datetime) -> Q:
    """Return the condition of a waiting mail with an address that no sender holds at ``at``."""
    return Q(state=MailState.WAITING) & ~Q(address="") & ~in_flight(at)


def due(at: datetime) -> Q:
    """Return the condition of a mail that the command takes at ``at``.

    What was written while mail was off is not: its text was to be copied; to send it long after would surprise.
    """
    return sendable(at) & ~Q(problem__in=BY_HAND) & (Q(next_try_at__isnull=True) | Q(next_try_at__lte=at))


def is_in_flight(mail: Mail, at: datetime) -> bool:
    """Say of a row at hand what :func:`in_flight` says in the database."""
    held = mail.state == MailState.WAITING and mail.problem == SENDING
    return held and mail.next_try_at is not None and mail.next_try_at > at


def delivery(mail: Mail) -> Delivery:
    """Return how it stands with ``mail``, in words, for who sends it."""
    label = mail.get_state_display()
    if mail.state == MailState.SENT and not mail.attempts:
        label = "已另行送出"
    elif mail.state == MailState.WAITING and mail.problem in BY_HAND:
        label = "待人工发送"
    elif mail.state == MailState.WAITING and mail.problem == SENDING:
        return Delivery(SENDING, "info")
    return Delivery(label, TONES[MailState(mail.state)], mail.problem)


def standing(mail: Mail) -> Delivery:
    """Return how it stands with ``mail`` for who only reads it: whether it went.

    How mails are sent, and what keeps one from it, is nobody's business but of those who send them.
    """
    state = MailState.WAITING if mail.state == MailState.FAILED else MailState(mail.state)
    return Delivery(str(state.label), TONES[state])


def may_send(user: User) -> bool:
    """Say whether ``user`` sends mails, and so reads what keeps one from going."""
    return user.has_perm("platforms.send_mail")


def of_case(user: User, **case: models.Model) -> QuerySet[Mail]:
    """Return the mails about ``case`` that ``user`` may read, the newest first, discarded ones left out.

    ``case`` is one row by its field of ``Mail``: an ``application`` or an ``activity``.
    """
    about = Q(**case)
    application: Any = case.get("application")
    if application is not None:
        about |= Q(
            kind=MailKind.ACCEPTED_MANY,
            round=application.round_id,
            region=application.region_id,
            body__contains=line_start(application.number),
        )
    return Mail.objects.visible_to(user).filter(about).exclude(state=MailState.DISCARDED)


def line_start(number: str) -> str:
    """Return how the line of application ``number`` begins in a mail that tells of several."""
    return f"{number}“"


def needing_hands(user: User) -> dict[str, tuple[int, datetime | None]]:
    """Return how many mails failed (``failed``) and wait to be copied (``by_hand``), each with the oldest moment."""
    found = Mail.objects.visible_to(user).aggregate(
        failed=Count("pk", filter=FAILED),
        failed_since=Min("created_at", filter=FAILED),
        by_hand=Count("pk", filter=BY_SOMEBODY),
        by_hand_since=Min("created_at", filter=BY_SOMEBODY),
    )
    return {name: (found[name], found[f"{name}_since"]) for name in ("failed", "by_hand")}
