"""Whose an application is, and whether it may be changed; every service on applications begins here."""

from datetime import datetime

from platforms.choices import ApplicationStatus, PlatformType, Role, RoundStatus
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, Round, User

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
    application: Application, *, by: User | None, at: datetime, actor: str = "", permission: str = "change_application"
) -> None:
    """Refuse a change of the form itself.

    ``by`` is None for a fill link; then ``actor`` names the unit and the application must have a usable link.

    Raises:
        Refusal: not the person's own, no usable link, already submitted, or the round is published.
    """
    if by is None:
        usable = application.fill_links.filter(
            expires_at__gt=at, revoked_at__isnull=True, handed_over_at__isnull=True
        ).exists()
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
