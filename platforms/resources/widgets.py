"""How a value of a row becomes a cell and a cell a value."""

# ruff: noqa: ARG002 - the signatures are django-import-export's

from collections.abc import Callable
from typing import Any

from django.db import models
from import_export.widgets import Widget

from platforms.resources.columns import Column, show_value


class ColumnWidget(Widget):
    """Reads and shows one column; values come from ``workbook.read_table``, so they have the right kind already."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return show_value(self.column, value)


class RowWidget(ColumnWidget):
    """A column that names another row by its business key; only rows that the person may see can be named."""

    def __init__(self, column: Column, rows: Callable[[], models.QuerySet], key: str = "code") -> None:
        super().__init__(column)
        self.rows = rows
        self.key = key
        self.found: dict[Any, models.Model | None] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> models.Model | None:
        if value in ("", None):
            return None
        if value not in self.found:
            self.found[value] = self.rows().filter(**{self.key: value}).first()
        if self.found[value] is None:
            raise ValueError(f"没有找到“{value}”，请核对")
        return self.found[value]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else show_value(self.column, getattr(value, self.key))
