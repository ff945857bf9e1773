"""The workbook of a run: the sheet to sign, its sums as formulas, the applications, the differences to the old run."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import AllocationItem
from funding.runs.excel.layout import SHARE, WHOLE, YUAN, Cell, Pen, fitting, prepared_to_print
from funding.runs.excel.workings import Counted, widths_of, write_workings
from funding.runs.queries.differences import Differences
from funding.runs.queries.sheet import Line, Sheet
from platforms.dates import day_in_words, plain_moment
from platforms.identity import ours

#: Height of a row that somebody signs on, in points.
TO_SIGN = 28.0


def as_xlsx(sheet: Sheet, items: Sequence[AllocationItem]) -> bytes:
    """Return the workbook of ``sheet``; ``items`` are the applications that it counts, by number, with their rows.

    The sums of all sheets but 计算过程 are fixed values. No text of ours can run as a formula.
    """
    book = Workbook()
    book.properties.creator = ours().finance_bureau
    book.properties.title = sheet.title
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "资金分配表"
    _write_table(first, sheet)
    if sheet.allocation is not None:
        _write_workings(book.create_sheet("计算过程"), sheet)
    if items:
        _write_items(book.create_sheet("申报明细"), sheet, items)
    if sheet.differences is not None:
        _write_differences(book.create_sheet("各地区增减"), sheet.differences)
    # What is computed by formulas holds no values yet: whoever opens the book computes them.
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cut(number: Fraction | None, places: int) -> Decimal | None:
    """Return ``number`` in decimals, cut down to ``places``; without a float on the way."""
    if number is None:
        return None
    scale = 10**places
    return Decimal(number.numerator * scale // number.denominator).scaleb(-places).normalize() + 0


# The sheet that is signed ------------------------------------------------------------------------------------------


def _write_table(page: Worksheet, sheet: Sheet) -> None:
    lines = (*sheet.lines, *([sheet.industry] if sheet.industry else []), sheet.total)
    counts = (*sheet.count_labels, *sheet.aside_labels)
    widths = [
        fitting([line.label for line in lines], 14, 28), 10, *[7.5] * len(counts), 9, 14, 10, 11,
        fitting([line.yuan for line in lines], 14), fitting([line.mark for line in lines], 10, 22),
    ]  # fmt: skip
    pen = Pen(page, widths)
    pen.title(sheet.title + sheet.standing_mark)
    for label, value, shown in _heading(sheet):
        pen.fact(label, value, shown)
    pen.heading("分配明细")
    pen.head(["地区", "代码", *counts, f"{sheet.failing_label}占比", "是否支持", "得分", "权重", "金额（元）", "备注"])
    for line in lines:
        _write_line(pen, line, bold=line is sheet.total)
    pen.words(f"取整规则：{sheet.last_unit_rule}")
    pen.words(sheet.columns_rule)
    _write_readings(pen, sheet)
    if sheet.worth_texts:
        pen.heading("各档折合")
        for worth in sheet.worth_texts:
            pen.fact(worth.label, worth.text)
    if sheet.warning_sentences:
        pen.heading("提示")
        for sentence in sheet.warning_sentences:
            pen.ruled([Cell(sentence, pen.columns, fill="mark")])
    _write_signatures(pen, sheet)
    page.freeze_panes = "B1"
    prepared_to_print(page)


def _heading(sheet: Sheet) -> list[tuple[str, Any, str]]:
    run = sheet.run
    facts: list[tuple[str, Any, str]] = [
        ("年度", str(run.round), ""),
        ("测算编号", run.number, ""),
        ("状态", run.get_status_display(), ""),
        ("资金总额（元）", run.pool_yuan, YUAN),
        ("已分配（元）", run.allocated_yuan, YUAN),
        ("未分配（元）", run.unallocated_yuan, YUAN),
    ]
    if run.replaces is not None:
        facts.append(("被更正的测算", run.replaces.number, ""))
    if run.note:
        facts.append(("说明", run.note, ""))
    return facts


def _write_line(pen: Pen, line: Line, *, bold: bool) -> None:
    values: list[tuple[Any, str]] = [
        (line.label, ""),
        (line.code, ""),
        *((number, WHOLE) for number in (*line.counts, *line.aside)),
        # Cut down as on the page, so that nothing below the line is shown as on it.
        (cut(line.share, 4), SHARE),
        (line.verdict, ""),
        (cut(line.score, 12), "0.0000"),
        (cut(line.weight, 6), "0.0000%"),
        (line.amount, YUAN),
        (line.mark, ""),
    ]
    pen.ruled([Cell(value, 1, shown, "head" if bold else "", bold) for value, shown in values])


def _write_readings(pen: Pen, sheet: Sheet) -> None:
    chosen, standing = 6, 4
    reason = pen.columns - 2 - chosen - standing
    for title, switches in (("分配口径", sheet.readings), ("申报数的口径", sheet.countings)):
        if not switches:
            continue
        pen.heading(title)
        pen.head([Cell("口径", 2), Cell("本次采用", chosen), Cell("是否默认", standing), Cell("默认理由", reason)])
        for each in switches:
            fill = "" if each.is_default else "mark"
            pen.ruled([
                Cell(each.label, 2, fill="head", bold=True),
                Cell(each.choice, chosen, fill=fill, bold=not each.is_default),
                Cell(each.standing, standing, fill=fill),
                Cell(each.reason, reason, fill=fill),
            ])  # fmt: skip


def _write_signatures(pen: Pen, sheet: Sheet) -> None:
    pen.heading("签署")
    third = (pen.columns - 2) // 3
    last = pen.columns - 2 - 2 * third
    pen.head([Cell("环节", 2), Cell("姓名", third), Cell("日期", third), Cell("签字", last)])
    for each in sheet.signatures:
        pen.ruled(
            [
                Cell(f"{each.label}人", 2, fill="head", bold=True),
                Cell(each.name or f"尚未{each.label}", third),
                Cell(plain_moment(each.at), third),
                Cell(None, last),
            ],
            height=TO_SIGN,
        )
    pen.fact("申报数校验值", sheet.counts_digest)
    pen.fact("校验值", sheet.run.digest or "签署后生成")
    pen.words("申报数校验值为申报数文件的SHA-256值，校验值为测算全部内容的SHA-256值。")


# The other sheets --------------------------------------------------------------------------------------------------


def _write_workings(page: Worksheet, sheet: Sheet) -> None:
    assert sheet.allocation is not None
    pen = Pen(page, widths_of(sheet.allocation, [line.label for line in sheet.lines]))
    counted = [_counted(line) for line in sheet.lines]
    industry = _counted(sheet.industry) if sheet.industry else None
    write_workings(pen, sheet.allocation, counted, industry, [line.amount for line in sheet.lines])
    page.freeze_panes = "C1"
    prepared_to_print(page, pages=2)


def _counted(line: Line) -> Counted:
    return Counted(line.label, line.code, line.counts)


def _write_items(page: Worksheet, sheet: Sheet, items: Sequence[AllocationItem]) -> None:
    labels = sheet.money.labels
    rows = [_item(item, labels) for item in items]
    columns = list(zip(*rows, strict=True))
    widths = [
        fitting(columns[0], 13, 24), fitting(columns[1], 14), fitting(columns[2], 20, 44), fitting(columns[3], 15), 8,
        fitting(columns[5], 13), 17, fitting(columns[7], 20, 80), 17,
    ]  # fmt: skip
    pen = Pen(page, widths)
    pen.title(f"申报明细（{sheet.run.number}）")
    pen.words("每份已上报的申报计入且只计入一栏；“档次”为公布的档次，评分后撤回的为拟定的档次。")
    pen.head(["地区", "申报编号", "平台名称", "申报情况", "档次", "计入", "日期", "理由", "撤销日期"])
    head = pen.row
    for row in rows:
        pen.ruled([Cell(value) for value in row])
    page.freeze_panes = f"A{head + 1}"
    prepared_to_print(page, head=head)


def _item(item: AllocationItem, labels: Any) -> tuple[str, ...]:
    counted = f"计入{labels.get(item.counts_as, item.counts_as)}" if item.counts_as else item.get_column_display()
    return (
        item.row.label,
        item.number,
        item.name,
        item.get_standing_display(),
        labels.get(item.grade, item.grade),
        counted,
        _day(item.happened_on),
        item.reason,
        _day(item.revoked_on),
    )


def _day(day: date | None) -> str:
    return day_in_words(day) if day else ""


def _write_differences(page: Worksheet, found: Differences) -> None:
    lines = found.lines
    widths = [
        fitting([line.label for line in lines], 13, 24), *[18.0] * 3, 70.0,
    ]  # fmt: skip
    pen = Pen(page, widths)
    pen.title(f"各地区增减（与{found.number}相比）")
    for sentence in found.general:
        pen.words(f"{sentence}。")
    pen.head(["地区", "原金额（元）", "现金额（元）", "增减（元）", "原因"])
    head = pen.row
    for line in lines:
        pen.ruled([
            Cell(line.label), Cell(line.before, 1, YUAN), Cell(line.after, 1, YUAN),
            Cell(line.more, 1, "+#,##0;-#,##0;0"), Cell(line.why),
        ])  # fmt: skip
    before, after = sum(line.before for line in lines), sum(line.after for line in lines)
    pen.ruled([
        Cell("合计", bold=True), Cell(before, 1, YUAN, bold=True), Cell(after, 1, YUAN, bold=True),
        Cell(after - before, 1, "+#,##0;-#,##0;0", bold=True), Cell(None),
    ])  # fmt: skip
    page.freeze_panes = f"B{head + 1}"
    prepared_to_print(page, head=head)
