"""The workbook as it was sent, turned into rows under known heads; what is wrong with its shape is found here."""

import io
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

from platforms.applications.intake import marker
from platforms.applications.intake.fields import KEY, MOST_APPLICATIONS, Layout, Sheet
from platforms.cells import Column, is_empty, visible
from platforms.errors import Refusal
from platforms.excel.findings import Failure, Finding, Reading, shown
from platforms.excel.limits import _MOST_COLUMNS, check_counts
from platforms.excel.parts import NOT_READ, OWN_NOTES, plain_header
from platforms.excel.xlsx import Book, Grid, cell_name
from platforms.filetypes import inspect

#: Heads of workbooks that went out before, and how they are called now.
FORMER_HEADS = {"自定名称的理由": "名称调整理由"}
#: The head stands among the first rows; above it are titles.
_HEAD_WITHIN = 15
_WIDE = str.maketrans("()", "（）")
#: More cells without a head are not listed.
_MOST_STRAY = 100


@dataclass(frozen=True)
class Row:
    """One row that is not empty: its number in the sheet and the raw values of its cells by name of the column."""

    number: int
    cells: dict[str, Any]


@dataclass
class Page:
    """One sheet as read: where each column stands (index from 0), and the rows below the head."""

    sheet: Sheet
    title: str
    head: int = 0
    positions: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    #: Columns that are not read: the officer's own notes, and those whose head was complained of.
    skipped: set[int] = field(default_factory=set)
    #: Cells (column index, row) that lie in a merged range; that they are empty is said already.
    merged: set[tuple[int, int]] = field(default_factory=set)

    def cell(self, name: str, row: int) -> str:
        """Return the address of a cell, "" where the sheet has no such column."""
        return cell_name(self.positions[name], row) if name in self.positions else ""


@dataclass
class Workbook:
    """The intermediate form that the checks look at: pages by name, errors of shape, tolerant readings."""

    layout: Layout
    pages: dict[str, Page] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a page, none where the sheet is missing."""
        return self.pages[name].rows if name in self.pages else []


def read_workbook(
    name: str, content: bytes, layout: Layout, *, year: int, region: str, max_bytes: int, max_rows: int
) -> Workbook:
    """Return what ``content`` holds; the file is judged before it is parsed, the template before it is read.

    ``region`` is the code of the person's region, "" for the city.

    Raises:
        WrongTemplate: it was not made from the template of this year and region, or from one that is not taken now.
        Refusal: the file itself is not taken: kind, size, macros, password, number of rows.
    """
    book = accept(name, content, year=year, region=region, max_bytes=max_bytes, max_rows=max_rows)
    found = Workbook(layout, titles=book.titles)
    known = {plain_header(sheet.title): sheet for sheet in layout.sheets}
    for title in book.titles:
        sheet = known.get(plain_header(title))
        if sheet is not None and sheet.name not in found.pages:
            found.pages[sheet.name] = _page(sheet, book.grid(title), found, max_rows)
        elif title not in NOT_READ:
            found.readings.append(Reading(title, "", "", "不在模板中的工作表，没有读取"))
    for sheet in layout.sheets:
        if sheet.name not in found.pages:
            _missing_sheet(sheet, found)
    return found


def accept(name: str, content: bytes, *, year: int, region: str, max_bytes: int, max_rows: int) -> Book:
    """Return the workbook, opened and not yet read; the arguments and what is raised are those of the whole reading."""
    inspect(name, io.BytesIO(content), allowed={"xlsx"}, max_bytes=max_bytes)
    check_counts(content, max_rows)
    book = Book(content)
    marker.check(book, year=year, region=region)
    return book


def _missing_sheet(sheet: Sheet, found: Workbook) -> None:
    if sheet.name == "applications":
        sentence = f"缺少工作表“{sheet.title}”，请使用下载的模板填写，不要改动工作表的名称。"
        found.findings.append(Finding(sheet.title, "", "", sentence, Failure.SHEET))
    else:
        found.readings.append(Reading(sheet.title, "", "", "没有这张工作表，已存的内容不变"))


def _page(sheet: Sheet, grid: Grid, found: Workbook, max_rows: int) -> Page:
    page = Page(sheet, grid.title)
    head = _head_of(sheet, grid)
    if head is None:
        if grid.rows or sheet.name == "applications":
            sentence = "没有找到表头，请使用下载的模板填写，不要改动表头。"
            found.findings.append(Finding(grid.title, "", "", sentence, Failure.SHEET))
        return page
    page.head = head
    if max(len(cells) for _, cells in grid.rows) > _MOST_COLUMNS:
        sentence = f"表格多于 {_MOST_COLUMNS} 列，没有读取，请使用下载的模板填写。"
        found.findings.append(Finding(grid.title, "", "", sentence, Failure.SHEET))
        return page
    _read_head(page, dict(grid.rows)[head], found)
    body = [(number, cells) for number, cells in grid.rows if number > head]
    most = min(max_rows, MOST_APPLICATIONS) if sheet.name == "applications" else max_rows
    if len(body) > most:
        raise Refusal(f"工作表“{grid.title}”超过 {most:,} 行，没有读取，请拆分成几个文件。")
    names = {place: name for name, place in page.positions.items()}
    stray: list[tuple[int, int, Any]] = []
    for number, cells in body:
        row: dict[str, Any] = {}
        for place, value in cells.items():
            if place in names:
                if not is_empty(value):
                    row[names[place]] = value
            elif place not in page.skipped and not is_empty(value):
                stray.append((number, place, value))
        if row:
            page.rows.append(Row(number, row))
    _check_shape(page, grid, stray, found)
    return page


def _head_of(sheet: Sheet, grid: Grid) -> int | None:
    """Return the number of the row with the most heads of ``sheet``, at least two; the first of equals."""
    heads = {plain_header(column.header) for column in sheet.columns}
    best, most = None, 1
    for number, cells in grid.rows[:_HEAD_WITHIN]:
        count = len(heads & {plain_header(value) for value in cells.values() if isinstance(value, str)})
        if count > most:
            best, most = number, count
    return best


def _read_head(page: Page, cells: dict[int, Any], found: Workbook) -> None:
    known = {plain_header(column.header): column for column in page.sheet.columns}
    known |= {former: known[plain_header(now)] for former, now in FORMER_HEADS.items() if plain_header(now) in known}
    for place, value in sorted(cells.items()):
        title = value if isinstance(value, str) else shown(value)
        cell = cell_name(place, page.head)
        plain = plain_header(title)
        column = known.get(plain)
        if column is not None and column.name in page.positions:
            first = page.cell(column.name, page.head)
            sentence = f"表头“{column.header}”与 {first} 重复，同一列只能有一个。"
            found.findings.append(Finding(page.title, cell, shown(title), sentence, Failure.SHEET, page.head))
            page.skipped.add(place)
        elif column is not None:
            page.positions[column.name] = place
            # Brackets of either width are the same head to everybody.
            seen = visible(title).translate(_WIDE)
            if seen not in (column.header, f"{column.header}*"):
                found.readings.append(Reading(page.title, cell, shown(title), f"按表头“{column.header}”理解"))
        elif plain.startswith(OWN_NOTES):
            page.skipped.add(place)
            found.readings.append(Reading(page.title, cell, shown(title), "自用的备注列，没有读取"))
        elif plain:
            page.skipped.add(place)
            sentence = f"表头“{shown(title)}”不在模板中，请改正或删除这一列；自用的说明请用“备注”作表头。"
            found.findings.append(Finding(page.title, cell, shown(title), sentence, Failure.SHEET, page.head))
    for column in page.sheet.columns:
        if column.name not in page.positions:
            _missing_column(page, column, found)


def _missing_column(page: Page, column: Column, found: Workbook) -> None:
    # Rows are replaced as a whole, so a column of theirs that is missing would be lost.
    if column.required or page.sheet.name != "applications":
        sentence = f"缺少“{column.header}”列，请使用下载的模板填写。"
        found.findings.append(Finding(page.title, "", "", sentence, Failure.SHEET, page.head))
    else:
        found.readings.append(Reading(page.title, "", "", f"没有“{column.header}”列，已存的内容不变"))


def _check_shape(page: Page, grid: Grid, stray: list[tuple[int, int, Any]], found: Workbook) -> None:
    """Name what cannot be trusted: hidden, merged, without a head, a head again."""

    def wrong(cell: str, value: Any, sentence: str, row: int = 0) -> None:
        found.findings.append(Finding(page.title, cell, shown(value), sentence, Failure.SHEET, row))

    if grid.hidden and page.rows:
        wrong("", "", f"工作表“{page.title}”被隐藏，请取消隐藏，核对后重新上传。")
    numbers, at = sorted(row.number for row in page.rows), dict(grid.rows)
    for left, top, right, bottom in grid.merged:
        if bottom <= page.head or right not in range(left, left + 2 * _MOST_COLUMNS):
            continue
        within = {(column, row) for column in range(left, right + 1) for row in range(top, min(bottom, top + 5000) + 1)}
        page.merged |= within
        if bisect_left(numbers, top) < bisect_right(numbers, bottom):
            bounds = f"{cell_name(left, top)}:{cell_name(right, bottom)}"
            sentence = f"{bounds} 是合并单元格，请取消合并，逐格填写。"
            # Without a row: it may concern several applications.
            wrong(cell_name(left, top), at.get(top, {}).get(left), sentence)
    for row in page.rows:
        if row.number in grid.hidden_rows:
            wrong(
                cell_name(0, row.number),
                "",
                f"第 {row.number} 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。",
                row.number,
            )
    for name, place in page.positions.items():
        if place in grid.hidden_columns and any(name in row.cells for row in page.rows):
            letter = cell_name(place, page.head)
            wrong(letter, "", f"{letter.rstrip('0123456789')} 列被隐藏，请取消隐藏，核对后重新上传。", page.head)
    for number, place, value in stray[:_MOST_STRAY]:
        wrong(cell_name(place, number), value, "这一列没有表头，请删除，或移到有表头的列。", number)
    page.rows = [row for row in page.rows if not _is_head_again(page, row, wrong)]


def _is_head_again(page: Page, row: Row, wrong: Any) -> bool:
    # A head stands where the head stands: the 序号 tells, and spares a look at every other row.
    first_head = row.cells.get(KEY)
    if not isinstance(first_head, str) or plain_header(first_head) != plain_header(page.sheet.column(KEY).header):
        return False
    heads = {column.name: plain_header(column.header) for column in page.sheet.columns}
    same = [
        name for name, value in row.cells.items() if isinstance(value, str) and plain_header(value) == heads.get(name)
    ]
    if len(same) < 2 or len(same) * 2 < len(row.cells):
        return False
    first = min(page.positions[name] for name in same)
    wrong(cell_name(first, row.number), row.cells[same[0]], f"第 {row.number} 行又是一行表头，请删除。", row.number)
    return True
