"""Reminders: by hand to the regions that have not reported (催报), and by a timer of all that is due (到期提醒)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from platforms import deadlines
from platforms.applications.queries.quotas import QuotaUse, quota_use
from platforms.audit.services import audit
from platforms.calendar.queries import duties
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.mail.choices import MailKind, MailState
from platforms.mail.services import mails
from platforms.models import Mail, Region, ReminderDay, Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.rounds import current_round
from platforms.rounds.services.locking import locked_round

#: Most things that one mail names, and characters of each; the rest is counted.
MOST_NAMED, _MOST_LINE = 20, 120

#: Reminders of other apps for a day, each once; added by ``ready`` of the app.
OTHERS: list[Callable[[date, datetime], list[Mail]]] = []


@transaction.atomic
def remind(*, round: Round, regions: Sequence[Region], by: User, at: datetime) -> list[Mail]:
    """Write a reminder to the liaison officer of each of ``regions`` into the outbox; returns what was written.

    A region whose last reminder still waits gets no second one, so that a click too much writes nothing.

    Raises:
        Refusal: ``by`` may not, no region, or ``round`` takes no reports.
    """
    row = locked_round(round)
    check_may_remind(row, by=by)
    if not regions:
        raise Refusal("请至少选择一个地区。")
    waiting = waiting_for(row)
    written = [
        mails.write_to_liaison(
            kind=MailKind.REMINDER, round=row, region=region, context=context_of(row, region), by=by, at=at
        )
        for region in regions
        if region.pk not in waiting
    ]
    if written:
        names = "、".join(mail.region.name for mail in written if mail.region)
        changes = {"地区（个）": [None, len(written)]}
        audit.record(verb="生成催报提醒", by=by, at=at, target=row, code=str(row.year), reason=names, changes=changes)
    return written


def context_of(round: Round, region: Region, use: QuotaUse | None = None) -> dict[str, str]:
    """Return what a reminder to ``region`` says: until when it has to report, how many it did, of how many.

    ``use`` is how the region stands where that was read already.
    """
    use = use or quota_use(round=round, region=region)
    quota = "" if use.places is None else f"{use.places} 个"
    return {"deadline": day_in_words(round.report_due_on), "reported": str(use.used), "quota": quota}


def check_may_remind(round: Round, *, by: User) -> None:
    """Refuse reminders where there is nothing to be reminded of.

    Raises:
        Refusal: ``by`` may not send mails, or ``round`` takes no reports.
    """
    if not by.has_perm("platforms.send_mail"):
        raise Refusal("您没有催报的权限。")
    if round.status != RoundStatus.FILING:
        raise Refusal(f"{round}现为“{round.get_status_display()}”，不需要催报。")


def waiting_for(round: Round) -> set[int]:
    """Return the keys of the regions whose reminder of ``round`` has not been sent or discarded yet."""
    rows = Mail.objects.filter(round=round, kind=MailKind.REMINDER, state=MailState.WAITING, region__isnull=False)
    return {key for key in rows.values_list("region", flat=True) if key is not None}


def remind_of_due(*, on: date, at: datetime) -> list[Mail]:
    """Write to each region that owes something on the day ``on`` one mail with all of it; returns what was written.

    Made again for the same day it writes nothing: a region that was written to is left out, also where two run at
    once. Who owes nothing any more hears nothing.
    """
    owing = duties.owed(on)
    told = set(ReminderDay.objects.filter(on=on).values_list("region", flat=True))
    regions = Region.objects.filter(pk__in=owing.keys() - told).order_by("code")
    round_ = current_round()
    if round_ is None:
        return []
    written = []
    for region in regions:
        try:
            with transaction.atomic():
                written.append(_write_due(region, owing[region.pk], round=round_, on=on, at=at))
        except IntegrityError:
            # Another run was quicker; its mail holds the same.
            continue
    return written


def _write_due(region: Region, owed: Sequence[duties.Duty], *, round: Round, on: date, at: datetime) -> Mail:
    # The mark first: where it is there already nothing else is written.
    mark = ReminderDay.objects.create(region=region, on=on, things=len(owed))
    lines = [f"{deadlines.label(each.due_on, on)}：{each.text}" for each in owed]
    if len(lines) > MOST_NAMED:
        lines = [*lines[:MOST_NAMED], f"另有 {len(lines) - MOST_NAMED} 项，请登录后在日历中查看。"]
    context = {
        "things": str(len(owed)),
        "list": "\n".join(line[:_MOST_LINE] for line in lines),
        "link": reverse("desk:calendar"),
        "date": day_in_words(on),
    }
    mark.mail = mails.write_to_liaison(kind=MailKind.DUE, round=round, region=region, context=context, by=None, at=at)
    mark.save(update_fields=["mail"])
    audit.record(
        verb="生成到期提醒", by=None, at=at, target=mark.mail, code=f"{region.code} {on.isoformat()}", actor="命令行",
        changes={"事项（项）": [None, len(owed)]},
    )  # fmt: skip
    return mark.mail
