"""Workbooks that leave the house: the template to fill in, and exports."""

import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from platforms.excel.columns import Column, Kind
from platforms.excel.list_file import csv_lines, workbook
from platforms.excel.look import FONT
from platforms.excel.workbook import NOTES_SHEET

#: Rows of the template that are prepared with formats and drop-downs.
PREPARED_ROWS = 1_000
#: Excel takes no longer list of choices inside a cell's rule.
LONGEST_LIST = 250
_HEAD = PatternFill("solid", fgColor="E8EEF6")


def template(title: str, columns: Sequence[Column]) -> bytes:
    """Return an xlsx with the headers of ``columns``, drop-downs where choices are closed, and a sheet of notes."""
    wanted = [column for column in columns if not column.readonly]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append([column.header for column in wanted])
    sheet.freeze_panes = "A2"
    for index, column in enumerate(wanted, start=1):
        letter = get_column_letter(index)
        head = sheet.cell(1, index)
        head.font, head.fill = Font(name=FONT, bold=True), _HEAD
        sheet.column_dimensions[letter].width = max(12, 2.4 * len(column.header))
        if column.kind in (Kind.CODE, Kind.TEXT):
            for number in range(2, PREPARED_ROWS + 2):
                sheet.cell(number, index).number_format = "@"
        words = ["是", "否"] if column.kind == Kind.YES_NO else [word for _, word in column.choices]
        if words and len(",".join(words)) <= LONGEST_LIST:
            rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=not column.required)
            rule.errorTitle, rule.error = column.header, column.rule
            rule.showErrorMessage = True
            rule.add(f"{letter}2:{letter}{PREPARED_ROWS + 1}")
            sheet.add_data_validation(rule)
    _add_notes(book, wanted)
    return _bytes(book)


def _add_notes(book: Workbook, columns: Sequence[Column]) -> None:
    notes = book.create_sheet(NOTES_SHEET)
    notes.append(["列名", "必填", "填写要求", "示例"])
    for column in columns:
        hint = "；".join(part for part in (column.rule, column.hint) if part)
        notes.append([column.header, "是" if column.required else "否", hint, column.example])
    for letter, width in zip("ABCD", (22, 8, 70, 26), strict=True):
        notes.column_dimensions[letter].width = width
        notes[f"{letter}1"].font = Font(name=FONT, bold=True)
    for row in notes.iter_rows(min_row=2, min_col=3, max_col=3):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")


def as_xlsx(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return ``rows`` as a workbook with one sheet; text stays text."""
    return b"".join(workbook(title, chain([headers], rows), ()))


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return ``rows`` as CSV in UTF-8 with the mark that Excel needs."""
    return b"".join(csv_lines(chain([headers], rows)))


def _bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
