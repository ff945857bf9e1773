"""What the figures of an evaluation cost: ``python -m tests.bench.figures [--postgres] [--quick] [--ten]``.

A million service records (ten with ``--ten``, 20,000 with ``--quick``) of 1,000 platforms and two years. The figures
are those of a period that begins and ends within a month. The floor is a plain ``GROUP BY`` that counts the records of
each platform in the same period: what any exact count has to read.
"""

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.bench.allocation import medians
from tests.bench.records import Stage
from tests.bench.stand import Line, arguments, own_database, queries_of, show

PLATFORMS = 1_000
FIRST, LAST = date(2025, 4, 18), date(2025, 7, 25)


def measure(stage: Stage, runs: int) -> list[Line]:
    """Measure the figures of all platforms and of one, turn by turn with their floors."""
    from django.db import connection

    from platforms.rounds.counted_period import Period
    from platforms.workbench.queries.counting import RULES, counted, rows_of, tally
    from tests import factories

    city = factories.person("bench", "city")
    period, keys = Period(FIRST, LAST), [each.pk for each in stage.platforms]
    of_records = [name for name, rule in RULES.items() if rule.source.kind == "record"]

    counts = "SELECT platform_id, COUNT(*) FROM platforms_servicerecord WHERE cancelled_at IS NULL"
    within = f"{counts} AND served_on BETWEEN %s AND %s"

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"{within} GROUP BY platform_id", [FIRST, LAST])
            cursor.fetchall()

    def plain_of_one() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"{within} AND platform_id = %s GROUP BY platform_id", [FIRST, LAST, keys[0]])
            cursor.fetchall()

    all_ways: list[tuple[str, Callable[[], Any]]] = [
        ("1,000 platforms, number of records and digest", lambda: tally(keys, period, ["counted_services"])),
        (f"1,000 platforms, the {len(of_records)} figures of records", lambda: tally(keys, period, of_records)),
        (f"1,000 platforms, all {len(RULES)} figures", lambda: tally(keys, period)),
    ]
    one_ways: list[tuple[str, Callable[[], Any]]] = [
        (f"one platform, all {len(RULES)} figures", lambda: counted(keys[:1], period)),
        ("one platform, the newest 50 rows behind a figure",
         lambda: list(rows_of(city, "counted_free", keys[0], period)[:50])),
    ]  # fmt: skip
    lines = []
    for floor, ways in ((plain, all_ways), (plain_of_one, one_ways)):
        floor_time, *spent = medians([floor, *(way for _, way in ways)], runs)
        lines += [
            Line(what, "plain GROUP BY", floor_time, ours, f"{queries_of(way)} questions")
            for (what, way), ours in zip(ways, spent, strict=True)
        ]
    return lines


def main() -> None:
    ten = "--ten" in sys.argv
    if ten:
        sys.argv.remove("--ten")
    given = arguments(__doc__)
    records = 20_000 if given.quick else 10_000_000 if ten else 1_000_000
    with own_database(postgres=given.postgres):
        from django.db import connection, transaction

        stage = Stage(PLATFORMS)
        with transaction.atomic():
            stage.fill(records)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        show(f"Figures from {records:,} service records", measure(stage, 3 if given.quick else 5))


if __name__ == "__main__":
    main()
