"""A run as the value that it was computed from, so that anyone can compute it again; and its digest."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from fractions import Fraction
from io import StringIO
from typing import Any

from evaluation.marking.late import Standing, WithdrawnLate
from funding.counting import Counts, Reported, counts_by_region, placed
from funding.formula import Allocation, PoolError, Row, allocate
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import FIRST, Money, MoneyError
from funding.readings import (
    COUNT_SWITCHES,
    SWITCHES,
    Counting,
    Reading,
    Revoked,
    Switch,
    count_switches_of,
    counting_of,
    defaults_of,
    switches_of,
)
from funding.rendering import column
from funding.runs.models import FIRST_VERSION
from funding.tally import Tally, TallyError
from funding.tally_csv import header_of

#: How version 1 named the counts of the grades.
FIRST_GRADES = {"a": "A", "b": "B", "c": "C", "d": "D"}
#: The first version whose counts hold every reported application.
ITEMS_VERSION = 3
#: How runs before it were counted.
FORMER_COUNTING = Counting(withdrawn_late=WithdrawnLate.OUT, revoked=Revoked.COUNTED)
#: The columns of a row that are counts.
COUNTS = ("ungraded", "withdrawn_late", "revoked", "left_out", "late_failing", "refused_failing")
#: What the arithmetic gives a region, as it is stored.
OUTCOME = ("failing_share", "excluded", "score", "weight", "amount_yuan")


#: Rows and applications that were read inside of :func:`read_once`, by what was asked and the key of the run.
_read: ContextVar[dict[tuple[str, int], list[Any]] | None] = ContextVar("frozen", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Read rows and applications of each run once inside of the block, which changes none of them: a page."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def _kept(name: str, run: AllocationRun, ask: Callable[[], list[Any]]) -> list[Any]:
    kept = _read.get()
    if kept is None:
        return ask()
    if (name, run.pk) not in kept:
        kept[name, run.pk] = ask()
    return list(kept[name, run.pk])


def rows_of(run: AllocationRun) -> list[AllocationRow]:
    """Return the rows of ``run``: regions by code, the key-industry platforms last."""
    rows = AllocationRow.objects.filter(run=run)
    return _kept("rows", run, lambda: sorted(rows, key=lambda row: (row.region_id is None, row.code)))


def reading_of(run: AllocationRun) -> Reading:
    """Return the readings of ``run``."""
    return Reading.of(**{switch.name: getattr(run, switch.name) for switch in SWITCHES})


def items_of(run: AllocationRun) -> list[AllocationItem]:
    """Return the applications that ``run`` counts, by number, each with its row."""
    rows = AllocationItem.objects.filter(run=run).select_related("row").order_by("number")
    return _kept("items", run, lambda: list(rows))


def counting_for(run: AllocationRun) -> Counting:
    """Return how the counts of ``run`` were drawn."""
    if run.version < ITEMS_VERSION:
        return FORMER_COUNTING
    return Counting.of(**{switch.name: getattr(run, switch.name) for switch in COUNT_SWITCHES})


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


def count_switches_for(run: AllocationRun) -> tuple[Switch, ...]:
    """Return the switches of the counts in the words and with the defaults of the notice of ``run``."""
    return count_switches_of(named_money(run), counting_of(run.round.terms))


def frozen_csv(run: AllocationRun, rows: Sequence[AllocationRow]) -> bytes:
    """Return the frozen counts as ``manage.py allocate`` takes them, in UTF-8; ``rows`` as :func:`rows_of` orders them.

    The code of a region stands before its name: the last unit goes by code in a run and by the column ``region`` in a
    file, so that both give it to the same one. The row without a region are the key-industry platforms.
    """
    codes = named_money(run).codes
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header_of([column(code) for code in codes]))
    for row in rows:
        counted = counts_by_grade(row)
        name = "" if row.region_id is None else f"{row.code} {row.label}"
        writer.writerow([name, row.declared, *(counted.get(code, 0) for code in codes)])
    return text.getvalue().encode()


def counts_digest_of(run: AllocationRun, rows: Sequence[AllocationRow]) -> str:
    """Return the SHA-256, in hex, of the bytes of :func:`frozen_csv`, so that anyone can take it of the file."""
    return hashlib.sha256(frozen_csv(run, rows)).hexdigest()


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
    later = {"version": run.version, "money": run.money}
    if run.version < ITEMS_VERSION:
        return _facts(run) | later | {"rows": [_row(row) for row in rows]}
    return (
        _facts(run)
        | later
        | {
            "counting": counting_for(run).as_dict(),
            "counts": run.counts_digest,
            "checked": _who_and_when(run.checked_by_id, run.checked_at),
            "rows": [_row(row) | {name: getattr(row, name) for name in COUNTS} for row in rows],
            "items": [_item(item) for item in items_of(run)],
        }
    )


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
        "made": _who_and_when(run.made_by_id, run.made_at),
        "signed": _who_and_when(run.signed_by_id, run.signed_at),
    }


def _who_and_when(person: int | None, at: datetime | None) -> list[Any]:
    return [person, at.astimezone(UTC).isoformat() if at else None]


def _item(item: AllocationItem) -> dict[str, Any]:
    names = ("number", "name", "standing", "grade", "column", "counts_as", "reason")
    days = {name: str(day) if (day := getattr(item, name)) else None for name in ("happened_on", "revoked_on")}
    return {"row": item.row.code, **{name: getattr(item, name) for name in names}, **days}


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
    if run.version >= ITEMS_VERSION:
        found += _check_counts(run, rows)
    try:
        again = recomputed(run, rows)
    except (TallyError, PoolError, MoneyError) as error:
        return (*found, f"{error}。")
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


def _reported(item: AllocationItem) -> Reported:
    """Return ``item`` as the counting takes it; the rows are counted one by one, so that it needs no region."""
    return Reported("", Standing(item.standing), item.grade, item.revoked_on is not None)


def _check_counts(run: AllocationRun, rows: Sequence[AllocationRow]) -> list[str]:
    """Return what does not agree between the applications, the columns and the digest of the counts."""
    items: dict[int, list[AllocationItem]] = {}
    for item in items_of(run):
        items.setdefault(item.row_id, []).append(item)
    money, counting = named_money(run), counting_for(run)
    failing = money.share.failing
    found = []
    for row in rows:
        own = items.get(row.pk, [])
        reported = [_reported(item) for item in own]
        again = counts_by_region(reported, counting, grades=money.codes, failing=failing).get("", Counts())
        grades = {grade: number for grade, number in counts_by_grade(row).items() if number}
        counted = {grade: number for grade, number in again.grades.items() if number}
        columns = ("declared", "withdrawn", *COUNTS)
        if grades != counted or any(getattr(row, name) != getattr(again, name) for name in columns):
            found.append(f"{row.label}的申报数、档次数与所列申报不一致。")
        for item, one in zip(own, reported, strict=True):
            place = placed(one, counting, failing)
            if (item.column, item.counts_as) != (place.column, place.grade):
                found.append(f"{item.number}计入的栏目与所采用的口径不一致。")
    if run.counts_digest != counts_digest_of(run, rows):
        found.append("申报数校验值与冻结的申报数不符。")
    return found
