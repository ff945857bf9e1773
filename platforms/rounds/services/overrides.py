"""Moving a round on although something is missing: the one rule of ``platforms.rounds.readiness``, and its record."""

from collections.abc import Sequence
from datetime import datetime

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Round, RoundOverride, User
from platforms.rounds.choices import RoundAct
from platforms.rounds.readiness import Finding, asking, stopping
from platforms.text import clean_text


def settle(
    *, round: Round, act: RoundAct, findings: Sequence[Finding], reason: str, by: User, at: datetime
) -> RoundOverride | None:
    """Let ``act`` go on, and keep what was missing with the reason; None where nothing was.

    Runs in the caller's transaction, which has checked that ``by`` may.

    Raises:
        Refusal: something stops the act, or something is missing and ``reason`` says nothing.
    """
    gaps = check(act=act, findings=findings, reason=reason)
    if not gaps:
        return None
    reason = clean_text("理由", reason, most=400, required=True)
    made = RoundOverride.objects.create(
        round=round, act=act, gaps=[each.full for each in gaps], reason=reason, at=at, by=by
    )
    audit.record(
        verb=f"带缺项{act.label}",
        by=by,
        at=at,
        target=made,
        code=str(round.year),
        reason=reason,
        changes={"尚缺": [None, "".join(each.full for each in gaps)]},
    )
    return made


def check(*, act: RoundAct, findings: Sequence[Finding], reason: str) -> list[Finding]:
    """Return what ``act`` would go on without for ``reason``; nothing is kept.

    Raises:
        Refusal: something stops the act, or something is missing and ``reason`` says nothing.
    """
    stops = stopping(findings)
    if stops:
        raise Refusal(f"不能{act.label}：{''.join(each.sentence for each in stops)}")
    gaps = asking(findings)
    if gaps and not reason.strip():
        told = "".join(each.sentence for each in gaps)
        raise Refusal(f"未{act.label}，尚有以下事项：{told}确需继续办理的，请填写理由。")
    return gaps
