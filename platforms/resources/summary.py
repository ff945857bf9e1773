"""The county's summary sheet (汇总表) that goes to the city with the stamped forms (四·(一))."""

from datetime import date, datetime
from io import BytesIO

from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from platforms.choices import FreeService
from platforms.models import Application, Liaison, Region, Round, User
from platforms.queries.desk import filed_for_summary
from platforms.resources.columns import guard_formula
from platforms.services import audit

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
    ("场地面积(㎡)", 9),
    ("专职人员(人)", 7),
    ("人员总数(人)", 7),
    ("服务内容", 26),
    ("申报日期", 12),
    ("备注", 14),
)
HEAD_ROW = 3


@transaction.atomic
def make_summary(*, round: Round, region: Region | None, by: User, at: datetime) -> bytes:
    """Return the summary sheet of ``region`` for ``round`` as an xlsx file; ``region`` None is the city's own.

    It names contact persons, so that the download is noted in the audit log.
    """
    applications = list(filed_for_summary(round, region))
    liaison = Liaison.objects.filter(round=round, region=region).first() if region else None
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "汇总表"
    _head(sheet, round, region, timezone.localdate(at))
    for number, application in enumerate(applications, start=1):
        sheet.append([guard_formula(value) if isinstance(value, str) else value for value in _row(number, application)])
    _foot(sheet, len(applications), liaison)
    _layout(sheet, len(applications))
    audit.record(
        verb="下载汇总表",
        by=by,
        at=at,
        target=round,
        code=f"{round} {region.name if region else '重点行业'}",
        changes={"平台数(个)": [None, len(applications)]},
    )
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _row(number: int, application: Application) -> list[object]:
    remarks = ["逾期提交"] if application.is_late else []
    if application.over_quota_reason:
        remarks.append(f"超出名额：{application.over_quota_reason}")
    return [
        number,
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
        _services(application),
        _day(timezone.localdate(application.submitted_at)) if application.submitted_at else "",
        "；".join(remarks),
    ]


def _services(application: Application) -> str:
    """Say what is offered: the three free services together where all are there, then the classes, each once."""
    offers = application.services.all()
    free = [offer.get_free_service_display() for offer in offers if offer.free_service]
    words = ["三项公益性服务"] if len(free) == len(FreeService) else free
    return "、".join(dict.fromkeys([*words, *(o.get_service_class_display() for o in offers if o.service_class)]))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _head(sheet: Worksheet, round: Round, region: Region | None, on: date) -> None:
    sheet.append([f"宁波市中小企业公共服务窗口平台建设运营申报汇总表({round.year}年度)"])
    place = region.name if region else "市级(重点行业)"
    sheet.append([guard_formula(f"推荐单位（盖章）：{'　' * 14}地区：{place}{'　' * 6}填表日期：{_day(on)}")])
    sheet.append([head for head, _ in COLUMNS])


def _foot(sheet: Worksheet, count: int, liaison: Liaison | None) -> None:
    named = f"{liaison.name}（{liaison.post}）{liaison.phone}" if liaison else ""
    parts = (
        f"共 {count} 个平台",
        "负责人（签字）：　　　　　",
        f"工作联络员：{named}",
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
                wrap_text=True, vertical="center", horizontal="center" if cell.row == HEAD_ROW else None
            )
            if cell.row == HEAD_ROW:
                cell.font = Font(bold=True)
    for place, (_, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.print_area = f"A1:{last}{foot_row}"
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
