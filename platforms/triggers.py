"""Rows that the database itself refuses to change, at every door, the SQL shell included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


@dataclass(frozen=True)
class Guard:
    """A trigger on ``table`` that refuses ``events`` on rows for which ``condition`` holds.

    ``condition`` is SQL over ``OLD`` (``NEW`` for inserts) that both databases read, or one text for each vendor where
    they say it differently; ``message`` is what the caller gets. A guard against ``DELETE`` refuses ``TRUNCATE`` as
    well, which PostgreSQL does without a look at any row.
    """

    name: str
    table: str
    condition: str | Mapping[str, str]
    message: str
    events: tuple[str, ...] = ("UPDATE", "DELETE")

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that puts the guard up on ``vendor`` (``sqlite`` or ``postgresql``)."""
        condition = self.condition if isinstance(self.condition, str) else self.condition[vendor]
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {self.name}_{event.lower()} BEFORE {event} ON {self.table} FOR EACH ROW "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
                for event in self.events
            ]
        function = (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{self.message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        trigger = (
            f"CREATE TRIGGER {self.name} BEFORE {' OR '.join(self.events)} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )
        return [function, trigger, *self._against_truncate()]

    def _against_truncate(self) -> list[str]:
        if "DELETE" not in self.events:
            return []
        name = f"{self.name}_truncate"
        return [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{self.message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ]

    def removal(self, vendor: str) -> list[str]:
        """Return the SQL that takes the guard down again."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER {self.name}_{event.lower()}" for event in self.events]
        names = [self.name, *([f"{self.name}_truncate"] if "DELETE" in self.events else [])]
        return [line for name in names for line in (f"DROP TRIGGER {name} ON {self.table}", f"DROP FUNCTION {name}()")]


def unlisted(value: str, part: str, name: str, *, notices: str, where: str) -> dict[str, str]:
    """Return the condition that the terms of a notice list no ``value``, for each vendor; "" is no value.

    ``part`` of the terms is a list of items that carry it as ``name``, such as ``grounds`` and ``key``. ``notices`` is
    what follows FROM, with the notice as ``n``; ``where`` picks the one that is meant.
    """
    vendors = {
        "sqlite": (f"json_each(n.terms, '$.{part}')", f"json_extract(i.value, '$.{name}')"),
        "postgresql": (f"jsonb_array_elements(n.terms -> '{part}')", f"i.value ->> '{name}'"),
    }
    return {
        vendor: f"{value} <> '' AND NOT EXISTS "  # noqa: S608 - the text of a guard, nothing comes from outside
        f"(SELECT 1 FROM {notices}, {items} i WHERE {where} AND {found} = {value})"
        for vendor, (items, found) in vendors.items()
    }


class CreateGuards(Operation):
    """The migration operation that puts guards up; backwards it takes them down again. It renders no models."""

    def __init__(self, guards: Sequence[Guard]) -> None:
        self.guards = guards

    def state_forwards(self, _app: str, _state: ProjectState) -> None:
        """Leave the models as they are: a guard is in the database only."""

    def database_forwards(
        self, _app: str, editor: BaseDatabaseSchemaEditor, _old: ProjectState, _new: ProjectState
    ) -> None:
        """Put up every guard, in the order given."""
        for guard in self.guards:
            for statement in guard.statements(editor.connection.vendor):
                editor.execute(statement, params=None)

    def database_backwards(
        self, _app: str, editor: BaseDatabaseSchemaEditor, _old: ProjectState, _new: ProjectState
    ) -> None:
        """Take every guard down, the last one first."""
        for guard in reversed(self.guards):
            for statement in guard.removal(editor.connection.vendor):
                editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return what ``migrate --plan`` says of the operation."""
        return f"Put up {len(self.guards)} guards"
