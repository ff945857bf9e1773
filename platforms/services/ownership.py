"""Whose an application is, and whether it may be changed; every service on applications begins here."""

from collections.abc import Iterable
from datetime import datetime

from platforms.choices import ApplicationStatus, PlatformType, Role, RoundStatus
from platforms.correction import is_open
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, Round, User
from platforms.queries.corrections import open_parts, open_parts_of_link, usable_links
from platforms.queries.parts import label_of_part

STALE = "您打开页面之后，这份申报表已被他人保存或办理，本次操作未执行。请刷新页面查看最新内容后再继续。"


def locked(application: Application) -> Application:
    """Return the row as it is now, locked until the caller's transaction ends.

    Raises:
        Gone: the row was deleted.
    """
    rows = Application.objects.select_related("round", "region__host", "town__region", "town__zone", "park__region")
    row = rows.select_for_update(of=("self",)).filter(pk=application.pk).first()
    if row is None:
        raise Gone("这份申报表已被删除。")
    return row


def locked_round(round: Round) -> Round:
    """Return the round as it is now; nobody opens, closes or publishes it until the caller's transaction ends."""
    return Round.objects.select_for_update().get(pk=round.pk)


def is_own(application: Application, by: User) -> bool:
    """Say whether ``by`` files for this application: the county for its region, the city for key industries."""
    if by.role == Role.CITY:
        return application.type == PlatformType.INDUSTRY
    return by.role == Role.COUNTY and by.region_id is not None and application.region_id == by.region_id


def check_own(application: Application, by: User) -> None:
    """Refuse whoever does not file for this application.

    Raises:
        Refusal: it belongs to another region.
    """
    if not is_own(application, by):
        raise Refusal("您没有办理这份申报表的权限。")


def check_may_change(
    application: Application,
    *,
    by: User | None,
    at: datetime,
    actor: str = "",
    permission: str = "change_application",
    section: str = "",
) -> None:
    """Refuse a change of the form itself.

    ``by`` is None for a fill link; then ``actor`` names the unit and the application must have a usable link for
    ``section`` (a slug), or for the whole form.

    Raises:
        Refusal: not the person's own, no usable link, already submitted, or the round is published.
    """
    if by is None:
        usable = usable_links(application, at).filter(section__in=("", section)).exists()
        if not actor or not usable:
            raise Refusal("填报链接已失效，请与发出链接的经信部门联系。")
    else:
        if not by.has_perm(f"platforms.{permission}"):
            raise Refusal("您没有修改申报表的权限。")
        check_own(application, by)
    if not application.is_editable:
        shown = ApplicationStatus(application.status).label
        raise Refusal(f"申报表当前为“{shown}”，只有草稿和被退回的申报表可以修改。")
    check_not_published(application.round)


def check_open(application: Application, *, by: User | None, at: datetime, section: str, fields: Iterable[str]) -> None:
    """Refuse a change of a part that the return did not name; ``fields`` are those that would really change.

    Through a fill link only what the county named for it may be changed too.

    Raises:
        Refusal: the sentence names the first part that is closed.
    """
    changed = list(fields)
    limits = [open_parts(application)]
    if by is None:
        links = usable_links(application, at).filter(section__in=("", section)).prefetch_related("items")
        named = [open_parts_of_link(link) for link in links]
        limits.append(None if not named or None in named else tuple(part for parts in named for part in parts or ()))
    for limit in limits:
        closed = [field for field in changed if limit is not None and not is_open(limit, section, field)]
        if closed:
            raise Refusal(f"退回时没有要求补正“{label_of_part(section, closed[0])}”，这一部分不能修改。")


def check_not_published(round: Round) -> None:
    """Refuse whatever would change a round whose results are public.

    Raises:
        Refusal: the round is published.
    """
    if round.status == RoundStatus.PUBLISHED:
        raise Refusal(f"{round.year}年度结果已公布，申报表不能再变动。")


def check_version(application: Application, version: int) -> None:
    """Refuse a save or move that was begun on an older version.

    Raises:
        StaleVersion: ``version`` is not the stored one.
    """
    if application.version != version:
        raise StaleVersion(STALE)
