"""A value written into a cell so that it is read back as it is."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell

from platforms.cells import FORMULA_SIGNS, Kind

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
#: Characters that XML cannot hold although Unicode has them.
_NO_XML = re.compile("[\ufffe\uffff]")
#: Excel keeps 15 digits and no day before March 1900.
_DIGITS, _FIRST_DAY = 15, date(1900, 3, 1)


def put(cell: Cell | MergedCell, value: Any, kind: Kind) -> None:
    """Write ``value`` so that no spreadsheet changes or calculates it, and it is read back as it is."""
    assert isinstance(cell, Cell)  # nothing below a head is merged
    if isinstance(value, str) and kind == Kind.DECIMAL:
        value = Decimal(value)
    if isinstance(value, str) and kind == Kind.DATE:
        value = date.fromisoformat(value)
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > _DIGITS:
        value = format(value, "f")
    if isinstance(value, date) and value < _FIRST_DAY:
        value = value.isoformat()
    if not isinstance(value, str):
        cell.value = value
        if kind == Kind.DATE:
            cell.number_format = "yyyy-mm-dd"
        return
    cell.value = _NO_XML.sub("", _ESCAPE.sub("_x005F_", value))
    cell.data_type, cell.number_format = "s", "@"
    if value.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True
