"""Why the money of a run differs from the run that it replaces, region by region."""

from collections.abc import Mapping
from dataclasses import dataclass

from funding.models import AllocationRow, AllocationRun
from funding.runs.queries.frozen import counts_by_grade, named_money, reading_of, rows_of, switches_for

ELSEWHERE = "本地区数据未变，由全市总数、其他地区得分或口径变化引起"


@dataclass(frozen=True)
class Difference:
    """One region: yuan before and after, and why, in Chinese."""

    label: str
    before: int
    after: int
    why: str

    @property
    def more(self) -> int:
        """Yuan more (or less)."""
        return self.after - self.before

    @property
    def is_own(self) -> bool:
        """Whether the cause lies in the region's own counts."""
        return bool(self.why) and self.why != ELSEWHERE

    @property
    def more_text(self) -> str:
        """The difference with its sign; empty for none."""
        return f"{self.more:+,}" if self.more else ""


@dataclass(frozen=True)
class Differences:
    """All regions, and what changed for all of them alike (pool, readings)."""

    number: str
    general: tuple[str, ...]
    lines: tuple[Difference, ...]


def differences(run: AllocationRun) -> Differences | None:
    """Return how ``run`` differs from the run that it replaces; None where it replaces none."""
    old = run.replaces
    if old is None:
        return None
    before = {row.code: row for row in rows_of(old) if row.region_id is not None}
    after = {row.code: row for row in rows_of(run) if row.region_id is not None}
    labels = {**named_money(old).labels, **named_money(run).labels}
    lines = tuple(
        _difference(before.get(code), after.get(code), labels) for code in sorted(before.keys() | after.keys())
    )  # fmt: skip
    return Differences(old.number, tuple(_general(old, run)), lines)


def _general(old: AllocationRun, new: AllocationRun) -> list[str]:
    found = []
    if old.pool_yuan != new.pool_yuan:
        found.append(f"资金总额由{old.pool_yuan:,}元变为{new.pool_yuan:,}元")
    was, now = reading_of(old), reading_of(new)
    found += [
        f"{switch.label}由“{switch.chosen(was).label}”变为“{switch.chosen(now).label}”"
        for switch in switches_for(new)
        if switch.chosen(was) != switch.chosen(now)
    ]
    return found


def _difference(old: AllocationRow | None, new: AllocationRow | None, labels: Mapping[str, str]) -> Difference:
    row = new or old
    assert row is not None
    before, after = (old.amount_yuan if old else 0), (new.amount_yuan if new else 0)
    if old is None or new is None:
        return Difference(row.label, before, after, "原测算中没有该地区" if old is None else "现已没有该地区")
    was, now = counts_by_grade(old), counts_by_grade(new)
    counts = [
        ("申报", old.declared, new.declared),
        ("撤回", old.withdrawn, new.withdrawn),
        *((label, was.get(code, 0), now.get(code, 0)) for code, label in labels.items()),
    ]
    why = [f"{word}{first}变为{second}" for word, first, second in counts if first != second]
    if old.excluded != new.excluded:
        why.append("由支持变为不予支持" if new.excluded else "由不予支持变为支持")
    if not why and before != after:
        why.append(ELSEWHERE)
    return Difference(row.label, before, after, "，".join(why))
