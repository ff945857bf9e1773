"""Values of columns: as JSON holds them, in words, and what changed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from platforms import unreadable


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it: decimals without trailing zeros and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def described_changes(row: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return label → [old, new], in words, for each of ``values`` that differs from ``row``."""
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            field = field_of(type(row), name)
            changes[str(field.verbose_name)] = [in_words(field, old), in_words(field, value)]
    return changes


def row_in_words(model: type[models.Model], values: Mapping[str, Any]) -> str:
    """Return one row below a form as one line: label and value, what was left open left out."""
    told = {name: in_words(field_of(model, name), value) for name, value in unreadable.as_typed(values).items()}
    return "，".join(
        f"{field_of(model, name).verbose_name}：{told[name]}" for name in told if told[name] not in ("", None)
    )


def in_words(field: models.Field, value: Any) -> Any:
    """Return ``value`` as a person reads it: the word of a choice, 是 or 否, dates and decimals as text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return dict(field.flatchoices).get(value, plain(value)) if field.choices else plain(value)


@cache
def field_of(model: type[models.Model], name: str) -> models.Field:
    """Return the column ``name`` of ``model``."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # the callers' tables name columns only
    return field
