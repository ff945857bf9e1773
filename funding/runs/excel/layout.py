"""Writing one sheet of a workbook from above: cells that span columns, rows as high as their words, A4 across."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from funding.rendering import width_of
from platforms.excel.columns import guard_formula

YUAN, SHARE, WHOLE = "#,##0", "0.00%", "#,##0"
#: Height of one line of words, in points, and what a row has around them.
LINE, AROUND = 14.0, 4.0
TITLE_SIZE, SIZE = 14, 10
#: Words break early, and begin behind a blank: how much of a width they fill, beside so many digits.
USED, BLANK = 0.92, 2
#: No row may be higher, in points.
HIGHEST = 409.0
#: The face of Chinese offices; a machine without it takes its own.
FACE = "宋体"
_HAIR = Side(style="thin", color="999999")
RULED = Border(top=_HAIR, bottom=_HAIR, left=_HAIR, right=_HAIR)
_FILLS = {
    "head": PatternFill("solid", fgColor="E8EDF3"),
    "input": PatternFill("solid", fgColor="FFF7D6"),
    "fixed": PatternFill("solid", fgColor="EEEEEE"),
    "mark": PatternFill("solid", fgColor="FDE9D9"),
}


@dataclass(frozen=True)
class Cell:
    """What stands in one place, over ``span`` columns.

    ``fill`` names its ground: head, input (to be changed by who tries something), fixed or mark; empty for none. Only
    a ``formula`` is written as one: any other text that looks like one stays text.
    """

    value: Any
    span: int = 1
    number_format: str = ""
    fill: str = ""
    bold: bool = False
    formula: bool = False
    centred: bool = False


class Pen:
    """Writes rows on ``page``, whose columns are ``widths`` wide, in digits; ``row`` is the number of the last one."""

    def __init__(self, page: Worksheet, widths: Sequence[float]) -> None:
        self.page, self.widths, self.row = page, widths, 0
        for index, width in enumerate(widths, start=1):
            page.column_dimensions[get_column_letter(index)].width = width

    @property
    def columns(self) -> int:
        return len(self.widths)

    def blank(self) -> None:
        """Leave one row empty."""
        self.row += 1

    def title(self, text: str, size: int = TITLE_SIZE) -> None:
        """Write a line of strong words over the whole width."""
        self._row([Cell(text, self.columns, bold=True)], ruled=False, size=size)

    def heading(self, text: str) -> None:
        """Write the heading of a part, after an empty row."""
        self.blank()
        self.title(text, size=SIZE + 1)

    def fact(self, label: str, value: Any, number_format: str = "") -> None:
        """Write one fact in a row of its own: its label over two columns, its value over the rest."""
        self.ruled([Cell(label, 2, fill="head", bold=True), Cell(value, self.columns - 2, number_format)])

    def words(self, text: str, columns: int = 0) -> None:
        """Write running text over so many columns, or over all of them."""
        self._row([Cell(text, columns or self.columns)], ruled=False)

    def head(self, cells: Sequence[Cell | str]) -> None:
        """Write the head of a table."""
        found = [cell if isinstance(cell, Cell) else Cell(cell) for cell in cells]
        self.ruled([Cell(cell.value, cell.span, fill="head", bold=True, centred=True) for cell in found])

    def ruled(self, cells: Sequence[Cell], *, height: float = 0) -> None:
        """Write one row of a table; it is at least ``height`` points high."""
        self._row(cells, ruled=True, height=height)

    def _row(self, cells: Sequence[Cell], *, ruled: bool, size: int = SIZE, height: float = 0) -> None:
        self.row += 1
        at, lines = 1, 1
        for cell in cells:
            lines = max(lines, self._lines(cell, at))
            self._write(cell, at, ruled=ruled, size=size)
            at += cell.span
        self.page.row_dimensions[self.row].height = min(HIGHEST, max(height, lines * LINE * size / SIZE + AROUND))

    def _lines(self, cell: Cell, at: int) -> int:
        """Return how many lines the words of ``cell`` take; numbers and formulas take one."""
        if not isinstance(cell.value, str) or cell.formula:
            return 1
        room = max(2.0, sum(self.widths[at - 1 : at - 1 + cell.span]) * USED - BLANK)
        return sum(max(1, -int(-width_of(part) // room)) for part in cell.value.split("\n"))

    def _write(self, cell: Cell, at: int, *, ruled: bool, size: int) -> None:
        first = self.page.cell(self.row, at)
        assert isinstance(first, BookCell)
        value = cell.value
        is_words = isinstance(value, str) and not cell.formula
        is_number = isinstance(value, int | Decimal) or cell.formula
        first.value = guard_formula(value) if is_words else value
        if is_words:
            first.data_type = "s"
        first.font = Font(name=FACE, size=size, bold=cell.bold)
        across = "center" if cell.centred else "right" if is_number and cell.span == 1 else "left"
        indent = 1 if ruled and across == "left" else 0
        first.alignment = Alignment(horizontal=across, vertical="center", wrap_text=is_words, indent=indent)
        if cell.number_format:
            first.number_format = cell.number_format
        for column in range(at, at + cell.span):
            part = self.page.cell(self.row, column)
            if ruled:
                part.border = RULED
            if cell.fill:
                part.fill = _FILLS[cell.fill]
        if cell.span > 1:
            self.page.merge_cells(start_row=self.row, end_row=self.row, start_column=at, end_column=at + cell.span - 1)


def prepared_to_print(page: Worksheet, *, head: int = 0, pages: int = 1) -> None:
    """Make ``page`` print on A4 across, so many pages wide, with page numbers.

    Row ``head`` stands on every page; of more than one page the first two columns do.
    """
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = pages, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.oddFooter.left.text = "&A"  # type: ignore[union-attr]
    page.oddFooter.right.text = "&P / &N"  # type: ignore[union-attr]
    if pages > 1:
        page.print_title_cols = "A:B"
    if head:
        page.print_title_rows = f"{head}:{head}"


def fitting(words: Sequence[str], least: float, most: float = 60) -> float:
    """Return the width of a column that shows each of ``words`` on one line, if it is between the two bounds."""
    return min(most, max(least, *((width_of(text) + BLANK) / USED + 0.1 for text in words))) if words else least
