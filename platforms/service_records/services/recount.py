"""The rollups against the records: what differs, and counting all anew.

What was archived is neither counted nor touched: its rollups stay as they were on that day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from platforms.choices import ServiceClass
from platforms.models import Enterprise, Platform, Region, ServiceRecord
from platforms.service_records.services import store as service_store
from platforms.service_records.services.records import archived_before
from platforms.service_records.services.rollup import PLATFORM_MONTH, REACH, REGION_MONTH, Table

#: The numbers by their Chinese names, in the order of the rollups; fees in fen.
_WORDS = ("记录", "免费", "公益性", "公益性收费", "收费（分）", "满意度合计", "有满意度")
_PLAIN = {PLATFORM_MONTH.name: "平台月度统计", REGION_MONTH.name: "地区月度统计", REACH.name: "服务覆盖"}


class Difference(NamedTuple):
    """A row of a rollup that does not say what the records say; both in words, empty where there is no such row."""

    table: str
    key: str
    kept: str
    counted: str


def differences(*, most: int = 20) -> tuple[Difference, ...]:
    """Return the first ``most`` differences between rollups and records."""
    found: list[Difference] = []
    since = archived_before()
    for table in (PLATFORM_MONTH, REGION_MONTH, REACH):
        found += _differences(table, since, most - len(found))
        if len(found) >= most:
            break
    return tuple(found)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew that is not archived; returns the number of rollup rows.

    Nobody writes records meanwhile.
    """
    service_store.lock_all()
    since = archived_before()
    rows = 0
    with connection.cursor() as cursor:
        for table in (PLATFORM_MONTH, REGION_MONTH, REACH):
            first = since.year if table is REACH else since
            cursor.execute(f"DELETE FROM {table.name} WHERE {_moment(table)} >= %s", [first])  # noqa: S608
            counted, given = _counted(table, since, fees="SUM(r.fee)")
            cursor.execute(f"INSERT INTO {table.name} ({', '.join(table.columns)}) {counted}", given)
            rows += cursor.rowcount
    return rows


def _differences(table: Table, since: date, most: int) -> Iterator[Difference]:
    counted, given = _counted(table, since, fees="CAST(ROUND(SUM(r.fee) * 100) AS BIGINT)")
    kept, first = _kept(table, since)
    width = len(table.key)
    pairs: dict[tuple[Any, ...], list[tuple[Any, ...] | None]] = {}
    for place, (mine, other) in enumerate((((kept, first), (counted, given)), ((counted, given), (kept, first)))):
        with connection.cursor() as cursor:
            # The outer selects keep the parts whole on both databases.
            cursor.execute(
                f"SELECT * FROM ({mine[0]}) AS mine EXCEPT SELECT * FROM ({other[0]}) AS other LIMIT {int(most)}",  # noqa: S608
                [*mine[1], *other[1]],
            )
            for row in cursor.fetchall():
                # The same day is a date from a column and text from an expression.
                key = tuple(str(part) if isinstance(part, date) else part for part in row[:width])
                pairs.setdefault(key, [None, None])[place] = row[width:]
    names = _Names(table)
    for key, (kept_row, counted_row) in list(pairs.items())[:most]:
        yield Difference(_PLAIN[table.name], names.of(key), _in_words(kept_row), _in_words(counted_row))


def _kept(table: Table, since: date) -> tuple[str, list[Any]]:
    """Return the SELECT of what a rollup says, rows of nothing left out."""
    numbers = [f"CAST(ROUND({name} * 100) AS BIGINT)" if name == "fees" else name for name in table.numbers]
    first = since.year if table is REACH else since
    some = " OR ".join(f"{name} <> 0" for name in table.numbers)
    return (
        f"SELECT {', '.join([*table.key, *numbers])} FROM {table.name} WHERE {_moment(table)} >= %s AND ({some})",  # noqa: S608
        [first],
    )


def _counted(table: Table, since: date, *, fees: str) -> tuple[str, list[Any]]:
    """Return the SELECT that counts a rollup from the records; ``fees`` is how it sums them."""
    postgres = connection.vendor == "postgresql"
    month = "date_trunc('month', r.served_on)::date" if postgres else "substr(r.served_on, 1, 7) || '-01'"
    year = "EXTRACT(YEAR FROM r.served_on)::int" if postgres else "CAST(substr(r.served_on, 1, 4) AS INTEGER)"
    sources = {
        "platform_id": "r.platform_id",
        "region_id": "p.region_id",
        "enterprise_id": "r.enterprise_id",
        "service_class": "r.service_class",
        "month": month,
        "year": year,
        "records": "COUNT(*)",
        "free_records": _cases("r.fee = 0"),
        "public_records": _cases("r.free_category <> ''"),
        "flagged": _cases("r.free_category <> '' AND r.fee > 0"),
        "fees": fees,
        "satisfaction_sum": "COALESCE(SUM(r.satisfaction), 0)",
        "satisfaction_count": "COUNT(r.satisfaction)",
    }
    platform = f" JOIN {Platform._meta.db_table} p ON p.id = r.platform_id" if "region_id" in table.key else ""
    groups = ", ".join(sources[name] for name in table.key)
    return (
        f"SELECT {', '.join(sources[name] for name in table.columns)} FROM {ServiceRecord._meta.db_table} r{platform} "  # noqa: S608
        f"WHERE r.cancelled_at IS NULL AND r.served_on >= %s GROUP BY {groups}",
        [since],
    )


def _cases(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _moment(table: Table) -> str:
    return "year" if table is REACH else "month"


def _in_words(numbers: tuple[Any, ...] | None) -> str:
    """Return the numbers of a row in words; those that are 0 are left out."""
    if numbers is None:
        return "无"
    return "，".join(f"{word} {number}" for word, number in zip(_WORDS, numbers, strict=False) if number)


class _Names:
    """Says in words which row of a rollup a key is."""

    def __init__(self, table: Table) -> None:
        self.columns = table.key

    def of(self, key: tuple[Any, ...]) -> str:
        return " ".join(filter(None, map(self._part, self.columns, key)))

    def _part(self, column: str, value: Any) -> str:
        if column == "platform_id":
            return Platform.objects.filter(pk=value).values_list("code", flat=True).first() or str(value)
        if column == "enterprise_id":
            return Enterprise.objects.filter(pk=value).values_list("code", flat=True).first() or str(value)
        if column == "region_id":
            return Region.objects.filter(pk=value).values_list("name", flat=True).first() or "市级"
        if column == "service_class":
            return str(dict(ServiceClass.choices).get(value, value))
        return str(value)[:7]
