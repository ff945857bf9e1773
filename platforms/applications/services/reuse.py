"""A form started from an earlier one, so that no one types the same fact twice. Nothing that was typed is replaced."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.applications.queries.forms import rows_of
from platforms.applications.queries.parts import label_of_part
from platforms.applications.queries.reuse import NOT_TAKEN, part, sources_for
from platforms.applications.sections import RowKind, Section
from platforms.applications.services.drafts import save_section
from platforms.applications.services.rows import save_rows
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Application, User


@transaction.atomic
def take_over(
    *, application: Application, source: Application, parts: Iterable[str], version: int, by: User, at: datetime
) -> tuple[Application, list[str]]:
    """Fill the empty places of ``parts`` with what ``source`` says; returns the row and the titles of what was filled.

    A field that has a value and a kind of rows that has a row stay as they are.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not editable, not the person's own, or ``source`` is not offered for it or not with these parts.
    """
    offered = next((each for each in sources_for(application, user=by) if each.application.pk == source.pk), None)
    chosen = list(dict.fromkeys(parts))
    if offered is None or not chosen or set(chosen) - set(offered.parts):
        raise Refusal("请从列出的申报表中选择，并至少选择一项内容。")
    row = application
    filled: list[str] = []
    for name in offered.parts:
        if name not in chosen:
            continue
        known = part(name)
        before = row.version if filled else version
        saved = _take(row, offered.application, known, version=before, by=by, at=at)
        if saved is not None:
            row = saved
            filled.append(label_of_part(known.section, name) if isinstance(known, RowKind) else known.title)
    if filled:
        audit.record(verb="引用历史申报内容", by=by, at=at, target=row, reason=f"{source.number}：{'、'.join(filled)}")
    return row, filled


def _take(
    row: Application, source: Application, known: Section | RowKind, *, version: int, by: User, at: datetime
) -> Application | None:
    """Return the row after taking one part over, or None where nothing was to be taken."""
    if isinstance(known, RowKind):
        rows = rows_of(source, known.name)
        if not rows or getattr(row, known.name).exists():
            return None
        return save_rows(application=row, section=known.name, rows=rows, version=version, by=by, at=at)
    values = _missing(row, source, known)
    if not values:
        return None
    return save_section(application=row, section=known.slug, values=values, version=version, by=by, at=at)


def _missing(row: Application, source: Application, known: Section) -> dict[str, Any]:
    """Return the fields that ``source`` has and ``row`` has not."""
    return {
        name: getattr(source, name)
        for name in known.fields
        if name not in NOT_TAKEN and getattr(row, name) in (None, "") and getattr(source, name) not in (None, "")
    }
