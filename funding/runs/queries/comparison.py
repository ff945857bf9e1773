"""What officers weigh before they sign: how near each region is to the line, what the other readings give."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from funding.counting import Reported
from funding.explain import (
    Comparison,
    Distance,
    Shares,
    compare,
    cost_of_one_more_failing,
    distance,
    largest_gap,
    saved_by_withdrawal,
    shares,
)
from funding.formula import Allocation
from funding.readings import Base, Counting
from funding.recounts import compare_countings
from platforms.figures import percent


@dataclass(frozen=True)
class Edge:
    """One region at the line: distance, the shares with and without what was withdrawn, and what one more would cost.

    ``failing`` is what the grade is called that counts against the line. ``cost`` is yuan, None where no platform could
    fail or the region gets nothing anyway.
    """

    label: str
    failing: str
    distance: Distance
    shares: Shares
    cost: int | None
    saved_by_withdrawal: bool

    @property
    def declared_text(self) -> str:
        return _percent(self.shares.declared)

    @property
    def reported_text(self) -> str:
        return _percent(self.shares.reported)

    @property
    def worst_text(self) -> str:
        return _percent(self.shares.worst)

    @property
    def cost_text(self) -> str:
        return "—" if self.cost is None else f"{self.cost:,}"

    @property
    def bearable_text(self) -> str:
        """How many more failing ones the region could bear, in words."""
        bearable = self.distance.bearable
        if bearable is None:
            return "—"
        return f"超出淘汰线{-bearable}家" if bearable < 0 else f"{bearable}家"

    @property
    def remark(self) -> str:
        """What stands out, as a sentence; empty where nothing does."""
        if self.saved_by_withdrawal:
            return f"如撤回的均为{self.failing}，则达到淘汰线"
        if self.distance.bearable == 0:
            return f"再有1家{self.failing}即失去全部资金"
        return ""


def edges(allocation: Allocation) -> tuple[Edge, ...]:
    """Return the regions that declared anything, in the order of the allocation."""
    cutoff, money = allocation.reading.cutoff, allocation.money
    return tuple(
        Edge(
            label=row.tally.name,
            failing=money.failing_label,
            distance=distance(row, cutoff, money.share.line),
            shares=shares(row.tally, money),
            cost=None if row.excluded else cost_of_one_more_failing(allocation, row.tally.code),
            saved_by_withdrawal=allocation.reading.base is Base.DECLARED
            and saved_by_withdrawal(row.tally, cutoff, money),
        )
        for row in allocation.rows
        if row.tally.declared or row.tally.withdrawn
    )


@dataclass(frozen=True)
class Other:
    """One other reading; ``largest`` is the most that one region gains or loses, in yuan.

    ``refusal`` says why the pool cannot be split under it.
    """

    switch: str
    choice: str
    unallocated: str
    largest: str
    refusal: str


@dataclass(frozen=True)
class OtherAmount:
    """What a region gets under another reading, and how much more or less that is, in yuan as text."""

    amount: str
    more: str


@dataclass(frozen=True)
class ComparedLine:
    """One region under this reading and under each other one."""

    label: str
    amount: str
    others: tuple[OtherAmount, ...]


@dataclass(frozen=True)
class Comparisons:
    """The readings that differ in one switch, and each region under them."""

    others: tuple[Other, ...]
    lines: tuple[ComparedLine, ...]


def comparisons(allocation: Allocation) -> Comparisons:
    """Return the same counts and pool under every reading that differs in exactly one switch."""
    return _side_by_side(allocation, compare(allocation))


def count_comparisons(allocation: Allocation, reported: Sequence[Reported], counting: Counting) -> Comparisons:
    """Return the same applications, pool and readings under every counting that differs in exactly one switch."""
    return _side_by_side(allocation, compare_countings(allocation, reported, counting))


def _side_by_side(allocation: Allocation, found: Sequence[Comparison]) -> Comparisons:
    others = tuple(
        Other(
            each.switch.label,
            each.choice.label,
            f"{each.allocation.unallocated:,}" if each.allocation else "—",
            f"{largest_gap(each):,}" if each.allocation else "—",
            each.refusal,
        )
        for each in found
    )
    lines = tuple(
        ComparedLine(
            row.tally.name,
            f"{row.amount:,}",
            tuple(
                OtherAmount(f"{each.allocation.amounts[i]:,}", more(each.differences[i]))
                if each.allocation
                else OtherAmount("—", "")
                for each in found
            ),
        )
        for i, row in enumerate(allocation.rows)
        if row.tally.declared or any(each.differences and each.differences[i] for each in found)
    )
    return Comparisons(others, lines)


def more(yuan: int) -> str:
    """Return a difference with its sign, in yuan; empty for none."""
    return f"{yuan:+,}" if yuan else ""


def _percent(share: Fraction | None) -> str:
    return "—" if share is None else percent(share)
