"""Lifting a ban, and releasing its place for another operator (五): proposed by one officer, decided by another.

The notice bars what was revoked for three years and knows no way out; both are readings of the city's own power over
its decision. A place is released where it must not stay empty, such as a strong industrial town (三·(二)).
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from platforms.applications.choices import ReliefKind, ReliefStatus
from platforms.applications.workflow import BAN_RELIEF
from platforms.audit.services import audit, numbering
from platforms.errors import Refusal
from platforms.models import Ban, BanRelief, User
from platforms.moves import apply_move, check_may_move
from platforms.text import clean_text
from platforms.two_people import check_other, decline_other, withdraw_own

OWN = "决定人不能是提出人本人，须由市经信局另一位人员决定。"


@transaction.atomic
def propose(
    *, ban: Ban, kind: str, reason: str, effective_on: date, by: User, at: datetime, document_number: str = ""
) -> BanRelief:
    """Propose to lift ``ban`` or to release its place from ``effective_on`` on; nothing changes until another decides.

    Raises:
        Refusal: ``by`` may not, the ban is over or lifted, it names no place to release or that is released already,
            another proposal waits, no reason, or a day before today or after the end of the ban.
    """
    if not by.has_perm("platforms.propose_banrelief"):
        raise Refusal("您没有提出解除限制申报或放开地点的权限。")
    if kind not in ReliefKind.values:
        raise Refusal.of("kind", "请选择解除限制申报或放开地点。")
    row, today = _locked(ban), timezone.localdate(at)
    _check_open(row, kind, on=today)
    waiting = row.reliefs.filter(status=ReliefStatus.PROPOSED).first()
    if waiting is not None:
        raise Refusal(f"该限制申报已有待决定的提议 {waiting.number}，请先办结。")
    if not today <= effective_on <= row.ends_on:
        raise Refusal.of("effective_on", f"生效日期须在今天至限制申报截止日期（{row.ends_on:%Y-%m-%d}）之间。")
    made = BanRelief.objects.create(
        number=f"JC-{today.year}-{numbering.next_number(f'ban-relief:{today.year}'):04d}",
        ban=row,
        kind=kind,
        reason=clean_text("理由", reason, most=1000, required=True),
        document_number=clean_text("文号", document_number, most=60),
        effective_on=effective_on,
        proposed_at=at,
        proposed_by=by,
    )
    changes = {"限制申报": ["", str(row)], "生效日期": ["", effective_on], "文号": ["", made.document_number]}
    audit.record(verb=f"提出{made.get_kind_display()}", by=by, at=at, target=made, reason=made.reason, changes=changes)
    return made


@transaction.atomic
def grant(*, relief: BanRelief, by: User, at: datetime) -> BanRelief:
    """Lift the ban or release its place, as proposed by somebody else; in force from its day on.

    Raises:
        Gone: decided or withdrawn already.
        Refusal: ``by`` may not or proposed it, the proposer's account no longer counts, or the ban is over or lifted.
    """
    step = check_may_move(workflow=BAN_RELIEF, name="grant", by=by)
    ban = _locked(relief.ban)
    check_other(relief, by, OWN)
    proposer = User.objects.select_for_update(no_key=True).get(pk=relief.proposed_by_id)
    if not proposal_counts(proposer):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，提议不再有效，请不予同意后重新提出。")
    _check_open(ban, relief.kind, on=timezone.localdate(at))
    row = apply_move(relief, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by)
    changes = {"限制申报": ["", str(ban)], "生效日期": ["", row.effective_on], "提出人": ["", proposer.username]}
    audit.record(verb=row.get_kind_display(), by=by, at=at, target=row, reason=row.reason, changes=changes)
    return row


@transaction.atomic
def decline(*, relief: BanRelief, reason: str, by: User, at: datetime) -> BanRelief:
    """Leave the ban as it is; the proposal and the reason stay on record.

    Raises:
        Gone, Refusal: decided or withdrawn already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=BAN_RELIEF, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    row = decline_other(relief, move=step, reason=reason, own=OWN, by=by, at=at)
    audit.record(verb=f"不予{row.get_kind_display()}", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, relief: BanRelief, by: User, at: datetime) -> BanRelief:
    """Take one's own proposal back.

    Raises:
        Gone, Refusal: decided or withdrawn already, or another's proposal.
    """
    step = check_may_move(workflow=BAN_RELIEF, name="withdraw", by=by)
    foreign = "只有提出人可以撤回提议；不同意的，请办理“不予同意”。"
    row = withdraw_own(relief, move=step, foreign=foreign, by=by, at=at)
    audit.record(verb=f"撤回{row.get_kind_display()}的提议", by=by, at=at, target=row)
    return row


def proposal_counts(proposer: User) -> bool:
    """Say whether a pending proposal of ``proposer`` still counts: active, and still allowed to propose."""
    return proposer.has_perm("platforms.propose_banrelief")


def refusal_reason(ban: Ban, kind: str, *, on: date) -> str:
    """Return why ``ban`` can be neither lifted nor released on the day ``on``, or nothing."""
    granted = set(ban.reliefs.filter(status=ReliefStatus.GRANTED).values_list("kind", flat=True))
    if ban.ends_on < on:
        return f"该限制申报已于 {ban.ends_on:%Y-%m-%d} 到期。"
    if ReliefKind.LIFT in granted:
        return "该限制申报已经决定解除。"
    if kind == ReliefKind.RELEASE and not ban.site_key:
        return "该限制申报不涉及地点，无须放开。"
    if kind == ReliefKind.RELEASE and ReliefKind.RELEASE in granted:
        return "该地点已经决定放开。"
    return ""


def _check_open(ban: Ban, kind: str, *, on: date) -> None:
    reason = refusal_reason(ban, kind, on=on)
    if reason:
        raise Refusal(reason)


def _locked(ban: Ban) -> Ban:
    """Return the ban as it is now, locked: proposals and decisions about it queue here."""
    row: Ban = Ban.objects.select_for_update(of=("self",)).get(pk=ban.pk)
    return row
