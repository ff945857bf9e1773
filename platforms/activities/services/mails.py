"""Mails about activities: to whom one is invited, and who was told of one that changes or is called off.

They go to the liaison officers of other regions than the one that entered the activity, one for each region and
activity. What has not left yet is brought up to date instead of being followed by a second one. The caller holds the
lock of the activity.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from platforms.activities.choices import InvitationAnswer
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.mail.choices import MailKind, MailState
from platforms.mail.queries import BY_HAND, is_in_flight
from platforms.mail.services import mails, outbox
from platforms.models import Activity, Mail, Platform, Region, User

#: Most platforms that one mail names, and characters of each; the rest is counted.
MOST_NAMED, _MOST_LINE = 20, 80


@dataclass
class _Written:
    """The mails of one region about one activity: ``open`` can still be changed, ``told`` says that one may have been
    read (it left, is leaving, or was there to be copied)."""

    open: list[Mail] = field(default_factory=list)
    told: bool = False

    def fresh(self, kind: str) -> Mail | None:
        """Return the mail of ``kind`` that nobody has sent, copied or rewritten."""
        for each in self.open:
            if each.kind == kind and each.state == MailState.WAITING and not each.edited_at and not _to_copy(each):
                return each
        return None


def invited(activity: Activity, platforms: Iterable[Platform], *, by: User, at: datetime) -> None:
    """Write to the regions of ``platforms``, which were just invited; without any round there is nobody to write to."""
    if activity.round is None:
        return
    written = _written(activity, at)
    for key, fresh in _by_region(platforms).items():
        if key == activity.region_id:
            continue
        waiting = written.get(key, _Written()).fresh(MailKind.INVITED)
        # A mail that waits names all of them; one that may have been read is followed by one that names the new.
        named = _awaited(activity, key) if waiting else fresh
        _write(activity, MailKind.INVITED, key, named, waiting, by=by, at=at)


def rearranged(activity: Activity, *, by: User, at: datetime) -> None:
    """Tell the regions whose platforms are invited and did not refuse that day, time, place or deadline changed."""
    if activity.round is None:
        return
    written = _written(activity, at)
    for key, named in _by_region(_invited(activity)).items():
        if key == activity.region_id:
            continue
        mine = written.get(key, _Written())
        waiting, awaited = mine.fresh(MailKind.INVITED), _awaited(activity, key)
        if waiting and awaited and not mine.told:
            _write(activity, MailKind.INVITED, key, awaited, waiting, by=by, at=at)
        else:
            _write(activity, MailKind.REARRANGED, key, named, mine.fresh(MailKind.REARRANGED), by=by, at=at)


def called_off(activity: Activity, reason: str, *, by: User, at: datetime) -> None:
    """Take back what has not left, and tell of the end only the regions that may have read of the activity."""
    written = _written(activity, at)
    taken_back = [mail for mine in written.values() for mail in mine.open]
    for mail in taken_back:
        mail.state, mail.next_try_at = MailState.DISCARDED, None
        mail.discarded_at, mail.discarded_by = at, by
        mail.save()
    entries = [audit.Entry(verb="取消发送邮件", target=mail, code=outbox.code_of(mail)) for mail in taken_back]
    audit.record_many(entries, by=by, at=at)
    if activity.round is None:
        return
    for key in _by_region(_invited(activity)):
        if key != activity.region_id and written.get(key, _Written()).told:
            _write(activity, MailKind.CALLED_OFF, key, None, None, by=by, at=at, reason=reason)


def _write(
    activity: Activity,
    kind: str,
    key: int | None,
    named: Iterable[Platform] | None,
    waiting: Mail | None,
    *,
    by: User,
    at: datetime,
    **context: str,
) -> None:
    """Write a mail of ``kind``, or bring the one that waits up to date."""
    assert activity.round is not None
    region = Region.objects.get(pk=key) if key is not None else None
    if named is not None:
        context["invited"] = _lines(named)
    mail = mails.compose_to_liaison(
        kind=kind, round=activity.round, region=region, context=context, by=by, at=at, about=_about(activity)
    )
    if waiting is not None:
        waiting.subject, waiting.body = mail.subject, mail.body
        waiting.save(update_fields=["subject", "body"])
    else:
        mail.save(force_insert=True)


def _about(activity: Activity) -> mails.About:
    values = {
        "activity": activity.number,
        "held_on": day_in_words(activity.held_on),
        "answer_by": day_in_words(activity.answer_by) if activity.answer_by else "",
        "organiser": activity.get_organiser_display(),
        "title": activity.title,
        "where": "，".join(part for part in (activity.hours, activity.place) if part),
        "link": reverse("desk:activity", args=(activity.number,)),
    }
    return mails.About("activity", activity, values)


def _lines(platforms: Iterable[Platform]) -> str:
    names = sorted(each.name[:_MOST_LINE] for each in platforms)
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], f"另有 {len(names) - MOST_NAMED} 个，请登录后查看。"]
    return "\n".join(names)


def _written(activity: Activity, at: datetime) -> dict[int | None, _Written]:
    """Return by key of the region what was written to it about ``activity``; discarded mails tell nobody."""
    found: dict[int | None, _Written] = {}
    rows = Mail.objects.select_for_update(of=("self",)).filter(activity=activity).exclude(state=MailState.DISCARDED)
    for mail in rows.order_by("pk"):
        mine = found.setdefault(mail.region_id, _Written())
        if mail.state in outbox.OPEN and not is_in_flight(mail, at):
            mine.open.append(mail)
            mine.told = mine.told or _to_copy(mail)
        else:
            mine.told = True
    return found


def _to_copy(mail: Mail) -> bool:
    return mail.state == MailState.WAITING and mail.problem in BY_HAND


def _invited(activity: Activity) -> list[Platform]:
    rows = activity.invitations.exclude(answer=InvitationAnswer.REFUSED).select_related("platform")
    return [row.platform for row in rows]


def _awaited(activity: Activity, key: int | None) -> list[Platform]:
    """Return the platforms of one region that have not answered yet."""
    rows = activity.invitations.filter(answer="", platform__region=key).select_related("platform")
    return [row.platform for row in rows]


def _by_region(platforms: Iterable[Platform]) -> dict[int | None, list[Platform]]:
    found: dict[int | None, list[Platform]] = {}
    for each in platforms:
        found.setdefault(each.region_id, []).append(each)
    return found
