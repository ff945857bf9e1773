"""How much longer the exact allocation takes than the same allocation in floats: ``python -m tests.bench.allocation``.

The floor is the strongest float version that we could write for the grades of any notice: the same columns, the same
cut, one sort of the cut-off parts. Also shown, against the same floor: the exact one under the reading that takes it
longest, the floats with three grades written out, the obvious float version (one sort with a key per region), and the
exact one including every fraction that a page shows. Medians of interleaved runs; the goal is a ratio of at most 1.5.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress
from operator import itemgetter

from funding.formula import allocate
from funding.money import FIRST
from funding.readings import Reading
from funding.tally import Tally

POOL = 15_000_000
SIZES = {17: 2001, 3_000: 41, 100_000: 9}
#: Graded platforms are counted region by region before anybody is excluded.
SLOWEST = Reading.of(base="graded", cutoff="exclusive")


def regions(count: int) -> list[Tally]:
    """Made-up regions, the same at every run, in no order."""
    draw = random.Random(count)
    tallies = []
    for number in range(count):
        a, b, c, d = draw.randint(0, 9), draw.randint(0, 9), draw.randint(0, 9), draw.randint(0, 4)
        grades = {"A": a, "B": b, "C": c, "D": d}
        tallies.append(Tally(f"{330000 + number}", a + b + c + d + draw.randint(0, 3), grades))
    draw.shuffle(tallies)
    return tallies


def floats(tallies: Sequence[Tally], pool: int) -> list[int]:
    """The floor: default reading, any grades, floats in place of fractions."""
    share = FIRST.share
    line = float(share.line)
    counts_of = itemgetter(*[grade for grade, _ in share.points], share.failing)
    *columns, failing = zip(*map(counts_of, [tally.grades for tally in tallies]), strict=True)
    kept = [not (t.declared > 0 and d / t.declared >= line) for t, d in zip(tallies, failing, strict=True)]
    factors = [points / sum(column) for (_, points), column in zip(share.points, columns, strict=True)]
    terms = [[factor * n for n in column] for factor, column in zip(factors, columns, strict=True)]
    scores = list(compress(map(sum, zip(*terms, strict=True)), kept))
    return _cut(tallies, kept, scores, pool)


def three_grades(tallies: Sequence[Tally], pool: int) -> list[int]:
    """The same for A, B and C and no others."""
    kept = [not (t.declared > 0 and t.grades["D"] / t.declared >= 0.2) for t in tallies]
    x, y, z = (points / sum([t.grades[grade] for t in tallies]) for grade, points in (("A", 60), ("B", 30), ("C", 10)))
    scores = [g["A"] * x + g["B"] * y + g["C"] * z for g in [t.grades for t in compress(tallies, kept)]]
    return _cut(tallies, kept, scores, pool)


def _cut(tallies: Sequence[Tally], kept: Sequence[bool], scores: Sequence[float], pool: int) -> list[int]:
    each = pool / sum(scores)
    shares = [score * each for score in scores]
    units = [int(share) for share in shares]
    owed = pool - sum(units)
    rests = [share - unit for share, unit in zip(shares, units, strict=True)]
    last = sorted(rests, reverse=True)[owed - 1]
    tied = []
    for i, rest in enumerate(rests):
        if rest > last:
            units[i] += 1
            owed -= 1
        elif rest == last:
            tied.append(i)
    tied.sort(key=[t.code for t in compress(tallies, kept)].__getitem__)
    for i in tied[:owed]:
        units[i] += 1
    given = iter(units)
    return [next(given) if each else 0 for each in kept]


def obvious_floats(tallies: Sequence[Tally], pool: int) -> list[int]:
    """What one writes without thinking of speed."""
    a, b, c = (sum(t.grades[grade] for t in tallies) for grade in "ABC")
    scores = [
        0.0
        if t.declared and t.grades["D"] / t.declared >= 0.2
        else t.grades["A"] / a * 60 + t.grades["B"] / b * 30 + t.grades["C"] / c * 10
        for t in tallies
    ]
    total = sum(scores)
    shares = [pool * (score / total) for score in scores]
    amounts = [int(share) for share in shares]
    order = sorted(range(len(tallies)), key=lambda i: (amounts[i] - shares[i], tallies[i].code))
    for i in order[: pool - sum(amounts)]:
        amounts[i] += 1
    return amounts


def exact(tallies: Sequence[Tally], pool: int) -> list[int]:
    """The product's amounts."""
    return list(allocate(tallies, None, pool, Reading(), FIRST).amounts)


def exact_at_worst(tallies: Sequence[Tally], pool: int) -> list[int]:
    """The product's amounts under the reading that takes longest."""
    return list(allocate(tallies, None, pool, SLOWEST, FIRST).amounts)


def exact_with_fractions(tallies: Sequence[Tally], pool: int) -> list[object]:
    """The product's amounts and every fraction that a page shows."""
    return [
        (row.failing_share, row.score, row.weight, row.amount)
        for row in allocate(tallies, None, pool, Reading(), FIRST).rows
    ]


def medians(
    ways: Sequence[Callable[[], object]], runs: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Seconds of each way, run in turn so that a slow moment of the machine meets all of them."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(runs):
        for way, spent in zip(ways, times, strict=True):
            start = clock()
            way()
            spent.append(clock() - start)
    return [statistics.median(spent) for spent in times]


def main() -> None:
    ways = (floats, exact, exact_at_worst, three_grades, obvious_floats, exact_with_fractions)
    print(f"{'regions':>8} {'floats':>13}", *(f"{way.__name__:>20}" for way in ways[1:]))
    for count, runs in SIZES.items():
        tallies = regions(count)
        floor, *others = medians([partial(way, tallies, POOL) for way in ways], runs)
        print(f"{count:>8} {floor * 1000:>10.3f} ms", *(f"{spent / floor:>20.2f}" for spent in others))


if __name__ == "__main__":
    main()
