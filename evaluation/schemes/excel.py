"""A scheme as a workbook of three sheets, written so that what is read back is the same scheme."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes import tiers, type_marks
from evaluation.schemes.choices import Method, MissingReport
from evaluation.schemes.models import heads_of
from evaluation.schemes.reported import LABELS
from platforms.cells import CellProblem, Column, Kind, blank, is_empty, read
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.excel.columns import show_value
from platforms.excel.findings import Failure, Finding, Reading, shown
from platforms.excel.limits import check_counts
from platforms.excel.parts import OWN_NOTES, plain_header
from platforms.excel.writing import put
from platforms.excel.xlsx import Book, Grid, cell_name
from platforms.filetypes import inspect
from platforms.notices.terms import Terms

INDICATORS, CUTOFFS, SETTINGS = "指标", "档次", "设置"
#: Rows of one sheet; a form of the back office takes no more either.
MOST_ROWS = 60
_HEAD_WITHIN = 15
_SPARE = 20
#: The longest list of words that a cell's rule can hold.
_LONGEST_LIST = 250
_HEAD = PatternFill("solid", fgColor="E8EEF6")

Choices = tuple[tuple[str, str], ...]
#: In a cell only what stands before the explanation.
_MISSING: Choices = tuple((value, label.partition("：")[0]) for value, label in MissingReport.choices)


def settings_columns(notices: Sequence[tuple[str, str]]) -> list[Column]:
    """Return the columns of the sheet 设置; ``notices`` are keys and names of those that may be chosen."""
    return [
        Column("name", "名称", required=True),
        Column("notice", "通知", Kind.CHOICE, required=True, choices=tuple(notices)),
        Column("note", "说明"),
        Column("explain_full", "得满分也须说明", Kind.YES_NO, required=True),
        Column("difference_share", "评分分歧界限（%）", Kind.DECIMAL, required=True),
        Column("gap_share", "自评与记录差异界限（%）", Kind.DECIMAL, required=True),
        Column("missing_report", "未报送自评的", Kind.CHOICE, required=True, choices=_MISSING),
    ]


def cutoff_columns(terms: Terms) -> list[Column]:
    """Return the columns of the sheet 档次 under the grades of ``terms``, the last of which has no cut-off."""
    return [
        Column("grade", "档次", Kind.CHOICE, required=True, choices=tuple(terms.grade_choices[:-1])),
        Column("least", "起点（分）", Kind.DECIMAL),
        Column("share", "名次占比（%）", Kind.DECIMAL),
    ]


def indicator_columns(terms: Terms) -> list[Column]:
    """Return the columns of the sheet 指标 under the heads of ``terms``."""
    return [
        Column("order", "序号", Kind.WHOLE, required=True),
        Column("head", "类别", Kind.CHOICE, required=True, choices=tuple(heads_of(terms))),
        Column("code", "代号", Kind.CODE, required=True),
        Column("title", "指标", required=True),
        Column("method", "计分方法", Kind.CHOICE, required=True, choices=tuple(Method.choices)),
        Column("full_marks", "满分（分）", Kind.DECIMAL),
        Column("marks_by_type", "各类型满分"),
        Column("unit", "单位"),
        Column("floor", "起点值", Kind.DECIMAL),
        Column("target", "目标值", Kind.DECIMAL),
        Column("tiers", "分档"),
        Column("source", "数值来源", Kind.CHOICE, choices=tuple(LABELS.items())),
        Column("evidence_required", "须附佐证", Kind.YES_NO),
        Column("guide", "评分说明"),
    ]


def as_workbook(scheme: Scheme) -> bytes:
    """Return ``scheme`` as an xlsx."""
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    terms = scheme.terms
    _sheet(book, INDICATORS, indicator_columns(terms), [_indicator(row) for row in scheme.indicators.all()])
    cutoffs = scheme.cutoffs.all()
    _sheet(book, CUTOFFS, cutoff_columns(terms), [{name: getattr(row, name) for name in _CUTOFF} for row in cutoffs])
    columns = settings_columns([(str(scheme.notice_id), str(scheme.notice))])
    values = {column.name: getattr(scheme, column.name) for column in columns} | {"notice": str(scheme.notice_id)}
    _sheet(book, SETTINGS, columns, [values])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_CUTOFF = ("grade", "least", "share")


def _indicator(row: Indicator) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("order", "head", "code", "title", "method", "full_marks", "unit")}
    values |= {name: getattr(row, name) for name in ("floor", "target", "source", "evidence_required", "guide")}
    values["marks_by_type"] = type_marks.show(row.marks_by_type, PlatformType.choices)
    return values | {"tiers": tiers.show(row.tiers)}


def _sheet(book: Workbook, title: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        letter = get_column_letter(index)
        head = sheet.cell(1, index, column.header)
        head.font, head.fill = Font(bold=True), _HEAD
        for number, values in enumerate(rows, start=2):
            value = show_value(column, values[column.name])
            put(sheet.cell(number, index), None if value == "" else value, column.kind)
        longest = max((len(str(values[column.name] or "")) for values in rows), default=0)
        sheet.column_dimensions[letter].width = min(max(12, 2.4 * len(column.header), 1.8 * longest), 48)
        words = ["是", "否"] if column.kind == Kind.YES_NO else [word for _, word in column.choices]
        if words and len(",".join(words)) <= _LONGEST_LIST:
            rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=not column.required)
            rule.errorTitle, rule.error, rule.showErrorMessage = column.header, column.rule, True
            rule.add(f"{letter}2:{letter}{len(rows) + _SPARE}")
            sheet.add_data_validation(rule)


@dataclass
class ReadScheme:
    """What a workbook says: rows that are not stored, everything that is wrong, what was read with some tolerance.

    ``scheme`` is None where its sheet cannot be read; while there are ``findings`` nothing of it may be stored.
    """

    scheme: Scheme | None = None
    cutoffs: list[SchemeCutoff] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


def read_workbook(name: str, content: bytes, *, notices: Mapping[str, tuple[str, Terms]], max_bytes: int) -> ReadScheme:
    """Return what ``content`` says; ``notices`` are name and terms of those that a scheme may be written for, by key.

    Raises:
        Refusal: the file itself is not taken: kind, size, macros, password, more than :data:`MOST_ROWS` rows.
    """
    inspect(name, io.BytesIO(content), allowed={"xlsx"}, max_bytes=max_bytes)
    check_counts(content, MOST_ROWS)
    book, found = Book(content), ReadScheme()
    columns = settings_columns([(key, label) for key, (label, _) in notices.items()])
    settings = _Table(found, SETTINGS, columns, book)
    if len(settings.rows) != 1 and not found.findings:
        settings.wrong(0, "", "", "工作表“设置”应有且只有一行内容。", Failure.SHEET)
    if found.findings:
        return found
    number, values = settings.rows[0]
    _, terms = notices[values["notice"]]
    scheme = Scheme(**values | {"notice_id": int(values.pop("notice"))})
    settings.check(number, scheme)
    found.scheme = scheme
    cutoffs = _Table(found, CUTOFFS, cutoff_columns(terms), book)
    for number, values in cutoffs.rows:
        row = SchemeCutoff(**values | {"least": values["least"] or 0})
        if values["least"] is None and values["share"] is None:
            cutoffs.wrong(number, "least", "", "请填写起点分，按名次的填写名次占比。", Failure.EMPTY)
        cutoffs.check(number, row)
        found.cutoffs.append(row)
    cutoffs.once("grade")
    lines = _Table(found, INDICATORS, indicator_columns(terms), book)
    for number, values in lines.rows:
        values["marks_by_type"] = lines.parsed(number, "marks_by_type", values, _type_marks, {})
        values["tiers"] = lines.parsed(number, "tiers", values, tiers.parse, [])
        zeros = {"full_marks": values["full_marks"] or 0, "evidence_required": bool(values["evidence_required"])}
        line = Indicator(**values | zeros)
        lines.check(number, line)
        found.indicators.append(line)
    lines.once("code")
    order = [INDICATORS, CUTOFFS, SETTINGS]
    found.findings.sort(key=lambda each: (order.index(each.sheet), each.row))
    return found


def _type_marks(text: str) -> dict[str, str]:
    return type_marks.parse(text, PlatformType.choices)


class _Table:
    """One sheet: where its columns stand, and the rows of which every cell could be read, with their numbers."""

    def __init__(self, found: ReadScheme, title: str, columns: Sequence[Column], book: Book) -> None:
        self.found, self.title, self.columns = found, title, columns
        self.positions: dict[str, int] = {}
        #: Columns that are the officer's own.
        self.own: set[int] = set()
        self.rows: list[tuple[int, dict[str, Any]]] = []
        titles = [each for each in book.titles if plain_header(each) == title]
        if not titles:
            self.wrong(0, "", "", f"缺少工作表“{title}”，请使用导出的工作簿填写。", Failure.SHEET)
            return
        grid = book.grid(titles[0])
        if len(grid.rows) > MOST_ROWS + _HEAD_WITHIN:
            raise Refusal(f"工作表“{title}”超过 {MOST_ROWS} 行，没有读取，请删去多余的行。")
        head = self._head_of(grid)
        if head is None:
            self.wrong(0, "", "", "没有找到表头，请使用导出的工作簿填写，不要改动表头。", Failure.SHEET)
            return
        before = len(found.findings)
        self._read_head(dict(grid.rows)[head], head)
        self._check_shape(grid, head)
        if len(found.findings) == before:
            for number, cells in grid.rows:
                if number > head and not all(is_empty(value) for value in cells.values()):
                    self._read_row(number, cells)

    def wrong(self, number: int, name: str, value: Any, sentence: str, failure: Failure = Failure.RULE) -> None:
        """Note what is wrong with one cell, one row (no ``name``) or the sheet (no ``number``)."""
        place = self.positions.get(name)
        cell = "" if place is None or not number else cell_name(place, number)
        self.found.findings.append(Finding(self.title, cell, shown(value), sentence, failure, number, name))

    def check(self, number: int, row: Model) -> None:
        """Note what a row of the database cannot hold."""
        try:
            row.full_clean(exclude=["scheme"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            headers = {column.name: column.header for column in self.columns}
            for name, sentences in error.message_dict.items():
                if name in headers:
                    for sentence in sentences:
                        self.wrong(number, name, getattr(row, name), f"“{headers[name]}”：{sentence}")

    def once(self, name: str) -> None:
        """Note rows that say the same ``name`` as one before them."""
        first: dict[Any, int] = {}
        for number, values in self.rows:
            if values[name] in first:
                told = f"与第 {first[values[name]]} 行重复，请改正其中一行。"
                self.wrong(number, name, values[name], told, Failure.DOUBLE)
            first.setdefault(values[name], number)

    def parsed(self, number: int, name: str, values: Mapping[str, Any], parse: Any, empty: Any) -> Any:
        """Return what a text of its own writing says, ``empty`` where it cannot be read; that is noted."""
        try:
            return parse(values[name])
        except ValueError as error:
            self.wrong(number, name, values[name], str(error), Failure.FORMAT)
            return empty

    def _head_of(self, grid: Grid) -> int | None:
        heads = {plain_header(column.header) for column in self.columns}
        for number, cells in grid.rows[:_HEAD_WITHIN]:
            if len(heads & {plain_header(value) for value in cells.values() if isinstance(value, str)}) > 1:
                return number
        return None

    def _read_head(self, cells: Mapping[int, Any], head: int) -> None:
        known = {plain_header(column.header): column for column in self.columns}
        for place, value in sorted(cells.items()):
            plain = plain_header(value) if isinstance(value, str) else shown(value)
            column = known.get(plain)
            if column is None:
                if plain.startswith(OWN_NOTES):
                    self.own.add(place)
                elif plain:
                    told = f"表头“{shown(value)}”不在模板中，请改正或删除这一列；自用的说明请用“{OWN_NOTES}”作表头。"
                    self._misshapen(place, head, value, told)
            elif column.name in self.positions:
                self._misshapen(place, head, value, f"表头“{column.header}”重复，同一列只能有一个。")
            else:
                self.positions[column.name] = place
        for column in self.columns:
            if column.name not in self.positions:
                self.wrong(0, "", "", f"缺少“{column.header}”列，请使用导出的工作簿填写。", Failure.SHEET)

    def _check_shape(self, grid: Grid, head: int) -> None:
        if grid.hidden:
            self.wrong(0, "", "", f"工作表“{self.title}”被隐藏，请取消隐藏，核对后重新上传。", Failure.SHEET)
        for left, top, _, bottom in grid.merged:
            if bottom > head:
                self._misshapen(max(left, 0), max(top, 1), "", "是合并单元格，请取消合并，逐格填写。")
        for number in sorted(grid.hidden_rows):
            if number > head:
                self._misshapen(0, number, "", f"第 {number} 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。")
        for name, place in self.positions.items():
            if place in grid.hidden_columns:
                header = next(column.header for column in self.columns if column.name == name)
                self._misshapen(place, head, "", f"“{header}”列被隐藏，请取消隐藏，核对后重新上传。")

    def _misshapen(self, place: int, number: int, value: Any, sentence: str) -> None:
        cell = cell_name(place, number)
        self.found.findings.append(Finding(self.title, cell, shown(value), sentence, Failure.SHEET, number))

    def _read_row(self, number: int, cells: Mapping[int, Any]) -> None:
        values: dict[str, Any] = {}
        for place, value in cells.items():
            if place not in self.positions.values() and not is_empty(value) and place not in self.own:
                self._misshapen(place, number, value, "这一列没有表头，请删除，或移到有表头的列。")
        for column in self.columns:
            place = self.positions[column.name]
            value = cells.get(place)
            try:
                if is_empty(value):
                    values[column.name] = blank(column)
                    continue
                values[column.name], understood = read(column, value)
            except CellProblem as problem:
                self.wrong(number, column.name, value, f"“{column.header}”{problem}", Failure(problem.what))
                continue
            if understood:
                cell = cell_name(place, number)
                self.found.readings.append(Reading(self.title, cell, shown(value), understood))
        if len(values) == len(self.columns):
            self.rows.append((number, values))
