"""Tokens for the interface: issued to a platform or to a county hub, shown once, kept as a hash, revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from platforms.applications.services.operation import check_in_operation
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.models import ApiToken, Platform, Region, User
from platforms.text import clean_text

#: How every token begins, so that one that was left lying about is known for what it is.
PREFIX = "nbw_"
LONGEST_DAYS = 730
USUAL_DAYS = 365
#: The last use is written down once in so long.
_NOTED_EVERY = timedelta(minutes=1)
_HINT = 8


@transaction.atomic
def issue(
    *,
    platform: Platform | None = None,
    region: Region | None = None,
    days: int = USUAL_DAYS,
    note: str = "",
    by: User | None,
    at: datetime,
    actor: str = "",
) -> tuple[ApiToken, str]:
    """Make a token for one platform, or for all platforms of a region; holds for ``days`` days.

    Returns it with its text, which is shown once and not stored. ``by`` is None on the command line, which ``actor``
    then names.

    Raises:
        Refusal: neither or both are given, ``days`` out of range, they are not ``by``'s to give tokens for, or the
            region has ended.
    """
    if (platform is None) == (region is None):
        raise Refusal("请选择一个窗口平台，或者一个地区。")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal.of("days", f"有效期须为 1 至 {LONGEST_DAYS} 天。")
    place = platform.region if platform is not None else region
    if by is not None:
        _check_may(by, "add", place)
    if region is not None and region.ended:
        raise Refusal(region.ended)
    if platform is not None:
        check_in_operation(platform, on=timezone.localdate(at))
    note = clean_text("用途", note, most=80)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        token_hash=_hash(text),
        hint=text[:_HINT],
        platform=platform,
        region=place,
        note=note,
        issued_at=at,
        issued_by=by,
        expires_at=at + timedelta(days=days),
    )
    audit.record(
        verb="发放接口令牌", by=by, at=at, target=token, code=holder_code(token), actor=actor, reason=f"{days} 天"
    )
    return token, text


@transaction.atomic
def revoke(*, token: ApiToken, by: User, at: datetime) -> ApiToken:
    """End a token at once.

    Raises:
        Gone: it was revoked already.
        Refusal: it is not ``by``'s to revoke.
    """
    _check_may(by, "change", token.region)
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by):
        raise Gone("这个接口令牌已经作废。")
    audit.record(verb="作废接口令牌", by=by, at=at, target=token, code=holder_code(token))
    token.refresh_from_db()
    return token


def find(text: str, *, at: datetime) -> ApiToken | None:
    """Return the token of ``text`` while it holds; anything else takes as long and is None."""
    token = ApiToken.objects.select_related("platform", "region").filter(token_hash=_hash(text)).first()
    return token if token is not None and token.revoked_at is None and at < token.expires_at else None


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Write down that ``token`` was used, at most once a minute."""
    if token.last_used_at is None or token.last_used_at <= at - _NOTED_EVERY:
        due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - _NOTED_EVERY)
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=at)


def platforms_of(token: ApiToken) -> QuerySet[Platform]:
    """Return the platforms that ``token`` may send records of."""
    if token.platform_id:
        return Platform.objects.filter(pk=token.platform_id)
    return Platform.objects.filter(region=token.region_id)


def source_of(token: ApiToken) -> str:
    """Return the source of the records that come with ``token``: its holder, so that a new token goes on with it."""
    if token.platform is not None:
        return f"platform:{token.platform.code}"
    assert token.region is not None  # a constraint of the table
    return f"region:{token.former_code or token.region.code}"


def holder_code(token: ApiToken) -> str:
    """Return the code of the platform or region that holds ``token``."""
    return source_of(token).partition(":")[2]


def _check_may(by: User, verb: str, place: Region | None) -> None:
    county = by.role == Role.COUNTY
    if not by.has_perm(f"platforms.{verb}_apitoken") or (county and (place is None or not by.acts_for(place.pk))):
        raise Refusal("您没有发放、作废这个接口令牌的权限。")


def _hash(text: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
