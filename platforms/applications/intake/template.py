"""The workbook that leaves the house: to be filled in, or filled with the drafts that stand already."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from platforms.applications.intake import marker
from platforms.applications.intake.examples import EXAMPLE_ROWS
from platforms.applications.intake.fields import APPLICATIONS, CLEAR, MOST_APPLICATIONS, PARK, TOWN, Layout, Sheet
from platforms.applications.intake.marker import Marker
from platforms.cells import Column, Kind
from platforms.excel.parts import EXAMPLES, NOTES, OPTIONS, OWN_NOTES, VERSION
from platforms.excel.writing import put

_HEAD, _MUST = PatternFill("solid", fgColor="E8EEF6"), PatternFill("solid", fgColor="FCE8D2")
#: Rows below the head that have drop-downs.
_PREPARED = 3_000
_TEXTS = (Kind.KEY, Kind.TEXT, Kind.CAPITALS, Kind.PHONE, Kind.CHOICE, Kind.YES_NO)


@dataclass(frozen=True)
class Filling:
    """One application to be written: values by column, rows by kind; places and choices as words already."""

    values: Mapping[str, Any]
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a template says of itself and offers: year, name and code of the region, names of towns and parks."""

    year: int
    region: str
    code: str
    towns: tuple[str, ...] = ()
    parks: tuple[str, ...] = ()


def template(layout: Layout, facts: Facts, fillings: Iterable[Filling] = ()) -> bytes:
    """Return the workbook for ``facts``, with ``fillings`` as its rows."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    options = _Options(book)
    filled = list(fillings)
    for sheet in layout.sheets:
        _add_sheet(book, sheet, facts, options)
    for place, filling in enumerate(filled, start=1):
        _append(book[APPLICATIONS], layout.sheet("applications"), {"key": str(place), **filling.values})
        for kind, rows in filling.rows.items():
            sheet = layout.sheet(kind)
            for row in rows:
                _append(book[sheet.title], sheet, {"key": str(place), **row})
    _add_notes(book, layout, facts)
    _add_examples(book, layout)
    options.close()
    version = book.create_sheet(VERSION)
    for text in marker.cells_of(Marker(marker.current_version(), facts.year, facts.code)):
        version.append([text])
    for title in (OPTIONS, VERSION):
        book[title].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Options:
    """The hidden sheet that the drop-downs read: one list a column, each list once."""

    def __init__(self, book: Workbook) -> None:
        self.sheet: Worksheet = book.create_sheet(OPTIONS)
        self.book = book
        self.known: dict[tuple[str, ...], str] = {}

    def place_of(self, words: Sequence[str]) -> str:
        """Return the range that holds ``words``."""
        key = tuple(words)
        if key not in self.known:
            column = len(self.known) + 1
            for row, word in enumerate(words, start=1):
                put(self.sheet.cell(row, column), word, Kind.TEXT)
            letter = get_column_letter(column)
            self.known[key] = f"{OPTIONS}!${letter}$1:${letter}${len(words)}"
        return self.known[key]

    def close(self) -> None:
        """Put the sheet behind those that people see."""
        self.book.move_sheet(self.sheet, offset=len(self.book.sheetnames))


def _add_sheet(book: Workbook, sheet: Sheet, facts: Facts, options: _Options) -> None:
    page = book.create_sheet(sheet.title)
    grouped = any(column.group for column in sheet.columns)
    head = 3 if grouped else 2
    page.cell(1, 1, f"{facts.year}年度窗口平台{sheet.title}（{facts.region}）").font = Font(bold=True, size=14)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=min(len(sheet.columns), 8))
    for index, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(index)
        cell = page.cell(head, index, column.header)
        cell.font, cell.fill = Font(bold=True), _MUST if column.required else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        dimension = page.column_dimensions[letter]
        dimension.width = max(11, min(30, 2.2 * len(column.header)))
        if column.kind in _TEXTS:
            dimension.number_format = "@"
        elif column.kind == Kind.DATE:
            dimension.number_format = "yyyy-mm-dd"
        _add_drop_down(page, column, letter, head, facts, options)
    if grouped:
        _add_groups(page, sheet)
    page.row_dimensions[head].height = 32
    page.freeze_panes = f"{'D' if grouped else 'B'}{head + 1}"
    _print_on_a4(page, head=head, whole=not grouped)
    if grouped:
        # Too wide for one page: each page says which application a row is.
        page.print_title_cols = "A:C"


def _print_on_a4(page: Worksheet, *, head: int, whole: bool) -> None:
    """Lay ``page`` out for paper: A4 across, the first ``head`` rows on each page, with ``whole`` one page wide."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7, footer=0.3)
    page.oddFooter.center.text = "&A　第 &P 页，共 &N 页"  # type: ignore[union-attr]
    if head:
        page.print_title_rows = f"1:{head}"
    if whole:
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _add_groups(page: Worksheet, sheet: Sheet) -> None:
    """Write the part of the form above its columns."""
    start = 0
    for index in range(1, len(sheet.columns) + 1):
        if index < len(sheet.columns) and sheet.columns[index].group == sheet.columns[start].group:
            continue
        if group := sheet.columns[start].group:
            cell = page.cell(2, start + 1, group)
            cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
            page.merge_cells(start_row=2, start_column=start + 1, end_row=2, end_column=index)
        start = index


def _words(column: Column, facts: Facts) -> tuple[str, ...]:
    if column.name == TOWN:
        return facts.towns
    if column.name == PARK:
        return facts.parks
    return ("是", "否") if column.kind == Kind.YES_NO else tuple(word for _, word in column.choices)


def _add_drop_down(page: Worksheet, column: Column, letter: str, head: int, facts: Facts, options: _Options) -> None:
    words = _words(column, facts)
    if not words:
        return
    rule = DataValidation(type="list", formula1=options.place_of(words), allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = column.header[:30], "请从列表中选择。"
    rule.add(f"{letter}{head + 1}:{letter}{head + _PREPARED}")
    page.add_data_validation(rule)


def _append(page: Worksheet, sheet: Sheet, values: Mapping[str, Any]) -> None:
    row = page.max_row + 1
    for index, column in enumerate(sheet.columns, start=1):
        value = word_of(column, values.get(column.name))
        if value not in (None, ""):
            put(page.cell(row, index), value, column.kind)


def word_of(column: Column, value: Any) -> Any:
    """Return what stands in the sheet for a stored value."""
    if value is None or value == "":
        return None
    if column.kind == Kind.YES_NO:
        return "是" if value else "否"
    return dict(column.choices).get(value, value)


def _add_notes(book: Workbook, layout: Layout, facts: Facts) -> None:
    notes = book.create_sheet(NOTES)
    for line in (
        f"{facts.year}年度窗口平台批量填报说明",
        "1. “申报表”每行一份申报；其他工作表每行一人、一项服务、一家机构或一项制度，用“申报表序号”指明属于哪一份申报。",
        "2. 底色较深的列必须填写，其余可以先空着，以后在网页上补齐。附件、真实性承诺和审核意见在网页上办理。",
        f"3. 空着的单元格不会清除已经保存的内容；需要清除的，在单元格中填写“{CLEAR}”。",
        "4. 某份申报在“运营人员”等工作表中有一行或多行的，以表中各行替换已经保存的全部各行；一行也没有的，保持不变。",
        "5. 只修改从未提交过的草稿；同一地点已有草稿的，按差异修改，没有差异的不变，重复上传不会重复建立。",
        "6. 信用代码、电话等请保持文本格式，日期写成 2015-06-01，数字不写单位；不要使用公式、合并单元格和隐藏行。",
        f"7. 自用的说明请单独成列，表头以“{OWN_NOTES}”开头，这些列不读取。一个文件最多 {MOST_APPLICATIONS:,} 份申报。",
    ):
        notes.append([line])
    notes["A1"].font = Font(bold=True, size=14)
    notes.append([])
    notes.append(["工作表", "列名", "必填", "填写要求", "说明"])
    for cell in notes[notes.max_row]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for sheet in layout.sheets:
        for column in sheet.columns:
            rule = "从列表中选择" if column.name in (TOWN, PARK) else column.rule
            row = notes.max_row + 1
            must = "是" if column.required else "否"
            for index, text in enumerate((sheet.title, column.header, must, rule, column.hint), start=1):
                put(notes.cell(row, index), text, Kind.TEXT)
                notes.cell(row, index).alignment = Alignment(wrap_text=True, vertical="top")
    _print_on_a4(notes, head=0, whole=True)
    for letter, width in zip("ABCDE", (14, 26, 6, 60, 50), strict=True):
        notes.column_dimensions[letter].width = width


def _add_examples(book: Workbook, layout: Layout) -> None:
    page = book.create_sheet(EXAMPLES)
    page.append(["以下内容仅为示例，不会读取。"])
    for sheet in layout.sheets:
        page.append([])
        page.append([sheet.title])
        page.cell(page.max_row, 1).font = Font(bold=True)
        page.append([column.header for column in sheet.columns])
        for cell in page[page.max_row][: len(sheet.columns)]:
            cell.font, cell.fill = Font(bold=True), _HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        for example in EXAMPLE_ROWS[sheet.name]:
            row = page.max_row + 1
            for index, column in enumerate(sheet.columns, start=1):
                word = example.get(column.name, column.choices[0][1] if column.name == "type" else None)
                if word is not None:
                    put(page.cell(row, index), word, column.kind)
                    page.cell(row, index).alignment = Alignment(wrap_text=True, vertical="top")
    for index in range(1, max(len(sheet.columns) for sheet in layout.sheets) + 1):
        page.column_dimensions[get_column_letter(index)].width = 18
    _print_on_a4(page, head=0, whole=False)
