"""The columns of a sheet: how a value is shown in it, how a cell of it is read; no database."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from platforms.cells import FORMULA_SIGNS, CellProblem, Column, Kind, blank, is_empty, read
from platforms.dates import NINGBO

__all__ = ["FORMULA_SIGNS", "CellProblem", "Column", "Kind"]
_NUMBER = re.compile(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$", re.ASCII)


def guard_formula(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; plain negative numbers stay."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _NUMBER.match(text) else text


def on_the_clock(at: datetime) -> datetime:
    """Return ``at`` as a clock in Ningbo shows it, to the minute: a sheet knows no zones."""
    return at.astimezone(NINGBO).replace(second=0, microsecond=0, tzinfo=None)


def read_cell(column: Column, value: Any) -> Any:
    """Return the value of a cell as Python has it; "" for an empty text, None for another empty cell.

    Raises:
        CellProblem: the cell does not hold what the column asks for.
    """
    return blank(column) if is_empty(value) else read(column, value)[0]


def show_value(column: Column, value: Any) -> Any:
    """Return what stands in the sheet for a stored value: the opposite of :func:`read_cell`."""
    if value is None or value == "":
        return ""
    if column.kind == Kind.CHOICE:
        return dict(column.choices).get(value, value)
    if column.kind == Kind.YES_NO:
        return "是" if value else "否"
    if isinstance(value, datetime):
        return on_the_clock(value)
    if isinstance(value, (date, int, Decimal)):
        return value
    return str(value)
