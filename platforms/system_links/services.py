"""Whether platforms are linked to the city's information system (二·(三), 四·(二)): findings, and who is reminded."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from platforms.applications.services.operation import check_in_operation
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Refusal, check_seen
from platforms.mail.choices import MailKind, MailState
from platforms.mail.services import mails
from platforms.models import LinkState, Mail, Platform, Region, Round, User
from platforms.system_links import queries as link_states
from platforms.text import clean_text

#: Most platforms that one mail names, and characters of each line.
MOST_NAMED, _MOST_LINE = 20, 120
EARLIEST = date(2000, 1, 1)


@transaction.atomic
def note(
    *,
    platform: Platform,
    linked: bool,
    on: date,
    method: str = "",
    note: str = "",
    seen: int | None = None,
    by: User,
    at: datetime,
) -> LinkState:
    """Write down that ``platform`` is linked since ``on`` by ``method``, or is not linked and why (``note``).

    ``seen`` is the key of the finding that the person had before the eyes, 0 for none; None looks at nothing.

    Raises:
        Refusal: ``by`` may not, a value is missing or wrong (``refusal.field`` names it), or nothing changes.
        StaleVersion: somebody else wrote a finding down in between.
    """
    if not by.has_perm("platforms.add_linkstate") or not platform.is_visible_to(by):
        raise Refusal("您没有登记这个平台联通情况的权限。")
    method = clean_text("联通方式", method, most=40, required=linked, field="method")
    note = clean_text("说明", note, most=200, required=not linked, field="note")
    if not EARLIEST <= on <= timezone.localdate(at):
        raise Refusal.of("on", "日期不能晚于今天。" if on >= EARLIEST else f"日期不能早于 {EARLIEST.isoformat()}。")
    check_in_operation(platform, on=on, field="on")
    # Findings of one platform queue at its row.
    Platform.objects.select_for_update().get(pk=platform.pk)
    last = LinkState.objects.filter(platform=platform).order_by("-pk").first()
    check_seen(last.pk if last else 0, seen, "联通情况刚被其他人登记过，请核对后再办。")
    made = LinkState(
        platform=platform, linked=linked, method=method if linked else "", on=on, note=note, noted_at=at, noted_by=by
    )
    if last is not None and _says(last) == _says(made):
        raise Refusal("与现在登记的联通情况相同，没有重复登记。")
    made.save(force_insert=True)
    changes = {
        "联通情况": [str(last) if last else None, str(made)],
        "日期": [last.on.isoformat() if last else None, on.isoformat()],
        "联通方式": [last.method if last else "", made.method],
    }
    audit.record(verb="登记联通情况", by=by, at=at, target=made, code=platform.code, reason=note, changes=changes)
    return made


@transaction.atomic
def remind(*, regions: Sequence[Region], round: Round, on: date, by: User, at: datetime) -> list[Mail]:
    """Write to the liaison officer of each of ``regions`` which platforms are not linked or silent; returns the mails.

    A region whose last such mail still waits, or that has nothing to be reminded of, gets none.

    Raises:
        Refusal: ``by`` may not, or no region.
    """
    check_may_remind(by)
    if not regions:
        raise Refusal("请至少选择一个地区。")
    Round.objects.select_for_update().get(pk=round.pk)
    waiting = waiting_for(round)
    owing = link_states.owing(on)
    asked = [region for region in regions if region.pk not in waiting and region.pk in owing]
    written = compose(asked, owing, round=round, by=by, at=at)
    for mail in written:
        mail.save(force_insert=True)
    if written:
        names = "、".join(mail.region.name for mail in written if mail.region)
        changes = {"地区（个）": [None, len(written)]}
        audit.record(
            verb="生成联通催办", by=by, at=at, target=round, code=str(round.year), reason=names, changes=changes
        )
    return written


def check_may_remind(by: User) -> None:
    """Refuse who may not remind the regions.

    Raises:
        Refusal: not the city's, or without the permission to send mails.
    """
    if by.role != Role.CITY or not by.has_perm("platforms.send_mail"):
        raise Refusal("您没有催办联通的权限。")


def compose(
    regions: Sequence[Region], owing: Mapping[int, link_states.Owing], *, round: Round, by: User, at: datetime
) -> list[Mail]:
    """Return the mail that :func:`remind` would write to each of ``regions``, without writing it."""
    contexts = [(region, _context(owing[region.pk])) for region in regions]
    return mails.compose_to_liaisons(kind=MailKind.LINK, round=round, contexts=contexts, by=by, at=at)


def _context(standing: link_states.Owing) -> dict[str, str]:
    lines = [each[:_MOST_LINE] for each in standing.lines]
    if len(lines) > MOST_NAMED:
        lines = [*lines[:MOST_NAMED], f"另有 {len(lines) - MOST_NAMED} 个，请登录后查看。"]
    return {
        "unlinked": str(standing.unlinked),
        "silent": str(standing.silent),
        "platforms": "\n".join(lines),
        "link": reverse("desk:link_states"),
    }


def waiting_for(round: Round) -> set[int]:
    """Return the keys of the regions whose mail about links has not been sent or discarded yet."""
    rows = Mail.objects.filter(round=round, kind=MailKind.LINK, state=MailState.WAITING, region__isnull=False)
    return {key for key in rows.values_list("region", flat=True) if key is not None}


def _says(row: LinkState) -> tuple[bool, str, date, str]:
    return row.linked, row.method, row.on, row.note
