"""Activities in the words of the desk: rows of the list and of its file, and the page of one."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from platforms import deadlines
from platforms.activity_choices import ActivityStatus, InvitationAnswer
from platforms.activity_rules import report_due_on
from platforms.dates import day_in_words
from platforms.models import Activity, Invitation, User
from platforms.resources.list_file import Row, safe
from platforms.services import activities
from platforms.wording import moment

TONES = {
    ActivityStatus.PLANNED: "info",
    ActivityStatus.HELD: "wait",
    ActivityStatus.REPORTED: "good",
    ActivityStatus.CANCELLED: "neutral",
}
_HEADS = (
    "活动编号", "活动名称", "举办单位", "窗口平台", "地区", "类型", "服务类别", "活动日期", "地点", "名额(人)", "状态",
    "邀请平台(个)", "参加(个)", "不参加(个)", "参加人数(人)", "参加企业(家)", "总结时间",
)  # fmt: skip


def state_of(row: Activity, today: date) -> dict[str, str]:
    """Return label and tone of the state of ``row``; a report that is late says so."""
    label = row.get_status_display()
    if row.status in (ActivityStatus.PLANNED, ActivityStatus.HELD) and row.held_on <= today:
        left = deadlines.days_left(report_due_on(row.held_on), today)
        word = "待登记" if row.status == ActivityStatus.PLANNED else "待总结"
        return {"label": f"{word}，{deadlines.in_words(left)}", "tone": "bad" if left < 0 else "wait"}
    return {"label": label, "tone": TONES[ActivityStatus(row.status)]}


def organiser_of(row: Activity) -> str:
    """Return who holds it: a platform by its name, a hub with its region."""
    if row.platform is not None:
        return row.platform.name
    region = row.region.name if row.region else ""
    return f"{region}{row.get_organiser_display()}"


def columns() -> list[dict[str, Any]]:
    """Return the heads of the list."""
    names = ("活动编号", "活动名称", "举办单位", "类型", "活动日期", "邀请答复", "状态")
    return [{"label": name} for name in names]


def row_of(row: Any, today: date) -> dict[str, Any]:
    """Return one line; ``row`` is one of ``queries.activities.listed``."""
    invited = row.invited or 0
    answers = f"邀请 {invited}，参加 {row.accepted or 0}，不参加 {row.refused or 0}" if invited else "未邀请"
    return {
        "url": reverse("desk:activity", args=[row.number]),
        "cells": [
            row.number,
            row.title,
            organiser_of(row),
            row.get_kind_display(),
            f"{row.held_on:%Y-%m-%d}",
            answers,
            state_of(row, today),
        ],
    }


def file_rows(rows: QuerySet[Activity]) -> Iterator[Row]:
    """Yield the heads and one line for each row, formula-safe."""
    yield list(_HEADS)
    for row in rows.iterator(chunk_size=500):
        counts: Any = row
        yield safe(
            (
                row.number, row.title, row.get_organiser_display(), row.platform.name if row.platform else "",
                row.region.name if row.region else "市级", row.get_kind_display(), row.get_service_class_display(),
                f"{row.held_on:%Y-%m-%d}", row.place, row.places or "", row.get_status_display(),
                counts.invited or 0, counts.accepted or 0, counts.refused or 0,
                "" if row.people is None else row.people, "" if row.enterprises is None else row.enterprises,
                moment(row.reported_at) if row.reported_at else "",
            )
        )  # fmt: skip


def page_of(row: Activity, user: User, today: date) -> dict[str, Any]:
    """Return facts, course and moves of one."""
    when = day_in_words(row.held_on) + (f" {row.hours}" if row.hours else "")
    pairs: list[dict[str, Any]] = [
        {"label": "举办单位", "value": organiser_of(row)},
        {"label": "类型", "value": row.get_kind_display()},
        {"label": "服务类别", "value": row.get_service_class_display()},
        {"label": "时间", "value": when},
        {"label": "地点", "value": row.place},
        {"label": "名额", "value": f"{row.places} 人" if row.places else "不限"},
    ]
    if row.answer_by:
        pairs.append({"label": "答复期限", "value": day_in_words(row.answer_by)})
    if row.note:
        pairs.append({"label": "活动安排", "value": row.note})
    if row.status == ActivityStatus.REPORTED:
        pairs += [
            {"label": "参加人数", "value": f"{row.people} 人"},
            {"label": "参加企业", "value": f"{row.enterprises} 家"},
        ]
    return {"pairs": pairs, "state": state_of(row, today), "events": _events(row), "moves": _moves(row, user, today)}


def _moves(row: Activity, user: User, today: date) -> list[dict[str, str]]:
    # Before its day it cannot have been held.
    open_moves = [move for move in activities.moves_open_to(row, user) if move.name != "hold" or row.held_on <= today]
    made = [
        {
            "label": move.label,
            "url": reverse("desk:activity_move", args=[row.number, move.name]),
            "kind": "danger" if move.irreversible else "main",
        }
        for move in open_moves
    ]
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
