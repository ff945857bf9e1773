"""The workbook in which service records are filled in: its columns, drop-downs and notes."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from platforms.cells import Column, Kind
from platforms.choices import FreeService, ServiceClass
from platforms.excel.parts import NOTES, OPTIONS, OWN_NOTES
from platforms.excel.writing import put
from platforms.service_records.choices import ServiceChannel, ServiceResult

SHEET = "服务记录"
#: Rows that one workbook may hold.
MOST_ROWS = 50_000
_HEAD, _MUST = PatternFill("solid", fgColor="E8EEF6"), PatternFill("solid", fgColor="FCE8D2")
COLUMNS = (
    Column("external_id", "编号", Kind.TEXT, hint="自编的编号，同一编号再次上传即为更正；可不编号"),
    Column("platform", "窗口平台", Kind.TEXT, required=True, hint="从列表中选择，或填平台编号"),
    Column("enterprise_name", "企业名称", Kind.TEXT, required=True),
    Column("enterprise_code", "统一社会信用代码", Kind.CAPITALS, required=True),
    Column("service_class", "服务类别", Kind.CHOICE, required=True, choices=tuple(ServiceClass.choices)),
    Column("free_category", "公益性服务", Kind.CHOICE, choices=tuple(FreeService.choices), hint="不属于三类的留空"),
    Column("served_on", "服务日期", Kind.DATE, required=True),
    Column("channel", "服务方式", Kind.CHOICE, required=True, choices=tuple(ServiceChannel.choices)),
    Column("fee", "收费（元）", Kind.DECIMAL, required=True, hint="免费的填 0"),
    Column("satisfaction", "满意度", Kind.WHOLE, hint="1 至 5，没有评价的留空"),
    Column("summary", "服务内容", Kind.TEXT, hint="最多 200 字"),
    Column("served_by", "服务人员", Kind.TEXT),
    Column("result", "结果", Kind.CHOICE, choices=tuple(ServiceResult.choices), hint="留空为已办结"),
)  # fmt: skip


def template(places: Sequence[tuple[str, str]]) -> bytes:
    """Return the workbook to fill in; ``places`` are code and name of the platforms that can be chosen."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = SHEET
    options = book.create_sheet(OPTIONS)
    words = {column.name: [word for _, word in column.choices] for column in COLUMNS if column.choices}
    words["platform"] = [word_of(code, name) for code, name in places]
    for index, column in enumerate(COLUMNS, start=1):
        head = page.cell(1, index, column.header)
        head.font, head.fill = Font(bold=True), _MUST if column.required else _HEAD
        letter = get_column_letter(index)
        page.column_dimensions[letter].width = 34 if column.name in ("platform", "enterprise_name", "summary") else 20
        number_format = {Kind.DATE: "yyyy-mm-dd", Kind.DECIMAL: "0.00", Kind.WHOLE: "0"}.get(column.kind, "@")
        page.column_dimensions[letter].number_format = number_format
        chosen = words.get(column.name)
        if not chosen:
            continue
        for row, word in enumerate(chosen, start=1):
            put(options.cell(row, index), word, Kind.TEXT)
        rule = DataValidation(
            type="list", formula1=f"'{OPTIONS}'!${letter}$1:${letter}${len(chosen)}", allow_blank=True,
            showErrorMessage=True, errorTitle=column.header, error="请从列表中选择。",
        )  # fmt: skip
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        page.add_data_validation(rule)
    page.freeze_panes = "A2"
    options.sheet_state = "hidden"
    _add_notes(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _add_notes(book: Workbook) -> None:
    notes = book.create_sheet(NOTES)
    for line in (
        "服务记录填写说明",
        f"1. 每行一次服务，最多 {MOST_ROWS:,} 行；底色较深的列必须填写。不要使用公式、合并单元格和隐藏行。",
        "2. 同一编号再次上传，内容相同的不变，内容不同的为更正，原来的内容保留。不编号的，完全相同的行不重复登记。",
        f"3. 自用的说明请单独成列，表头以“{OWN_NOTES}”开头，这些列不读取。",
    ):
        notes.append([line])
    notes["A1"].font = Font(bold=True, size=14)
    notes.append([])
    notes.append(["列名", "必填", "填写要求", "说明"])
    for column in COLUMNS:
        notes.append([column.header, "是" if column.required else "否", column.rule, column.hint])
    for letter, width in zip("ABCD", (24, 8, 60, 60), strict=True):
        notes.column_dimensions[letter].width = width


def word_of(code: str, name: str) -> str:
    """Return what the drop-down says for a platform."""
    return f"{code} {name}"
