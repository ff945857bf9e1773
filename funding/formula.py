"""Section five of the notice as arithmetic: who is excluded, scores, weights, money. Exact from counts to yuan.

Sums run on integers over one common denominator; the fractions that people read are made when they are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import NamedTuple

from funding.apportion import apportion
from funding.readings import Base, Cutoff, Divisor, Industry, Reading, Totals, Unit
from funding.tally import LIMIT, Tally, refuse_repeated


class Counts(NamedTuple):
    """Numbers of platforms by grade."""

    a: int
    b: int
    c: int


# 五·1: A档60分、B档30分、C档10分
POINTS = Counts(60, 30, 10)
FULL_MARKS = 100
# 五·1: D档占申报总数20%以上不给予资金支持; one in five
CUTOFF_PARTS = 5


class PoolError(ValueError):
    """A pool that cannot be allocated; the text is one Chinese sentence."""


def check_pool(pool: int, unit: Unit, cap: int | None = None) -> None:
    """Raises ``PoolError`` unless ``pool`` yuan are a positive whole number of units, at most the round's cap (N22).

    More than 15 digits are refused too. ``cap`` is None where no round sets one.
    """
    if type(pool) is not int:
        raise PoolError("资金总额必须是整数元")
    if pool <= 0:
        raise PoolError("资金总额必须大于零")
    if pool >= LIMIT:
        raise PoolError("资金总额不能超过15位数字")
    if pool % unit.yuan:
        raise PoolError("金额单位为万元时，资金总额必须是整万元")
    if cap is not None and pool > cap:
        raise PoolError(f"资金总额{pool:,}元超过本年度上限{cap:,}元")


def is_excluded(d: int, base: int, cutoff: Cutoff) -> bool:
    """Whether ``d`` of ``base`` platforms lose the region its money (N24); a base of nothing never does."""
    if cutoff is Cutoff.INCLUSIVE:
        return 0 < base <= CUTOFF_PARTS * d
    return base < CUTOFF_PARTS * d


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns counts into money in one allocation, the same for every region.

    ``divisor_parts / parts`` is what scores are divided by.
    """

    totals: Counts
    divisor_parts: int
    parts: int
    pool: int

    @property
    def divisor(self) -> Fraction:
        """What scores are divided by to give weights; zero where nobody scores."""
        return Fraction(self.divisor_parts, self.parts)

    def score(self, counts: Tally | Counts) -> Fraction:
        """Points of these counts (N25), from 0 to 100; a grade that nobody reached gives nobody its points."""
        score = Fraction(0)
        for points, count, total in zip(POINTS, (counts.a, counts.b, counts.c), self.totals, strict=True):
            if total:
                score += Fraction(points * count, total)
        return score

    def weight(self, score: Fraction) -> Fraction:
        """Part of the pool that a score stands for (N26); zero where there is nothing to divide by."""
        return score / self.divisor if self.divisor else Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One region in the result. ``base`` is what the share of D is taken of, ``amount`` whole yuan."""

    tally: Tally
    base: int
    excluded: bool
    amount: int
    scale: Scale

    @property
    def d_share(self) -> Fraction:
        """Share of D in the base; zero where the base is empty (then ``base`` is 0 and there is no share to show)."""
        return Fraction(self.tally.d, self.base) if self.base else Fraction(0)

    @property
    def score(self) -> Fraction | None:
        """Points, 0 to 100; None for an excluded region."""
        return None if self.excluded else self.scale.score(self.tally)

    @property
    def weight(self) -> Fraction | None:
        """Part of the pool, 0 to 1; None for an excluded region."""
        score = self.score
        return None if score is None else self.scale.weight(score)

    @property
    def share(self) -> Fraction:
        """The exact yuan before cutting down to the unit; zero for an excluded region."""
        return (self.weight or Fraction(0)) * self.scale.pool


@dataclass(frozen=True)
class Allocation:
    """The result of one allocation, with everything it was made from. Sequences stand in input order.

    ``scale.totals`` are the city's totals under the reading, ``amounts`` whole yuan, ``note`` one Chinese sentence
    saying why nothing was allocated, else empty.
    """

    tallies: tuple[Tally, ...]
    industry: Tally | None
    pool: int
    reading: Reading
    scale: Scale
    excluded: tuple[bool, ...]
    amounts: tuple[int, ...]
    note: str

    @property
    def totals(self) -> Counts:
        """The city's totals of A, B and C under the reading."""
        return self.scale.totals

    @property
    def allocated(self) -> int:
        """Yuan given to regions."""
        return sum(self.amounts)

    @property
    def unallocated(self) -> int:
        """Yuan of the pool that nobody gets."""
        return self.pool - self.allocated

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One row per region, in input order."""
        return tuple(
            Row(tally, base_of(tally, self.reading.base), excluded, amount, self.scale)
            for tally, excluded, amount in zip(self.tallies, self.excluded, self.amounts, strict=True)
        )


def base_of(tally: Tally, base: Base) -> int:
    """What the region's share of D is taken of under this reading."""
    return tally.graded if base is Base.GRADED else tally.declared


def allocate(tallies: Sequence[Tally], industry: Tally | None, pool: int, reading: Reading) -> Allocation:
    """Split ``pool`` yuan over the regions under ``reading`` (N23 to N27).

    ``industry`` are the key-industry platforms, used only where the reading counts them; they never get money.
    Who is excluded depends on nothing but the cut-off, so totals of the funded regions need no second round.
    Raises ``TallyError`` for a region that stands there twice and ``PoolError`` for an impossible pool.
    """
    check_pool(pool, reading.unit)
    refuse_repeated(tallies)
    if reading.base is Base.DECLARED and reading.cutoff is Cutoff.INCLUSIVE:
        # The default reading written out: a call per region would take as long as the sums themselves.
        excluded = [0 < tally.declared <= CUTOFF_PARTS * tally.d for tally in tallies]
    else:
        excluded = [is_excluded(tally.d, base_of(tally, reading.base), reading.cutoff) for tally in tallies]
    funded = [tally for tally, out in zip(tallies, excluded, strict=True) if not out]
    counted = list(tallies) if reading.totals is Totals.ALL else funded
    if industry is not None and reading.industry is Industry.COUNTED:
        counted = [*counted, industry]
    a, b, c = sum([t.a for t in counted]), sum([t.b for t in counted]), sum([t.c for t in counted])

    # A score is (x·A + y·B + z·C) / parts, all whole.
    parts = lcm(a or 1, b or 1, c or 1)
    x = POINTS.a * parts // a if a else 0
    y = POINTS.b * parts // b if b else 0
    z = POINTS.c * parts // c if c else 0
    scores = [x * tally.a + y * tally.b + z * tally.c for tally in funded]
    if reading.divisor is Divisor.FUNDED:
        divisor = sum(scores)
    elif reading.divisor is Divisor.ALL:
        divisor = x * a + y * b + z * c
    else:
        divisor = FULL_MARKS * parts

    unit = reading.unit.yuan
    units = apportion(scores, divisor, pool // unit, [tally.code for tally in funded]) if divisor else [0] * len(funded)
    given = iter(units)
    return Allocation(
        tallies=tuple(tallies),
        industry=industry,
        pool=pool,
        reading=reading,
        scale=Scale(Counts(a, b, c), divisor, parts, pool),
        excluded=tuple(excluded),
        amounts=tuple([0 if out else unit * next(given) for out in excluded]),
        note="" if any(units) else _why_nothing(tallies, scores),
    )


def _why_nothing(tallies: Sequence[Tally], scores: Sequence[int]) -> str:
    if not tallies:
        return "没有参加分配的区县（市）、管委会，资金未分配。"
    if not scores:
        return "所有区县（市）、管委会的D档占比都达到淘汰线，资金未分配。"
    if not any(scores):
        return "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。"
    return "各地应得金额合计不足一个金额单位，资金未分配。"
