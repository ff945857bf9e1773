"""How a value of a row becomes a cell and a cell a value."""

# ruff: noqa: ARG002 - the signatures are django-import-export's

from collections.abc import Callable
from typing import Any

from django.db import models
from import_export.widgets import Widget

from platforms.excel.columns import Column, show_value
from platforms.reference.queries.named import Named


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
    """A column that names another row by its business key; only rows that the person may see can be named.

    With the key ``code`` the name is taken as well, and where several rows have it the name with the region before it.
    """

    def __init__(self, column: Column, rows: Callable[[], models.QuerySet], key: str = "code") -> None:
        super().__init__(column)
        self.rows = rows
        self.key = key
        self.found: dict[Any, models.Model | str] = {}
        self._named: Named | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> models.Model | None:
        """Return the row that a cell names, None for an empty cell.

        Raises:
            ValueError: there is none, or there are several; the sentence repeats the cell.
        """
        if value in ("", None):
            return None
        if value not in self.found:
            self.found[value] = self._look_up(value)
        found = self.found[value]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _look_up(self, value: Any) -> models.Model | str:
        rows = self.rows()
        label = rows.model._meta.verbose_name
        exact: models.Model | None = rows.filter(**{self.key: value}).first()
        if exact is not None:
            return exact
        if self.key != "code":
            return f"“{value}”不存在，请填写系统中已有的{label}"
        if self._named is None:
            related = [name for name in ("region",) if hasattr(rows.model, name)]
            self._named = Named(rows.select_related(*related) if related else rows)
        found = self._named.find(str(value))
        if len(found) > 1:
            codes = "、".join(getattr(each, "code", "") for each in found[:5])
            return f"“{value}”有 {len(found)} 个，请填写代码（{codes}）"
        near = self._named.proposal(str(value))
        return found[0] if found else f"“{value}”不存在，请填写系统中已有{label}的代码或名称{near}"

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else show_value(self.column, getattr(value, self.key))
