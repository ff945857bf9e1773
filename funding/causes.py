"""Why a region's money differs between two allocations: causes of a closed list, found by comparing them.

A cause holds for a region if the newer allocation gives it another amount with only that one thing put back to what it
was. Where no single thing does (two of them exclude the region, each alone), a cause holds if the older allocation
gives another amount with only that one thing as it is now; where that finds none either, everything that changed
holds. Pure: no Django.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from evaluation.marking.late import Standing
from funding.counting import DECLARED, Placed, Reported, placed
from funding.formula import Allocation, PoolError, allocate
from funding.money import Money
from funding.readings import SWITCHES, Counting, Reading
from funding.tally import Tally

#: The standings of an application that was withdrawn.
WITHDRAWN = (Standing.WITHDRAWN, Standing.WITHDRAWN_LATE)


class Cause(StrEnum):
    """Why the amount of a region differs; the order is that in which they are told."""

    CORRECTED = "corrected"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    STANDING = "standing"
    LISTED = "listed"
    MOVED = "moved"
    COUNTED = "counted"
    COUNTS = "counts"
    REGION = "region"
    EXCLUDED = "excluded"
    READMITTED = "readmitted"
    POOL = "pool"
    READING = "reading"
    TERMS = "terms"
    ELSEWHERE = "elsewhere"


#: What each cause is called where officers read it.
LABELS = {
    Cause.CORRECTED: "档次更正",
    Cause.REVOKED: "公布后撤销情况变动",
    Cause.WITHDRAWN: "申报撤回情况变动",
    Cause.STANDING: "评定情况变动",
    Cause.LISTED: "列入的申报有增减",
    Cause.MOVED: "申报归属地区变动",
    Cause.COUNTED: "申报数口径变动",
    Cause.COUNTS: "申报数或档次数变动",
    Cause.REGION: "地区新增或撤并",
    Cause.EXCLUDED: "由支持变为不予支持",
    Cause.READMITTED: "由不予支持变为支持",
    Cause.POOL: "资金总额变动",
    Cause.READING: "口径变动",
    Cause.TERMS: "档次分值或淘汰线变动",
    Cause.ELSEWHERE: "其他地区数据变动，影响全市总数或得分之和",
}
#: Causes that lie in the counts of the region itself.
OWN = frozenset(
    (
        Cause.CORRECTED,
        Cause.REVOKED,
        Cause.WITHDRAWN,
        Cause.STANDING,
        Cause.LISTED,
        Cause.MOVED,
        Cause.COUNTED,
        Cause.COUNTS,
        Cause.REGION,
    )
)


@dataclass(frozen=True, slots=True)
class Filed:
    """One application as an allocation counted it: its number, how it stood, and where that put it."""

    number: str
    reported: Reported
    placed: Placed


@dataclass(frozen=True)
class Side:
    """One of the two allocations, how its counts were drawn, and from which applications (none: not known)."""

    allocation: Allocation
    counting: Counting
    applications: tuple[Filed, ...] = ()

    @cached_property
    def tallies(self) -> Mapping[str, Tally]:
        """The counts by the code of the region."""
        return {each.code: each for each in self.allocation.tallies}

    @cached_property
    def amounts(self) -> Mapping[str, int]:
        """Yuan by the code of the region."""
        return _amounts(self.allocation)

    @cached_property
    def excluded(self) -> Mapping[str, bool]:
        """Whether it is excluded, by the code of the region."""
        return dict(zip(self.tallies, self.allocation.excluded, strict=True))

    @cached_property
    def by_number(self) -> Mapping[str, Filed]:
        """The applications by their number."""
        return {each.number: each for each in self.applications}


@dataclass(frozen=True, slots=True)
class Because:
    """One cause of a region: the numbers of the applications concerned, or the name of the reading that changed."""

    cause: Cause
    applications: tuple[str, ...] = ()
    switch: str = ""


def causes_of(before: Side, after: Side) -> dict[str, tuple[Because, ...]]:
    """Return by code why the amount of each region of either allocation differs; nothing where it does not."""
    mixes = _Mixes(before, after)
    own = _own(before, after)
    found = {}
    for code in sorted(before.tallies.keys() | after.tallies.keys()):
        same = before.amounts.get(code, 0) == after.amounts.get(code, 0)
        found[code] = () if same else tuple(_region(mixes, code, own.get(code, ())))
    return found


def _region(mixes: "_Mixes", code: str, own: Sequence[Because]) -> list[Because]:
    before, after = mixes.before, mixes.after
    if code not in before.tallies or code not in after.tallies:
        return [Because(Cause.REGION)]
    moved = mixes.moving(code)
    found = list(own or [Because(Cause.COUNTS)]) if "own" in moved else []
    if before.excluded[code] != after.excluded[code]:
        found.append(Because(Cause.EXCLUDED if after.excluded[code] else Cause.READMITTED))
    if "pool" in moved:
        found.append(Because(Cause.POOL))
    found += [Because(Cause.READING, switch=switch.name) for switch in SWITCHES if switch.name in moved]
    if "terms" in moved:
        found.append(Because(Cause.TERMS))
    if "others" in moved:
        found.append(Because(Cause.ELSEWHERE))
    return found


@dataclass(frozen=True)
class _Inputs:
    """What one allocation is made from."""

    tallies: Mapping[str, Tally]
    industry: Tally | None
    pool: int
    reading: Reading
    money: Money

    @classmethod
    def of(cls, side: Side) -> "_Inputs":
        made = side.allocation
        return cls(side.tallies, made.industry, made.pool, made.reading, made.money)

    def with_from(self, other: "_Inputs", thing: str, code: str) -> "_Inputs":
        """The same with ``thing`` as in ``other``: own counts of ``code``, those of the others, or one input of all."""
        tallies, industry, pool, reading, money = self.tallies, self.industry, self.pool, self.reading, self.money
        if thing == "own":
            tallies = {**tallies, code: other.tallies[code]}
        elif thing == "others":
            tallies, industry = {**other.tallies, code: tallies[code]}, other.industry
        elif thing == "pool":
            pool = other.pool
        elif thing == "terms":
            money = other.money
        else:
            reading = Reading.of(**reading.as_dict() | {thing: other.reading.as_dict()[thing]})
        return _Inputs(tallies, industry, pool, reading, money)

    def amounts(self) -> Mapping[str, int] | None:
        """Yuan by code; None where such a pool cannot be split."""
        try:
            made = allocate(list(self.tallies.values()), self.industry, self.pool, self.reading, self.money)
        except PoolError:
            return None
        return _amounts(made)


class _Mixes:
    """Allocations between the two: all of one but for one thing, which is as in the other."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self.old, self.new = _Inputs.of(before), _Inputs.of(after)
        was, now = self.old.reading.as_dict(), self.new.reading.as_dict()
        #: What changed for all regions alike.
        self.general = tuple(
            thing
            for thing, changed in (
                ("pool", self.old.pool != self.new.pool),
                *((name, was[name] != now[name]) for name in was),
                ("terms", self.old.money != self.new.money),
            )
            if changed
        )
        codes = self.old.tallies.keys() | self.new.tallies.keys()
        self._changed = frozenset(code for code in codes if self._counts_changed(code))
        self._shared: dict[tuple[str, bool], Mapping[str, int] | None] = {}

    def moving(self, code: str) -> frozenset[str]:
        """Which of the things that changed move the amount of the region ``code``, which both sides know."""
        own = ("own",) if code in self._changed else ()
        is_moved_from_outside = self._changed - {code} or self.old.industry != self.new.industry
        changed = (*own, *self.general, *(("others",) if is_moved_from_outside else ()))
        back = {thing for thing in changed if self._moves(thing, code, back=True)}
        forth = back or {thing for thing in changed if self._moves(thing, code, back=False)}
        return frozenset(forth or changed)

    def _counts_changed(self, code: str) -> bool:
        one, other = self.old.tallies.get(code), self.new.tallies.get(code)
        return one is None or other is None or counted(one) != counted(other)

    def _moves(self, thing: str, code: str, *, back: bool) -> bool:
        start, other = (self.new, self.old) if back else (self.old, self.new)
        if thing in ("own", "others"):
            amounts = start.with_from(other, thing, code).amounts()
        else:
            if (thing, back) not in self._shared:
                self._shared[thing, back] = start.with_from(other, thing, code).amounts()
            amounts = self._shared[thing, back]
        unmoved = (self.after if back else self.before).amounts[code]
        return amounts is None or amounts[code] != unmoved


def counted(tally: Tally) -> tuple[int, dict[str, int]]:
    """What of ``tally`` the money hangs on: the declared, and the grades that anyone has."""
    return tally.declared, {grade: number for grade, number in tally.grades.items() if number}


def _amounts(allocation: Allocation) -> Mapping[str, int]:
    return {tally.code: amount for tally, amount in zip(allocation.tallies, allocation.amounts, strict=True)}


def _own(before: Side, after: Side) -> dict[str, list[Because]]:
    """Return by code what happened to the applications of each region, where both sides know theirs."""
    if not before.applications or not after.applications:
        return {}
    found: dict[str, dict[Cause, list[str]]] = {}
    for number in sorted(before.by_number.keys() | after.by_number.keys()):
        one, other = before.by_number.get(number), after.by_number.get(number)
        regions = dict.fromkeys(each.reported.region for each in (one, other) if each is not None)
        for cause in _happened(one, other, before, after):
            for region in regions:
                found.setdefault(region, {}).setdefault(cause, []).append(number)
    return {
        region: [Because(cause, tuple(numbers[cause])) for cause in Cause if cause in numbers]
        for region, numbers in found.items()
    }


def _happened(one: Filed | None, other: Filed | None, before: Side, after: Side) -> list[Cause]:
    """Why one application counts otherwise than before; nothing where it does not."""
    if one is None or other is None:
        only = one or other
        return [Cause.LISTED] if only is not None and only.placed.column in DECLARED else []
    if one.reported.region != other.reported.region:
        return [Cause.MOVED] if {one.placed.column, other.placed.column} & set(DECLARED) else []
    if one.placed == other.placed:
        return []
    was, now = one.reported, other.reported
    old, new = before.allocation.money.share.failing, after.allocation.money.share.failing
    withdrawn = (was.standing in WITHDRAWN) + (now.standing in WITHDRAWN)
    holds = {
        Cause.CORRECTED: was.standing == now.standing and was.grade != now.grade,
        Cause.REVOKED: placed(replace(now, revoked=was.revoked), after.counting, new) != other.placed,
        Cause.WITHDRAWN: was.standing != now.standing and withdrawn > 0,
        Cause.STANDING: was.standing != now.standing and withdrawn == 0,
        Cause.COUNTED: placed(was, after.counting, old) != one.placed,
    }
    return [cause for cause, does in holds.items() if does]
