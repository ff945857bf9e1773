"""Section five of the notice as arithmetic: who is excluded, scores, weights, money. Exact from counts to yuan.

Sums run on integers over one common denominator; the fractions that people read are made when they are read.

What one platform more does, whatever the reading (``tests/funding/test_formula_properties.py`` holds it):

- One more platform of a grade with points, be it new, without a grade before, or failing before, never lowers the
  amount of its own region, and where that region gets money, no exact share of another one rises.
- A platform that rises from one grade with points to a better one can lower its own region: with many A and few B in
  the city, the B that is lost was worth more than the A that is won (grade inversion).
- One more A in a region that gets nothing takes from the regions with A. Under ``totals=all`` and ``divisor=funded`` it
  gives to those without A; with another divisor nobody gets it, and under ``totals=funded`` nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import compress
from math import lcm
from operator import itemgetter

from funding.apportion import apportion
from funding.money import Money
from funding.readings import Base, Cutoff, Divisor, Industry, Reading, Totals, Unit
from funding.tally import LIMIT, Tally, refuse_repeated


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


def is_excluded(failing: int, base: int, cutoff: Cutoff, line: Fraction) -> bool:
    """Whether ``failing`` of ``base`` platforms lose the region its money (N24); a base of nothing never does.

    ``line`` is above 0 and at most 1, and compared without rounding.
    """
    if cutoff is Cutoff.INCLUSIVE:
        return 0 < line.numerator * base <= line.denominator * failing
    return line.numerator * base < line.denominator * failing


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns counts into money in one allocation, the same for every region.

    ``points`` are pairs of grade and points, ``totals`` the city's numbers of these grades in the same order, and
    ``divisor_parts / parts`` is what scores are divided by.
    """

    points: tuple[tuple[str, int], ...]
    totals: tuple[int, ...]
    divisor_parts: int
    parts: int
    pool: int

    @property
    def divisor(self) -> Fraction:
        """What scores are divided by to give weights; zero where nobody scores."""
        return Fraction(self.divisor_parts, self.parts)

    def score(self, tally: Tally) -> Fraction:
        """Points of these counts (N25), from 0 to full marks; a grade that nobody reached gives nobody its points."""
        score = Fraction(0)
        for (grade, points), total in zip(self.points, self.totals, strict=True):
            if total:
                score += Fraction(points * tally.count(grade), total)
        return score

    def weight(self, score: Fraction) -> Fraction:
        """Part of the pool that a score stands for (N26); zero where there is nothing to divide by."""
        return score / self.divisor if self.divisor else Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One region in the result. ``failing`` of ``base`` platforms count against the line, ``amount`` is whole yuan."""

    tally: Tally
    failing: int
    base: int
    excluded: bool
    amount: int
    scale: Scale

    @property
    def failing_share(self) -> Fraction:
        """Share of the failing grade; zero where the base is empty (then ``base`` is 0, with no share to show)."""
        return Fraction(self.failing, self.base) if self.base else Fraction(0)

    @property
    def score(self) -> Fraction | None:
        """Points, 0 to full marks; None for an excluded region."""
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

    ``amounts`` are whole yuan, ``note`` is one Chinese sentence saying why nothing was allocated, else empty.
    """

    tallies: tuple[Tally, ...]
    industry: Tally | None
    pool: int
    reading: Reading
    money: Money
    scale: Scale
    excluded: tuple[bool, ...]
    amounts: tuple[int, ...]
    note: str

    @property
    def totals(self) -> dict[str, int]:
        """The city's totals of the grades with points, by code, under the reading."""
        return {grade: total for (grade, _), total in zip(self.scale.points, self.scale.totals, strict=True)}

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
            Row(
                tally,
                tally.count(self.money.share.failing),
                base_of(tally, self.reading.base),
                excluded,
                amount,
                self.scale,
            )
            for tally, excluded, amount in zip(self.tallies, self.excluded, self.amounts, strict=True)
        )


def base_of(tally: Tally, base: Base) -> int:
    """What the share of the failing grade is taken of under this reading."""
    return tally.graded if base is Base.GRADED else tally.declared


def allocate(tallies: Sequence[Tally], industry: Tally | None, pool: int, reading: Reading, money: Money) -> Allocation:
    """Split ``pool`` yuan over the regions by ``money`` under ``reading`` (N23 to N27).

    ``industry`` are the key-industry platforms, used only where the reading counts them; they never get money.
    Who is excluded depends on nothing but the cut-off, so totals of the funded regions need no second round.
    Raises ``TallyError`` for a region that stands there twice and ``PoolError`` for an impossible pool.
    """
    check_pool(pool, reading.unit)
    refuse_repeated(tallies)
    share = money.share
    # Columns instead of a look at each region: the grades with points, then the failing one.
    counts_of = itemgetter(*[grade for grade, _ in share.points], share.failing)
    grades = [tally.grades for tally in tallies]
    rows = list(map(counts_of, grades))
    *columns, failing = zip(*rows, strict=True) if rows else [()] * (len(share.points) + 1)
    if reading.base is Base.GRADED:
        bases = [sum(each.values()) for each in grades]
    else:
        bases = [tally.declared for tally in tallies]
    kept = _kept(failing, bases, reading.cutoff, share.line)
    if reading.totals is Totals.FUNDED:
        columns = [tuple(compress(column, kept)) for column in columns]
    totals = list(map(sum, columns))
    if industry is not None and reading.industry is Industry.COUNTED:
        totals = [total + n for total, n in zip(totals, counts_of(industry.grades), strict=False)]

    # A score is the sum of factor x count over the grades, / parts, all whole.
    parts = lcm(*[total or 1 for total in totals])
    factors = [points * parts // total if total else 0 for (_, points), total in zip(share.points, totals, strict=True)]
    terms = [[factor * n for n in column] for factor, column in zip(factors, columns, strict=True)]
    scores = list(map(sum, zip(*terms, strict=True)))
    if reading.totals is Totals.ALL:
        scores = list(compress(scores, kept))
    if reading.divisor is Divisor.FUNDED:
        divisor = sum(scores)
    elif reading.divisor is Divisor.ALL:
        divisor = sum([factor * total for factor, total in zip(factors, totals, strict=True)])
    else:
        divisor = share.full_marks * parts

    unit = reading.unit.yuan
    order = [tally.code for tally in compress(tallies, kept)]
    units = apportion(scores, divisor, pool // unit, order) if divisor else [0] * len(scores)
    given = iter(units)
    return Allocation(
        tallies=tuple(tallies),
        industry=industry,
        pool=pool,
        reading=reading,
        money=money,
        scale=Scale(share.points, tuple(totals), divisor, parts, pool),
        excluded=tuple([not each for each in kept]),
        amounts=tuple([unit * next(given) if each else 0 for each in kept]),
        note="" if any(units) else _why_nothing(tallies, scores, money),
    )


def _kept(failing: Sequence[int], bases: Sequence[int], cutoff: Cutoff, line: Fraction) -> list[bool]:
    """Whether each region keeps its money: :func:`is_excluded` turned round, for columns.

    A call per region would take as long as all the sums.
    """
    part, whole = line.numerator, line.denominator
    if cutoff is Cutoff.INCLUSIVE:
        return [not 0 < part * base <= whole * failed for failed, base in zip(failing, bases, strict=True)]
    return [part * base >= whole * failed for failed, base in zip(failing, bases, strict=True)]


def _why_nothing(tallies: Sequence[Tally], scores: Sequence[int], money: Money) -> str:
    if not tallies:
        return "没有参加分配的区县（市）、管委会，资金未分配。"
    if not scores:
        return f"所有区县（市）、管委会的{money.failing_label}占比都达到淘汰线，资金未分配。"
    if not any(scores):
        return f"未被淘汰的区县（市）、管委会没有{money.paid_text}平台，得分均为零，资金未分配。"
    return "各地应得金额合计不足一个金额单位，资金未分配。"
