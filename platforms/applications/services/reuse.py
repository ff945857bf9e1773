"""A form started from an earlier one, so that no one types the same fact twice. Nothing that was typed is replaced.

What was taken over is remembered until it is changed, and can be emptied again while the form is a draft.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import rows_of
from platforms.applications.queries.parts import label_of_part
from platforms.applications.queries.reuse import NOT_TAKEN, PARTS, mark_of, part, sources_for, taken
from platforms.applications.sections import RowKind, Section
from platforms.applications.services.drafts import save_section
from platforms.applications.services.ownership import check_may_change, check_version, locked
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
    names: list[str] = []
    for name in offered.parts:
        if name not in chosen:
            continue
        known = part(name)
        before = row.version if filled else version
        values = _missing(row, offered.application, known)
        if not values:
            continue
        row = _saved(row, known, values, version=before, by=by, at=at)
        filled.append(_title(known))
        names += [known.name] if isinstance(known, RowKind) else values
    if filled:
        fresh = {name: {"number": source.number, "mark": mark_of(row, name)} for name in names}
        row = _remember(row, (application.taken_over or {}) | fresh)
        audit.record(verb="引用历史申报内容", by=by, at=at, target=row, reason=f"{source.number}：{'、'.join(filled)}")
    return row, filled


@transaction.atomic
def undo(*, application: Application, version: int, by: User, at: datetime) -> tuple[Application, list[str]]:
    """Empty again what was taken over and not changed since; returns the row and the titles of what was emptied.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not a draft, not the person's own, or nothing is left of what was taken over.
    """
    row = locked(application)
    check_may_change(row, by=by, at=at)
    check_version(row, version)
    if row.status != ApplicationStatus.DRAFT:
        raise Refusal("只有草稿可以撤销引用；已退回的申报表，请按补正要求修改。")
    left = taken(row)
    emptied: list[str] = []
    for known in map(part, PARTS):
        names = [known.name] if isinstance(known, RowKind) else list(known.fields)
        values: Any = {name: "" for name in names if name in left}
        if not values:
            continue
        row = _saved(row, known, [] if isinstance(known, RowKind) else values, version=row.version, by=by, at=at)
        emptied.append(_title(known))
    if not emptied:
        raise Refusal("引用的内容均已修改，没有可以撤销的。")
    row = _remember(row, None)
    audit.record(verb="撤销引用", by=by, at=at, target=row, reason="、".join(emptied))
    return row, emptied


def _saved(
    row: Application, known: Section | RowKind, values: Any, *, version: int, by: User, at: datetime
) -> Application:
    if isinstance(known, RowKind):
        return save_rows(application=row, section=known.name, rows=values, version=version, by=by, at=at)
    return save_section(application=row, section=known.slug, values=values, version=version, by=by, at=at)


def _remember(row: Application, taken_over: Mapping[str, Any] | None) -> Application:
    Application.objects.filter(pk=row.pk).update(taken_over=taken_over)
    return locked(row)


def _title(known: Section | RowKind) -> str:
    return label_of_part(known.section, known.name) if isinstance(known, RowKind) else known.title


def _missing(row: Application, source: Application, known: Section | RowKind) -> Any:
    """Return the rows or fields that ``source`` has and ``row`` has not."""
    if isinstance(known, RowKind):
        return [] if getattr(row, known.name).exists() else rows_of(source, known.name)
    return {
        name: getattr(source, name)
        for name in known.fields
        if name not in NOT_TAKEN and getattr(row, name) in (None, "") and getattr(source, name) not in (None, "")
    }
