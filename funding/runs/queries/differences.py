"""Why the money of a run differs from that of the run that it corrects, region by region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.marking.late import Standing
from funding.causes import LABELS, OWN, Because, Cause, Filed, Side, causes_of
from funding.counting import Column, Placed, Reported
from funding.formula import PoolError
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import MoneyError
from funding.runs.queries.applications import told
from funding.runs.queries.frozen import (
    ITEMS_VERSION,
    count_switches_for,
    counting_for,
    counts_by_grade,
    items_of,
    named_money,
    reading_of,
    recomputed,
    rows_of,
    switches_for,
)
from funding.tally import TallyError

#: So many applications of a cause are named in the text; all of them stand in ``Reason.applications``.
NAMED = 3


@dataclass(frozen=True)
class Affected:
    """One application concerned, and how it counted before and now, in words."""

    number: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Reason:
    """One cause of a region: its kind, what it is called, what changed, and the applications concerned."""

    cause: Cause
    label: str
    detail: str
    applications: tuple[Affected, ...] = ()

    @property
    def text(self) -> str:
        """The cause in one line."""
        numbers = [each.number for each in self.applications]
        named = "、".join(numbers[:NAMED]) + (f"等{len(numbers)}件" if len(numbers) > NAMED else "")
        said = "，".join(part for part in (self.detail, named) if part)
        return f"{self.label}（{said}）" if said else self.label

    @property
    def public_text(self) -> str:
        """The cause in one line without the applications, which not everybody may read."""
        return f"{self.label}（{self.detail}）" if self.detail else self.label


@dataclass(frozen=True)
class Difference:
    """One region: yuan before and after, and why; no reasons where the amount is the same."""

    label: str
    before: int
    after: int
    reasons: tuple[Reason, ...]

    @property
    def more(self) -> int:
        """Yuan more (or less)."""
        return self.after - self.before

    @property
    def is_own(self) -> bool:
        """Whether a cause lies in the region's own counts."""
        return any(each.cause in OWN for each in self.reasons)

    @property
    def why(self) -> str:
        """All causes in one line, in Chinese; empty for none."""
        return "；".join(each.text for each in self.reasons)

    @property
    def public_why(self) -> str:
        """All causes in one line without the applications; empty for none."""
        return "；".join(each.public_text for each in self.reasons)

    @property
    def more_text(self) -> str:
        """The difference with its sign; empty for none."""
        return f"{self.more:+,}" if self.more else ""


@dataclass(frozen=True)
class Differences:
    """All regions, and what changed for all of them alike (pool, readings, notice)."""

    number: str
    general: tuple[str, ...]
    lines: tuple[Difference, ...]


def differences(run: AllocationRun) -> Differences | None:
    """Return how ``run`` differs from the run that it corrects; None where it corrects none."""
    return None if run.replaces is None else between(run.replaces, run)


def between(old: AllocationRun, run: AllocationRun) -> Differences:
    """Return how ``run`` differs from ``old``, an earlier one of its round.

    No cause is told where the stored figures of one of them cannot be computed again; ``check`` says why.
    """
    one, other = _Read(old), _Read(run)
    words = _Words(one, other)
    general = tuple(text for text in (words.pool, *words.readings.values(), *words.countings, words.terms) if text)
    try:
        causes = causes_of(one.side(), other.side())
    except (TallyError, PoolError, MoneyError):
        causes = {}
    codes = sorted(one.rows.keys() | other.rows.keys())
    lines = tuple(
        Difference(
            (other.rows.get(code) or one.rows[code]).label,
            one.amount(code),
            other.amount(code),
            tuple(words.reason(code, each) for each in causes.get(code, ())),
        )
        for code in codes
    )
    return Differences(old.number, general, lines)


class _Read:
    """One run with its rows by code and its applications by number."""

    def __init__(self, run: AllocationRun) -> None:
        self.run = run
        self.all_rows = rows_of(run)
        self.rows = {row.code: row for row in self.all_rows if row.region_id is not None}
        self.items = {item.number: item for item in items_of(run)} if run.version >= ITEMS_VERSION else {}
        self.labels = named_money(run).labels

    def amount(self, code: str) -> int:
        row = self.rows.get(code)
        return row.amount_yuan if row else 0

    def side(self) -> Side:
        filed = tuple(_filed(item) for item in self.items.values())
        return Side(recomputed(self.run, self.all_rows), counting_for(self.run), filed)

    def told(self, number: str) -> str:
        item = self.items.get(number)
        return told(item.standing, item.column, item.counts_as, self.labels) if item else "未列入"


def _filed(item: AllocationItem) -> Filed:
    reported = Reported(item.row.code, Standing(item.standing), item.grade, item.revoked_on is not None)
    return Filed(item.number, reported, Placed(Column(item.column), item.counts_as))


class _Words:
    """What changed between two runs, in Chinese."""

    def __init__(self, one: _Read, other: _Read) -> None:
        self.one, self.other = one, other
        old, new = one.run, other.run
        self.pool = (
            f"资金总额由{old.pool_yuan:,}元变为{new.pool_yuan:,}元" if old.pool_yuan != new.pool_yuan else ""
        )  # fmt: skip
        was, now = reading_of(old), reading_of(new)
        self.readings = {
            switch.name: f"{switch.label}由“{switch.chosen(was).label}”变为“{switch.chosen(now).label}”"
            for switch in switches_for(new)
            if switch.chosen(was) != switch.chosen(now)
        }
        drawn, redrawn = counting_for(old), counting_for(new)
        self.countings = [
            f"{switch.label}由“{switch.chosen(drawn).label}”变为“{switch.chosen(redrawn).label}”"
            for switch in count_switches_for(new)
            if switch.chosen(drawn) != switch.chosen(redrawn)
        ]
        self.terms = "档次分值或淘汰线有变动" if named_money(old) != named_money(new) else ""

    def reason(self, code: str, because: Because) -> Reason:
        """Return ``because`` of the region ``code`` as officers read it."""
        details = {
            Cause.POOL: lambda: self.pool.removeprefix("资金总额"),
            Cause.READING: lambda: self.readings[because.switch],
            Cause.COUNTED: lambda: "，".join(self.countings),
            Cause.COUNTS: lambda: self._counts(code),
            Cause.EXCLUDED: lambda: self._shares(code),
            Cause.READMITTED: lambda: self._shares(code),
        }
        detail = details[because.cause]() if because.cause in details else ""
        affected = tuple(self._affected(number) for number in because.applications)
        return Reason(because.cause, LABELS[because.cause], detail, affected)

    def _affected(self, number: str) -> Affected:
        item = self.other.items.get(number) or self.one.items[number]
        return Affected(number, item.name, self.one.told(number), self.other.told(number))

    def _counts(self, code: str) -> str:
        labels = {**self.one.labels, **self.other.labels}
        return "，".join(_changes(self.one.rows[code], self.other.rows[code], labels))

    def _shares(self, code: str) -> str:
        one, other = (read.rows[code].failing_share or "—" for read in (self.one, self.other))
        label = named_money(self.other.run).failing_label
        return f"{label}占比由{one}变为{other}" if one != other else f"{label}占比{other}"


def _changes(old: AllocationRow, new: AllocationRow, labels: Mapping[str, str]) -> Sequence[str]:
    was, now = counts_by_grade(old), counts_by_grade(new)
    counts = [
        ("申报", old.declared, new.declared),
        ("撤回", old.withdrawn, new.withdrawn),
        *((label, was.get(code, 0), now.get(code, 0)) for code, label in labels.items()),
    ]
    return [f"{word}{first}变为{second}" for word, first, second in counts if first != second]
