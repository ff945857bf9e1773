"""Answering what is to be mended, and checking the answer: a page for each move of the table."""

# ruff: noqa: ARG002 - hooks of the move page

from typing import Any

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from platforms.dates import day_in_words
from platforms.files.choices import EvidenceKind
from platforms.models import Rectification, User
from platforms.move_table import Move
from platforms.pages.access import officer
from platforms.pages.moves import METHODS, Act, MovePage
from platforms.pages.queue import MOST_LOOKED_AT
from platforms.rectifications import services as rectifications
from platforms.rectifications.desk.forms import AnswerForm, CloseForm, ReopenForm, WithdrawForm
from platforms.rectifications.desk.rectifications import keep_files, trail, visible
from platforms.rectifications.queries import waiting_for
from platforms.rectifications.workflow import RECTIFICATION


class RectificationMoves(MovePage):
    """The moves of what is to be mended."""

    workflow = RECTIFICATION
    noun, argument = "整改", "rectification"
    row_page = "desk:rectification"
    unit, list_page = "项", "desk:rectifications"
    acts = {
        "answer": Act(
            rectifications.answer,
            "将答复整改 {number}（{platform}）。",
            "已答复",
            ("答复后由发现单位复核，复核前可以补充上传材料。", "期限之后答复的，记为逾期答复。"),
            AnswerForm,
        ),
        "close": Act(
            rectifications.close,
            "将复核通过整改 {number}（{platform}）。",
            "已复核通过",
            ("整改办结，办理记录全部保留。",),
            CloseForm,
        ),
        "reopen": Act(
            rectifications.reopen,
            "将退回整改 {number}（{platform}）的答复。",
            "已退回重新整改",
            ("平台须在新的期限前重新整改并答复。", "退回理由和新的期限会通知工作联络员。"),
            ReopenForm,
        ),
        "withdraw": Act(
            rectifications.withdraw,
            "将撤销整改 {number}（{platform}）。",
            "已撤销",
            ("这项整改不再要求答复，也不再计入统计，办理记录仍然保留。", "撤销后不能恢复，需要时重新下发。"),
            WithdrawForm,
        ),
    }

    def find(self, request: HttpRequest, number: str) -> Rectification:
        return visible(request, number)

    def refusal(self, row: Rectification, move: Move, user: User) -> str:
        return rectifications.refusal_reason(row, move, user)

    def trail(self, row: Rectification) -> list[dict[str, str]]:
        return trail(row)

    def names(self, row: Rectification) -> dict[str, str]:
        return {"number": row.number, "platform": row.platform.name}

    def form_options(self, row: Rectification, move: Move, user: User) -> dict[str, Any]:
        if move.name != "answer":
            return {}
        answerers = [(each.value, each.label) for each in rectifications.answerers_of(user)]
        return {"initial": {"answered_for": answerers[0][0]}, "answerers": answerers}

    def facts(self, row: Rectification, move: Move) -> list[dict[str, str]]:
        answer = row.turns.filter(name="answer").last() if move.name in ("close", "reopen") else None
        return [
            {"label": "存在问题", "value": row.problem},
            *([{"label": "最近一次答复", "value": answer.text}] if answer else []),
            {"label": "整改期限", "value": day_in_words(row.due_on)},
        ]

    def waiting(self, user: User, move: Move) -> list[str]:
        rows = waiting_for(user).filter(status__in=move.sources).select_related("platform").order_by("due_on", "pk")
        return [row.number for row in rows[:MOST_LOOKED_AT] if not self.refusal(row, move, user)]

    def keep_files(self, request: HttpRequest, row: Rectification, uploads: Any) -> None:
        keep_files(request, row, EvidenceKind.ANSWER, uploads)


move = officer("platforms.view_rectification")(require_http_methods(METHODS)(RectificationMoves().view))
