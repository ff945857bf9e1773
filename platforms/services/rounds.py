"""A round on its way: filing opened, closed, opened again; published by ``evaluation``."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platforms.choices import PhaseNumber
from platforms.errors import Refusal
from platforms.models import Round, User
from platforms.services import audit
from platforms.services.moves import apply_move, check_may_move
from platforms.services.ownership import locked_round
from platforms.services.phase_dates import check_phases_follow, check_tasks_fit
from platforms.services.text import clean_text
from platforms.workflow import ROUND


@transaction.atomic
def move_round(*, round: Round, name: str, by: User, at: datetime, reason: str = "") -> Round:
    """Make the move ``name``: ``open_filing``, ``close_filing`` or ``reopen_filing``.

    Raises:
        Gone, Refusal: the round is in another status, ``by`` may not, a reason is missing, or a phase has no dates.
    """
    if name == "publish":
        raise Refusal("认定结果请在“公布”页面公布。")
    row = locked_round(round)
    if name == "open_filing":
        _check_phases(row)
    return _move(row, name=name, by=by, at=at, reason=reason)


@transaction.atomic
def mark_published(*, round: Round, by: User, at: datetime) -> Round:
    """Set the round to published; called by ``evaluation.services.publication`` in its own transaction only.

    Raises:
        Gone, Refusal: filing is not closed, it is published already, or ``by`` may not.
    """
    return _move(locked_round(round), name="publish", by=by, at=at, reason="", published_on=timezone.localdate(at))


def _move(row: Round, *, name: str, by: User, at: datetime, reason: str, **facts: Any) -> Round:
    move = check_may_move(workflow=ROUND, name=name, by=by, reason=reason)
    reason = clean_text("理由", reason, most=1000)
    apply_move(row, move=move, **facts)
    audit.record(verb=move.label, by=by, at=at, target=row, code=str(row.year), reason=reason)
    return row


def _check_phases(row: Round) -> None:
    # 四: the four phases follow one another.
    phases = list(row.phases.order_by("number"))
    missing = sorted(set(PhaseNumber.values) - {phase.number for phase in phases})
    if missing:
        raise Refusal(f"请先填写“{PhaseNumber(missing[0]).label}”的起止日期。")
    check_phases_follow(row)
    check_tasks_fit(row)
