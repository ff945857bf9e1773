"""Audit events and numbers in bulk: exactly what the services would have written one by one, in the order of time."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ningbo_windows.demo.drawing import Draw
from platforms.audit.services import audit, numbering
from platforms.models import AuditEvent, Counter, User

Changes = Mapping[str, Any]
BATCH = 1000


@dataclass(frozen=True)
class Note:
    """One event still to be written; ``changes`` may be a function, called when the event is."""

    at: datetime
    verb: str
    by: User | None
    target: models.Model
    code: str
    reason: str = ""
    actor: str = ""
    changes: Changes | Callable[[], Changes] = field(default_factory=dict)


class Ledger:
    """Collects events and writes them chained, sorted by time; events of one moment keep their order."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def note(
        self,
        at: datetime,
        verb: str,
        by: User | None,
        target: models.Model,
        code: str,
        *,
        reason: str = "",
        actor: str = "",
        changes: Changes | Callable[[], Changes] | None = None,
    ) -> None:
        """Remember one event."""
        self._notes.append(Note(at, verb, by, target, code, reason, actor, changes or {}))

    def write(self) -> None:
        """Write what was remembered; must come before any service that writes events of a later time."""
        self._notes.sort(key=lambda note: note.at)
        numbers = take_numbers("audit", len(self._notes))
        last = AuditEvent.objects.filter(serial=numbers.start - 1).values_list("digest", flat=True).first() or ""
        for start in range(0, len(self._notes), BATCH):
            events = []
            for serial, note in zip(numbers[start : start + BATCH], self._notes[start : start + BATCH], strict=True):
                event = _event(note, serial, last)
                event.digest = last = audit.digest_of(event)
                events.append(event)
            AuditEvent.objects.bulk_create(events)
        self._notes.clear()


def _event(note: Note, serial: int, previous: str) -> AuditEvent:
    changes = note.changes() if callable(note.changes) else note.changes
    return AuditEvent(
        serial=serial,
        at=note.at,
        actor=note.by.username if note.by else note.actor,
        actor_name=note.by.name if note.by else "",
        actor_role=note.by.role if note.by else "",
        verb=note.verb,
        object_type=str(note.target._meta.verbose_name),
        object_pk=str(note.target.pk),
        object_code=note.code,
        reason=note.reason,
        changes=json.loads(json.dumps(dict(changes), cls=DjangoJSONEncoder)),
        previous_digest=previous,
    )


def take_numbers(name: str, count: int) -> range:
    """Take ``count`` numbers of the series ``name`` at once."""
    last = numbering.last_number(name)
    if count:
        Counter.objects.update_or_create(name=name, defaults={"last": last + count})
    return range(last + 1, last + count + 1)


@contextmanager
def foreseeable(draw: Draw) -> Iterator[None]:
    """Let the random parts of numbers come from ``draw``, so that each demo shows the same certificates.

    For invented data on one's own machine only: here nothing is lost if a number can be guessed.
    """
    original = numbering.random_part
    numbering.random_part = lambda length: "".join(draw.one(numbering.CLEAR) for _ in range(length))
    try:
        yield
    finally:
        numbering.random_part = original
