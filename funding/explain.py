"""What officers must see before they sign: what a grade is worth, how near the cut-off is, what other readings give."""

from dataclasses import dataclass, replace
from fractions import Fraction

from funding.figures import approximate
from funding.formula import CUTOFF_PARTS, POINTS, Allocation, PoolError, Row, allocate, is_excluded
from funding.readings import Base, Choice, Cutoff, Reading, Switch
from funding.tally import Tally


@dataclass(frozen=True, slots=True)
class GradeWorth:
    """What one platform of a grade brings its region, in exact yuan; None where the city has none of that grade."""

    grade: str
    yuan: Fraction | None


def worth_of_grades(allocation: Allocation) -> tuple[GradeWorth, GradeWorth, GradeWorth]:
    """What one A, one B and one C are worth: points / city total x pool / divisor. None where nobody scores."""
    scale = allocation.scale
    each = scale.weight(Fraction(scale.pool))
    a, b, c = (
        GradeWorth(grade, each * points / total if total and each else None)
        for grade, points, total in zip("ABC", POINTS, scale.totals, strict=True)
    )
    return a, b, c


@dataclass(frozen=True, slots=True)
class Inversion:
    """A lower grade that is worth more than a higher one; ``times`` is above 1."""

    lower: str
    higher: str
    times: Fraction

    @property
    def sentence(self) -> str:
        """The warning as officers read it."""
        return f"档次倒挂：1家{self.lower}档相当于{approximate(self.times, 2)}家{self.higher}档的金额"


def inversions(allocation: Allocation) -> tuple[Inversion, ...]:
    """Every pair of grades in which the lower one is worth more; pairs with a grade that nobody has do not count."""
    worths = [(worth.grade, worth.yuan) for worth in worth_of_grades(allocation) if worth.yuan]
    return tuple(
        Inversion(lower, higher, below / above)
        for i, (higher, above) in enumerate(worths)
        for lower, below in worths[i + 1 :]
        if below > above
    )


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of D that a withdrawal or the choice of the base could change; None with nothing to divide by.

    ``declared`` and ``graded`` are the two bases, ``reported`` counts the withdrawn among the declared, ``worst``
    also takes every withdrawn platform for a D: what the share would have been had nobody withdrawn a weak one.
    """

    declared: Fraction | None
    graded: Fraction | None
    reported: Fraction | None
    worst: Fraction | None


def shares(tally: Tally) -> Shares:
    """All shares of D of one region."""
    reported = tally.declared + tally.withdrawn
    return Shares(
        _part(tally.d, tally.declared),
        _part(tally.d, tally.graded),
        _part(tally.d, reported),
        _part(tally.d + tally.withdrawn, reported),
    )


def saved_by_withdrawal(tally: Tally, cutoff: Cutoff) -> bool:
    """Whether the region keeps its money only because platforms were withdrawn, were all of them D."""
    worst = is_excluded(tally.d + tally.withdrawn, tally.declared + tally.withdrawn, cutoff)
    return worst and not is_excluded(tally.d, tally.declared, cutoff)


def _part(d: int, base: int) -> Fraction | None:
    return Fraction(d, base) if base else None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a region is from the cut-off. ``bearable`` more platforms may turn D; if negative, so many are too many.

    None where the region has nothing that the share could be taken of.
    """

    d: int
    base: int
    bearable: int | None


def distance(row: Row, cutoff: Cutoff) -> Distance:
    """The region's D, its base, and how many more of the same platforms could turn D without losing the money."""
    if not row.base:
        return Distance(row.tally.d, 0, None)
    most = (row.base - 1 if cutoff is Cutoff.INCLUSIVE else row.base) // CUTOFF_PARTS
    return Distance(row.tally.d, row.base, most - row.tally.d)


def with_one_more_d(tally: Tally, base: Base) -> Tally | None:
    """The region with one platform turned D: an ungraded declared one if there is one, else its lowest graded one.

    Under ``base=graded`` an ungraded platform stays out, so that the base stays as it is. None if all are D already.
    """
    if base is Base.DECLARED and tally.graded < tally.declared:
        return replace(tally, d=tally.d + 1)
    for grade in ("c", "b", "a"):
        count = getattr(tally, grade)
        if count:
            return replace(tally, d=tally.d + 1, **{grade: count - 1})
    return None


def cost_of_one_more_d(allocation: Allocation, code: str) -> int | None:
    """Yuan that the region would lose if one more of its platforms were D, everything computed anew.

    None if it has no platform that could turn D. Raises ``KeyError`` for a code that is not in the allocation.
    One call is one allocation: for a page of all regions that is n allocations.
    """
    tallies = list(allocation.tallies)
    place = next((i for i, tally in enumerate(tallies) if tally.code == code), None)
    if place is None:
        raise KeyError(code)
    worse = with_one_more_d(tallies[place], allocation.reading.base)
    if worse is None:
        return None
    tallies[place] = worse
    again = allocate(tallies, allocation.industry, allocation.pool, allocation.reading)
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
    return tuple(_compare(allocation, *other) for other in allocation.reading.alternatives())


def _compare(allocation: Allocation, switch: Switch, choice: Choice, reading: Reading) -> Comparison:
    try:
        other = allocate(allocation.tallies, allocation.industry, allocation.pool, reading)
    except PoolError as refusal:
        return Comparison(switch, choice, reading, None, (), str(refusal))
    differences = tuple(theirs - ours for theirs, ours in zip(other.amounts, allocation.amounts, strict=True))
    return Comparison(switch, choice, reading, other, differences)
