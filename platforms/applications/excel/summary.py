"""The county's summary sheet (汇总表) that goes to the city with the stamped forms (四·(一))."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from platforms.applications.choices import ApplicationStatus, OperatingMode
from platforms.applications.queries.batches import items_of
from platforms.applications.queries.listing import filed_for_summary
from platforms.audit.services import audit
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.dates import day_in_words
from platforms.excel.columns import guard_formula
from platforms.identity import ours
from platforms.masking import mask_form, mask_mobiles
from platforms.models import Application, Batch, BatchItem, Liaison, Region, Round, User

#: Heads and widths, in characters; the order is that of the paper form.
COLUMNS = (
    ("序号", 5),
    ("平台名称", 24),
    ("平台类型", 12),
    ("运营单位", 20),
    ("统一社会信用代码", 20),
    ("地区", 9),
    ("地点", 12),
    ("运营方式", 9),
    ("联系人", 8),
    ("联系电话", 14),
    ("场地面积（㎡）", 9),
    ("专职人员（人）", 7),
    ("人员总数（人）", 7),
    ("服务内容", 26),
    ("申报日期", 15),
    ("备注", 14),
)
HEAD_ROW = 3
#: One platform of the sheet, without its number, in the order of :data:`COLUMNS`.
Line = tuple[object, ...]


@transaction.atomic
def make_summary(*, round: Round, region: Region | None, by: User, at: datetime) -> bytes:
    """Return the summary sheet of ``region`` for ``round`` as an xlsx file; ``region`` None is the city's own.

    It holds what is filed now, over all reports. It names contact persons, so that the download is noted in the audit
    log.
    """
    liaison = Liaison.objects.filter(round=round, region=region).first() if region else None
    named = f"{liaison.name}（{liaison.post}）{liaison.phone}" if liaison else ""
    lines = [_line_now(row) for row in filed_for_summary(round, region)]
    content = _sheet(round, region, lines, liaison=named, on=timezone.localdate(at))
    code = f"{round} {region.name if region else '重点行业'}"
    changes = {"平台数（个）": [None, len(lines)]}
    audit.record(verb="下载汇总表", by=by, at=at, target=round, code=code, changes=changes)
    return content


@transaction.atomic
def make_batch_summary(*, batch: Batch, by: User, at: datetime) -> bytes:
    """Return the summary sheet of exactly one report, as it was reported, as an xlsx file; noted in the audit log.

    Whom the people of the region are no business of reads them with stars.
    """
    full = by.sees_people(batch.region_id)
    lines = [_line_reported(item, full=full) for item in items_of(batch)]
    phone = batch.liaison_phone if full else mask_mobiles(batch.liaison_phone)
    named = f"{batch.liaison_name}（{batch.liaison_post}）{phone}" if batch.liaison_name else ""
    day = timezone.localdate(batch.reported_at)
    content = _sheet(batch.round, batch.region, lines, liaison=named, on=day, receipt=batch.number)
    changes = {"平台数（个）": [None, len(lines)]}
    audit.record(verb="下载汇总表", by=by, at=at, target=batch, changes=changes)
    return content


def _sheet(
    round: Round, region: Region | None, lines: Sequence[Line], *, liaison: str, on: date, receipt: str = ""
) -> bytes:
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "汇总表"
    _head(sheet, round, region, on, receipt)
    for number, line in enumerate(lines, start=1):
        cells = [number, *line]
        sheet.append([guard_formula(value) if isinstance(value, str) else value for value in cells])
    _foot(sheet, len(lines), liaison)
    _layout(sheet, len(lines))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _line_now(application: Application) -> Line:
    return (
        application.name,
        application.get_type_display(),
        application.operator_name,
        application.operator_code,
        application.region.name if application.region else "市级",
        application.site_name,
        application.get_operating_mode_display(),
        application.contact_name,
        application.contact_mobile or application.contact_phone,
        application.floor_area,
        application.full_time_people,  # type: ignore[attr-defined]
        application.people,  # type: ignore[attr-defined]
        _services([(offer.free_service, offer.service_class) for offer in application.services.all()]),
        day_in_words(timezone.localdate(application.submitted_at)) if application.submitted_at else "",
        "；".join(_remarks(application)),
    )


def _line_reported(item: BatchItem, *, full: bool) -> Line:
    """Return the line from the frozen version, so that the sheet says for good what was reported."""
    application, form = item.application, item.version.data if full else mask_form(item.version.data)
    operator, site = form["operator"], form["site"]
    remarks = _remarks(application)
    if application.status == ApplicationStatus.WITHDRAWN:
        remarks.append("已撤回")
    area = form["venue"]["floor_area"]
    return (
        form["platform"]["name"],
        PlatformType(site["type"]).label,
        operator["operator_name"],
        operator["operator_code"],
        site["region"] or "市级",
        site["place"],
        dict(OperatingMode.choices).get(operator["operating_mode"], ""),
        operator["contact_name"],
        operator["contact_mobile"] or operator["contact_phone"],
        Decimal(area) if area else None,
        form["counts"]["staff_full_time"],
        form["counts"]["staff_total"],
        _services([(row["free_service"], row["service_class"]) for row in form["services"]]),
        day_in_words(timezone.localdate(item.version.submitted_at)),
        "；".join(remarks),
    )


def _remarks(application: Application) -> list[str]:
    remarks = ["逾期提交"] if application.is_late else []
    if application.over_quota_reason:
        remarks.append(f"超出名额：{application.over_quota_reason}")
    return remarks


def _services(offers: Sequence[tuple[str, str]]) -> str:
    """Say what is offered (pairs of free service and class): the three free ones together, then each class once."""
    free = [FreeService(name).label for name, _ in offers if name]
    words = ["三项公益性服务"] if len(free) == len(FreeService) else free
    return "、".join(dict.fromkeys([*words, *(ServiceClass(name).label for _, name in offers if name)]))


def _head(sheet: Worksheet, round: Round, region: Region | None, on: date, receipt: str) -> None:
    sheet.append([f"{ours().programme}建设运营申报汇总表（{round.year}年度）"])
    place = region.name if region else "市级（重点行业）"
    numbered = f"{'　' * 6}回执编号：{receipt}" if receipt else ""
    sheet.append(
        [guard_formula(f"推荐单位（盖章）：{'　' * 14}地区：{place}{'　' * 6}填表日期：{day_in_words(on)}{numbered}")]
    )
    sheet.append([head for head, _ in COLUMNS])


def _foot(sheet: Worksheet, count: int, liaison: str) -> None:
    parts = (
        f"共 {count} 个平台",
        "负责人（签字）：　　　　　",
        f"工作联络员：{liaison}",
        "盖章日期：　　　年　　月　　日",
    )
    sheet.append(["　　　　".join(parts)])


def _layout(sheet: Worksheet, count: int) -> None:
    last = get_column_letter(len(COLUMNS))
    foot_row = HEAD_ROW + count + 1
    for row in (1, 2, foot_row):
        sheet.merge_cells(f"A{row}:{last}{row}")
    sheet["A1"].font = Font(size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    for row, height in ((1, 30), (2, 24), (foot_row, 32)):
        sheet.row_dimensions[row].height = height
    for row in (2, foot_row):
        sheet[f"A{row}"].alignment = Alignment(vertical="center")
    line = Side(style="thin")
    for cells in sheet.iter_rows(min_row=HEAD_ROW, max_row=HEAD_ROW + count, max_col=len(COLUMNS)):
        for cell in cells:
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(
                wrap_text=True,
                vertical="center",
                horizontal="center" if cell.row == HEAD_ROW or cell.column == 1 else None,
            )
            if cell.row == HEAD_ROW:
                cell.font = Font(bold=True)
    for place, (_, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.print_area = f"A1:{last}{foot_row}"
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.5, bottom=0.7, footer=0.3)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
