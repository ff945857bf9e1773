"""What is counted from service records, kept in the transaction of each change of a record.

A change is a set of differences: what a record counted goes out, what it counts now comes in. The keys that a change
touches are locked in their order, so that writers of different sources never wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from platforms.models import PlatformMonth, PlatformReach, RegionMonth
from platforms.service_records.rules import Checked, is_flagged

#: What a rollup counts, in the order of the numbers below a key; ``fees`` in fen here, in yuan in the tables.
NUMBERS = (
    "records",
    "free_records",
    "public_records",
    "flagged",
    "fees",
    "satisfaction_sum",
    "satisfaction_count",
)

Key = tuple[Any, ...]


@dataclass
class Change:
    """By how much the rollups change.

    ``months``: platform, month and class → :data:`NUMBERS`; ``reach``: platform, year and enterprise → records.
    """

    months: dict[tuple[int, date, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 7))
    reach: dict[tuple[int, int, int], int] = field(default_factory=lambda: defaultdict(int))

    def count(self, platform: int, enterprise: int, says: Checked, sign: int = 1) -> None:
        """Let one record come in (1) or go out (-1)."""
        day, fen, satisfaction, free = says.served_on, says.fen, says.satisfaction, says.free_category
        numbers = self.months[platform, day.replace(day=1), says.service_class]
        numbers[0] += sign
        if fen:
            numbers[4] += sign * fen
        else:
            numbers[1] += sign
        if free:
            numbers[2] += sign
            if is_flagged(free, fen):
                numbers[3] += sign
        if satisfaction is not None:
            numbers[5] += sign * satisfaction
            numbers[6] += sign
        self.reach[platform, day.year, enterprise] += sign

    def by_region(self, regions: Mapping[int, int | None]) -> dict[tuple[int | None, date, str], list[int]]:
        """Return the same by region; ``regions`` says where each platform lies."""
        totals: dict[tuple[int | None, date, str], list[int]] = defaultdict(lambda: [0] * 7)
        for (platform, month, kind), numbers in self.months.items():
            total = totals[regions[platform], month, kind]
            for place, number in enumerate(numbers):
                total[place] += number
        return totals


@dataclass(frozen=True)
class Table:
    """One rollup table: its name, the columns of its key with their kinds, and how one row per key is said."""

    name: str
    key: tuple[str, ...]
    kinds: tuple[str, ...]
    numbers: tuple[str, ...]
    target: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.key, *self.numbers)


_MONTH_KEY = ("month", "service_class")
PLATFORM_MONTH = Table(
    PlatformMonth._meta.db_table,
    ("platform_id", *_MONTH_KEY),
    ("bigint", "date", "text"),
    NUMBERS,
    "(platform_id, month, service_class)",
)
REGION_MONTH = Table(
    RegionMonth._meta.db_table,
    ("region_id", *_MONTH_KEY),
    ("bigint", "date", "text"),
    NUMBERS,
    "(region_id, month, service_class) WHERE region_id IS NOT NULL",
)
CITY_MONTH = Table(
    RegionMonth._meta.db_table, _MONTH_KEY, ("date", "text"), NUMBERS, "(month, service_class) WHERE region_id IS NULL"
)
REACH = Table(
    PlatformReach._meta.db_table,
    ("platform_id", "year", "enterprise_id"),
    ("bigint", "smallint", "bigint"),
    ("records",),
    "(platform_id, year, enterprise_id)",
)


def apply(change: Change, *, regions: Mapping[int, int | None]) -> None:
    """Bring the rollups up to date; the caller holds the lock of the source and has written the records."""
    by_region = change.by_region(regions)
    _add(PLATFORM_MONTH, {key: numbers for key, numbers in change.months.items() if any(numbers)})
    _add(REGION_MONTH, {key: numbers for key, numbers in by_region.items() if any(numbers) and key[0] is not None})
    _add(CITY_MONTH, {key[1:]: numbers for key, numbers in by_region.items() if any(numbers) and key[0] is None})
    _add(REACH, {key: [records] for key, records in change.reach.items() if records})


def move_region(*, platform: int, source: int | None, target: int | None) -> None:
    """Count what ``platform`` did with the region ``target`` instead of ``source``; the caller moves the platform.

    What was archived moves too: the months of a region are those of its platforms.
    """
    months: dict[tuple[int, date, str], list[int]] = {}
    for row in PlatformMonth.objects.filter(platform=platform):
        numbers = [getattr(row, name) for name in NUMBERS]
        fees = NUMBERS.index("fees")
        numbers[fees] = int(numbers[fees] * 100)
        months[platform, row.month, row.service_class] = numbers
    for region, sign in ((source, -1), (target, 1)):
        change = {key[1:]: [sign * number for number in row] for key, row in months.items()}
        if region is None:
            _add(CITY_MONTH, change)
        else:
            _add(REGION_MONTH, {(region, *key): row for key, row in change.items()})


def _add(table: Table, numbers: Mapping[Key, Sequence[int]]) -> None:
    if not numbers:
        return
    keys = sorted(numbers)
    # A row that is to be inserted must be one that the table may hold: nothing below zero.
    if all(number >= 0 for row in numbers.values() for number in row):
        _upsert(table, keys, [numbers[key] for key in keys])
        return
    _upsert(table, keys, [[0] * len(table.numbers)] * len(keys))
    _update(table, keys, [numbers[key] for key in keys])
    if table is REACH:
        _drop_empty(keys)


def _upsert(table: Table, keys: Sequence[Key], rows: Sequence[Sequence[int]]) -> None:
    into = f"INSERT INTO {table.name} ({', '.join(table.columns)}) "
    sets = ", ".join(f"{name} = {_sum(table.name, name, f'excluded.{name}')}" for name in table.numbers)
    conflict = f"ON CONFLICT {table.target} DO UPDATE SET {sets}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            places = ", ".join(str(place) for place in range(1, len(table.key) + 1))
            cursor.execute(
                f"{into} SELECT {_given(table)} FROM {_arrays(table)} ORDER BY {places} {conflict}",  # noqa: S608
                _columns(keys, rows),
            )
        else:
            values = ", ".join(["%s"] * len(table.key) + [_yuan(name, "%s") for name in table.numbers])
            cursor.executemany(
                f"{into} VALUES ({values}) {conflict}",
                [(*_plain(key), *row) for key, row in zip(keys, rows, strict=True)],
            )


def _update(table: Table, keys: Sequence[Key], rows: Sequence[Sequence[int]]) -> None:
    """Add to rows that are there; they are locked already."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{name} = t.{name} + {_yuan(name, f'given.{name}')}" for name in table.numbers)
            same = " AND ".join(f"t.{name} = given.{name}" for name in table.key)
            cursor.execute(
                f"UPDATE {table.name} t SET {sets} FROM {_arrays(table)} WHERE {same}{_own(table)}",  # noqa: S608
                _columns(keys, rows),
            )
        else:
            sets = ", ".join(f"{name} = {_sum('', name, _yuan(name, '%s'))}" for name in table.numbers)
            same = " AND ".join(f"{name} = %s" for name in table.key)
            cursor.executemany(
                f"UPDATE {table.name} SET {sets} WHERE {same}{_own(table)}",  # noqa: S608
                [(*row, *_plain(key)) for key, row in zip(keys, rows, strict=True)],
            )


def _drop_empty(keys: Sequence[Key]) -> None:
    """An enterprise that was not served after all is not reached."""
    same = " AND ".join(f"{name} = %s" for name in REACH.key)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in REACH.kinds)
            cursor.execute(
                f"DELETE FROM {REACH.name} t USING unnest({arrays}) AS given ({', '.join(REACH.key)}) WHERE "  # noqa: S608
                + " AND ".join(f"t.{name} = given.{name}" for name in REACH.key)
                + " AND t.records = 0",
                [_array(column) for column in zip(*keys, strict=True)],
            )
        else:
            cursor.executemany(f"DELETE FROM {REACH.name} WHERE {same} AND records = 0", keys)  # noqa: S608


# SQL ----------------------------------------------------------------------------------------------------------------


def _yuan(name: str, value: str) -> str:
    """Return the SQL that turns fen into what the column of fees holds; other numbers stay."""
    if name != "fees":
        return value
    return f"{value}::numeric / 100" if connection.vendor == "postgresql" else f"{value} / 100.0"


def _sum(table: str, name: str, value: str) -> str:
    """Return the SQL of a column and ``value`` together; SQLite has no decimals and is rounded at each step."""
    column = f"{table}.{name}" if table else name
    if name == "fees" and connection.vendor == "sqlite":
        return f"ROUND({column} + {value}, 2)"
    return f"{column} + {value}"


def _own(table: Table) -> str:
    return " AND region_id IS NULL" if table is CITY_MONTH else ""


def _given(table: Table) -> str:
    return ", ".join([*table.key, *(_yuan(name, name) for name in table.numbers)])


def _arrays(table: Table) -> str:
    kinds = [*table.kinds, *["bigint"] * len(table.numbers)]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) AS given ({', '.join(table.columns)})"


def _columns(keys: Sequence[Key], rows: Sequence[Sequence[int]]) -> list[str]:
    return [*map(_array, zip(*keys, strict=True)), *map(_array, zip(*rows, strict=True))]


def _array(values: Sequence[Any]) -> str:
    """Return numbers, days or codes as PostgreSQL reads an array; none of them needs quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def _plain(key: Key) -> Key:
    return tuple(part.isoformat() if isinstance(part, date) else part for part in key)
