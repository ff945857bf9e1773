"""The secret address of a person's calendar: made anew, shown once, taken back; dead with the account."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import CalendarFeed, User


@transaction.atomic
def issue(*, by: User, at: datetime) -> tuple[CalendarFeed, str]:
    """Make a secret address for the calendar of ``by``; the one before it ends. Returns it and its token, once.

    Raises:
        Refusal: the role has no calendar.
    """
    if not by.has_perm("platforms.view_task"):
        raise Refusal("您的角色没有工作日历。")
    # The row of the account makes two windows of one person queue.
    User.objects.select_for_update().get(pk=by.pk)
    renewed = CalendarFeed.objects.filter(user=by, revoked_at__isnull=True).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(user=by, token_hash=_hash(token), role=by.role, region=by.region, made_at=at)
    audit.record(verb="更换日历地址" if renewed else "生成日历地址", by=by, at=at, target=made, code=by.username)
    return made, token


@transaction.atomic
def revoke(*, by: User, at: datetime) -> None:
    """Take back the address of ``by``.

    Raises:
        Gone: there is none.
    """
    row = CalendarFeed.objects.select_for_update().filter(user=by, revoked_at__isnull=True).first()
    if row is None:
        raise Gone("没有可作废的日历地址，可能已经作废。")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    audit.record(verb="作废日历地址", by=by, at=at, target=row, code=by.username)


def standing_feed(user: User) -> CalendarFeed | None:
    """Return the address of ``user`` that works now, or None."""
    row = CalendarFeed.objects.select_related("user").filter(user=user, revoked_at__isnull=True).first()
    return row if row is not None and _holds(row) else None


def find(token: str) -> User | None:
    """Return whose calendar ``token`` opens; None when it is unknown, taken back, or the account is not what it was."""
    rows = CalendarFeed.objects.select_related("user__region").filter(revoked_at__isnull=True)
    row = rows.filter(token_hash=_hash(token)).first()
    return row.user if row is not None and _holds(row) else None


def _holds(feed: CalendarFeed) -> bool:
    user = feed.user
    same = (user.role, user.region_id) == (feed.role, feed.region_id)
    return user.is_active and same and user.has_perm("platforms.view_task")


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
