"""A run as the value that it was computed from, so that anyone can compute it again; and its digest."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from fractions import Fraction
from typing import Any

from funding.formula import Allocation, PoolError, Row, allocate
from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST, Money, MoneyError
from funding.readings import SWITCHES, Reading, Switch, defaults_of, switches_of
from funding.runs.models import FIRST_VERSION
from funding.tally import Tally, TallyError

#: How version 1 named the counts of the grades.
FIRST_GRADES = {"a": "A", "b": "B", "c": "C", "d": "D"}
#: What the arithmetic gives a region, as it is stored.
OUTCOME = ("failing_share", "excluded", "score", "weight", "amount_yuan")


def rows_of(run: AllocationRun) -> list[AllocationRow]:
    """Return the rows of ``run``: regions by code, the key-industry platforms last."""
    return sorted(AllocationRow.objects.filter(run=run), key=lambda row: (row.region_id is None, row.code))


def reading_of(run: AllocationRun) -> Reading:
    """Return the readings of ``run``."""
    return Reading.of(**{switch.name: getattr(run, switch.name) for switch in SWITCHES})


def money_of(run: AllocationRun) -> Money:
    """Return the points, line and grades that ``run`` was made with.

    Raises:
        MoneyError: what is stored cannot be.
    """
    return FIRST if run.version == FIRST_VERSION else Money.read(run.money)


def named_money(run: AllocationRun) -> Money:
    """Return :func:`money_of` for headings and names; where it cannot be read, what the notice says now."""
    try:
        return money_of(run)
    except MoneyError:
        return Money.of(run.round.terms) or FIRST


def switches_for(run: AllocationRun) -> tuple[Switch, ...]:
    """Return the readings in the words and with the defaults of the notice of ``run``."""
    return switches_of(named_money(run), defaults_of(run.round.terms))


def counts_by_grade(row: AllocationRow) -> dict[str, int]:
    """Return the stored counts of ``row`` to be shown; what is no count is left out, and :func:`check` tells it."""
    stored = row.grades if isinstance(row.grades, dict) else {}
    return {grade: number for grade, number in stored.items() if type(number) is int}


def tally_of(row: AllocationRow) -> Tally:
    """Return the frozen counts of ``row``.

    Raises:
        TallyError: counts that cannot be.
    """
    if not isinstance(row.grades, dict):
        raise TallyError(f"{row.label}：各档数无法读取")
    region = None if row.region_id is None else row.label
    return Tally(region, row.declared, row.grades, row.withdrawn, "" if region is None else row.code)


def recomputed(run: AllocationRun, rows: Sequence[AllocationRow]) -> Allocation:
    """Return what the frozen counts, pool, money and readings give; one row per region in the order of ``rows``.

    Raises:
        TallyError, PoolError, MoneyError: the stored numbers cannot be.
    """
    regions = [tally_of(row) for row in rows if row.region_id is not None]
    industry = next((tally_of(row) for row in rows if row.region_id is None), None)
    return allocate(regions, industry, run.pool_yuan, reading_of(run), money_of(run))


def outcome_of(row: Row) -> dict[str, Any]:
    """Return what is stored of ``row``: exact fractions as text, empty where there is none, and whole yuan."""
    return {
        "failing_share": str(row.failing_share) if row.base else "",
        "excluded": row.excluded,
        "score": as_text(row.score),
        "weight": as_text(row.weight),
        "amount_yuan": row.amount,
    }


def as_text(number: Fraction | None) -> str:
    """Return ``number`` as it is stored, such as ``37/60``; empty for none."""
    return "" if number is None else str(number)


def statement(run: AllocationRun, rows: Iterable[AllocationRow]) -> dict[str, Any]:
    """Return all that the signatures stand for: run, money, readings, rows, who made and who signed it, when."""
    if run.version == FIRST_VERSION:
        return _facts(run) | {"rows": [_first_row(row) for row in rows]}
    return _facts(run) | {
        "version": run.version,
        "money": run.money,
        "rows": [_row(row) for row in rows],
    }


def _facts(run: AllocationRun) -> dict[str, Any]:
    return {
        "number": run.number,
        "round": run.round_id,
        "pool": run.pool_yuan,
        "reading": {s.name: getattr(run, s.name) for s in SWITCHES if s.since <= run.version},
        "allocated": run.allocated_yuan,
        "unallocated": run.unallocated_yuan,
        "note": run.note,
        "replaces": run.replaces_id,
        "made": [run.made_by_id, run.made_at.astimezone(UTC).isoformat()],
        "signed": [run.signed_by_id, run.signed_at.astimezone(UTC).isoformat() if run.signed_at else None],
    }


def _row(row: AllocationRow) -> dict[str, Any]:
    names = ("label", "code", "declared", "withdrawn", "grades", *OUTCOME)
    return {"region": row.region_id, **{name: getattr(row, name) for name in names}}


def _first_row(row: AllocationRow) -> dict[str, Any]:
    """Return a row as version 1 wrote it: four counts and the share of D under names of their own."""
    data = _row(row)
    grades = data.pop("grades")
    counts = {name: grades.get(grade, 0) for name, grade in FIRST_GRADES.items()}
    share = data.pop("failing_share")
    return data | counts | {"d_share": share}


def digest_of(run: AllocationRun, rows: Iterable[AllocationRow]) -> str:
    """Return the SHA-256, in hex, of :func:`statement` as canonical JSON; ``rows`` as :func:`rows_of` orders them."""
    text = json.dumps(statement(run, rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(run: AllocationRun, rows: Sequence[AllocationRow] | None = None) -> tuple[str, ...]:
    """Compute everything again from the frozen counts; return, as Chinese sentences, what does not agree.

    Covers every stored figure and, once signed, the digest. A run of an earlier version is read as that version was.
    Nothing returned means that all of it holds.
    """
    rows = rows_of(run) if rows is None else rows
    found: list[str] = []
    try:
        again = recomputed(run, rows)
    except (TallyError, PoolError, MoneyError) as error:
        return (f"{error}。",)
    regions = [row for row in rows if row.region_id is not None]
    for row, computed in zip(regions, again.rows, strict=True):
        if any(getattr(row, name) != value for name, value in outcome_of(computed).items()):
            found.append(f"{row.label}的占比、得分、权重或金额与按冻结数据重新计算的不一致。")
    if any(row.amount_yuan for row in rows if row.region_id is None):
        found.append("重点行业平台不参加分配，但记有金额。")
    if (run.allocated_yuan, run.unallocated_yuan, run.note) != (again.allocated, again.unallocated, again.note):
        found.append("已分配、未分配金额或说明与重新计算的不一致。")
    if run.digest and run.digest != digest_of(run, rows):
        found.append("校验值与现有内容不符，签署后内容被改动。")
    return tuple(found)
