"""An uploaded sheet, read strictly: every doubt is an error that names sheet, cell and rule; no database."""

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from platforms.cells import Broken, CellProblem, Column, Formula, visible
from platforms.errors import Refusal
from platforms.excel.columns import read_cell
from platforms.excel.limits import MOST_CHARACTERS, TOO_MUCH_TEXT, check_workbook
from platforms.filetypes import inspect

#: The sheet of the template that explains the columns; it is not read.
NOTES_SHEET = "填写说明"
MOST_COLUMNS = 100
#: More problems than these are not listed; the first ones say what is wrong.
MOST_PROBLEMS = 50
_SPARE_ROWS = 200


@dataclass(frozen=True)
class Line:
    """One row of the sheet: its number in the file, and the value of each column by name."""

    number: int
    values: dict[str, Any]


@dataclass
class Table:
    """What was read: ``columns`` in the order of the file, ``lines``, and ``problems`` as sentences.

    ``letters`` gives the column letter of each name, to point at a cell later on; ``unread`` holds the problems of
    cells once more, by the number of their row: the values of such a row are not complete.
    """

    columns: list[Column] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unread: dict[int, list[str]] = field(default_factory=dict)

    def cell(self, name: str, number: int) -> str:
        """Return the address of a cell, such as ``F12``."""
        return f"{self.letters.get(name, '')}{number}"


class _EnoughError(Exception):
    """As many problems as are listed were found."""


def read_table(name: str, file: BinaryIO, *, columns: Sequence[Column], max_bytes: int, max_rows: int) -> Table:
    """Return the first sheet of ``file`` (xlsx or csv) with a header row as ``columns`` say.

    Raises:
        Refusal: the file itself is not taken: kind, size, macros, password, number of rows.
    """
    facts = inspect(name, file, allowed={"xlsx", "csv"}, max_bytes=max_bytes)
    if facts.kind == "csv":
        return _read(_csv_rows(file), columns, max_rows)
    check_workbook(
        file,
        most_rows=max_rows + _SPARE_ROWS,
        most_cells=(max_rows + _SPARE_ROWS) * MOST_COLUMNS // 2,
        too_many=f"表格超过 {max_rows:,} 行（或列数过多），请拆分成几个文件分别导入。",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(file, data_only=False, keep_links=False)
        except Exception as error:
            raise Refusal("工作簿无法读取，可能已损坏，请用 Excel 或 WPS 打开后另存为 xlsx 再上传。") from error
    sheets: list[Any] = [sheet for sheet in book.worksheets if sheet.title != NOTES_SHEET]
    if not sheets:
        raise Refusal("工作簿中没有数据工作表，请使用下载的模板填写。")
    table = _read(_sheet_rows(sheets[0]), columns, max_rows)
    table.problems[:0] = list(_sheet_problems(sheets))
    return table


def _csv_rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, strict=True)
        for row in reader:
            yield reader.line_num, list(row)
    except csv.Error:
        raise Refusal("CSV 文件的引号或分隔符有误，请在 Excel 中另存为“CSV UTF-8”后上传。") from None
    finally:
        text.detach()


def _sheet_rows(sheet: Worksheet) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows that hold something, and the first; a far corner makes no cells between."""
    rows: dict[int, dict[int, Any]] = {1: {}}
    # The only way to the cells that are there; every other one makes those between.
    for (number, column), cell in sheet._cells.items():
        if cell.value is not None and column <= MOST_COLUMNS + 1:
            rows.setdefault(number, {})[column] = _raw(cell)
    characters = 0
    for number in sorted(rows):
        row = rows[number]
        characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if characters > MOST_CHARACTERS:
            raise Refusal(TOO_MUCH_TEXT)
        yield number, [row.get(column) for column in range(1, max(row, default=0) + 1)]


def _raw(cell: Any) -> Any:
    return Formula() if cell.data_type == "f" else Broken(cell.value) if cell.data_type == "e" else cell.value


def _sheet_problems(sheets: list[Worksheet]) -> Iterator[str]:
    first = sheets[0]
    for sheet in sheets[1:]:
        if sheet.sheet_state != "visible" or sheet.calculate_dimension() != "A1:A1" or sheet["A1"].value is not None:
            yield f"工作簿含有多余的工作表“{sheet.title}”，只读取一个数据工作表，请删除后重新上传。"
    if first.sheet_state != "visible":
        yield f"工作表“{first.title}”被隐藏，请取消隐藏并核对后重新上传。"
    for merged in list(first.merged_cells.ranges)[:5]:
        yield f"工作表“{first.title}”的 {merged.coord} 是合并单元格，请取消合并，逐格填写。"
    hidden = [number for number, row in first.row_dimensions.items() if row.hidden]
    if hidden:
        yield f"工作表“{first.title}”第 {hidden[0]} 行被隐藏，请取消隐藏或筛选并核对后重新上传。"
    hidden_columns = [letter for letter, column in first.column_dimensions.items() if column.hidden]
    if hidden_columns:
        yield f"工作表“{first.title}”{hidden_columns[0]} 列被隐藏，请取消隐藏并核对后重新上传。"


def _read(rows: Iterator[tuple[int, list[Any]]], columns: Sequence[Column], max_rows: int) -> Table:
    table = Table()
    _, header = next(rows, (1, []))
    positions = _read_header(header, columns, table)
    if table.problems:
        return table
    try:
        for number, row in rows:
            if all(value is None or value == "" for value in row):
                continue
            if len(table.lines) >= max_rows:
                raise Refusal(f"表格超过 {max_rows:,} 行，请拆分成几个文件分别导入。")
            _read_line(table, positions, number, row)
    except _EnoughError:
        table.problems.append("其余问题未一一列出，请先改正以上各处。")
    if not table.lines and not table.problems:
        table.problems.append("表格没有数据行，请从第 2 行起填写。")
    return table


def _read_header(header: list[Any], columns: Sequence[Column], table: Table) -> dict[int, Column]:
    known = {column.header: column for column in columns}
    positions: dict[int, Column] = {}
    while header and (header[-1] is None or header[-1] == ""):
        header.pop()
    if len(header) > MOST_COLUMNS:
        table.problems.append(f"表格多于 {MOST_COLUMNS} 列，请使用下载的模板填写。")
        return positions
    for index, raw in enumerate(header):
        cell = f"{get_column_letter(index + 1)}1"
        title = raw if isinstance(raw, str) else ""
        column = known.get(title)
        if column is None:
            close = known.get(visible(title))
            table.problems.append(
                f"表头“{close.header}”（{cell}）含有空格或看不见的字符，请按模板改正。"
                if close
                else f"表头“{title}”（{cell}）不在模板中，请使用下载的模板填写。"
                if title.strip()
                else f"表头 {cell} 为空，请按模板改正。"
            )
        elif column in positions.values():
            table.problems.append(f"表头“{title}”（{cell}）重复出现，同一列只能有一个。")
        else:
            positions[index] = column
    table.columns = [column for column in positions.values() if not column.readonly]
    table.letters = {column.name: get_column_letter(index + 1) for index, column in positions.items()}
    return positions


def _read_line(table: Table, positions: dict[int, Column], number: int, row: list[Any]) -> None:
    values: dict[str, Any] = {}
    before = len(table.problems)
    if sum(row[i] == c.header for i, c in positions.items() if i < len(row)) > len(positions) // 2:
        _note(table, number, f"第 {number} 行又是一行表头，请只保留第 1 行。")
        return
    for index, value in enumerate(row):
        column = positions.get(index)
        if column is None:
            if value not in (None, ""):
                _note(
                    table,
                    number,
                    f"第 {number} 行的 {get_column_letter(index + 1)}{number} 没有表头，请删除或按模板改正。",
                )
            continue
        if column.readonly:
            continue
        try:
            values[column.name] = read_cell(column, value)
        except CellProblem as error:
            _note(table, number, f"第 {number} 行“{column.header}”（{get_column_letter(index + 1)}{number}）{error}")
    for column in positions.values():
        if not column.readonly and column.name not in values and len(table.problems) == before:
            values[column.name] = _empty(table, column, number)
    table.lines.append(Line(number, values))


def _empty(table: Table, column: Column, number: int) -> Any:
    """Return the value of a cell that a short row of a CSV file does not have."""
    try:
        return read_cell(column, None)
    except CellProblem as error:
        _note(table, number, f"第 {number} 行“{column.header}”（{table.cell(column.name, number)}）{error}")
        return None


def _note(table: Table, number: int, sentence: str) -> None:
    table.problems.append(sentence)
    table.unread.setdefault(number, []).append(sentence)
    if len(table.problems) >= MOST_PROBLEMS:
        raise _EnoughError
