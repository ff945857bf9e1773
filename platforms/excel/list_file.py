"""A list as a file, streamed: csv line by line, a workbook by way of a temporary file."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from platforms.excel.columns import FORMULA_SIGNS, guard_formula
from platforms.filetypes import MEDIA_TYPES

Row = Sequence[Any]
#: More rows go as csv only: a sheet ends at 1,048,576, and what is beyond would be dropped without a word.
MOST_IN_SHEET = 200_000
#: Bytes of a workbook that are sent at once.
PIECE = 64 * 1024
#: Lines of a csv that are sent at once.
LINES = 500
_SIGNS = frozenset(FORMULA_SIGNS)
#: Rows leave memory as they come, and no text becomes anything else.
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
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
        csv.writer(lines).writerows(some)
        yield lines.getvalue().encode()


def workbook(title: str, rows: Iterable[Row], notes: Sequence[Row]) -> Iterator[bytes]:
    """Yield the workbook by way of a temporary file, which lasts as long as it is read; never all in memory."""
    # The folder holds what the writer puts aside too, so that nothing is left where the rows break off.
    with TemporaryDirectory() as folder, TemporaryFile(dir=folder) as file:
        with Workbook(file, {**_OPTIONS, "tmpdir": folder}) as book:
            _fill(book, title[:31], rows).freeze_panes(1, 0)
            _fill(book, "说明", notes)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _fill(book: Workbook, title: str, rows: Iterable[Row]) -> Worksheet:
    sheet, plain = book.add_worksheet(title), book.add_format()
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if not isinstance(value, str):
                sheet.write(number, place, value)
            elif value.startswith("<r>"):
                # The writer takes <r>…</r> for mark-up of its own; a text in two pieces it escapes.
                sheet.write_rich_string(number, place, value[:1], plain, value[1:])
            elif value:
                sheet.write_string(number, place, value)
    return sheet
