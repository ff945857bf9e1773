"""Links that let an operating unit fill one application without an account."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from platforms.applications.choices import ApplicationStatus
from platforms.applications.sections import SECTIONS
from platforms.applications.services.ownership import check_may_change, check_own, locked
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import Application, FillLink, User
from platforms.text import clean_text

LONGEST_DAYS = 60
#: Openings closer to each other than this count as one.
STEP = timedelta(minutes=1)
TITLES = {each.slug: each.title for each in SECTIONS}

_ENDED = "填报链接已失效：可能已交回、已作废或已到期。请与发出链接的经信部门联系。"


@transaction.atomic
def issue(
    *, application: Application, recipient: str, days: int, by: User, at: datetime, section: str = ""
) -> tuple[FillLink, str]:
    """Make a link for ``recipient`` that holds for ``days`` days (1 to 60), for one ``section`` or the whole form.

    Links for different sections stand side by side, each with a unit of its own, and beside one for the whole form. A
    newer link for the same section ends the older; one for the whole form ends all others, as it covers them.
    Returns the link and its token, which is shown once and not stored.

    Raises:
        Refusal: the application is not editable or not the person's own, no such section, or ``days`` out of range.
    """
    row = locked(application)
    check_may_change(row, by=by, at=at, permission="add_filllink")
    recipient = clean_text("填报单位", recipient, most=80, required=True)
    if section and section not in TITLES:
        raise Refusal("请选择要填写的部分。")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal(f"链接有效期须为 1 至 {LONGEST_DAYS} 天。")
    ended_by(row, section).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    link = FillLink.objects.create(
        application=row,
        token_hash=_hash(token),
        recipient=recipient,
        section=section,
        created_at=at,
        created_by=by,
        expires_at=at + timedelta(days=days),
    )
    part = f"，{TITLES[section]}" if section else ""
    audit.record(verb="发出填报链接", by=by, at=at, target=row, reason=f"{recipient}，{days} 天{part}")
    return link, token


def ended_by(application: Application, section: str) -> QuerySet[FillLink]:
    """Return the open links that a new one for ``section`` (empty: the whole form) would end."""
    links = _open_links(application.fill_links.all())
    return links.filter(section=section) if section else links


def find(token: str, at: datetime) -> FillLink | None:
    """Return the link of ``token`` while it is usable: not expired, not revoked, not handed over, form editable."""
    usable = (
        _open_links(FillLink.objects.filter(expires_at__gt=at)).select_related("application__round").defer("sent_form")
    )
    return usable.filter(
        token_hash=_hash(token), application__status__in=(ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
    ).first()


def issued(token: str) -> FillLink | None:
    """Return the link of ``token`` whether it is usable or not, so that the holder of an ended one is told so."""
    return FillLink.objects.filter(token_hash=_hash(token)).first()


@transaction.atomic
def open_link(*, link: FillLink, at: datetime) -> FillLink:
    """Note that the link was opened: for the first time in the log too, later on only when that was, to the minute."""
    links = FillLink.objects.filter(pk=link.pk)
    # Somebody who turns pages writes no row with each of them.
    links.filter(Q(last_opened_at__isnull=True) | Q(last_opened_at__lte=at - STEP)).update(last_opened_at=at)
    if FillLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=at):
        audit.record(verb="打开填报链接", by=None, at=at, target=link.application, actor=actor_of(link))
    link.refresh_from_db()
    return link


@transaction.atomic
def hand_over(*, link: FillLink, at: datetime) -> FillLink:
    """Hand the form, or the section that the link is for, over to the county; the link ends with it.

    Raises:
        Gone: the link is no longer usable.
    """
    row = locked(link.application)
    if not row.is_editable or not _open_links(FillLink.objects.filter(pk=link.pk, expires_at__gt=at)).update(
        handed_over_at=at
    ):
        raise Gone(_ENDED)
    part = TITLES.get(link.section, "")
    audit.record(verb="交回申报表", by=None, at=at, target=row, actor=actor_of(link), reason=part)
    link.refresh_from_db()
    return link


@transaction.atomic
def revoke(*, link: FillLink, by: User, at: datetime) -> FillLink:
    """End a link before its time.

    Raises:
        Gone: it was revoked or handed over already.
        Refusal: the application is not the person's own.
    """
    row = locked(link.application)
    if not by.has_perm("platforms.change_filllink"):
        raise Refusal("您没有作废填报链接的权限。")
    check_own(row, by)
    if not _open_links(FillLink.objects.filter(pk=link.pk)).update(revoked_at=at):
        raise Gone("这个链接已交回或已作废。")
    audit.record(verb="作废填报链接", by=by, at=at, target=row, reason=link.recipient)
    link.refresh_from_db()
    return link


def actor_of(link: FillLink) -> str:
    """Return how the unit that fills through ``link`` is named in the log, within the width of an account name."""
    return f"填报单位：{link.recipient}"[:40]


def _open_links(links: QuerySet[FillLink]) -> QuerySet[FillLink]:
    return links.filter(revoked_at__isnull=True, handed_over_at__isnull=True)


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
