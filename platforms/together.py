"""Rows of several tables in one question: what a page shows of one thing costs one way to the database.

Each row comes as one JSON array, so that tables with other columns fit under one another. Only columns whose values
JSON holds exactly come so: texts, whole numbers, yes or no, keys of other rows, and JSON objects.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import JSONArray

_EXACT = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey)


@dataclass(frozen=True)
class Part:
    """The ``columns`` of ``rows`` that are wanted, told apart by what ``group`` leads to; "" puts all into group 0."""

    rows: QuerySet[Any]
    columns: tuple[str, ...]
    group: str = ""


def rows_of(parts: Mapping[str, Part]) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """Return the rows of each of ``parts``, in order of entry, by group; asked for in one query.

    Raises:
        TypeError: a column holds what JSON does not hold exactly, such as a decimal or a moment.
    """
    if not parts:
        return {}
    names = list(parts)
    first, *others = [_question(place, parts[name]) for place, name in enumerate(names)]
    asked = first.union(*others, all=True) if others else first
    fields = {name: [_field(parts[name], column) for column in parts[name].columns] for name in names}
    found: dict[str, dict[int, list[dict[str, Any]]]] = {name: {} for name in names}
    for place, group, _, values in sorted(asked, key=lambda row: row[:3]):
        name = names[place]
        read = zip(parts[name].columns, fields[name], values, strict=True)
        found[name].setdefault(group, []).append({column: _value(field, value) for column, field, value in read})
    return found


def _question(place: int, part: Part) -> QuerySet[Any, Any]:
    group = F(part.group) if part.group else Value(0, output_field=IntegerField())
    columns = JSONArray(*(F(column) for column in part.columns))
    return part.rows.order_by().values_list(Value(place, output_field=IntegerField()), group, F("pk"), columns)


def _field(part: Part, column: str) -> models.Field:
    field = part.rows.model._meta.get_field(column)
    if not isinstance(field, (*_EXACT, models.JSONField)):
        raise TypeError(f"{field} is not held by JSON exactly")
    return field


def _value(field: models.Field, value: Any) -> Any:
    """Return ``value`` as the column itself gives it; SQLite has no truth values and no JSON of its own."""
    if value is None:
        return None
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.JSONField) and isinstance(value, str):
        return json.loads(value)
    return value


def only(found: Mapping[int, Sequence[Any]]) -> Sequence[Any]:
    """Return the rows of a part that has no groups."""
    return found.get(0, ())
