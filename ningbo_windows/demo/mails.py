"""The mails of the current round: written by the service that writes them, delivered as a mail server would have."""

from datetime import datetime, timedelta

from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.cases import Case, Step
from ningbo_windows.demo.ledger import Ledger
from ningbo_windows.demo.stage import staged
from platforms.applications.correction import default_due
from platforms.applications.services import mails as application_mails
from platforms.applications.services.drafts import local_day
from platforms.calendar.services.reminders import context_of
from platforms.dates import day_in_words
from platforms.mail.choices import MailKind, MailState
from platforms.mail.services import mails
from platforms.mail.services.outbox import code_of
from platforms.models import Mail, Region, Round, User
from platforms.rounds.queries.calendar_days import known_days

#: Who is reminded, by parts; the second one's address is wrong, the last one's officer gave none.
REMINDED = ("巳", "寅", "午")
REFUSED = "收件邮箱被拒收（代码 550），请核对邮箱。"


def write_mails(
    cases: list[Case], *, round: Round, regions: dict[str, Region], by: User, ledger: Ledger, now: datetime
) -> None:
    """Write what the returns and acceptances of ``cases`` told, and three reminders of the day before ``now``.

    All were sent but the newest, which was discarded, those that were to be copied, and one that was refused.
    """
    written = [of_step(case, step) for case in cases for step in case.steps]
    told = sorted((mail for mail in written if mail), key=lambda mail: mail.created_at)
    *others, newest = told
    for mail in others:
        if mail.address:
            mail.state, mail.sent_at = MailState.SENT, mail.created_at + timedelta(minutes=4)
            mail.attempts, mail.problem = 1, ""
    yesterday = at(now.date() - timedelta(days=1), 9, 30)
    # Where the city has none of these parts, the last two of its list.
    reminded = [code for part in REMINDED if (code := staged().code(part))] or [*regions][-2:]
    reminders = [
        mails.write_to_liaison(
            kind=MailKind.REMINDER,
            round=round,
            region=regions[code],
            context=context_of(round, regions[code]),
            by=by,
            at=yesterday,
        )
        for code in reminded
    ]
    if len(reminders) > 1:
        reminders[1].state, reminders[1].attempts, reminders[1].problem = MailState.FAILED, 3, REFUSED
    moment = newest.created_at + timedelta(minutes=3)
    newest.state, newest.discarded_at, newest.discarded_by = MailState.DISCARDED, moment, by
    ledger.note(moment, "取消发送邮件", by, newest, code_of(newest))
    fields = ("state", "sent_at", "attempts", "problem", "discarded_at", "discarded_by")
    Mail.objects.bulk_update([*told, *reminders], fields, batch_size=100)


def of_step(case: Case, step: Step) -> Mail | None:
    """Return the mail that the service writes when ``case`` is returned or accepted, or None for any other step."""
    row = case.application
    if step.name not in ("return", "accept") or step.by is None or row.region is None:
        return None
    context = {}
    if step.name == "return":
        due = step.due_on or default_due(local_day(step.at), known_days())
        context = {"reason": step.reason, "items": str(len(step.items) or 1), "due": day_in_words(due)}
    return mails.write_to_liaison(
        kind=MailKind.RETURNED if step.name == "return" else MailKind.ACCEPTED,
        round=row.round,
        region=row.region,
        about=application_mails.about(row),
        context=context,
        by=step.by,
        at=step.at,
    )
