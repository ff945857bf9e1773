"""Section five written down a second time, slowly and with fractions only, to hold the product against.

``tally`` writes down a region under the grades of 2020; ``cases`` makes up cities under made-up notices.
"""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from funding.money import FIRST, Money
from funding.readings import SWITCHES, Reading
from funding.tally import Tally
from platforms.notices.terms import FactorShare

ALL_READINGS = tuple(
    Reading.of(**dict(zip([switch.name for switch in SWITCHES], values, strict=True)))
    for values in product(*[[choice.value for choice in switch.choices] for switch in SWITCHES])
)


def tally(region: str | None, declared: int, a: int, b: int, c: int, d: int, **more: Any) -> Tally:
    """A region by its numbers of A, B, C and D."""
    return Tally(region, declared, {"A": a, "B": b, "C": c, "D": d}, **more)


#: Another notice: three grades, a line of 30 %, points that make 70.
OTHER = Money(
    FactorShare((("E", 50), ("P", 20)), "F", Fraction(3, 10)), (("E", "优秀"), ("P", "合格"), ("F", "不合格"))
)  # fmt: skip


class Expected(NamedTuple):
    totals: list[int]
    excluded: list[bool]
    scores: list[Fraction | None]
    weights: list[Fraction | None]
    amounts: list[int]


def by_hand(
    tallies: list[Tally], industry: Tally | None, pool: int, reading: Reading, money: Money = FIRST
) -> Expected:
    """What readings.md says, rule by rule, knowing nothing of the product's formula."""
    points, line = dict(money.share.points), money.share.line
    excluded = []
    for t in tallies:
        base = t.declared if reading.base == "declared" else sum(t.grades.values())
        share = Fraction(t.grades.get(money.share.failing, 0), base) if base else Fraction(0)
        excluded.append(share >= line if reading.cutoff == "inclusive" else share > line)
    counted = [t for t, out in zip(tallies, excluded, strict=True) if reading.totals == "all" or not out]
    if reading.industry == "counted" and industry:
        counted.append(industry)
    totals = {grade: sum(t.grades.get(grade, 0) for t in counted) for grade in points}

    def score(t: Tally) -> Fraction:
        parts = [Fraction(t.grades.get(grade, 0), totals[grade]) * points[grade] for grade in points if totals[grade]]
        return sum(parts, Fraction(0))

    scores = [None if out else score(t) for t, out in zip(tallies, excluded, strict=True)]
    if reading.divisor == "funded":
        divisor = sum((s for s in scores if s is not None), Fraction(0))
    elif reading.divisor == "all":
        divisor = sum((score(t) for t in counted), Fraction(0))
    else:
        divisor = Fraction(sum(points.values()))
    weights = [None if s is None else s / divisor if divisor else Fraction(0) for s in scores]

    size = 10_000 if reading.unit == "wan" else 1
    exact = [(w or Fraction(0)) * pool / size for w in weights]
    units = [int(share) for share in exact]
    ranked = sorted(range(len(tallies)), key=lambda i: (units[i] - exact[i], tallies[i].code))
    for i in ranked[: int(sum(exact)) - sum(units)]:
        units[i] += 1
    return Expected(list(totals.values()), excluded, scores, weights, [size * n for n in units])


def drawn(draw: Random, code: str | None, largest: int) -> Tally:
    """A made-up region; many zeros, many of exactly one D in five."""
    a, b, c = (draw.randint(0, largest) * draw.randint(0, 1) for _ in range(3))
    d = draw.choice([0, 0, 0, draw.randint(0, largest), (a + b + c) // 4])
    spare = draw.choice([0, 0, 0, 1, 4 * d, draw.randint(0, largest)])
    return tally(code, a + b + c + d + spare, a, b, c, d)


class Case(NamedTuple):
    """A made-up city under a made-up notice."""

    city: list[Tally]
    industry: Tally | None
    money: Money


#: Lines that no float and no percentage can write are among them.
lines = st.sampled_from([Fraction(1, 5), Fraction(3, 10), Fraction(1, 3), Fraction(333, 1000), Fraction(1)]) | (
    st.fractions(Fraction(1, 50), 1, max_denominator=50)
)


@st.composite
def moneys(draw: st.DrawFn) -> Money:
    """One to five grades with points, a failing one, and perhaps one with neither, at any place."""
    paid = [f"P{n}" for n in range(draw(st.integers(1, 5)))]
    codes = [*paid, *draw(st.sampled_from([["F"], ["N", "F"], ["F", "N"]]))]
    points = tuple((code, draw(st.integers(1, 100))) for code in paid)
    return Money(FactorShare(points, "F", draw(lines)), tuple((code, f"{code}级") for code in codes))


@st.composite
def regions(draw: st.DrawFn, money: Money = FIRST, code: str | None = "甲") -> Tally:
    grades = {grade: draw(st.integers(0, 12)) for grade in money.codes}
    return Tally(code, sum(grades.values()) + draw(st.integers(0, 6)), grades)


@st.composite
def cities(draw: st.DrawFn, money: Money = FIRST) -> list[Tally]:
    names = draw(st.lists(st.text("甲乙丙丁戊0123", min_size=1, max_size=3), max_size=12, unique=True))
    return [draw(regions(money, name)) for name in names]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    money = draw(st.just(FIRST) | moneys())
    return Case(draw(cities(money)), draw(st.none() | regions(money, None)), money)


readings = st.sampled_from(ALL_READINGS)
# Whole in both units.
pools = st.integers(1, 1_500).map(lambda wan: wan * 10_000)
