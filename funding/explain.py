"""What officers must see before they sign: what a grade is worth, how near the cut-off is, what other readings give."""

from dataclasses import dataclass, replace
from fractions import Fraction

from funding.formula import Allocation, PoolError, Row, allocate, is_excluded
from funding.money import Money
from funding.readings import Base, Choice, Cutoff, Reading, Switch, switches_of
from funding.tally import Tally
from platforms.figures import approximate


@dataclass(frozen=True, slots=True)
class GradeWorth:
    """What one platform of a grade brings its region, in exact yuan; None where the city has none of that grade."""

    label: str
    yuan: Fraction | None


def worth_of_grades(allocation: Allocation) -> tuple[GradeWorth, ...]:
    """What one platform of each grade with points is worth: points / city total x pool / divisor, the best grade first.

    None where nobody scores.
    """
    scale, labels = allocation.scale, allocation.money.labels
    each = scale.weight(Fraction(scale.pool))
    return tuple(
        GradeWorth(labels[grade], each * points / total if total and each else None)
        for (grade, points), total in zip(scale.points, scale.totals, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Inversion:
    """A lower grade that is worth more than a higher one, both by label; ``times`` is above 1."""

    lower: str
    higher: str
    times: Fraction

    @property
    def sentence(self) -> str:
        """The warning as officers read it."""
        return f"档次倒挂：1家{self.lower}相当于{approximate(self.times, 2)}家{self.higher}的金额"


def inversions(allocation: Allocation) -> tuple[Inversion, ...]:
    """Every pair of grades in which the lower one is worth more; pairs with a grade that nobody has do not count."""
    worths = [(worth.label, worth.yuan) for worth in worth_of_grades(allocation) if worth.yuan]
    return tuple(
        Inversion(lower, higher, below / above)
        for i, (higher, above) in enumerate(worths)
        for lower, below in worths[i + 1 :]
        if below > above
    )


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares that a withdrawal or the choice of the base could change; None with nothing to divide by.

    ``declared`` and ``graded`` are the two bases, ``reported`` counts the withdrawn among the declared, ``worst`` also
    takes every withdrawn platform for a failing one: what the share would have been had nobody withdrawn a weak one.
    """

    declared: Fraction | None
    graded: Fraction | None
    reported: Fraction | None
    worst: Fraction | None


def shares(tally: Tally, money: Money) -> Shares:
    """All shares of the failing grade of one region."""
    failing, reported = tally.count(money.share.failing), tally.declared + tally.withdrawn
    return Shares(
        _part(failing, tally.declared),
        _part(failing, tally.graded),
        _part(failing, reported),
        _part(failing + tally.withdrawn, reported),
    )


def saved_by_withdrawal(tally: Tally, cutoff: Cutoff, money: Money) -> bool:
    """Whether the region keeps its money only because platforms were withdrawn, were all of them failing."""
    failing, line = tally.count(money.share.failing), money.share.line
    worst = is_excluded(failing + tally.withdrawn, tally.declared + tally.withdrawn, cutoff, line)
    return worst and not is_excluded(failing, tally.declared, cutoff, line)


def _part(failing: int, base: int) -> Fraction | None:
    return Fraction(failing, base) if base else None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a region is from the cut-off. ``bearable`` more platforms may fail; if negative, so many are too many.

    None where the region has nothing that the share could be taken of.
    """

    failing: int
    base: int
    bearable: int | None


def distance(row: Row, cutoff: Cutoff, line: Fraction) -> Distance:
    """The region's failing, its base, and how many more of the same platforms could fail without losing the money."""
    if not row.base:
        return Distance(row.failing, 0, None)
    part = line.numerator * row.base
    most = (part - 1 if cutoff is Cutoff.INCLUSIVE else part) // line.denominator
    return Distance(row.failing, row.base, most - row.failing)


def with_one_more_failing(tally: Tally, base: Base, money: Money) -> Tally | None:
    """The region with one platform more that fails: an ungraded declared one if there is one, else its lowest graded.

    Under ``base=graded`` an ungraded platform stays out, so that the base stays as it is. None if all fail already.
    """
    failing = money.share.failing
    more = {**tally.grades, failing: tally.count(failing) + 1}
    if base is Base.DECLARED and tally.graded < tally.declared:
        return replace(tally, grades=more)
    for grade in reversed(money.codes):
        if grade != failing and tally.count(grade):
            return replace(tally, grades=more | {grade: tally.count(grade) - 1})
    return None


def cost_of_one_more_failing(allocation: Allocation, code: str) -> int | None:
    """Yuan that the region would lose if one more of its platforms failed, everything computed anew.

    None if it has no platform that could. Raises ``KeyError`` for a code that is not in the allocation.
    One call is one allocation: for a page of all regions that is n allocations.
    """
    tallies = list(allocation.tallies)
    place = next((i for i, tally in enumerate(tallies) if tally.code == code), None)
    if place is None:
        raise KeyError(code)
    worse = with_one_more_failing(tallies[place], allocation.reading.base, allocation.money)
    if worse is None:
        return None
    tallies[place] = worse
    again = allocate(tallies, allocation.industry, allocation.pool, allocation.reading, allocation.money)
    return allocation.amounts[place] - again.amounts[place]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one other choice of one switch would give; ``differences`` are yuan more (or less) in input order.

    Where the pool cannot be split under that choice, ``allocation`` is None and ``refusal`` says why in Chinese.
    """

    switch: Switch
    choice: Choice
    reading: Reading
    allocation: Allocation | None
    differences: tuple[int, ...]
    refusal: str = ""


def compare(allocation: Allocation) -> tuple[Comparison, ...]:
    """The same counts and pool under each reading that differs in exactly one switch."""
    switches = switches_of(allocation.money)
    return tuple(_compare(allocation, *other) for other in allocation.reading.alternatives(switches))


def _compare(allocation: Allocation, switch: Switch, choice: Choice, reading: Reading) -> Comparison:
    try:
        other = allocate(allocation.tallies, allocation.industry, allocation.pool, reading, allocation.money)
    except PoolError as refusal:
        return Comparison(switch, choice, reading, None, (), str(refusal))
    differences = tuple(theirs - ours for theirs, ours in zip(other.amounts, allocation.amounts, strict=True))
    return Comparison(switch, choice, reading, other, differences)


def largest_gap(comparison: Comparison) -> int:
    """The most that any one region gains or loses, in yuan; zero if nothing could be compared."""
    return max((abs(difference) for difference in comparison.differences), default=0)
