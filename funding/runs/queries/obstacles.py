"""What keeps a run from being signed: one answer for the page and for the services."""

from collections.abc import Sequence

from funding.formula import PoolError, check_pool
from funding.models import AllocationRow, AllocationRun
from funding.money import Money
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check, money_of, reading_of, rows_of, tally_of
from funding.runs.queries.tallies import tallies_of
from platforms.errors import Refusal
from platforms.models import Round

RECALCULATE = "请重新测算后再签署。"


def in_force(round: Round) -> AllocationRun | None:
    """Return the locked run of ``round`` that no other locked run replaces."""
    locked = AllocationRun.objects.filter(round=round, status=RunStatus.LOCKED)
    return locked.exclude(pk__in=locked.filter(replaces__isnull=False).values("replaces")).first()


def obstacles(run: AllocationRun, rows: Sequence[AllocationRow] | None = None) -> tuple[str, ...]:
    """Return, as Chinese sentences, why ``run`` cannot be signed or locked now; nothing if it can.

    ``run.round`` must be read afresh, since the cap that counts is today's (N22).
    """
    rows = rows_of(run) if rows is None else rows
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
    standing = in_force(run.round)
    if standing is not None and standing.pk not in (run.pk, run.replaces_id):
        found.append(f"本年度已有锁定的资金分配{standing.number}，只能新建替代它的测算。")
    return tuple(found)


def changed_counts(run: AllocationRun, rows: Sequence[AllocationRow]) -> list[str]:
    """Return the names of the regions whose counts are no longer those that ``run`` froze."""
    frozen = {row.region_id: (row.label, tally_of(row)) for row in rows}
    try:
        current = {each.region.pk if each.region else None: (each.label, each.tally) for each in tallies_of(run.round)}
    except Refusal as refusal:
        return [str(refusal).rstrip("。")]
    keys = sorted(frozen.keys() | current.keys(), key=lambda key: (key is None, key or 0))
    return [
        (current.get(key) or frozen[key])[0]
        for key in keys
        if frozen.get(key, ("", None))[1] != current.get(key, ("", None))[1]
    ]
