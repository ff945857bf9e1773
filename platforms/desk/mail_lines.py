"""The mails about one case, as ``desk/mails_of_case.html`` shows them at the desk and in the back office."""

from typing import Any

from django.urls import reverse

from platforms.desk.words import moment
from platforms.models import Activity, Application, User
from platforms.queries.mails import delivery, of_activity, of_case


def mail_lines(about: Application | Activity, user: User) -> list[dict[str, Any]]:
    """Return one line for each mail about ``about`` that ``user`` may read, the newest first."""
    lines = []
    for mail in of_case(about, user) if isinstance(about, Application) else of_activity(about, user):
        shown = delivery(mail)
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
