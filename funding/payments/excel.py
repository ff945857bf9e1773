"""The sums of a round as a workbook."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import AllocationRun
from funding.payments.balance import Totals
from funding.payments.queries.sums import RegionMoney
from platforms.excel.columns import guard_formula
from platforms.identity import ours

HEADS = ("地区", "代码", "分配（元）", "已拨付（元）", "待批准（元）", "尚可拨付（元）", "多拨（元）", "拨付批次")
WIDTHS = (18, 12, 16, 16, 16, 16, 16, 60)
MONEY = "#,##0"


def summary_file(run: AllocationRun, regions: Sequence[RegionMoney]) -> bytes:
    """Return one sheet: what it is of, a row for each region, their sums; amounts are numbers, whole yuan."""
    book = Workbook()
    book.properties.creator = ours().finance_bureau
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "资金拨付情况"
    page.append([f"{run.round}资金拨付情况"])
    page.append(["测算编号", run.number])
    page.append([])
    page.append(HEADS)
    head = page.max_row
    for each in regions:
        sums = each.balance
        batches = "；".join(
            f"{paid.batch.number} {paid.batch.paid_on:%Y-%m-%d} {paid.amount_yuan:,}元"
            f"（{paid.batch.get_status_display()}，{paid.batch.document_number}）"
            for paid in each.payments
        )
        page.append([
            guard_formula(sums.label), guard_formula(each.region.code), sums.allocated, sums.paid, sums.proposed,
            sums.rest, sums.overpaid, guard_formula(batches),
        ])  # fmt: skip
    total = Totals.of(each.balance for each in regions)
    page.append(["合计", "", total.allocated, total.paid, total.proposed, total.rest, total.overpaid])
    for number in (1, head, page.max_row):
        for cell in page[number]:
            cell.font = Font(bold=True)
    for row in page.iter_rows(min_row=head + 1, min_col=3, max_col=7):
        for cell in row:
            cell.number_format = MONEY
    for index, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    page.freeze_panes = f"B{head + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
