"""A list as a file, streamed: csv line by line, a workbook by way of a temporary file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

from platforms.excel.columns import FORMULA_SIGNS, guard_formula
from platforms.excel.look import (
    DAY,
    FIRST_DAY,
    FONT,
    HEAD_FILL,
    HEAD_HEIGHT,
    MINUTE,
    PAGE,
    SAMPLE,
    SECOND,
    SIZE,
    TEXT,
    WHOLE,
    look_of,
    page_title,
)
from platforms.filetypes import MEDIA_TYPES

Row = Sequence[Any]
#: More rows go as csv only: a sheet ends at 1,048,576, and what is beyond would be dropped without a word.
MOST_IN_SHEET = 200_000
#: Bytes of a workbook that are sent at once.
PIECE = 64 * 1024
#: Lines of a csv that are sent at once.
LINES = 500
#: A sheet counts days from here, and the moments of a day as a share of it.
_DAY_ZERO, _SECONDS = date(1899, 12, 30).toordinal(), 86_400
_SIGNS = frozenset(FORMULA_SIGNS)
#: Of texts that the library writes otherwise than as they are: mark-up, control characters, blanks at an end.
_ODD = re.compile(r"[\x00-\x1f&<>\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
_letters = cache(xl_col_to_name)
#: Rows leave memory as they come, and no text becomes anything else.
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": SIZE, "font_scheme": "none", "valign": "vcenter"},
}  # fmt: skip


def list_response(name: str, title: str, rows: Iterable[Row], notes: Sequence[Row]) -> HttpResponseBase:
    """Return the file ``name`` (xlsx or csv by its ending) of ``rows``, the first of which holds the heads.

    ``rows`` are formula-safe (:func:`safe`) and read once, as the file is sent; ``notes`` are what a workbook says
    about itself on a second sheet.
    """
    if name.endswith(".csv"):
        response: HttpResponseBase = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    else:
        response = StreamingHttpResponse(workbook(title, rows, notes), content_type=MEDIA_TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe(row: Iterable[Any]) -> Row:
    """Return ``row`` with each text made safe from being read as a formula."""
    return [guard_formula(cell) if isinstance(cell, str) and cell[:1] in _SIGNS else cell for cell in row]


def csv_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the lines as UTF-8, some at once, the mark that Excel and WPS need before the first."""
    yield b"\xef\xbb\xbf"
    left = iter(rows)
    while some := list(islice(left, LINES)):
        lines = io.StringIO(newline="")
        csv.writer(lines).writerows([_in_words(cell) for cell in row] for row in some)
        yield lines.getvalue().encode()


def _in_words(cell: Any) -> Any:
    if not isinstance(cell, datetime):
        return cell
    return cell.isoformat(" ", "seconds" if cell.second else "minutes")


def workbook(title: str, rows: Iterable[Row], notes: Sequence[Row]) -> Iterator[bytes]:
    """Yield the workbook by way of a temporary file, which lasts as long as it is read; never all in memory."""
    # The folder holds what the writer puts aside too, so that nothing is left where the rows break off.
    with TemporaryDirectory() as folder, TemporaryFile(dir=folder) as file:
        with Workbook(file, {**_OPTIONS, "tmpdir": folder}) as book:
            _fill(book, title[:31], title, rows)
            if notes:
                _tell(book, title, notes)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _fill(book: Workbook, name: str, title: str, rows: Iterable[Row]) -> None:
    """Write the list: the first of ``rows`` is its head, the next ones say how wide the columns are."""
    sheet, left = book.add_worksheet(name, _Sheet), iter(rows)
    head = [str(each) for each in next(left, ())]
    first = list(islice(left, SAMPLE))
    look = look_of(head, first)
    styles = [
        (
            book.add_format({"num_format": TEXT if code else "General", "text_wrap": wraps}) if code or wraps else None,
            book.add_format({"num_format": number}),
        )
        for number, wraps, code in zip(look.numbers, look.wraps, look.codes, strict=True)
    ]
    pen = _Pen(book, sheet, styles)
    bold = book.add_format({"bold": True, "bg_color": HEAD_FILL, "text_wrap": True, "bottom": 1, "num_format": TEXT})
    sheet.set_row(0, HEAD_HEIGHT)
    _Pen(book, sheet, [(bold, bold)] * len(head)).row(0, head)
    last = 0
    for last, row in enumerate(chain(first, left), start=1):
        pen.row(last, row)
    for place, width in enumerate(look.widths):
        sheet.set_column(place, place, width)
    _to_print(sheet, title)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    if head:
        sheet.autofilter(0, 0, last, len(head) - 1)


def _tell(book: Workbook, title: str, notes: Sequence[Row]) -> None:
    """Write what the file says about itself: a name and a value in each line."""
    sheet = book.add_worksheet("说明")
    look = look_of((), notes)
    bold = book.add_format({"bold": True, "valign": "top", "num_format": TEXT})
    plain = book.add_format({"text_wrap": True, "valign": "top", "align": "left", "num_format": TEXT})
    whole = book.add_format({"num_format": "#,##0", "valign": "top", "align": "left"})
    pen = _Pen(book, sheet, [(bold, whole), *[(plain, whole)] * len(look.widths)])
    for number, row in enumerate(notes):
        pen.row(number, row)
    sheet.set_column(0, 0, look.widths[0])
    sheet.set_column(1, max(1, len(look.widths) - 1), 72)
    _to_print(sheet, title)


def _to_print(sheet: Worksheet, title: str) -> None:
    """Set ``sheet`` on A4 across, as wide as the page, with the title above and the number of the page below."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&C{page_title(title)}")
    sheet.set_footer(f"&C{PAGE}")


class _Sheet(Worksheet):
    """A sheet that writes plain texts and numbers in one piece, and leaves all else to the library; the same bytes."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        style, kind = cell.format, type(cell)
        is_text = kind is CellStringTuple
        # Without a style of its own a cell has that of its row or its column.
        inherits = not style and (row in self.row_info or self.col_info)
        if inherits or (_ODD.search(cell.string) if is_text else kind is not CellNumberTuple):
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{_letters(col)}{row + 1}"' + (f' s="{style._get_xf_index()}"' if style else "")
        if is_text:
            self.fh.write(f'{head} t="inlineStr"><is><t>{cell.string}</t></is></c>')
        else:
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")


class _Pen:
    """Writes cells of one sheet; ``styles`` are the formats of text and number of each column."""

    def __init__(self, book: Workbook, sheet: Worksheet, styles: Sequence[tuple[Format | None, Format]]) -> None:
        self.sheet, self.styles = sheet, styles
        self.day, self.minute, self.second = (
            book.add_format({"num_format": each, "align": "left"}) for each in (DAY, MINUTE, SECOND)
        )
        #: Of a place that neither the head nor the first rows have.
        self.any = None, book.add_format({"num_format": WHOLE})
        self.plain = book.add_format()

    def row(self, number: int, row: Row) -> None:
        string, figure_at, styles = self.sheet.write_string, self.sheet.write_number, self.styles
        if len(row) > len(styles):
            styles = [*styles, *[self.any] * (len(row) - len(styles))]
        for place, (value, (text, figure)) in enumerate(zip(row, styles, strict=False)):
            kind = type(value)
            if kind is str:
                if value[:3] == "<r>":
                    self.marked(number, place, value, text)
                elif value:
                    string(number, place, value, text)
            elif kind is int or kind is Decimal or kind is float:
                figure_at(number, place, value, figure)
            elif kind is date:
                if value < FIRST_DAY:
                    string(number, place, value.isoformat(), text)
                else:
                    figure_at(number, place, value.toordinal() - _DAY_ZERO, self.day)
            elif kind is datetime:
                share = (value.hour * 3600 + value.minute * 60 + value.second) / _SECONDS
                style = self.second if value.second else self.minute
                figure_at(number, place, value.toordinal() - _DAY_ZERO + share, style)
            elif isinstance(value, str):
                string(number, place, str(value), text)
            elif value is not None:
                self.sheet.write(number, place, value, figure)

    def marked(self, number: int, place: int, value: str, style: Format | None) -> None:
        """Write a text that the writer would take for mark-up of its own; in two pieces it escapes it."""
        self.sheet.write_rich_string(number, place, value[:1], self.plain, value[1:], *filter(None, [style]))
