"""Figures of one year beside those of another: means, medians, shares, and where the grades went. Exact throughout."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: What stands for the grade of a platform that took no part in a year, and of one that has none yet.
ABSENT, OPEN = "none", "open"


def mean(values: Collection[Fraction]) -> Fraction | None:
    """Return the mean, None of nothing."""
    return sum(values, Fraction(0)) / len(values) if values else None


def median(values: Collection[Fraction]) -> Fraction | None:
    """Return the middle value, of an even number the mean of the two in the middle; None of nothing."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def part(some: int, all_: int) -> Fraction | None:
    """Return what part ``some`` are of ``all_``, None of nothing."""
    return Fraction(some, all_) if all_ else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How the points of one indicator lie in one year.

    ``rate`` is the mean of each platform's points as a part of its full marks, so that years of different full marks
    can be laid beside each other; ``full`` the part of platforms with full marks. All None of no platform.
    """

    count: int
    mean: Fraction | None
    median: Fraction | None
    rate: Fraction | None
    full: Fraction | None


def spread(earned: Sequence[tuple[Fraction, Fraction]]) -> Spread:
    """Return the spread of pairs of points and full marks; full marks of zero, as a deduction has, have no rate."""
    points = [each for each, _ in earned]
    rates = [each / marks for each, marks in earned if marks]
    reached = sum(each >= marks for each, marks in earned)
    return Spread(len(earned), mean(points), median(points), mean(rates), part(reached, len(earned)))


def movements(old: Mapping[int, str], new: Mapping[int, str]) -> Counter[tuple[str, str]]:
    """Return how many platforms went from which grade to which; :data:`ABSENT` is that of those in one year only.

    ``old`` and ``new`` are the grades by the key of a platform; an empty one is :data:`OPEN`.
    """
    return Counter((_of(old, key), _of(new, key)) for key in old.keys() | new.keys())


def _of(grades: Mapping[int, str], key: int) -> str:
    return grades[key] or OPEN if key in grades else ABSENT


def steps(old: str, new: str, before: Sequence[str], after: Sequence[str]) -> int | None:
    """Return by how many grades ``new`` is better than ``old``: negative where it is worse.

    ``before`` and ``after`` are the grades of the two notices, the best first. None where one of the two is missing or
    the notices have other grades, which nothing says how to compare.
    """
    if list(before) != list(after) or old not in before or new not in after:
        return None
    return list(before).index(old) - list(after).index(new)


@dataclass(frozen=True, slots=True)
class Standing:
    """One platform in one year: its grade, empty while it has none, and its points, None where nothing was scored."""

    grade: str
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Together:
    """The platforms of a region in one year: how many of each grade, the part of the last one, the mean of points."""

    count: int
    grades: Counter[str]
    failing: Fraction | None
    mean: Fraction | None


def together(standings: Iterable[Standing], failing: str) -> Together:
    """Return what ``standings`` make together; ``failing`` is the last grade of the year."""
    rows = list(standings)
    grades = Counter(each.grade for each in rows)
    points = [each.points for each in rows if each.points is not None]
    return Together(len(rows), grades, part(grades[failing], len(rows)), mean(points))
