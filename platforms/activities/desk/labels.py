"""Activities in the words of the desk: rows of the list and of its file, and the page of one."""

from datetime import date
from typing import Any

from django.urls import reverse

from platforms import deadlines
from platforms.activities.choices import ActivityKind, ActivityStatus, InvitationAnswer, Organiser
from platforms.activities.rules import report_due_on
from platforms.activities.services import activities
from platforms.choices import ServiceClass
from platforms.dates import day_in_words
from platforms.models import Activity, Invitation, User
from platforms.moments import moment
from platforms.pages.lists import PLACES, TODAY, Column, Value, day, region, when, word
from platforms.pages.moves import move_buttons
from platforms.pages.short_names import short_cell

TONES = {
    ActivityStatus.PLANNED: "info",
    ActivityStatus.HELD: "wait",
    ActivityStatus.REPORTED: "good",
    ActivityStatus.CANCELLED: "neutral",
}


def state_of(status: str, held_on: date, today: date) -> dict[str, str]:
    """Return label and tone of a state; a report that is late says so."""
    if status in (ActivityStatus.PLANNED, ActivityStatus.HELD) and held_on <= today:
        left = deadlines.days_left(report_due_on(held_on), today)
        word = "待登记" if status == ActivityStatus.PLANNED else "待总结"
        return {"label": f"{word}，{deadlines.in_words(left)}", "tone": "bad" if left < 0 else "wait"}
    return {"label": ActivityStatus(status).label, "tone": TONES[ActivityStatus(status)]}


def organiser_of(organiser: str, platform: str | None, region: str | None) -> str:
    """Return who holds it: a platform by its name, a hub with its region."""
    return platform or f"{region or ''}{Organiser(organiser).label}"


def in_short(organiser: str, platform: str | None, region: str | None, *places: str | None) -> str:
    """Return the same for a list: a platform by its place."""
    return short_cell(platform, *places) if platform else organiser_of(organiser, None, region)


def answers_of(invited: int | None, accepted: int | None, refused: int | None) -> str:
    """Return how the invitations stand."""
    return f"邀请 {invited}，参加 {accepted or 0}，不参加 {refused or 0}" if invited else "未邀请"


def _number(name: str) -> Value:
    return Value((name,), lambda count: count or 0)


ORGANISER = ("organiser", "platform__name", "region__name")
NUMBER, TITLE = Column("活动编号", "number"), Column("活动名称", "title")
KIND, HELD = Column("类型", word("kind", ActivityKind)), Column("活动日期", day("held_on"))
COLUMNS = (
    NUMBER,
    TITLE,
    Column("状态", Value(("status", "held_on", TODAY), state_of)),
    Column("举办单位", Value((*ORGANISER, *(f"platform__{place}" for place in PLACES)), in_short)),
    KIND,
    HELD,
    Column("邀请答复", Value(("invited", "accepted", "refused"), answers_of)),
)
FILE_COLUMNS = (
    NUMBER,
    TITLE,
    Column("举办单位", word("organiser", Organiser)),
    Column("窗口平台", "platform__name"),
    Column("地区", region()),
    KIND,
    Column("服务类别", word("service_class", ServiceClass)),
    HELD,
    Column("地点", "place"),
    Column("名额（人）", Value(("places",), lambda places: places or "")),
    Column("状态", word("status", ActivityStatus)),
    Column("在平台页面公开", Value(("is_public",), lambda shown: "是" if shown else "否")),
    Column("邀请平台（个）", _number("invited")),
    Column("参加（个）", _number("accepted")),
    Column("不参加（个）", _number("refused")),
    Column("参加人数（人）", "people"),
    Column("参加企业（家）", "enterprises"),
    Column("总结时间", when("reported_at")),
)


def page_of(row: Activity, user: User, today: date) -> dict[str, Any]:
    """Return facts, course and moves of one."""
    organiser = organiser_of(
        row.organiser, row.platform.name if row.platform else None, row.region.name if row.region else None
    )
    days = day_in_words(row.held_on) + (f" {row.hours}" if row.hours else "")
    pairs: list[dict[str, Any]] = [
        {"label": "举办单位", "value": organiser},
        {"label": "类型", "value": row.get_kind_display()},
        {"label": "服务类别", "value": row.get_service_class_display()},
        {"label": "时间", "value": days},
        {"label": "地点", "value": row.place},
        {"label": "名额", "value": f"{row.places} 人" if row.places else "不限"},
    ]
    if row.answer_by:
        pairs.append({"label": "答复期限", "value": day_in_words(row.answer_by)})
    if row.note:
        pairs.append({"label": "活动安排", "value": row.note})
    if row.platform_id:
        pairs.append({"label": "在平台页面公开", "value": "是" if row.is_public else "否"})
    if row.status == ActivityStatus.REPORTED:
        pairs += [
            {"label": "参加人数", "value": f"{row.people} 人"},
            {"label": "参加企业", "value": f"{row.enterprises} 家"},
        ]
    return {
        "pairs": pairs,
        "state": state_of(row.status, row.held_on, today),
        "events": _events(row),
        "moves": _moves(row, user, today),
    }


def _moves(row: Activity, user: User, today: date) -> list[dict[str, str]]:
    # Before its day it cannot have been held.
    open_moves = [move for move in activities.moves_open_to(row, user) if move.name != "hold" or row.held_on <= today]
    made = move_buttons("desk:activity_move", row.number, open_moves, main=("hold", "report"))
    if row.status == ActivityStatus.PLANNED and activities.is_own(row, user):
        invite = {"label": "邀请平台", "url": reverse("desk:activity_invite", args=[row.number]), "kind": "plain"}
        change = {"label": "修改安排", "url": reverse("desk:activity_edit", args=[row.number]), "kind": "plain"}
        if row.held_on > today:
            made[:0] = [{**invite, "kind": "main"}, change]
        else:
            made[1:1] = [change, invite]
    if row.status == ActivityStatus.REPORTED and user.has_perm("platforms.add_goodexample"):
        add = f"{reverse('admin:platforms_goodexample_add')}?activity={row.pk}"
        made.append({"label": "选为典型案例", "url": add, "kind": "plain"})
    return made


def _events(row: Activity) -> list[dict[str, str]]:
    events = [{"when": moment(row.planned_at), "who": row.planned_by.name, "what": "安排活动", "why": ""}]
    if row.cancelled_at and row.cancelled_by:
        what = {"what": "取消活动", "why": row.cancel_reason}
        events.insert(0, {"when": moment(row.cancelled_at), "who": row.cancelled_by.name, **what})
    if row.reported_at and row.reported_by:
        late = deadlines.came_late(report_due_on(row.held_on), row.reported_at)
        what = {"what": f"填报活动总结{'（逾期）' if late else ''}", "why": ""}
        events.insert(0, {"when": moment(row.reported_at), "who": row.reported_by.name, **what})
    return events


def invitation_row(row: Invitation, activity: Activity, today: date) -> dict[str, Any]:
    """Return one invitation as the page of the activity lists it."""
    over = deadlines.is_late(activity.answer_by or activity.held_on, today)
    if row.answer:
        label = row.get_answer_display() + ("（逾期答复）" if row.late else "")
        tone = "good" if row.answer == InvitationAnswer.ACCEPTED else "bad"
    else:
        label, tone = ("逾期未答复", "bad") if over else ("待答复", "wait")
    took_part = "" if row.took_part is None else "参加了" if row.took_part else "未参加"
    return {
        "pk": row.pk,
        "name": row.platform.name,
        "region": row.platform.region.name if row.platform.region else "市级",
        "label": label,
        "tone": tone,
        "reason": row.reason,
        "answered": f"{row.answered_by.name}，{moment(row.answered_at)}" if row.answered_by else "",
        "took_part": took_part,
    }
