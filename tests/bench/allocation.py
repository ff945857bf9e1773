"""How much longer the exact allocation takes than the same allocation in floats: ``python -m tests.bench.allocation``.

The floor is the strongest float version that we could write: the same columns, the same cut, one sort of the
cut-off parts. Also shown: the obvious float version (one sort with a key per region), and the exact one including
every fraction that a page shows. Medians of interleaved runs; the goal is a ratio of at most 1.5.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from funding.formula import allocate
from funding.readings import Reading
from funding.tally import Tally

POOL = 15_000_000
SIZES = {17: 2001, 3_000: 41, 100_000: 9}


def regions(count: int) -> list[Tally]:
    """Made-up regions, the same at every run, in no order."""
    draw = random.Random(count)
    tallies = []
    for number in range(count):
        a, b, c, d = draw.randint(0, 9), draw.randint(0, 9), draw.randint(0, 9), draw.randint(0, 4)
        tallies.append(Tally(f"{330000 + number}", a + b + c + d + draw.randint(0, 3), a, b, c, d))
    draw.shuffle(tallies)
    return tallies


def floats(tallies: Sequence[Tally], pool: int) -> list[int]:
    """The floor: default reading, floats in place of fractions."""
    excluded = [t.declared > 0 and t.d / t.declared >= 0.2 for t in tallies]
    funded = [t for t, out in zip(tallies, excluded, strict=True) if not out]
    x = 60 / sum([t.a for t in tallies])
    y = 30 / sum([t.b for t in tallies])
    z = 10 / sum([t.c for t in tallies])
    scores = [t.a * x + t.b * y + t.c * z for t in funded]
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
    tied.sort(key=[t.code for t in funded].__getitem__)
    for i in tied[:owed]:
        units[i] += 1
    given = iter(units)
    return [0 if out else next(given) for out in excluded]


def obvious_floats(tallies: Sequence[Tally], pool: int) -> list[int]:
    """What one writes without thinking of speed."""
    a, b, c = sum(t.a for t in tallies), sum(t.b for t in tallies), sum(t.c for t in tallies)
    scores = [
        0.0
        if t.declared and t.d / t.declared >= 0.2
        else (t.a / a if a else 0) * 60 + (t.b / b if b else 0) * 30 + (t.c / c if c else 0) * 10
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
    return list(allocate(tallies, None, pool, Reading()).amounts)


def exact_with_fractions(tallies: Sequence[Tally], pool: int) -> list[object]:
    """The product's amounts and every fraction that a page shows."""
    return [(row.d_share, row.score, row.weight, row.amount) for row in allocate(tallies, None, pool, Reading()).rows]


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
    print(f"{'regions':>8} {'floats':>11} {'exact':>7} {'obvious floats':>15} {'exact, all fractions':>21}")
    for count, runs in SIZES.items():
        tallies = regions(count)
        ways = (floats, exact, obvious_floats, exact_with_fractions)
        floor, *others = medians([partial(way, tallies, POOL) for way in ways], runs)
        ours, obvious, fractions = (spent / floor for spent in others)
        print(f"{count:>8} {floor * 1000:>8.3f} ms {ours:>7.2f} {obvious:>15.2f} {fractions:>21.2f}")


if __name__ == "__main__":
    main()
