"""What service records cost: ``python -m tests.bench.records [--postgres] [--quick] [--ten]``.

Fills the tables with a million records (ten with ``--ten``, 20,000 with ``--quick``) and measures beside one another:

* batches of 500 by the interface, end to end, against bare COPY or ``executemany`` of the same rows: into an empty
  table with the same columns and only its key and the key of the source, into one with all indexes and constraints,
  and into one that holds as many records as the real one;
* the statistics of the rollups against a live GROUP BY over the records;
* the list at both ends, for the city and for a county, against its first page read by primary keys.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from statistics import median
from typing import Any

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, own_database, show

BATCH = 500
PLATFORMS, ENTERPRISES = 300, 20_000
DAYS = 730
TODAY = date(2025, 12, 31)
AT = datetime(2025, 12, 31, 4, 0, tzinfo=UTC)
CLASSES = ("information", "finance", "startup", "talent", "technology", "management", "market", "law")


class Stage:
    """Platforms, enterprises and a source of records without end."""

    def __init__(self, platforms: int = PLATFORMS) -> None:
        from platforms.models import Region
        from tests import factories
        from tests.platforms.service_records.cast import platform

        factories.regions()
        codes = list(Region.objects.order_by("code"))
        self.platforms = [platform(codes[number % len(codes)], number + 1) for number in range(platforms)]
        self.codes = [factories.credit_code(number + 1) for number in range(ENTERPRISES)]
        self.numbers = count()
        self.luck = Random(1)

    def rows(self, records: int, *, platform: str = "") -> list[dict[str, Any]]:
        """Return records as the interface gets them."""
        luck = self.luck.random
        made = []
        for number in (next(self.numbers) for _ in range(records)):
            place = int(luck() * ENTERPRISES)
            made.append(
                {
                    "external_id": f"FW-{number:09d}",
                    "platform": platform or self.platforms[int(luck() * len(self.platforms))].code,
                    "enterprise_name": f"宁波测试企业{place}有限公司",
                    "enterprise_code": self.codes[place],
                    "service_class": CLASSES[int(luck() * 8)],
                    "free_category": "policy" if luck() < 0.4 else None,
                    "served_on": (TODAY - timedelta(days=int(luck() * DAYS))).isoformat(),
                    "channel": "phone",
                    "fee": "0" if luck() < 0.8 else "120.50",
                    "satisfaction": 5 if luck() < 0.5 else None,
                    "summary": "答复劳动合同咨询，转介法律援助",
                }
            )
        return made

    def fill(self, records: int) -> None:
        """Write so many records straight into the table, and count the rollups from them."""
        from platforms.service_records.rules import check
        from platforms.service_records.services import recount as service_recount
        from platforms.service_records.services import store as service_store

        by_code = {each.code: each.pk for each in self.platforms}
        for start in range(0, records, 50_000):
            read = (check(row, today=TODAY)[0] for row in self.rows(min(50_000, records - start)))
            says = [each for each in read if each is not None]
            keys = service_store.enterprises({each.enterprise_code: each.enterprise_name for each in says}, at=AT)
            service_store.insert(
                (service_store.Fresh(by_code[each.platform], keys[each.enterprise_code], each) for each in says),
                source="region:330212",
                by_id=None,
                at=AT,
            )
        service_recount.rebuild()


def ingest(stage: Stage, runs: int) -> list[Line]:
    """Measure batches turn by turn with the two floors."""
    from django.test import Client, override_settings
    from django.utils import timezone

    from platforms.models import Enterprise, Platform, Region
    from platforms.service_records.services import tokens as api_tokens

    region = Region.objects.get(code="330212")
    _, text = api_tokens.issue(region=region, by=None, at=timezone.now(), actor="bench")
    client, headers = Client(), {"authorization": f"Bearer {text}"}
    own = next(each for each in stage.platforms if each.region_id == region.pk).code
    enterprises = dict(Enterprise.objects.values_list("code", "pk"))
    platform = Platform.objects.get(code=own).pk
    floors = [
        ("two keys, empty", Floor("bench_bare", all_indexes=False)),
        ("all indexes, empty", Floor("bench_like", all_indexes=True)),
        ("all indexes, as full", Floor("bench_full", all_indexes=True, full=True)),
    ]
    spent: list[list[float]] = [[] for _ in (*floors, client)]
    with override_settings(RECORD_BATCHES_PER_MINUTE=10**6, DEBUG=False):
        for _ in range(runs):
            rows = stage.rows(BATCH, platform=own)
            body = json.dumps({"records": rows}, ensure_ascii=False).encode()
            keys = [(platform, enterprises.setdefault(row["enterprise_code"], 1)) for row in rows]
            for place, (_, floor) in enumerate(floors):
                spent[place].append(floor.write(rows, keys))
            start = time.perf_counter()
            answer = client.post("/api/v1/service-records/", body, content_type="application/json", headers=headers)
            spent[-1].append(time.perf_counter() - start)
            assert answer.json()["created"] == BATCH, answer.content
    slowest = sorted(spent[-1])[int(len(spent[-1]) * 0.99)]
    ours = median(spent[-1])
    note = f"{BATCH / ours:,.0f}/s, p99 {slowest * 1000:.0f} ms"
    return [
        Line(f"batch of {BATCH}, end to end", name, median(times), ours, note)
        for (name, _), times in zip(floors, spent[:-1], strict=True)
    ]


class Floor:
    """A table like that of the records into which rows are written without any question, each batch for good.

    ``full``: it begins with all records that there are.
    """

    def __init__(self, name: str, *, all_indexes: bool, full: bool = False) -> None:
        from django.db import connection

        from platforms.service_records.services.store import COLUMNS

        self.name, self.columns, self.numbers = name, ", ".join(COLUMNS), count(1)
        self.connection = connection
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                like = "INCLUDING ALL" if all_indexes else "INCLUDING DEFAULTS INCLUDING IDENTITY"
                cursor.execute(f"CREATE TABLE {name} (LIKE platforms_servicerecord {like})")
                if all_indexes:
                    _add_foreign_keys(name)
                else:
                    cursor.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id), ADD UNIQUE (source, external_id)")
            else:
                self._lay_on_sqlite(all_indexes=all_indexes)
            if full:
                cursor.execute(
                    f"INSERT INTO {name} ({self.columns}) SELECT {self.columns} FROM platforms_servicerecord"  # noqa: S608
                )
                cursor.execute("ANALYZE" if connection.vendor == "sqlite" else f"VACUUM ANALYZE {name}")

    def _lay_on_sqlite(self, *, all_indexes: bool) -> None:
        name = self.name
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'platforms_servicerecord' AND sql <> ''")
            for (sql,) in cursor.fetchall():
                made = sql.replace('"platforms_servicerecord"', name)
                if sql.startswith("CREATE TABLE"):
                    cursor.execute(made)
                elif all_indexes:
                    cursor.execute(made.replace('INDEX "', f'INDEX "{name}_'))

    def write(self, rows: list[dict[str, Any]], keys: list[tuple[int, int]]) -> float:
        """Write one batch and return the seconds; how the rows are laid out for it is not counted.

        ``keys`` are those of the platform and the enterprise of each row.
        """
        values = [
            (
                *key, row["service_class"], row["free_category"] or "", row["served_on"], row["channel"], "settled",
                row["fee"], row["satisfaction"], row["summary"], "", "region:330212", row["external_id"], 1,
                AT.isoformat(), None, "",
            )
            for row, key in zip(rows, keys, strict=True)
        ]  # fmt: skip
        if self.connection.vendor == "postgresql":
            lines = "".join("\t".join("\\N" if v is None else str(v) for v in each) + "\n" for each in values)
            file = io.StringIO(lines)
            with self.connection.cursor() as cursor:
                start = time.perf_counter()
                cursor.copy_expert(f"COPY {self.name} ({self.columns}) FROM STDIN", file)
                return time.perf_counter() - start
        marks = ", ".join("?" * len(values[0]))
        self.connection.ensure_connection()
        raw = self.connection.connection
        start = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(f"INSERT INTO {self.name} ({self.columns}) VALUES ({marks})", values)  # noqa: S608
        raw.execute("COMMIT")
        return time.perf_counter() - start


def _add_foreign_keys(name: str) -> None:
    """Give the table ``name`` on PostgreSQL the foreign keys of the records, which ``LIKE`` leaves out."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = 'platforms_servicerecord'::regclass"
        )
        for (key,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {name} ADD {key}")


def reading(runs: int) -> list[Line]:
    """Measure statistics and lists."""
    from django.db import connection

    from platforms.models import Region, ServiceRecord
    from platforms.service_records.queries import records as service_records
    from platforms.service_records.queries import statistics as service_statistics
    from platforms.service_records.queries.records import RecordFilters
    from tests import factories

    city = factories.person("bench", "city")
    county = factories.officer("benchcounty", Region.objects.get(code="330212"))
    since, until = date(TODAY.year, 1, 1), TODAY
    month = "date_trunc('month', served_on)" if connection.vendor == "postgresql" else "substr(served_on, 1, 7)"

    def live() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT platform_id, {month}, service_class, COUNT(*), SUM(fee), AVG(satisfaction) "  # noqa: S608
                "FROM platforms_servicerecord WHERE cancelled_at IS NULL AND served_on BETWEEN %s AND %s "
                "GROUP BY 1, 2, 3",
                [since, until],
            )
            cursor.fetchall()

    ways: list[tuple[str, Callable[[], Any]]] = [
        ("city, month × class", lambda: service_statistics.by_month(city, since=since, until=until)),
        ("every platform of the city", lambda: service_statistics.per_platform(city, since=since, until=until)),
        ("county, month × class", lambda: service_statistics.by_month(county, since=since, until=until)),
    ]
    live_time, *spent = medians([live, *(way for _, way in ways)], max(3, runs // 10))
    lines = [
        Line(f"{what}, one year", "live GROUP BY", live_time, ours, f"{live_time / ours:,.0f} times quicker")
        for (what, _), ours in zip(ways, spent, strict=True)
    ]
    keys = list(ServiceRecord.objects.values_list("pk", flat=True)[:50])

    def by_keys() -> list[ServiceRecord]:
        return list(ServiceRecord.objects.filter(pk__in=keys).select_related("platform__region", "enterprise"))

    for who, user in (("city", city), ("county", county)):
        first = service_records.page_of(user, filters=RecordFilters())
        assert first.after is not None
        ends: list[tuple[str, Callable[[], Any]]] = [
            ("first page", lambda user=user: service_records.page_of(user, filters=RecordFilters())),
            ("second page", lambda user=user, key=first.after: service_records.page_of(
                user, filters=RecordFilters(), after=key)),
            ("last page", lambda user=user: service_records.last_page_of(user, filters=RecordFilters())),
        ]  # fmt: skip
        floor, *found = medians([by_keys, *(way for _, way in ends)], runs)
        lines += [
            Line(f"list, {who}, {what}", "50 rows by key", floor, ours)
            for (what, _), ours in zip(ends, found, strict=True)
        ]
    return lines


def main() -> None:
    ten = "--ten" in sys.argv
    if ten:
        sys.argv.remove("--ten")
    given = arguments(__doc__)
    records = 20_000 if given.quick else 10_000_000 if ten else 1_000_000
    with own_database(postgres=given.postgres):
        stage = Stage()
        start = time.perf_counter()
        from django.db import connection, transaction

        with transaction.atomic():
            stage.fill(records)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{records:,} records written and counted in {time.perf_counter() - start:.0f} s")
        show("Service records", ingest(stage, 10 if given.quick else 200) + reading(5 if given.quick else 51))


if __name__ == "__main__":
    main()
