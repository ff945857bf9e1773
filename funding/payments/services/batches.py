"""Payments of a released allocation: proposed as a batch by one finance officer, released by another.

What is proposed and released of a region is never more than the run in force of the round gives it (N27): all of it
happens while the round is held.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from funding.models import AllocationRelease, Payment, PaymentBatch
from funding.payments.queries.sums import money_of_regions
from funding.payments.workflow import BATCH
from funding.runs.queries.obstacles import in_force
from platforms.audit.services import audit, numbering
from platforms.document_number import document_number as written
from platforms.errors import Gone, Refusal
from platforms.models import Region, Round, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.two_people import check_other, decline_other, withdraw_own

OWN = "提出人不能办理本人提出的拨付，须由另一位财政人员办理；可以撤回。"
FOREIGN = "只有提出人可以撤回；不同意的，请办理“不批准拨付”。"


@transaction.atomic
def propose(
    *,
    release: AllocationRelease,
    lines: Mapping[Region, int],
    document_number: str,
    paid_on: date,
    reason: str,
    by: User,
    at: datetime,
) -> PaymentBatch:
    """Propose to pay ``lines``, whole yuan by region, by one document on the day ``paid_on``; another releases it.

    Raises:
        Refusal: ``by`` may not, no line, a region that the run in force gives nothing or not so much, ``release`` is
            not that of the run in force, no document or no reason, or the day is before that of the allocation.
    """
    if not by.has_perm("funding.propose_paymentbatch"):
        raise Refusal("您没有提出拨付的权限。")
    number = _document(document_number)
    reason = clean_text("拨付理由", reason, most=1000, required=True, field="reason")
    if paid_on < release.decided_on:
        raise Refusal.of("paid_on", f"拨付日期不能早于分配文件日期 {release.decided_on:%Y-%m-%d}。")
    if not lines:
        raise Refusal("请至少填写一个地区的拨付金额。")
    round_ = locked_round(release.run.round)
    _check_in_force(release, round_)
    _check_amounts(release, lines)
    made = PaymentBatch.objects.create(
        number=f"{round_.year}-BF-{numbering.next_number(f'payment:{round_.year}'):02d}",
        release=release,
        document_number=number,
        paid_on=paid_on,
        reason=reason,
        proposed_at=at,
        proposed_by=by,
    )
    Payment.objects.bulk_create(
        Payment(batch=made, region=region, amount_yuan=amount)
        for region, amount in sorted(lines.items(), key=lambda line: line[0].code)
    )
    audit.record(verb="提出拨付", by=by, at=at, target=made, reason=reason, changes=_in_words(made))
    return made


@transaction.atomic
def release_batch(*, batch: PaymentBatch, by: User, at: datetime) -> PaymentBatch:
    """Release what somebody else proposed: from now on it counts as paid, and never changes.

    Raises:
        Gone: released, declined or withdrawn already.
        Refusal: ``by`` may not or proposed it, the proposer's account no longer counts, or a correction of the
            allocation was locked since.
    """
    step = check_may_move(workflow=BATCH, name="release", by=by)
    row = _taken(batch, step)
    check_other(row, by, OWN)
    proposer = User.objects.select_for_update(no_key=True).get(pk=row.proposed_by_id)
    if not proposal_counts(proposer):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，该拨付不再有效，请不予批准后重新提出。")
    _check_in_force(row.release, row.release.run.round)
    apply_move(row, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by)
    changes = _in_words(row) | {"提出人": ["", proposer.username]}
    audit.record(verb="批准拨付", by=by, at=at, target=row, reason=row.reason, changes=changes)
    return row


@transaction.atomic
def decline(*, batch: PaymentBatch, reason: str, by: User, at: datetime) -> PaymentBatch:
    """Pay nothing of it; the batch stays on record and counts no longer.

    Raises:
        Gone, Refusal: ended already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=BATCH, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    row = decline_other(_taken(batch, step), move=step, reason=reason, own=OWN, by=by, at=at)
    audit.record(verb="不批准拨付", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, batch: PaymentBatch, by: User, at: datetime) -> PaymentBatch:
    """Take one's own batch back; it counts no longer.

    Raises:
        Gone, Refusal: ended already, ``by`` may not, or another's batch.
    """
    step = check_may_move(workflow=BATCH, name="withdraw", by=by)
    row = withdraw_own(_taken(batch, step), move=step, foreign=FOREIGN, by=by, at=at)
    audit.record(verb="撤回拨付", by=by, at=at, target=row)
    return row


def proposal_counts(proposer: User) -> bool:
    """Say whether a pending batch of ``proposer`` still counts: active, and still allowed to propose."""
    return proposer.has_perm("funding.propose_paymentbatch")


def overtaken(release: AllocationRelease, round: Round) -> str:
    """Return in a sentence why nothing is paid by ``release`` any more, or nothing."""
    run = in_force(round)
    if run is None or run.pk == release.run_id:
        return ""
    return f"{release.run.number}已由{run.number}更正，须按更正并公布后的分配结果另行提出拨付。"


def _document(text: str) -> str:
    try:
        number = written(text)
    except ValueError as wrong:
        raise Refusal.of("document_number", str(wrong)) from wrong
    if not number:
        raise Refusal.of("document_number", "请填写拨款文号。")
    return number


def _check_in_force(release: AllocationRelease, round: Round) -> None:
    why = overtaken(release, round)
    if why:
        raise Refusal(why)


def _check_amounts(release: AllocationRelease, lines: Mapping[Region, int]) -> None:
    known = {each.region.pk: each.balance for each in money_of_regions(release.run)}
    for region, amount in lines.items():
        balance = known.get(region.pk)
        why = balance.refusal(amount) if balance else f"{region.name}不在{release.run.number}的分配范围内，不能拨付。"
        if why:
            raise Refusal.of(f"amount_{region.pk}", why)


def _taken(batch: PaymentBatch, move: Move) -> PaymentBatch:
    """Return the batch as it is now, locked, if ``move`` can start from that; its round is locked first."""
    round_ = locked_round(batch.release.run.round)
    row: PaymentBatch = (
        PaymentBatch.objects.select_for_update(of=("self",)).select_related("release__run").get(pk=batch.pk)
    )
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：拨付批次{row.number}现为“{row.get_status_display()}”，请刷新页面后查看。")
    row.release.run.round = round_
    return row


def _in_words(batch: PaymentBatch) -> dict[str, list[str | int | date]]:
    payments = list(batch.payments.select_related("region"))
    return {
        "分配测算": ["", batch.release.run.number],
        "拨款文号": ["", batch.document_number],
        "拨付日期": ["", batch.paid_on],
        "拨付合计（元）": ["", sum(each.amount_yuan for each in payments)],
        **{each.region.name: ["", each.amount_yuan] for each in payments},
    }
