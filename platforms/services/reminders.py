"""Reminders (催报) to the regions that have not reported: one mail each, read before it is sent."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from platforms.choices import MailKind, MailState, RoundStatus
from platforms.errors import Refusal
from platforms.models import Mail, Region, Round, User
from platforms.services import audit, mails
from platforms.services.ownership import locked_round


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
        mails.write_to_liaison(kind=MailKind.REMINDER, round=row, region=region, context={}, by=by, at=at)
        for region in regions
        if region.pk not in waiting
    ]
    if written:
        names = "、".join(mail.region.name for mail in written if mail.region)
        changes = {"地区(个)": [None, len(written)]}
        audit.record(verb="生成催报提醒", by=by, at=at, target=row, code=str(row.year), reason=names, changes=changes)
    return written


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
