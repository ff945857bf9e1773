"""The desk's list as a file: just the view on the screen, as xlsx or csv."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from platforms.dates import plain_moment
from platforms.models import Application
from platforms.queries.questions import answered
from platforms.resources.columns import guard_formula

COLUMNS = (
    "申报编号",
    "年度",
    "平台名称",
    "平台类型",
    "地区",
    "地点",
    "运营单位",
    "统一社会信用代码",
    "状态",
    "逾期提交",
    "首次提交时间",
    "最近保存",
)


def rows(applications: Iterable[Application]) -> Iterable[list[Any]]:
    """Yield the head and one line for each of ``applications``, fit for a spreadsheet, with the answers to what their
    rounds ask on top; a cell is text, or a number where a question asks for one."""
    shown = list(applications)
    more, answers = answered([each.pk for each in shown])
    yield [*COLUMNS, *more]
    for each in shown:
        mine = answers.get(each.pk, {})
        cells: list[Any] = [
            each.number,
            str(each.round.year),
            each.name,
            each.get_type_display(),
            each.region.name if each.region else "市级",
            each.site_name,
            each.operator_name,
            each.operator_code,
            each.get_status_display(),
            "是" if each.is_late else "否",
            plain_moment(each.submitted_at),
            plain_moment(each.saved_at),
            *(mine.get(head, "") for head in more),
        ]
        yield [guard_formula(cell) if isinstance(cell, str) else cell for cell in cells]


def as_xlsx(applications: Iterable[Application]) -> bytes:
    """Return the list as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("申报")
    sheet.freeze_panes = "A2"
    for row in rows(applications):
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(applications: Iterable[Application]) -> bytes:
    """Return the list as UTF-8 with a mark at the head, so that Excel and WPS read the Chinese."""
    content = StringIO(newline="")
    csv.writer(content).writerows(rows(applications))
    return content.getvalue().encode("utf-8-sig")
