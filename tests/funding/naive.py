"""Section five written down a second time, slowly and with fractions only, to hold the product against."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from funding.readings import SWITCHES, Reading
from funding.tally import Tally

ALL_READINGS = tuple(
    Reading.of(**dict(zip([switch.name for switch in SWITCHES], values, strict=True)))
    for values in product(*[[choice.value for choice in switch.choices] for switch in SWITCHES])
)


class Expected(NamedTuple):
    totals: tuple[int, int, int]
    excluded: list[bool]
    scores: list[Fraction | None]
    weights: list[Fraction | None]
    amounts: list[int]


def by_hand(tallies: list[Tally], industry: Tally | None, pool: int, reading: Reading) -> Expected:
    """What readings.md says, rule by rule, knowing nothing of the product's formula."""
    excluded = []
    for t in tallies:
        base = t.declared if reading.base == "declared" else t.a + t.b + t.c + t.d
        share = Fraction(t.d, base) if base else Fraction(0)
        excluded.append(share >= Fraction(1, 5) if reading.cutoff == "inclusive" else share > Fraction(1, 5))
    counted = [t for t, out in zip(tallies, excluded, strict=True) if reading.totals == "all" or not out]
    if reading.industry == "counted" and industry:
        counted.append(industry)
    totals = (sum(t.a for t in counted), sum(t.b for t in counted), sum(t.c for t in counted))

    def score(t: Tally) -> Fraction:
        parts = zip((t.a, t.b, t.c), totals, (60, 30, 10), strict=True)
        return sum((Fraction(mine, all_) * points for mine, all_, points in parts if all_), Fraction(0))

    scores = [None if out else score(t) for t, out in zip(tallies, excluded, strict=True)]
    if reading.divisor == "funded":
        divisor = sum((s for s in scores if s is not None), Fraction(0))
    elif reading.divisor == "all":
        divisor = sum((score(t) for t in counted), Fraction(0))
    else:
        divisor = Fraction(100)
    weights = [None if s is None else s / divisor if divisor else Fraction(0) for s in scores]

    size = 10_000 if reading.unit == "wan" else 1
    exact = [(w or Fraction(0)) * pool / size for w in weights]
    units = [int(share) for share in exact]
    ranked = sorted(range(len(tallies)), key=lambda i: (units[i] - exact[i], tallies[i].code))
    for i in ranked[: int(sum(exact)) - sum(units)]:
        units[i] += 1
    return Expected(totals, excluded, scores, weights, [size * n for n in units])


def drawn(draw: Random, code: str | None, largest: int) -> Tally:
    """A made-up region; many zeros, many of exactly one D in five."""
    a, b, c = (draw.randint(0, largest) * draw.randint(0, 1) for _ in range(3))
    d = draw.choice([0, 0, 0, draw.randint(0, largest), (a + b + c) // 4])
    spare = draw.choice([0, 0, 0, 1, 4 * d, draw.randint(0, largest)])
    return Tally(code, a + b + c + d + spare, a, b, c, d)


@st.composite
def regions(draw: st.DrawFn, code: str | None = "甲") -> Tally:
    a, b, c, d = (draw(st.integers(0, 12)) for _ in range(4))
    return Tally(code, a + b + c + d + draw(st.integers(0, 6)), a, b, c, d)


@st.composite
def cities(draw: st.DrawFn) -> list[Tally]:
    names = draw(st.lists(st.text("甲乙丙丁戊0123", min_size=1, max_size=3), max_size=12, unique=True))
    return [draw(regions(name)) for name in names]


readings = st.sampled_from(ALL_READINGS)
# Whole in both units.
pools = st.integers(1, 1_500).map(lambda wan: wan * 10_000)
