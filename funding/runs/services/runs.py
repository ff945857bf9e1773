"""Allocation runs: computed and checked by one finance officer, signed by another, locked by who did not sign."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from funding.formula import Allocation, PoolError, allocate, check_pool
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import Money
from funding.readings import VERSION, Counting, Reading
from funding.runs.choices import CHECK_LAPSED, RECALCULATED, RunStatus
from funding.runs.queries.frozen import (
    COUNTS,
    count_switches_for,
    counting_for,
    counts_by_grade,
    counts_digest_of,
    digest_of,
    named_money,
    outcome_of,
    reading_of,
    rows_of,
    switches_for,
)
from funding.runs.queries.obstacles import changed_inputs, in_force, obstacles
from funding.runs.queries.tallies import COUNTING, RoundTallies, tallies_of
from funding.runs.workflow import RUN
from platforms.audit.services import audit, numbering
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Round, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text

#: What a draft has not: the check and the signature.
UNCHECKED: dict[str, Any] = {"checked_by": None, "checked_at": None}
UNSIGNED: dict[str, Any] = {"signed_by": None, "signed_at": None, "digest": ""}

STALE = "您打开页面之后，这份测算已被他人重新测算，本次操作未执行。请刷新页面查看最新结果后再继续。"


class Changed(Refusal):
    """The inputs are no longer those of the checked ``revision``; what changed is the text."""

    keeps = True

    def __init__(self, found: str, *, revision: int) -> None:
        super().__init__(found)
        self.revision = revision


@transaction.atomic
def make_run(
    *,
    round: Round,
    pool_yuan: int,
    reading: Reading,
    by: User,
    at: datetime,
    counting: Counting = COUNTING,
    replaces: AllocationRun | None = None,
) -> AllocationRun:
    """Split ``pool_yuan`` whole yuan over the regions of the published ``round`` under ``reading``, as a draft.

    The counts are drawn as ``counting`` says. What the notice of the round says of money is frozen in the run, the
    counts in its rows and items (N23). ``replaces`` is the locked run that this one corrects; it must be named where
    the round has one.

    Raises:
        Refusal: ``by`` may not, the round is not published or its notice gives no money, the pool is above its cap
            (N22) or impossible, or ``replaces`` is not the locked run in force.
    """
    if not by.has_perm("funding.add_allocationrun"):
        raise Refusal("您没有新建资金分配的权限。")
    round = locked_round(round)
    _check_replaces(round, replaces)
    tallies, allocation = _computed(round, pool_yuan, reading, counting)
    run = AllocationRun.objects.create(
        round=round,
        number=f"{round.year}-ZJ-{numbering.next_number(f'allocation:{round.year}'):02d}",
        replaces=replaces,
        made_at=at,
        made_by=by,
        **_facts(allocation, counting),
    )
    _freeze(run, tallies, allocation)
    changes = audit.differences({}, _in_words(run))
    if replaces is not None:
        changes["被更正的测算"] = ["", replaces.number]
    audit.record(verb="新建资金测算", by=by, at=at, target=run, changes=changes)
    return run


@transaction.atomic
def recalculate(
    *,
    run: AllocationRun,
    pool_yuan: int,
    reading: Reading,
    revision: int,
    by: User,
    at: datetime,
    counting: Counting = COUNTING,
) -> AllocationRun:
    """Compute a draft anew with this pool, these readings and the counts as they are published now.

    ``by`` is its drafter from now on. A run that was checked is a draft again: its check no longer stands.

    Raises:
        Gone: signed already, or set aside. StaleVersion: ``revision`` is not the stored one.
        Refusal: as :func:`make_run`.
    """
    if not by.has_perm("funding.change_allocationrun"):
        raise Refusal("您没有修改资金分配的权限。")
    run = _locked(run)
    if run.status not in (RunStatus.DRAFT, RunStatus.CHECKED):
        raise Gone(f"这份测算当前为“{run.get_status_display()}”，签署前的才可以修改。")
    check_seen(run.revision, revision, STALE)
    run.round = locked_round(run.round)
    before = _in_words(run) | _amounts(run)
    tallies, allocation = _computed(run.round, pool_yuan, reading, counting)
    AllocationItem.objects.filter(run=run).delete()
    AllocationRow.objects.filter(run=run).delete()
    AllocationRun.objects.filter(pk=run.pk).update(
        revision=F("revision") + 1,
        status=RunStatus.DRAFT,
        made_by=by,
        made_at=at,
        **UNCHECKED,
        **_facts(allocation, counting),
    )
    run.refresh_from_db()
    _freeze(run, tallies, allocation)
    changes = audit.differences(before, _in_words(run) | _amounts(run))
    audit.record(verb=RECALCULATED, by=by, at=at, target=run, changes=changes)
    return run


@transaction.atomic
def check(*, run: AllocationRun, by: User, at: datetime, revision: int | None = None) -> AllocationRun:
    """Say that inputs and sums of a draft are right, so that another person can sign it; only its drafter does.

    Raises:
        Refusal: something keeps it from being signed, ``by`` did not compute it last, or ``by`` may not.
        Gone, StaleVersion: moved or computed anew by somebody else.
    """
    move = check_may_move(workflow=RUN, name="check", by=by)
    run = _taken(run, move, revision)
    if run.made_by_id != by.pk:
        raise Refusal(f"这份测算由{run.made_by.name}最后测算，须由其本人核对；您可以重新测算后再核对。")
    _refuse(obstacles(run))
    apply_move(run, move=move, guard={"revision": run.revision}, checked_by=by, checked_at=at)
    _record(run, move, by, at, {"申报数校验值": ["", run.counts_digest]})
    return run


def sign(*, run: AllocationRun, by: User, at: datetime, revision: int | None = None) -> AllocationRun:
    """Put the signature under a checked run; from now on its digest is fixed. The signer is not its drafter.

    ``revision`` is the one that the person was looking at, where a person was. Where an input has changed since the
    check, the check is taken back and the refusal says what changed.

    Raises:
        Refusal: an input has changed, something else keeps it from being signed, ``by`` computed it, or ``by`` may not.
        Gone, StaleVersion: moved or computed anew by somebody else.
    """
    move = check_may_move(workflow=RUN, name="sign", by=by)
    try:
        return _sign(run, move, by, at, revision)
    except Changed as refusal:
        _take_back_check(run, refusal, by, at)
        raise


@transaction.atomic
def _sign(run: AllocationRun, move: Move, by: User, at: datetime, revision: int | None) -> AllocationRun:
    run = _taken(run, move, revision)
    if run.made_by_id == by.pk:
        raise Refusal("签署人不能是测算人本人，须由另一位财政人员签署。")
    changed = changed_inputs(run, rows_of(run))
    if changed:
        raise Changed("".join(changed), revision=run.revision)
    _refuse(obstacles(run))
    run.signed_by, run.signed_at = by, at
    digest = digest_of(run, rows_of(run))
    apply_move(run, move=move, guard={"revision": run.revision}, signed_by=by, signed_at=at, digest=digest)
    _record(run, move, by, at, {"资金总额（元）": ["", run.pool_yuan], "校验值": ["", digest]})
    return run


@transaction.atomic
def _take_back_check(run: AllocationRun, refusal: Changed, by: User, at: datetime) -> None:
    checked = AllocationRun.objects.filter(pk=run.pk, status=RunStatus.CHECKED, revision=refusal.revision)
    if checked.update(status=RunStatus.DRAFT, **UNCHECKED):
        audit.record(verb=CHECK_LAPSED, by=by, at=at, target=run, changes={}, reason=str(refusal))


@transaction.atomic
def send_back(*, run: AllocationRun, reason: str, by: User, at: datetime) -> AllocationRun:
    """Take check and signature off, so that the run can be computed anew.

    Raises:
        Refusal: no reason, or ``by`` may not. Gone: neither checked nor signed, or locked already.
    """
    move = check_may_move(workflow=RUN, name="send_back", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    run = _taken(run, move)
    digest = run.digest
    apply_move(run, move=move, **UNCHECKED, **UNSIGNED)
    _record(run, move, by, at, {"校验值": [digest, ""]} if digest else {}, reason)
    return run


@transaction.atomic
def lock(*, run: AllocationRun, by: User, at: datetime, revision: int | None = None) -> AllocationRun:
    """Lock a signed run; nothing of it can be changed any more, not even in the database. Nothing is published by it.

    Who signed does not lock; who computed it may.

    Raises:
        Refusal: ``by`` signed it or may not lock; the signer's account is no longer active in finance; the content is
            no longer what was signed; an input has changed, or something else is in the way.
        Gone, StaleVersion: moved by somebody else.
    """
    move = check_may_move(workflow=RUN, name="lock", by=by)
    run = _taken(run, move, revision)
    if run.signed_by_id == by.pk:
        raise Refusal("锁定人不能是签署人本人，须由另一位财政人员锁定。")
    signer = User.objects.select_for_update(no_key=True).get(pk=run.signed_by_id)
    if not signature_counts(signer):
        raise Refusal(f"签署人{signer.name}的账号已停用或已不在财政岗位，签署不再有效，请退回后重新签署。")
    if digest_of(run, rows_of(run)) != run.digest:
        raise Refusal("校验值不符：签署后内容被改动，不能锁定。请退回重新测算。")
    _refuse(obstacles(run))
    apply_move(
        run, move=move, guard={"digest": run.digest, "signed_by": signer, "revision": run.revision},
        locked_by=by, locked_at=at,
    )  # fmt: skip
    _record(run, move, by, at, {"已分配（元）": ["", run.allocated_yuan], "校验值": ["", run.digest]})
    return run


@transaction.atomic
def discard(*, run: AllocationRun, reason: str, by: User, at: datetime) -> AllocationRun:
    """Set a draft aside for good; it stays to be read.

    Raises:
        Refusal: no reason, or ``by`` may not. Gone: not a draft any more.
    """
    move = check_may_move(workflow=RUN, name="discard", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    run = _taken(run, move)
    apply_move(run, move=move)
    _record(run, move, by, at, {}, reason)
    return run


def signature_counts(signer: User) -> bool:
    """Say whether the pending signature of ``signer`` still counts: active, and still allowed to sign."""
    return signer.has_perm("funding.sign_allocationrun")


def _locked(run: AllocationRun) -> AllocationRun:
    """Return the run as it is now; its row is locked before that of its round, always in this order."""
    row = AllocationRun.objects.select_for_update(of=("self",), no_key=True).filter(pk=run.pk).first()
    if row is None:
        raise Gone("这份测算已不存在。")
    return row


def _taken(run: AllocationRun, move: Move, revision: int | None = None) -> AllocationRun:
    """Return the run, locked together with its round, if ``move`` can start from what it is now."""
    row = _locked(run)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：这份测算当前为“{row.get_status_display()}”，请刷新页面后查看。")
    check_seen(row.revision, revision, STALE)
    row.round = locked_round(row.round)
    return row


def _check_replaces(round: Round, replaces: AllocationRun | None) -> None:
    standing = in_force(round)
    if replaces is None:
        if standing is not None:
            raise Refusal.of(
                "replaces", f"{round}已有锁定的资金分配{standing.number}，更正须新建测算，并写明被更正的是它。"
            )
        return
    if standing is None or replaces.pk != standing.pk:
        raise Refusal.of("replaces", f"{replaces.number}不是{round}锁定有效的资金分配，不能被更正。")
    other = standing.replacements.exclude(status=RunStatus.DISCARDED).first()
    if other is not None:
        raise Refusal.of("replaces", f"{standing.number}已有更正它的测算{other.number}，请先办结或作废。")


def _computed(round: Round, pool_yuan: int, reading: Reading, counting: Counting) -> tuple[RoundTallies, Allocation]:
    money = Money.of(round.terms)
    if money is None:
        raise Refusal("本年度的通知没有安排资金。")
    tallies = tallies_of(round, counting)
    regions, industry = [each.tally for each in tallies.regions], tallies.industry.tally
    try:
        check_pool(pool_yuan, reading.unit, round.cap_yuan)
        return tallies, allocate(regions, industry, pool_yuan, reading, money)
    except PoolError as error:
        raise Refusal(f"{error}。") from error


def _facts(allocation: Allocation, counting: Counting) -> dict[str, Any]:
    return {
        "version": VERSION,
        "money": allocation.money.as_data(),
        "pool_yuan": allocation.pool,
        "allocated_yuan": allocation.allocated,
        "unallocated_yuan": allocation.unallocated,
        "note": allocation.note,
        **allocation.reading.as_dict(),
        **counting.as_dict(),
    }


def _freeze(run: AllocationRun, tallies: RoundTallies, allocation: Allocation) -> None:
    outcomes: list[dict[str, Any]] = [*map(outcome_of, allocation.rows), {}]
    rows = []
    for each, outcome in zip(tallies, outcomes, strict=True):
        counts = each.counts
        rows.append(
            AllocationRow(
                run=run,
                region=each.region,
                label=each.label,
                code=each.tally.code,
                declared=counts.declared,
                withdrawn=counts.withdrawn,
                grades=dict(counts.grades),
                **{name: getattr(counts, name) for name in COUNTS},
                **outcome,
            )
        )
    rows = AllocationRow.objects.bulk_create(rows)
    AllocationItem.objects.bulk_create(
        AllocationItem(
            run=run,
            row=row,
            application=item.application,
            result=item.result,
            number=item.application.number,
            name=item.application.name,
            standing=item.reported.standing,
            grade=item.reported.grade,
            column=item.placed.column,
            counts_as=item.placed.grade,
            happened_on=item.happened_on,
            reason=item.reason,
            revoked_on=item.revoked_on,
        )
        for each, row in zip(tallies, rows, strict=True)
        for item in each.items
    )
    run.counts_digest = counts_digest_of(run, rows_of(run))
    AllocationRun.objects.filter(pk=run.pk).update(counts_digest=run.counts_digest)


def _in_words(run: AllocationRun) -> dict[str, Any]:
    reading, counting = reading_of(run), counting_for(run)
    return {
        "资金总额（元）": run.pool_yuan,
        **{switch.label: switch.chosen(reading).label for switch in switches_for(run)},
        **{switch.label: switch.chosen(counting).label for switch in count_switches_for(run)},
        "已分配（元）": run.allocated_yuan,
        "未分配（元）": run.unallocated_yuan,
    }


def _amounts(run: AllocationRun) -> dict[str, Any]:
    grades = named_money(run).grades
    found = {}
    for row in rows_of(run):
        counted = counts_by_grade(row)
        counts = " ".join(f"{label}{counted.get(code, 0)}" for code, label in grades)
        found[row.label] = f"申报{row.declared}，撤回{row.withdrawn}，{counts}，{row.amount_yuan}元"
    return found


def _refuse(found: tuple[str, ...]) -> None:
    if found:
        raise Refusal("".join(found))


def _record(
    run: AllocationRun, move: Move, by: User, at: datetime, changes: dict[str, list[Any]], reason: str = ""
) -> None:
    audit.record(verb=move.label, by=by, at=at, target=run, changes=changes, reason=reason)
