"""The mails about one case, as ``mail/mails_of_case.html`` shows them at the desk and in the back office."""

from typing import Any

from django.db import models
from django.urls import reverse

from platforms.mail.queries import delivery, may_send, of_case, standing
from platforms.models import User
from platforms.moments import moment


def mail_lines(user: User, **case: models.Model) -> list[dict[str, Any]]:
    """Return one line for each mail that ``user`` may read about ``case``, as ``queries.mails.of_case`` takes it."""
    lines, sends = [], may_send(user)
    for mail in of_case(user, **case):
        shown = delivery(mail) if sends else standing(mail)
        lines.append(
            {
                "subject": mail.subject,
                "url": reverse("admin:platforms_mail_change", args=(mail.pk,)),
                "recipient": mail.recipient,
                "written": moment(mail.created_at),
                "state": shown.label,
                "tone": shown.tone,
                "why": shown.why,
                "sent": moment(mail.sent_at),
            }
        )
    return lines
