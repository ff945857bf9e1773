"""Who brought a list in last, and when: told on the list and wherever the list decides."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from platforms.models import AuditEvent, Town

#: The verb under which the list of the strong industrial towns is logged.
STRONG_TOWNS_MARKED = "标注工业强镇"


@dataclass(frozen=True)
class LastImport:
    """The last time that a list was brought in: who, when, and in a few words what it did."""

    who: str
    at: datetime
    what: str


def import_verb(model: type[models.Model]) -> str:
    """Return the verb under which an import of rows of ``model`` is logged as a whole."""
    return f"导入{model._meta.verbose_name}"


def last_import(*verbs: str) -> LastImport | None:
    """Return the last act that was logged under one of ``verbs``, None if there was none."""
    # An import as a whole names no row, which the index of the log knows.
    events = AuditEvent.objects.filter(object_type="", object_pk="", verb__in=verbs)
    event = events.order_by("-serial").only("actor", "actor_name", "at", "reason").first()
    if event is None:
        return None
    return LastImport(event.actor_name or event.actor, event.at, event.reason.split("；文件校验值")[0])


def last_strong_towns() -> LastImport | None:
    """Return when the strong industrial towns were last marked, by their list or with an import of towns."""
    return last_import(STRONG_TOWNS_MARKED, import_verb(Town))
