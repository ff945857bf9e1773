"""What is to be mended in the words of the desk: rows of the list and of its file, and the page of one."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from platforms import deadlines
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import Rectification, RectificationTurn, User
from platforms.queries.rectifications import PENDING, is_overdue
from platforms.resources.list_file import Row, safe
from platforms.services import rectifications
from platforms.supervision_choices import RectificationStatus
from platforms.wording import moment
from platforms.workflow import RECTIFICATION

TONES = {
    RectificationStatus.OPENED: "wait",
    RectificationStatus.ANSWERED: "info",
    RectificationStatus.REOPENED: "bad",
    RectificationStatus.CLOSED: "good",
    RectificationStatus.WITHDRAWN: "neutral",
}
_HEADS = (
    "整改编号", "窗口平台", "平台编号", "地区", "整改依据", "指标或要求", "存在问题", "发现单位", "开出日期",
    "整改期限", "状态", "逾期天数", "答复时间", "办结时间",
)  # fmt: skip


def state_of(row: Rectification, today: date) -> dict[str, str]:
    """Return label and tone of the state of ``row``; what is overdue says so."""
    label = row.get_status_display()
    if is_overdue(row, today):
        return {"label": f"{label}，{deadlines.in_words(deadlines.days_left(row.due_on, today))}", "tone": "bad"}
    return {"label": label, "tone": TONES[RectificationStatus(row.status)]}


def columns(*, with_region: bool) -> list[dict[str, Any]]:
    """Return the heads of the list."""
    # The state stands where a phone shows it.
    names = ["整改编号", "状态", "窗口平台", *(["地区"] if with_region else []), "整改依据", "存在问题", "整改期限"]
    return [{"label": name} for name in names]


def row_of(row: Rectification, today: date, *, with_region: bool) -> dict[str, Any]:
    """Return one line of the list."""
    region = row.platform.region
    return {
        "url": reverse("desk:rectification", args=[row.number]),
        "cells": [
            row.number,
            state_of(row, today),
            row.platform.name,
            *([region.name if region else "市级"] if with_region else []),
            _basis(row),
            row.problem if len(row.problem) <= 40 else f"{row.problem[:39]}…",
            format_html('<span class="nowrap">{}</span>', f"{row.due_on:%Y-%m-%d}"),
        ],
    }


def file_rows(rows: QuerySet[Rectification], today: date) -> Iterator[Row]:
    """Yield the heads and one line for each row, formula-safe."""
    yield list(_HEADS)
    for row in rows.iterator(chunk_size=500):
        region = row.platform.region
        late = -deadlines.days_left(row.due_on, today) if is_overdue(row, today) else ""
        yield safe(
            (
                row.number, row.platform.name, row.platform.code, region.name if region else "市级",
                row.get_clause_display(), row.indicator, row.problem, row.get_finder_display(),
                f"{timezone.localtime(row.opened_at):%Y-%m-%d}", f"{row.due_on:%Y-%m-%d}", row.get_status_display(),
                late, moment(row.answered_at), moment(row.closed_at),
            )
        )  # fmt: skip


def page_of(row: Rectification, user: User, today: date) -> dict[str, Any]:
    """Return facts, course and moves of one."""
    turns = list(row.turns.select_related("by"))
    return {
        "pairs": [
            {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
            {"label": "地区", "value": row.platform.region.name if row.platform.region else "市级（重点行业）"},
            {"label": "整改依据", "value": _basis(row)},
            {"label": "存在问题", "value": row.problem},
            {"label": "发现单位", "value": row.get_finder_display()},
            {"label": "整改期限", "value": day_in_words(row.due_on)},
        ],
        "state": state_of(row, today),
        "events": [*reversed([_event(turn) for turn in turns]), _opening(row)],
        "answer": next((turn for turn in reversed(turns) if turn.name == "answer"), None),
        "moves": [
            {
                "label": move.label,
                "url": reverse("desk:rectification_move", args=[row.number, move.name]),
                "kind": "danger" if move.irreversible else "main" if move.name in ("answer", "close") else "plain",
            }
            for move in rectifications.moves_open_to(row, user)
        ],
        "waiting_for": _waiting_for(row, user),
    }


def _waiting_for(row: Rectification, user: User) -> str:
    """Return whose turn it is, or why the person cannot (or, in another's place, can) take the next step; nothing
    where it is simply theirs, or over."""
    mine = {move.name for move in rectifications.moves_open_to(row, user)}
    if "close" in mine and user.role == Role.CITY and rectifications.city_stands_in(row):
        return "发现和答复这项整改的地区没有其他经办人，由市经信局复核。"
    if mine & {"answer", "close"}:
        return ""
    if row.status in PENDING:
        return "等待平台所属地区答复。"
    if row.status != RectificationStatus.ANSWERED:
        return ""
    close = RECTIFICATION.move("close")
    return rectifications.why_not(row, close, user)


def _basis(row: Rectification) -> str:
    return f"{row.get_clause_display()}：{row.indicator}" if row.indicator else row.get_clause_display()


def _event(turn: RectificationTurn) -> dict[str, str]:
    what = turn.label
    if turn.answered_for:
        what += f"（{turn.get_answered_for_display()}{'，逾期' if turn.late else ''}）"
    if turn.name == "reopen":
        what += f"，新的期限 {turn.due_on:%Y-%m-%d}"
    return {"when": moment(turn.at), "who": turn.by.name, "what": what, "why": turn.text}


def _opening(row: Rectification) -> dict[str, str]:
    return {"when": moment(row.opened_at), "who": row.opened_by.name, "what": "开出整改", "why": row.problem}
