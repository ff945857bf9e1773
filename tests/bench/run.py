"""All benches, one table: ``python -m tests.bench.run [--postgres] [--quick]``.

Ratios are what counts; milliseconds are shown only to see that a run was sound. Nothing here passes or fails by time.
"""

from functools import partial

from tests.bench import autosave, documents, imports, lists, pages, sheet
from tests.bench.allocation import POOL, SIZES, exact, exact_at_worst, exact_with_fractions, floats, medians, regions
from tests.bench.stand import Line, arguments, own_database, show

QUICK_RUNS = 5


def allocations(*, quick: bool) -> list[Line]:
    """Measure the exact allocation against floats."""
    lines = []
    names = ("exact", "exact, the slowest reading", "exact, every fraction that a page shows")
    for count, runs in SIZES.items():
        tallies = regions(count)
        ways = (floats, exact, exact_at_worst, exact_with_fractions)
        floor, *ours = medians([partial(way, tallies, POOL) for way in ways], QUICK_RUNS if quick else runs)
        for what, spent in zip(names, ours, strict=True):
            lines.append(Line(f"{count:,} regions, {what}", "floats, one sort", floor, spent))
    return lines


def main() -> None:
    given = arguments(__doc__)
    show("Allocation", allocations(quick=given.quick))
    with own_database(postgres=given.postgres):
        # Imports first: they roll back what they take in, pages fill the tables.
        for title, bench in (
            ("Printed forms", documents),
            ("Imports", imports),
            ("The sheet of service records", sheet),
            ("Lists as files", lists),
            ("Pages", pages),
            ("A section while it is typed", autosave),
        ):
            show(title, bench.measure(runs=bench.QUICK_RUNS if given.quick else bench.RUNS))


if __name__ == "__main__":
    main()
