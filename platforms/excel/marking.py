"""The workbook that was sent, handed back with its wrong cells coloured and commented; nothing else is touched."""

import io
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from platforms.cells import Kind
from platforms.errors import Refusal
from platforms.excel.findings import LABELS, Failure, Finding
from platforms.excel.limits import UNREADABLE
from platforms.excel.parts import FOUND
from platforms.excel.writing import put

COLOURS = {
    Failure.EMPTY: "FFF2CC",
    Failure.FORMAT: "F8CBAD",
    Failure.CHOICE: "D9D2E9",
    Failure.REFERENCE: "CFE2F3",
    Failure.DOUBLE: "D9EAD3",
    Failure.RULE: "F4A6A6",
    Failure.SHEET: "D0CECE",
}
#: Who our comments are from: those of an earlier check are taken away again.
AUTHOR = "批量填报检查"


def marked(content: bytes, findings: Sequence[Finding], labels: Mapping[Failure, str] = LABELS) -> bytes:
    """Return the workbook ``content`` with the cells of ``findings`` marked and a sheet that lists them.

    ``labels`` are what the kinds of failure are called in that list.

    Raises:
        Refusal: the workbook cannot be opened for writing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(content))
        except Exception as error:
            raise Refusal(UNREADABLE) from error
    for sheet in book.worksheets:
        _forget(sheet)
    by_cell: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.cell and finding.sheet in book.sheetnames:
            by_cell[finding.sheet, finding.cell].append(finding)
    for (title, place), some in by_cell.items():
        cell = book[title][place]
        if isinstance(cell, MergedCell):
            continue
        cell.fill = PatternFill("solid", fgColor=COLOURS[some[0].failure])
        comment = Comment("\n".join(finding.sentence for finding in some), AUTHOR, width=320, height=90)
        cell.comment = comment
    _list(book, findings, labels)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _forget(sheet: Worksheet) -> None:
    """Take away what an earlier check marked."""
    # Only the cells that are there: asking for rows would make all others up to the farthest corner.
    for cell in sheet._cells.values():
        if not isinstance(cell, MergedCell) and cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = None
            cell.fill = PatternFill()


def _list(book: Workbook, findings: Sequence[Finding], labels: Mapping[Failure, str]) -> None:
    if FOUND in book.sheetnames:
        book.remove(book[FOUND])
    page = book.create_sheet(FOUND)
    page.append(["工作表", "单元格", "现有内容", "问题", "类别"])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row, finding in enumerate(findings, start=2):
        texts = (finding.sheet, finding.cell, finding.value, finding.sentence, labels[finding.failure])
        for index, text in enumerate(texts, start=1):
            put(page.cell(row, index), text, Kind.TEXT)
        page.cell(row, 5).fill = PatternFill("solid", fgColor=COLOURS[finding.failure])
    for letter, width in zip("ABCDE", (14, 10, 30, 80, 18), strict=True):
        page.column_dimensions[letter].width = width
