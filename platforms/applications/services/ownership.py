"""Whose an application is, and whether it may be changed; every service on applications begins here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.corrections import closed_fields, limits_of, usable_links
from platforms.applications.queries.parts import label_of_part
from platforms.choices import PlatformType, Role
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Application, FillLink, User
from platforms.rounds.services.locking import check_not_published

STALE = "您打开页面之后，这份申报表已被他人保存或办理，本次操作未执行。请刷新页面查看最新内容后再继续。"


def locked(application: Application) -> Application:
    """Return the row as it is now, locked until the caller's transaction ends.

    Raises:
        Gone: the row was deleted.
    """
    return locked_all([application])[0]


def locked_all(applications: Iterable[Application]) -> list[Application]:
    """Return the rows as they are now, by number, locked until the caller's transaction ends.

    Raises:
        Gone: one of them was deleted.
    """
    keys = {application.pk for application in applications}
    rows = Application.objects.select_related("round", "region__host", "town__region", "town__zone", "park__region")
    # Always in one order, so that two who lock overlapping sets do not wait for each other.
    found = list(rows.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if len(found) < len(keys):
        raise Gone("这份申报表已被删除。")
    return sorted(found, key=lambda row: row.number)


def is_own(application: Application, by: User) -> bool:
    """Say whether ``by`` files for this application: the county for its region, the city for key industries."""
    if by.role == Role.CITY:
        return application.type == PlatformType.INDUSTRY
    return by.role == Role.COUNTY and by.acts_for(application.region_id)


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
    also: str = "",
) -> None:
    """Refuse a change of the form itself.

    ``by`` is None for a fill link; then ``actor`` names the unit and the application must have a usable link for
    ``section`` (a slug), for ``also``, where it is given, or for the whole form.

    Raises:
        Refusal: not the person's own, no usable link, already submitted, or the round is published.
    """
    if by is None:
        usable = usable_links(application, at).filter(section__in=("", section, also)).exists()
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


def check_open(
    application: Application,
    *,
    by: User | None,
    at: datetime,
    section: str,
    fields: Iterable[str],
    values: Mapping[str, Any] | None = None,
    also: str = "",
) -> None:
    """Refuse a change of a part that the return did not name; ``fields`` are those that would really change.

    Through a fill link only what the county named for it may be changed too. What follows from a correction is open
    as well, see ``queries.corrections.closed_fields``; ``values`` are what is being saved. ``also`` is as for
    :func:`check_may_change`.

    Raises:
        Refusal: the sentence names the first part that is closed.
    """
    changed = list(fields)
    links: list[FillLink | None] = [None]
    if by is None:
        usable = usable_links(application, at).filter(section__in=("", section, also))
        links = list(usable.prefetch_related("items")) or links
    # Of several links each opens what it names.
    found = [closed_fields(application, limits_of(application, link), section, changed, values) for link in links]
    closed = min(found, key=len)
    if closed:
        sentence = f"退回时没有要求补正“{label_of_part(section, closed[0])}”，这一部分不能修改。"
        raise Refusal.of(closed[0], sentence)


def check_version(application: Application, version: int) -> None:
    """Refuse a save or move that was begun on an older version.

    Raises:
        StaleVersion: ``version`` is not the stored one.
    """
    check_seen(application.version, version, STALE)
