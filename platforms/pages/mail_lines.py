"""The mails about one case, as ``desk/mails_of_case.html`` shows them at the desk and in the back office."""

from typing import Any

from django.urls import reverse

from platforms.models import Activity, Application, User
from platforms.queries.mails import delivery, of_activity, of_case
from platforms.wording import moment

#: Why nothing is written about a form that the city files for itself: its officers see each move here, and a unit could
#: not follow the link of such a mail, which asks for an account.
NO_MAIL = "市级重点行业的申报由市经信局自行填报和审核，提交、退回和受理在本系统内即可看到，不生成邮件。"
TELL_UNIT = "需要告知运营单位的，请发出填报链接，或按申报表上的联系方式另行告知。"


def why_no_mail(application: Application) -> str:
    """Return why no mail is written about ``application``, and what to do instead; nothing where mails are written."""
    return "" if application.region_id else f"{NO_MAIL}{TELL_UNIT}"


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
