"""What stood in the tables once, written there again: a tenth of the time that the services take to make it."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

#: The rows by table, with the columns.
Rows = dict[str, tuple[list[str], list[Any]]]
Made = TypeVar("Made")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?(\+\d\d:\d\d)?")


@cache
def _tables() -> tuple[str, ...]:
    """Return the tables that a test fills; those that the migrations filled are the same for every test."""
    filled = {each._meta.db_table for each in (ContentType, Permission)} | {MigrationRecorder.Migration._meta.db_table}
    return tuple(sorted(set(connection.introspection.table_names()) - filled))


def all_rows() -> Rows:
    """Return whatever stands in the tables."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in _tables()))  # noqa: S608
        for table, filled in zip(_tables(), cursor.fetchone(), strict=True):
            if filled:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of our own
                found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found


@contextmanager
def _guards_aside(cursor: Any, tables: Mapping[str, Any]) -> Iterator[None]:
    """Let rows be written as they stood at the end, which the guards of the database would refuse."""
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
        return
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    # The others are not asked when a row comes.
    triggers = [(name, sql) for name, sql, table in cursor.fetchall() if table in tables and " INSERT ON " in sql]
    for name, _ in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        cursor.execute(statement)


def put_back(kept: Rows) -> None:
    """Write every row of ``kept``, none of which is there; keys of other rows are checked at the end only."""
    with transaction.atomic(), connection.cursor() as cursor, _guards_aside(cursor, kept):
        for table, (columns, rows) in kept.items():
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608
        filled = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in kept]
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)


@dataclass(frozen=True)
class _Named:
    """A row by its kind and key."""

    model: type[Model]
    pk: Any


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return ``value``, a row or rows in lists, tuples and values of dictionaries, with each row changed."""
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_changed(each, change) for each in value)
    return change(value)


@dataclass(frozen=True)
class _Made:
    """What a builder made: what it returned, by names, the rows that came, and the folder of its files."""

    named: Any
    rows: Rows
    files: Path


#: By what was built, and on which rows; None where the rows that stood before did not stay as they were.
_made: dict[str, dict[str, _Made | None]] = {}
#: On how many kinds of rows one thing is kept: a random key of a session is a kind of its own each time.
_KINDS = 6


def once(build: Callable[..., Made], *arguments: Any, **named: Any) -> Made:
    """Return the row or rows that ``build`` returns, read anew; a process builds them once on the same rows.

    For fixtures. Nothing but the arguments and the rows that stand may decide what is built: no clock, no setting.
    """
    kinds = _made.setdefault(repr((build.__module__, build.__qualname__, arguments, named)), {})
    before, media = all_rows(), Path(settings.MEDIA_ROOT)
    kind = repr(_told_apart(before))
    made = kinds.get(kind)
    if made is not None:
        put_back(made.rows)
        _copy(made.files, media)
    else:
        found = build(*arguments, **named)
        if kind in kinds or len(kinds) == _KINDS:
            return found
        came = _came(before, all_rows())
        if came is None:
            kinds[kind] = None
            return found
        # Beside the folders of the single tests.
        files = media.parents[1] / f"kept-{sum(map(len, _made.values()))}"
        made = kinds[kind] = _Made(_changed(found, lambda row: _Named(type(row), row.pk)), came, files)
        _copy(media, files)
    return cast(Made, _changed(made.named, lambda row: row.model._default_manager.get(pk=row.pk)))


def _told_apart(rows: Rows) -> list[Any]:
    """Return ``rows`` without what differs each time that the same is made: the moments of today, salted passwords."""

    def same(names: list[str], row: Any) -> list[Any]:
        return [None if _differs(name, value) else value for name, value in zip(names, row, strict=True)]

    return [(table, [same(names, row) for row in of]) for table, (names, of) in rows.items()]


def _differs(name: str, value: Any) -> bool:
    if name == "password":
        return True
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return False
    return abs((value if value.tzinfo else value.replace(tzinfo=UTC)) - datetime.now(UTC)) < timedelta(days=1)


def _came(before: Rows, after: Rows) -> Rows | None:
    """Return the rows of ``after`` that were not there before; None if one of those that were is not as it was."""
    came = {}
    for table, (names, rows) in after.items():
        old = before.get(table, ([], []))[1]
        new = [row for row in rows if row not in old]
        if len(new) + len(old) != len(rows):
            return None
        if new:
            came[table] = (names, new)
    return came if set(before) <= set(after) else None


def _copy(files: Path, to: Path) -> None:
    if files.exists():
        shutil.copytree(files, to, dirs_exist_ok=True)
