"""What is to be mended in the words of the desk: rows of the list and of its file, and the page of one."""

from datetime import date
from typing import Any

from django.utils.html import format_html

from platforms import deadlines
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import Rectification, RectificationTurn, User
from platforms.moments import moment
from platforms.pages.lists import TODAY, Column, Value, day, day_of, region, short, short_name, when, word
from platforms.pages.moves import move_buttons
from platforms.rectifications import services as rectifications
from platforms.rectifications.choices import RectificationFinder, RectificationStatus
from platforms.rectifications.queries import PENDING, clause_label, is_overdue
from platforms.rectifications.workflow import RECTIFICATION
from platforms.rounds.queries.rounds import notice_of

TONES = {
    RectificationStatus.OPENED: "wait",
    RectificationStatus.ANSWERED: "info",
    RectificationStatus.REOPENED: "bad",
    RectificationStatus.CLOSED: "good",
    RectificationStatus.WITHDRAWN: "neutral",
}


def state_of(status: str, due_on: date, today: date) -> dict[str, str]:
    """Return label and tone of a state; what is overdue says so."""
    label = RectificationStatus(status).label
    if is_overdue(status, due_on, today):
        return {"label": f"{label}，{deadlines.in_words(deadlines.days_left(due_on, today))}", "tone": "bad"}
    return {"label": label, "tone": TONES[RectificationStatus(status)]}


def basis_of(clause: str, indicator: str, notice: int | None) -> str:
    """Return what it rests on as the notice of its round prints it, with the indicator where one is named."""
    label = clause_label(clause, notice)
    return f"{label}：{indicator}" if indicator else label


def days_late(status: str, due_on: date, today: date) -> int | str:
    """Return by how many days it is overdue, nothing where it is not."""
    return -deadlines.days_left(due_on, today) if is_overdue(status, due_on, today) else ""


NUMBER = Column("整改编号", "number")
PLATFORM = Column("窗口平台", short_name("platform"))
REGION = region("platform__region__name")
# The state stands where a phone shows it.
COLUMNS = (
    NUMBER,
    Column("状态", Value(("status", "due_on", TODAY), state_of)),
    PLATFORM,
    Column("地区", REGION, city=True),
    Column("整改依据", Value(("clause", "indicator", "round__notice"), basis_of)),
    Column("存在问题", short("problem", 40)),
    Column("整改期限", Value(("due_on",), lambda due: format_html('<span class="nowrap">{}</span>', due.isoformat()))),
)
FILE_COLUMNS = (
    NUMBER,
    PLATFORM,
    Column("平台编号", "platform__code"),
    Column("地区", REGION),
    Column("整改依据", Value(("clause", "round__notice"), clause_label)),
    Column("指标或要求", "indicator"),
    Column("存在问题", "problem"),
    Column("发现单位", word("finder", RectificationFinder)),
    Column("开出日期", day_of("opened_at")),
    Column("整改期限", day("due_on")),
    Column("状态", word("status", RectificationStatus)),
    Column("逾期天数", Value(("status", "due_on", TODAY), days_late)),
    Column("答复时间", when("answered_at")),
    Column("办结时间", when("closed_at")),
)


def page_of(row: Rectification, user: User, today: date) -> dict[str, Any]:
    """Return facts, course and moves of one."""
    turns = list(row.turns.select_related("by"))
    return {
        "pairs": [
            {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
            {"label": "地区", "value": row.platform.region.name if row.platform.region else "市级（重点行业）"},
            {"label": "整改依据", "value": basis_of(row.clause, row.indicator, notice_of(row))},
            {"label": "存在问题", "value": row.problem},
            {"label": "发现单位", "value": row.get_finder_display()},
            {"label": "整改期限", "value": day_in_words(row.due_on)},
        ],
        "state": state_of(row.status, row.due_on, today),
        "events": [*reversed([_event(turn) for turn in turns]), _opening(row)],
        "answer": next((turn for turn in reversed(turns) if turn.name == "answer"), None),
        "moves": move_buttons(
            "desk:rectification_move",
            row.number,
            rectifications.moves_open_to(row, user),
            main=("answer", "close"),
        ),
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
    return rectifications.refusal_reason(row, close, user)


def _event(turn: RectificationTurn) -> dict[str, str]:
    what = turn.label
    if turn.answered_for:
        what += f"（{turn.get_answered_for_display()}{'，逾期' if turn.late else ''}）"
    if turn.name == "reopen":
        what += f"，新的期限 {turn.due_on:%Y-%m-%d}"
    return {"when": moment(turn.at), "who": turn.by.name, "what": what, "why": turn.text}


def _opening(row: Rectification) -> dict[str, str]:
    return {"when": moment(row.opened_at), "who": row.opened_by.name, "what": "下发整改通知", "why": row.problem}
