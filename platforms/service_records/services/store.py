"""How service records get into their tables in bulk: COPY and arrays on PostgreSQL, ``executemany`` on SQLite.

Who writes holds the locks of :func:`lock_source`: one writer at a time for each source, none while all is counted anew
or archived. Rows that several sources share (enterprises, rollups) are locked in the order of their keys, enterprises
first, so that no two writers wait for each other. SQLite has one writer at a time anyway.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from platforms.models import Enterprise, ServiceRecord
from platforms.service_records.rules import Checked, yuan

#: Keys asked for in one statement.
AT_ONCE = 1_000
#: Any number that nothing else locks by; writers share it, whoever counts anew or archives holds it alone.
_ALL = 3302_0305

COLUMNS = (
    "platform_id",
    "enterprise_id",
    "service_class",
    "free_category",
    "served_on",
    "channel",
    "result",
    "fee",
    "satisfaction",
    "summary",
    "served_by",
    "source",
    "external_id",
    "version",
    "received_at",
    "entered_by_id",
    "cancel_reason",
)
#: How COPY writes that there is no value.
NULL = "\\N"
_TABLE = ServiceRecord._meta.db_table
_ENTERPRISES = Enterprise._meta.db_table


class Stored(NamedTuple):
    """A record as it is kept, and what it says in the form in which it came."""

    pk: int
    version: int
    cancelled: bool
    platform_id: int
    enterprise_id: int
    says: Checked


class Fresh(NamedTuple):
    """A record that is to be written."""

    platform_id: int
    enterprise_id: int
    says: Checked


def lock_source(source: str) -> None:
    """Wait until nobody else writes records of ``source``; holds until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(hashtextextended(%s, %s))",
                [_ALL, source, _ALL],
            )


def lock_all() -> None:
    """Wait until nobody writes records at all; holds until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALL])


def stored(source: str, external_ids: Sequence[str]) -> dict[str, Stored]:
    """Return, by external number, the records of ``source`` that are kept already."""
    keys = [pk for part in parts(external_ids) for pk in _keys(source, part)]
    return {row.says.external_id: row for part in parts(keys) for row in stored_rows(part)}


def _keys(source: str, external_ids: Sequence[str]) -> list[int]:
    among, given = _among(external_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {_TABLE} WHERE source = %s AND external_id {among}", [source, given])  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


def stored_rows(keys: Sequence[int]) -> Iterator[Stored]:
    """Yield the records with these primary keys."""
    rows = ServiceRecord.objects.filter(pk__in=keys).values_list(
        "pk", "version", "cancelled_at", "platform_id", "enterprise_id", "external_id", "platform__code",
        "enterprise__name", "enterprise__code", "service_class", "free_category", "served_on", "channel", "fee",
        "satisfaction", "summary", "served_by", "result",
    )  # fmt: skip
    for pk, version, cancelled_at, platform_id, enterprise_id, *says in rows.iterator(chunk_size=AT_ONCE):
        says[8] = int(Decimal(str(says[8])) * 100)
        yield Stored(pk, version, cancelled_at is not None, platform_id, enterprise_id, Checked._make(says))


def enterprises(given: Mapping[str, str], *, at: datetime) -> dict[str, int]:
    """Return the keys of the enterprises by credit code; new ones are made, a new name replaces the last.

    Args:
        given: credit code → name as it was given now.
        at: when new ones are seen first.
    """
    known = _known_enterprises(list(given))
    new = sorted(given.keys() - known.keys())
    if new:
        _insert_enterprises([(code, given[code]) for code in new], at)
        known |= _known_enterprises(new)
    renamed = sorted(code for code, (_, name) in known.items() if name != given[code])
    if renamed:
        _rename([(known[code][0], given[code]) for code in renamed])
    return {code: key for code, (key, _) in known.items()}


def _known_enterprises(codes: Sequence[str]) -> dict[str, tuple[int, str]]:
    known = {}
    with connection.cursor() as cursor:
        for part in parts(codes):
            among, given = _among(part)
            cursor.execute(f"SELECT code, id, name FROM {_ENTERPRISES} WHERE code {among}", [given])  # noqa: S608
            known.update({code: (key, name) for code, key, name in cursor.fetchall()})
    return known


def _insert_enterprises(rows: Sequence[tuple[str, str]], at: datetime) -> None:
    into = f"INSERT INTO {_ENTERPRISES} (code, first_name, name, first_seen_at) "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                into + "SELECT code, name, name, %s FROM unnest(%s::text[], %s::text[]) AS given (code, name) "  # noqa: S608
                "ORDER BY code ON CONFLICT (code) DO NOTHING",
                [at, *map(list, zip(*rows, strict=True))],
            )
        else:
            moment = connection.ops.adapt_datetimefield_value(at)
            cursor.executemany(
                into + "VALUES (%s, %s, %s, %s) ON CONFLICT (code) DO NOTHING",
                [(code, name, name, moment) for code, name in rows],
            )


def _rename(rows: Sequence[tuple[int, str]]) -> None:
    """Give enterprises the names they were given last; ``rows`` in the order of the codes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            keys, names = map(list, zip(*rows, strict=True))
            cursor.execute(
                f"SELECT 1 FROM {_ENTERPRISES} WHERE id = ANY(%s) ORDER BY code FOR NO KEY UPDATE",  # noqa: S608
                [keys],
            )
            cursor.execute(
                f"UPDATE {_ENTERPRISES} e SET name = given.name "  # noqa: S608
                "FROM unnest(%s::bigint[], %s::text[]) AS given (id, name) WHERE e.id = given.id",
                [keys, names],
            )
        else:
            cursor.executemany(
                f"UPDATE {_ENTERPRISES} SET name = %s WHERE id = %s",  # noqa: S608
                [(name, key) for key, name in rows],
            )


def insert(rows: Iterable[Fresh], *, source: str, by_id: int | None, at: datetime) -> None:
    """Write new records; none of them is kept already under its source and number."""
    if connection.vendor == "postgresql":
        _copy(rows, source, by_id, at)
        return
    moment = connection.ops.adapt_datetimefield_value(at)
    marks = ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_TABLE} ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
            [
                (
                    platform, enterprise, says.service_class, says.free_category, says.served_on.isoformat(),
                    says.channel, says.result, yuan(says.fen), says.satisfaction, says.summary, says.served_by,
                    source, says.external_id, 1, moment, by_id, "",
                )
                for platform, enterprise, says in rows
            ],
        )  # fmt: skip


def _copy(rows: Iterable[Fresh], source: str, by_id: int | None, at: datetime) -> None:
    """Write new records by COPY in its text form, where only backslash, tab and line ends mean something.

    The checks let no tab and no line end through.
    """
    after = f"\t1\t{at.isoformat()}\t{NULL if by_id is None else by_id}\t\n"
    source = source.replace("\\", "\\\\")
    lines = []
    for platform, enterprise, says in rows:
        (number, _, _, _, kind, free, day, channel, fen, satisfaction, summary, served_by, result) = says
        words = f"{summary}\t{served_by}\t{source}\t{number}"
        if "\\" in words:
            words = f"{summary}\t{served_by}\t\0\t{number}".replace("\\", "\\\\").replace("\0", source)
        lines.append(
            f"{platform}\t{enterprise}\t{kind}\t{free}\t{day}\t{channel}\t{result}\t{fen // 100}.{fen % 100:02d}\t"
            f"{NULL if satisfaction is None else satisfaction}\t{words}{after}"
        )
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_TABLE} ({', '.join(COLUMNS)}) FROM STDIN", io.StringIO("".join(lines)))


def replace(rows: Sequence[tuple[Stored, Fresh]]) -> None:
    """Let records say something else; each becomes one version older in its number."""
    rows = sorted(rows, key=lambda pair: pair[0].pk)
    columns = (*COLUMNS[:11], "version")
    values = [
        (
            new.platform_id, new.enterprise_id, says.service_class, says.free_category, says.served_on.isoformat(),
            says.channel, says.result, yuan(says.fen), says.satisfaction, says.summary, says.served_by,
            old.version + 1, old.pk,
        )
        for old, new in rows
        for says in (new.says,)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kinds = [
                "bigint",
                "bigint",
                "text",
                "text",
                "date",
                "text",
                "text",
                "numeric",
                "smallint",
                "text",
                "text",
                "smallint",
                "bigint",
            ]
            arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
            sets = ", ".join(f"{name} = given.{name}" for name in columns)
            cursor.execute(
                f"UPDATE {_TABLE} r SET {sets} FROM unnest({arrays}) "  # noqa: S608
                f"AS given ({', '.join(columns)}, id) WHERE r.id = given.id",
                [list(column) for column in zip(*values, strict=True)],
            )
        else:
            sets = ", ".join(f"{name} = %s" for name in columns)
            cursor.executemany(f"UPDATE {_TABLE} SET {sets} WHERE id = %s", values)  # noqa: S608


def parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield ``items`` in pieces of at most :data:`AT_ONCE`."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _among(texts: Sequence[str]) -> tuple[str, Any]:
    """Return the condition "is one of" and its one parameter, however many there are."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(texts)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(texts))
