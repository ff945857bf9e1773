"""Activities: planned with who is invited, held, reported, or cancelled (二·(五), 六·(二))."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from platforms.activities.choices import ActivityKind, ActivityStatus, Organiser
from platforms.activities.rules import Link
from platforms.activities.services import mails as activity_mails
from platforms.activities.workflow import ACTIVITY
from platforms.applications.queries.standings import operations
from platforms.applications.services.operation import check_in_operation
from platforms.audit.services import audit, numbering
from platforms.choices import Role, ServiceClass
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Activity, ActivityLink, Invitation, Platform, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.queries.rounds import round_of
from platforms.text import clean_text
from platforms.values import field_of

MOST_NOTE, MOST_REASON, MOST_SUMMARY = 1000, 400, 2000
#: Platforms invited to one activity; days for which one is planned ahead; what a report may count.
MOST_INVITED, LONGEST_DAYS, MOST_PEOPLE = 500, 400, 100_000
STALE = "您打开页面之后，这项活动已有改动，本次操作未执行。请查看最新情况后再继续。"
PUBLIC = str(field_of(Activity, "is_public").verbose_name)
#: What the invited have to hear of when it changes.
_ARRANGEMENT = ("held_on", "hours", "place", "answer_by")
_TEXTS = (("title", 60, True), ("place", 80, True), ("hours", 30, False), ("note", MOST_NOTE, False))


def organisers_of(by: User) -> tuple[Organiser, ...]:
    """Return whose activities ``by`` enters: the hub of its level, and the platforms of its own."""
    if by.role == Role.CITY:
        return (Organiser.CITY_HUB, Organiser.PLATFORM)
    return (Organiser.COUNTY_HUB, Organiser.PLATFORM) if by.role == Role.COUNTY and by.region_id else ()


def is_own(row: Activity, by: User) -> bool:
    """Say whether the side of ``by`` entered the activity and works on it."""
    if row.region_id is None:
        return by.role == Role.CITY
    return by.role == Role.COUNTY and by.acts_for(row.region_id)


def may_invite(platform: Platform, by: User) -> bool:
    """Say whether ``by`` may invite ``platform``: the city any, a county its own."""
    return by.role == Role.CITY or (by.region_id is not None and platform.region_id == by.region_id)


def moves_open_to(row: Activity, by: User) -> list[Move]:
    """Return the moves that ``by`` can make on ``row`` now, in the order of the table."""
    if not is_own(row, by):
        return []
    return [move for move in ACTIVITY.open_to(status=row.status, role=by.role) if by.has_perm(move.permission)]


@transaction.atomic
def plan(*, values: Mapping[str, Any], invited: Iterable[Platform] = (), by: User, at: datetime) -> Activity:
    """Plan an activity and invite platforms to it.

    ``values`` are ``organiser``, ``platform`` (where a platform holds it), ``kind``, ``service_class``, ``title``,
    ``held_on``, ``hours``, ``place``, ``places``, ``note``, ``answer_by`` and ``is_public``, which counts where a
    platform holds it.

    Raises:
        Refusal: ``by`` may not, or a value is missing or wrong; ``field`` says which.
    """
    if not by.has_perm("platforms.add_activity") or not organisers_of(by):
        raise Refusal("您没有安排服务活动的权限。")
    facts = _checked(values, by=by, at=at, fresh=True)
    year = facts["held_on"].year
    row = Activity.objects.create(
        number=f"HD-{year}-{numbering.next_number(f'activity:{year}'):04d}",
        region=by.region if by.role == Role.COUNTY else None,
        round=round_of(facts["held_on"]),
        planned_at=at,
        planned_by=by,
        **facts,
    )
    changes: dict[str, list[Any]] = {
        "活动日期": [None, row.held_on.isoformat()],
        "举办单位": [None, row.get_organiser_display()],
    }
    if row.is_public:
        changes[PUBLIC] = [None, True]
    audit.record(verb="安排活动", by=by, at=at, target=row, changes=changes)
    _invite(row, invited, by=by, at=at)
    return row


@transaction.atomic
def change(*, activity: Activity, values: Mapping[str, Any], version: int, by: User, at: datetime) -> Activity:
    """Change what is planned; the values as for :func:`plan`, organiser and platform stay.

    Raises:
        Gone, StaleVersion: it is no longer planned, or was changed since it was shown.
        Refusal: not the person's own, or a value is missing or wrong.
    """
    row = _locked(activity, by=by, permission="platforms.change_activity")
    if row.status != ActivityStatus.PLANNED:
        raise Gone(f"活动现为“{row.get_status_display()}”，不能再修改安排。")
    check_seen(row.version, version, STALE)
    facts = _checked({**values, "organiser": row.organiser, "platform": row.platform}, by=by, at=at, fresh=False)
    before = {name: getattr(row, name) for name in facts}
    for name, value in facts.items():
        setattr(row, name, value)
    row.round = round_of(row.held_on)
    row.version += 1
    row.save()
    labels = {name: str(field_of(Activity, name).verbose_name) for name in facts}
    changed = {labels[name]: pair for name, pair in audit.differences(before, facts).items()}
    audit.record(verb="修改活动安排", by=by, at=at, target=row, changes=changed)
    if any(before[name] != facts[name] for name in _ARRANGEMENT):
        activity_mails.rearranged(row, by=by, at=at)
    return row


@transaction.atomic
def invite(*, activity: Activity, platforms: Iterable[Platform], by: User, at: datetime) -> int:
    """Invite further platforms; returns how many were not invited yet.

    Raises:
        Gone: it is no longer planned.
        Refusal: not the person's own, none chosen, somebody else's platform, or too many.
    """
    row = _locked(activity, by=by, permission="platforms.change_activity")
    if row.status != ActivityStatus.PLANNED:
        raise Gone(f"活动现为“{row.get_status_display()}”，不能再邀请平台。")
    some = list(platforms)
    if not some:
        raise Refusal("请至少选择一个平台。")
    return _invite(row, some, by=by, at=at)


@transaction.atomic
def hold(*, activity: Activity, version: int, by: User, at: datetime) -> Activity:
    """Note that it was held.

    Raises:
        Gone, StaleVersion: it stands elsewhere by now, or was changed since it was shown.
        Refusal: not the person's own, or its day has not come.
    """
    if timezone.localdate(at) < activity.held_on:
        raise Refusal(f"活动日期为 {activity.held_on:%Y-%m-%d}，尚未举办；改期的请先修改活动安排。")
    # A round may have been opened since it was planned.
    return _move(activity, "hold", version=version, by=by, at=at, facts={"round": round_of(activity.held_on)})


@transaction.atomic
def report(
    *,
    activity: Activity,
    people: int,
    enterprises: int,
    summary: str,
    links: Iterable[Link] = (),
    took_part: Iterable[int] = (),
    is_public: bool | None = None,
    version: int,
    by: User,
    at: datetime,
) -> Activity:
    """Report who came and what came of it; ``took_part`` are the keys of the invited platforms that were there.

    ``is_public`` decides anew whether the page of the platform that holds it tells of it; None leaves it as it is.

    Raises:
        Gone, StaleVersion: as for :func:`hold`.
        Refusal: not the person's own, a number that cannot be, no summary, or a platform that was not invited.
    """
    summary = clean_text("活动总结", summary, most=MOST_SUMMARY, required=True, field="summary")
    for name, label, value in (("people", "参加人数", people), ("enterprises", "参加企业", enterprises)):
        if not 0 <= value <= MOST_PEOPLE:
            raise Refusal.of(name, f"“{label}”应在 0 至 {MOST_PEOPLE} 之间，请核对。")
    present = set(took_part)
    invited = set(Invitation.objects.filter(activity=activity).values_list("platform", flat=True))
    if not present <= invited:
        raise Refusal.of("took_part", "有平台不在邀请名单中，请核对实际参加的平台。")
    facts: dict[str, Any] = {"people": people, "enterprises": enterprises, "summary": summary}
    facts |= {"reported_at": at, "reported_by": by}
    changes: dict[str, list[Any]] = {}
    if is_public is not None and activity.organiser == Organiser.PLATFORM:
        facts["is_public"] = is_public
        changes = audit.differences({PUBLIC: activity.is_public}, {PUBLIC: is_public})
    row = _move(activity, "report", version=version, by=by, at=at, facts=facts, changes=changes)
    row.invitations.filter(platform__in=present).update(took_part=True)
    row.invitations.exclude(platform__in=present).update(took_part=False)
    ActivityLink.objects.bulk_create(ActivityLink(activity=row, url=each.url, title=each.title) for each in links)
    return row


@transaction.atomic
def cancel(*, activity: Activity, reason: str, version: int, by: User, at: datetime) -> Activity:
    """Cancel a planned one with the reason; what platforms answered stays.

    Raises:
        Gone, StaleVersion: as for :func:`hold`.
        Refusal: not the person's own, or no reason.
    """
    reason = clean_text("取消理由", reason, most=MOST_REASON, field="reason")
    facts = {"cancel_reason": reason, "cancelled_at": at, "cancelled_by": by}
    row = _move(activity, "cancel", version=version, by=by, at=at, facts=facts, reason=reason)
    activity_mails.called_off(row, reason, by=by, at=at)
    return row


def _move(
    activity: Activity,
    name: str,
    *,
    version: int,
    by: User,
    at: datetime,
    facts: Any = None,
    reason: str = "",
    changes: Mapping[str, list[Any]] | None = None,
) -> Activity:
    row = _locked(activity, by=by)
    move = check_may_move(workflow=ACTIVITY, name=name, by=by, reason=reason)
    if row.status in move.sources:
        check_seen(row.version, version, STALE)
    before = row.get_status_display()
    row = apply_move(row, move=move, guard={"version": version}, version=F("version") + 1, **(facts or {}))
    told = {"状态": [before, row.get_status_display()], **(changes or {})}
    audit.record(verb=move.label, by=by, at=at, target=row, reason=reason, changes=told)
    return row


def _locked(activity: Activity, *, by: User, permission: str = "platforms.move_activity") -> Activity:
    row = Activity.objects.select_related("region", "platform").select_for_update(of=("self",)).get(pk=activity.pk)
    if not by.has_perm(permission) or not is_own(row, by):
        raise Refusal("这项活动由安排活动的一方办理，您可以查看，不能办理。")
    return row


def _invite(row: Activity, platforms: Iterable[Platform], *, by: User, at: datetime) -> int:
    known = set(row.invitations.values_list("platform", flat=True))
    fresh = {each.pk: each for each in platforms if each.pk not in known and each.pk != row.platform_id}
    if any(not may_invite(each, by) for each in fresh.values()):
        raise Refusal("只能邀请本地区的窗口平台。")
    day = min(row.held_on, timezone.localdate(at))
    at_work = operations(list(fresh))
    if over := [each.name for each in fresh.values() if not at_work[each.pk].may_have_served(day)]:
        raise Refusal(f"“{over[0]}”不在运营期内，不能邀请。")
    if len(known) + len(fresh) > MOST_INVITED:
        raise Refusal(f"一项活动最多邀请 {MOST_INVITED} 个平台。")
    made = [Invitation(activity=row, platform=each, invited_at=at, invited_by=by) for each in fresh.values()]
    Invitation.objects.bulk_create(made, batch_size=500)
    if made:
        names = "、".join(each.code for each in fresh.values())[:400]
        changes = {"邀请平台（个）": [len(known), len(known) + len(made)]}
        audit.record(verb="邀请平台", by=by, at=at, target=row, reason=names, changes=changes)
        activity_mails.invited(row, fresh.values(), by=by, at=at)
    return len(made)


def _checked(values: Mapping[str, Any], *, by: User, at: datetime, fresh: bool) -> dict[str, Any]:
    """Return the columns of an activity out of ``values``, refused where one is missing or wrong."""
    organiser, platform = values.get("organiser"), values.get("platform")
    if organiser not in organisers_of(by):
        raise Refusal.of("organiser", "请选择举办单位。")
    if organiser == Organiser.PLATFORM:
        if platform is None or not _is_home(platform, by):
            raise Refusal.of("platform", "请选择举办活动的窗口平台。")
    else:
        platform = None
    for name, vocabulary, label in (("kind", ActivityKind, "类型"), ("service_class", ServiceClass, "服务类别")):
        if values.get(name) not in vocabulary.values:
            raise Refusal.of(name, f"请选择{label}。")
    facts: dict[str, Any] = {name: _label_text(name, values, most, required) for name, most, required in _TEXTS}
    held_on, answer_by, places = values.get("held_on"), values.get("answer_by"), values.get("places")
    if not isinstance(held_on, date) or abs((held_on - timezone.localdate(at)).days) > LONGEST_DAYS:
        raise Refusal.of("held_on", "活动日期应在前后一年之内，请核对。")
    if platform is not None and fresh:
        check_in_operation(platform, on=min(held_on, timezone.localdate(at)))
    if answer_by is not None and answer_by > held_on:
        raise Refusal.of("answer_by", "答复期限不能晚于活动日期。")
    if fresh and answer_by is not None and answer_by < timezone.localdate(at):
        raise Refusal.of("answer_by", "答复期限不能早于今天。")
    if places is not None and not 1 <= places <= MOST_PEOPLE:
        raise Refusal.of("places", f"名额应在 1 至 {MOST_PEOPLE} 之间，请核对。")
    is_public = platform is not None and bool(values.get("is_public"))
    facts |= {"organiser": organiser, "platform": platform, "kind": values["kind"], "is_public": is_public}
    return facts | {
        "service_class": values["service_class"], "held_on": held_on, "answer_by": answer_by, "places": places
    }  # fmt: skip


def _is_home(platform: Platform, by: User) -> bool:
    return platform.region_id == by.region_id if by.role == Role.COUNTY else platform.region_id is None


def _label_text(name: str, values: Mapping[str, Any], most: int, required: bool) -> str:
    label = str(field_of(Activity, name).verbose_name)
    return clean_text(label, str(values.get(name) or ""), most=most, required=required, field=name)
