"""What happened to one row, as the people who may see the row read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from platforms.choices import Role
from platforms.models import AuditEvent


@dataclass(frozen=True)
class Change:
    """One value before and after; ``old`` is empty for what was not there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One event: when, who, what, why, and what changed."""

    when: datetime
    who: str
    what: str
    why: str
    changes: tuple[Change, ...]


def events_of(row: models.Model) -> models.QuerySet[AuditEvent]:
    """Return the audit events of ``row``, the latest first; the caller has made sure that the row may be seen."""
    return AuditEvent.objects.filter(object_type=row._meta.verbose_name, object_pk=str(row.pk)).order_by("-serial")


def happening(event: AuditEvent) -> HistoryEntry:
    """Return ``event`` in words."""
    role = dict(Role.choices).get(event.actor_role, "")
    who = "".join((event.actor_name or event.actor, f"({role})" if role else ""))
    changes = tuple(_change(label, pair) for label, pair in sorted(event.changes.items()))
    return HistoryEntry(event.at, who, event.verb, event.reason, changes)


def _change(label: str, pair: object) -> Change:
    if isinstance(pair, list) and len(pair) == 2:
        return Change(label, _words(pair[0]), _words(pair[1]))
    return Change(label, "", _words(pair))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_words, value))
    if isinstance(value, dict):
        return ",".join(f"{key} {_words(part)}" for key, part in value.items())
    return "" if value is None else str(value)
