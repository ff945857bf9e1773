"""What keeps a run from being signed: one answer for the page and for the services."""

from collections.abc import Iterable, Sequence

from evaluation.amendments.choices import AmendmentKind, AmendmentStatus
from evaluation.models import Amendment, Objection
from evaluation.public_notice.choices import OBJECTION_OPEN
from funding.formula import PoolError, check_pool
from funding.models import AllocationRow, AllocationRun
from funding.money import Money
from funding.runs.choices import CHECK_LAPSED, RECALCULATED, RunStatus
from funding.runs.queries.applications import told
from funding.runs.queries.frozen import (
    ITEMS_VERSION,
    check,
    counting_for,
    items_of,
    money_of,
    named_money,
    reading_of,
    rows_of,
    tally_of,
)
from funding.runs.queries.tallies import RegionTally, tallies_of
from funding.runs.workflow import RUN
from platforms.audit.queries import events_of
from platforms.errors import Refusal
from platforms.models import Round

RECALCULATE = "请重新测算后再签署。"
#: So many changed applications of a region are named.
NAMED = 3


def in_force(round: Round) -> AllocationRun | None:
    """Return the locked run of ``round`` that no other locked run replaces."""
    locked = AllocationRun.objects.filter(round=round, status=RunStatus.LOCKED)
    return locked.exclude(pk__in=locked.filter(replaces__isnull=False).values("replaces")).first()


def obstacles(run: AllocationRun, rows: Sequence[AllocationRow] | None = None) -> tuple[str, ...]:
    """Return, as Chinese sentences, why ``run`` cannot be checked, signed or locked now; nothing if it can.

    ``run.round`` must be read afresh, since the cap that counts is today's (N22).
    """
    rows = rows_of(run) if rows is None else rows
    return (*changed_inputs(run, rows), *_in_the_way(run))


def lapsed_check(run: AllocationRun) -> str:
    """Return why the check of ``run`` no longer stands, as it was told when a signature was refused.

    Empty where it stands, where there was none, and once the run was computed or checked anew.
    """
    if run.status != RunStatus.DRAFT:
        return ""
    verbs = (CHECK_LAPSED, RECALCULATED, RUN.move("check").label, RUN.move("send_back").label)
    event = events_of(run).filter(verb__in=verbs).first()
    return event.reason if event is not None and event.verb == CHECK_LAPSED else ""


def changed_inputs(run: AllocationRun, rows: Sequence[AllocationRow]) -> tuple[str, ...]:
    """Return what of the inputs is no longer as ``run`` was computed with it, and that it must be computed anew."""
    found = [f"内部核对未通过：{problem}{RECALCULATE}" for problem in check(run, rows)]
    if not found and money_of(run) != Money.of(run.round.terms):
        found.append(f"所依据的档次分值或淘汰线与本年度通知不一致，{RECALCULATE}")
    try:
        check_pool(run.pool_yuan, reading_of(run).unit, run.round.cap_yuan)
    except PoolError as error:
        found.append(f"{error}，{RECALCULATE}")
    changed = [] if found else changed_counts(run, rows)
    if changed:
        found.append(f"测算后申报数或认定结果有变动（{'、'.join(changed)}），{RECALCULATE}")
    return tuple(found)


def _in_the_way(run: AllocationRun) -> list[str]:
    found = []
    objections = Objection.objects.filter(notice__round=run.round, status__in=OBJECTION_OPEN).count()
    if objections:
        found.append(f"{run.round}尚有{objections}件异议未答复，答复后方可签署、锁定。")
    proposed = Amendment.objects.filter(result__publication__round=run.round, status=AmendmentStatus.PROPOSED)
    if waiting := proposed.filter(kind=AmendmentKind.CORRECTION).count():
        found.append(f"{run.round}尚有{waiting}件认定结果更正待决定，决定后方可签署、锁定。")
    standing = in_force(run.round)
    if standing is not None and standing.pk not in (run.pk, run.replaces_id):
        found.append(f"本年度已有锁定的资金分配{standing.number}，只能新建更正它的测算。")
    return found


def changed_counts(run: AllocationRun, rows: Sequence[AllocationRow]) -> list[str]:
    """Return the regions whose counts are no longer those that ``run`` froze, each with the applications that changed.

    Corrections published since, revocations before the limit, withdrawals; up to three are named, then how many.
    """
    frozen = {row.region_id: (row.label, tally_of(row)) for row in rows}
    try:
        tallies = list(tallies_of(run.round, counting_for(run)))
    except Refusal as refusal:
        return [str(refusal).rstrip("。")]
    current = {each.region.pk if each.region else None: (each.label, each.tally) for each in tallies}
    details = _changed_items(run, tallies) if run.version >= ITEMS_VERSION else {}
    keys = sorted(frozen.keys() | current.keys(), key=lambda key: (key is None, key or 0))
    return [
        (current.get(key) or frozen[key])[0] + _listed(details.get(key, []))
        for key in keys
        if key in details or frozen.get(key, ("", None))[1] != current.get(key, ("", None))[1]
    ]


def _changed_items(run: AllocationRun, tallies: Iterable[RegionTally]) -> dict[int | None, list[str]]:
    """Return by key of the region what happened to each application that no longer counts as it did."""
    labels = named_money(run).labels
    was = {
        item.number: (item.row.region_id, (item.number, item.standing, item.grade, item.column, item.counts_as))
        for item in items_of(run)
    }
    now = {item.application.number: (each.region.pk if each.region else None, item.counted)
           for each in tallies for item in each.items}  # fmt: skip

    def in_words(counted: tuple[str, str, str, str, str] | None) -> str:
        return told(counted[1], counted[3], counted[4], labels) if counted else "未列入"

    found: dict[int | None, list[str]] = {}
    for number in sorted(was.keys() | now.keys()):
        before, after = was.get(number), now.get(number)
        if before != after:
            region = (after or before or (None,))[0]
            sentence = f"{number}由“{in_words(before and before[1])}”变为“{in_words(after and after[1])}”"
            found.setdefault(region, []).append(sentence)
    return found


def _listed(changes: list[str]) -> str:
    if not changes:
        return ""
    more = f"等{len(changes)}件" if len(changes) > NAMED else ""
    return f"（{'；'.join(changes[:NAMED])}{more}）"
