"""A round on its way: filing opened, closed, opened again; published by ``evaluation``."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Round, User
from platforms.moves import apply_move, check_may_move
from platforms.rounds.choices import RoundAct
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.queries.opening import before_opening
from platforms.rounds.services import overrides
from platforms.rounds.services.locking import locked_round
from platforms.rounds.workflow import ROUND
from platforms.text import clean_text


@transaction.atomic
def move_round(*, round: Round, name: str, by: User, at: datetime, reason: str = "") -> Round:
    """Make the move ``name``: ``open_filing``, ``close_filing`` or ``reopen_filing``.

    What is missing before filing is opened (``queries.opening``) asks for a reason, or stops it.

    Raises:
        Gone, Refusal: the round is in another status, ``by`` may not, a reason is missing, or a phase has no dates.
    """
    if name == "publish":
        raise Refusal("认定结果请在“公布”页面公布。")
    row = locked_round(round)
    if name == "open_filing":
        check_may_move(workflow=ROUND, name=name, by=by)
        missing = before_opening(row, on=timezone.localdate(at))
        overrides.settle(round=row, act=RoundAct.OPEN_FILING, findings=missing, reason=reason, by=by, at=at)
    return _move(row, name=name, by=by, at=at, reason=reason)


@transaction.atomic
def fix_period(*, round: Round, by: User, at: datetime) -> Round:
    """Write down which days the evaluation of ``round`` counts, for good; called where an evaluation begins.

    Raises:
        Refusal: the days are neither set nor follow from the phases.
    """
    row = locked_round(round)
    period = period_of_round(row)
    if period is None:
        raise Refusal("无法确定评价期间，请填写各阶段的起止日期。")
    if row.counted_fixed_at is None:
        row.counted_from, row.counted_until, row.counted_fixed_at = period.first, period.last, at
        row.save(update_fields=["counted_from", "counted_until", "counted_fixed_at"])
        changes = {"评价期间": [None, period.text]}
        audit.record(verb="确定评价期间", by=by, at=at, target=row, code=str(row.year), changes=changes)
    return row


@transaction.atomic
def mark_published(*, round: Round, by: User, at: datetime) -> Round:
    """Set the round to published; called by ``evaluation.certification.services.publication`` in its own transaction
    only.

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
