"""The sums and the payments of a round as a workbook."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import AllocationRun
from funding.payments.balance import Totals
from funding.payments.queries.sums import RegionMoney
from platforms.excel.columns import guard_formula
from platforms.excel.look import FONT
from platforms.identity import ours

HEADS = ("地区", "代码", "分配（元）", "已拨付（元）", "待批准（元）", "尚可拨付（元）", "多拨（元）")
WIDTHS = (28, 12, 16, 16, 16, 16, 16)
PAYMENT_HEADS = ("地区", "代码", "拨付批次", "拨款文号", "拨付日期", "状态", "金额（元）")
PAYMENT_WIDTHS = (28, 12, 16, 24, 14, 12, 16)
MONEY = "#,##0"
Row = Sequence[str | int | date]


def summary_file(run: AllocationRun, regions: Sequence[RegionMoney]) -> bytes:
    """Return two sheets: a row for each region with their sums, and a row for each payment; amounts are whole yuan."""
    book = Workbook()
    book.properties.creator = ours().finance_bureau
    total = Totals.of(each.balance for each in regions)
    rows: list[Row] = [
        (
            *_named(each), each.balance.allocated, each.balance.paid, each.balance.proposed, each.balance.rest,
            each.balance.overpaid,
        )
        for each in regions
    ]  # fmt: skip
    rows.append(("合计", "", total.allocated, total.paid, total.proposed, total.rest, total.overpaid))
    _fill(book.active, "资金拨付情况", run, HEADS, WIDTHS, rows)
    payments: list[Row] = [
        (
            *_named(each), paid.batch.number, guard_formula(paid.batch.document_number), paid.batch.paid_on,
            str(paid.batch.get_status_display()), paid.amount_yuan,
        )
        for each in regions
        for paid in each.payments
    ]  # fmt: skip
    payments.append(("合计", "", "", "", "", "", total.paid + total.proposed))
    _fill(book.create_sheet(), "拨付明细", run, PAYMENT_HEADS, PAYMENT_WIDTHS, payments)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(line: RegionMoney) -> tuple[str, str]:
    return guard_formula(line.balance.label), guard_formula(line.region.code)


def _fill(page: object, title: str, run: AllocationRun, heads: Row, widths: Sequence[int], rows: Iterable[Row]) -> None:
    """Write what the sheet is of, ``heads``, and ``rows``, of which the last one sums up the others."""
    assert isinstance(page, Worksheet)
    page.title = title
    for line in ([f"{run.round}{title}"], ["测算编号", run.number], [], heads):
        page.append(list(line))
    head = page.max_row
    for row in rows:
        page.append(list(row))
    for cells in page.iter_rows():
        for cell in cells:
            cell.font = Font(name=FONT, bold=cell.row in (1, head, page.max_row))
            if isinstance(cell.value, int):
                cell.number_format = MONEY
    for cell in page[head]:
        cell.alignment = Alignment(horizontal="right" if "元" in str(cell.value) else "left")
    for index, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    page.freeze_panes = f"B{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
