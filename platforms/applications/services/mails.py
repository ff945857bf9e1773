"""What mails say about an application."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.mail.choices import MailKind, MailState
from platforms.mail.queries import line_start
from platforms.mail.services import mails
from platforms.mail.services.mails import About
from platforms.models import Application, ApplicationMove, Mail, User

#: What one person accepts of one region within this time is told in one mail, as long as that waits.
JOINED_WITHIN = timedelta(minutes=30)
#: More lines than this are told in the next mail.
MOST_JOINED = 20


def about(application: Application) -> About:
    """Return ``application`` as the mails about it name it."""
    values = {
        "number": application.number,
        "platform": application.name,
        "operator": application.operator_name,
        "code": application.platform.code if application.platform else "",
        "link": reverse("desk:application", args=(application.number,)),
    }
    return About("application", application, values)


def tell_accepted(application: Application, *, by: User, at: datetime) -> Mail:
    """Write to the liaison officer that ``application`` was accepted, in one mail with what ``by`` accepted before it.

    A mail is joined while it waits untouched: written by ``by`` to the same region within :data:`JOINED_WITHIN`,
    neither tried, changed nor discarded, and telling of fewer than :data:`MOST_JOINED`.
    """
    region = application.region
    assert region is not None  # who calls it has one
    facts: dict[str, Any] = {"round": application.round, "region": region, "by": by, "at": at}
    waiting = (
        Mail.objects.select_for_update()
        .filter(kind__in=(MailKind.ACCEPTED, MailKind.ACCEPTED_MANY), state=MailState.WAITING, attempts=0)
        .filter(round=application.round, region=region, created_by=by, edited_at__isnull=True)
        .filter(next_try_at__isnull=True, created_at__gte=at - JOINED_WITHIN, created_at__lte=at)
    )
    mail = waiting.order_by("-pk").first()
    rows = _told_with(application, mail, by) if mail else []
    if mail is None or not 2 <= len(rows) <= MOST_JOINED:
        return mails.write_to_liaison(kind=MailKind.ACCEPTED, about=about(application), context={}, **facts)
    lines = [f"{line_start(row.number)}{row.name}”，平台编号 {row.platform.code}" for row in rows if row.platform]
    context = {"accepted_count": str(len(rows)), "accepted_list": "\n".join(lines)}
    text = mails.compose_to_liaison(kind=MailKind.ACCEPTED_MANY, context=context, **facts)
    mail.kind, mail.application, mail.subject, mail.body = text.kind, None, text.subject, text.body
    mail.save(update_fields=("kind", "application", "subject", "body"))
    return mail


def _told_with(application: Application, mail: Mail, by: User) -> list[Application]:
    """Return what ``mail`` tells that ``by`` accepted, and ``application`` after it."""
    rows = Application.objects.filter(
        round=application.round, region=application.region, status=ApplicationStatus.ACCEPTED
    )
    mine = ApplicationMove.objects.filter(application=OuterRef("pk"), name="accept", by=by, at__gte=mail.created_at)
    found = rows.filter(Exists(mine)).select_related("platform").order_by("accepted_at", "pk")
    told = [row for row in found if row.pk == mail.application_id or line_start(row.number) in mail.body]
    return [*told, *(row for row in found if row.pk == application.pk)]
