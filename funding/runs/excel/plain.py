"""The sheet of a run as a file: a workbook to sign and file away, a plain table for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from funding.runs.queries.sheet import Line, Sheet
from platforms.dates import plain_moment
from platforms.excel.columns import guard_formula
from platforms.identity import ours

KINDS = ("xlsx", "csv")


@dataclass(frozen=True)
class Column:
    """One column of the workbook: its head, its width in signs, and how its numbers are shown."""

    head: str
    width: int
    number_format: str = ""


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    share = f"{sheet.failing_label}占比"
    return (
        Column("地区", 16),
        Column("代码", 10),
        *(Column(label, max(7, 2 * len(label) + 1)) for label in (*sheet.count_labels, *sheet.aside_labels)),
        Column(f"{share}(分数)", 13),
        Column(share, 10, "0.00%"),
        Column("是否支持", 11),
        Column("得分(分数)", 15),
        Column("得分", 10, "0.0000"),
        Column("权重(分数)", 18),
        Column("权重", 10, "0.0000%"),
        Column("金额(万元)", 13, "#,##0.00##"),
        Column("金额(元)", 15, "#,##0"),
    )


def as_file(sheet: Sheet, kind: str) -> bytes:
    """Return ``sheet`` as one of :data:`KINDS`. Numbers are numbers; no text of ours can run as a formula."""
    return as_xlsx(sheet) if kind == "xlsx" else as_csv(sheet)


def as_xlsx(sheet: Sheet) -> bytes:
    """Return a workbook of one sheet: heading, table, what was chosen and why, lines to sign on."""
    book = Workbook()
    book.properties.creator = ours().finance_bureau
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "资金分配表"
    _line_of(page, [sheet.title], bold=True)
    for facts in _heading(sheet):
        _line_of(page, facts)
    page.append([])
    columns = _columns(sheet)
    _line_of(page, [column.head for column in columns], bold=True)
    head = page.max_row
    for line in sheet.lines:
        _table_line(page, line, columns)
    if sheet.industry is not None:
        _table_line(page, sheet.industry, columns)
    _table_line(page, sheet.total, columns, bold=True)
    _rule_table(page, head, len(columns))
    page.append([])
    for facts in _footing(sheet):
        _line_of(page, facts)
    _lay_out(page, head, columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(sheet: Sheet) -> bytes:
    """Return UTF-8 with byte order mark, one line per region.

    Shares, scores and weights in decimals of at most twelve places (cut down); whole yuan.
    """
    run = sheet.run
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    readings = [chosen.label for chosen in (*sheet.readings, *sheet.countings)]
    counts = (*sheet.count_labels, *sheet.aside_labels)
    writer.writerow([
        "测算编号", "年度", "状态", "代码", "地区", *counts, f"{sheet.failing_label}占比", "是否支持", "得分", "权重",
        "金额(元)", "资金总额(元)", *readings, "校验值",
    ])  # fmt: skip
    for line in (*sheet.lines, *([sheet.industry] if sheet.industry else [])):
        cells = [
            run.number, run.round.year, run.get_status_display(), line.code, line.label, *line.counts, *line.aside,
            _decimal(line.share), line.verdict, _decimal(line.score), _decimal(line.weight), line.amount,
            run.pool_yuan, *(chosen.choice for chosen in (*sheet.readings, *sheet.countings)), run.digest,
        ]  # fmt: skip
        writer.writerow([_safe("" if cell is None else cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _heading(sheet: Sheet) -> Iterable[Sequence[Any]]:
    run = sheet.run
    yield ("年度", str(run.round), "测算编号", run.number, "状态", run.get_status_display())
    yield ("资金总额(元)", run.pool_yuan, "已分配(元)", run.allocated_yuan, "未分配(元)", run.unallocated_yuan)
    yield ("校验值", sheet.short_digest or "签署后生成")
    if run.replaces is not None:
        yield ("被更正的测算", run.replaces.number)
    if run.note:
        yield ("说明", run.note)


def _footing(sheet: Sheet) -> Iterable[Sequence[Any]]:
    yield ("采用的口径",)
    for chosen in (*sheet.readings, *sheet.countings):
        standing = "默认" if chosen.is_default else f"非默认，默认为“{chosen.default}”"
        yield (chosen.label, chosen.choice, standing, f"默认理由：{chosen.reason}")
    yield ("各档折合", *(f"{worth.label}{worth.text}" for worth in sheet.worth_texts))
    for sentence in sheet.inversion_sentences:
        yield ("提示", sentence)
    yield ("取整规则", sheet.last_unit_rule)
    if sheet.differences is not None:
        yield (f"与{sheet.differences.number}相比", *sheet.differences.general)
        yield ("地区", "原金额(元)", "现金额(元)", "增减(元)", "原因")
        for line in sheet.differences.lines:
            yield (line.label, line.before, line.after, line.more, line.why)
    yield ()
    for signature in sheet.signatures:
        when = plain_moment(signature.at)
        yield (f"{signature.label}人", signature.name, "签字", "", "日期", when)


def _table_line(page: Worksheet, line: Line, columns: Sequence[Column], *, bold: bool = False) -> None:
    cells = (
        line.label, line.code, *line.counts, *line.aside, _fraction(line.share), _decimal(line.share), line.verdict,
        _fraction(line.score), _decimal(line.score), _fraction(line.weight), _decimal(line.weight),
        Decimal(line.amount) / 10_000, line.amount,
    )  # fmt: skip
    _line_of(page, cells, bold=bold)
    for index, column in enumerate(columns, start=1):
        if column.number_format:
            page.cell(page.max_row, index).number_format = column.number_format


def _line_of(page: Worksheet, cells: Sequence[Any], *, bold: bool = False) -> None:
    page.append([_safe(cell) for cell in cells])
    for cell in page[page.max_row] if bold else ():
        cell.font = Font(bold=True)


def _rule_table(page: Worksheet, head: int, width: int) -> None:
    hair = Side(style="thin", color="999999")
    for row in page.iter_rows(min_row=head, max_row=page.max_row, max_col=width):
        for cell in row:
            cell.border = Border(top=hair, bottom=hair, left=hair, right=hair)
            if isinstance(cell.value, int | Decimal):
                cell.alignment = Alignment(horizontal="right")


def _lay_out(page: Worksheet, head: int, columns: Sequence[Column]) -> None:
    """Make it print on A4 landscape, one page wide, the head of the table on every page."""
    for index, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    page.freeze_panes = f"B{head + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{head}:{head}"
    page.oddFooter.right.text = "&P / &N"  # type: ignore[union-attr]


def _safe(value: Any) -> Any:
    return guard_formula(value) if isinstance(value, str) else value


def _fraction(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _decimal(number: Fraction | None) -> Decimal | None:
    """Return ``number`` in decimals, cut down to twelve places; without a float on the way."""
    if number is None:
        return None
    scale = 10**12
    return Decimal(number.numerator * scale // number.denominator).scaleb(-12).normalize() + 0
