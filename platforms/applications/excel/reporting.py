"""The table of who has reported as a file: just what the city sees on the screen, as xlsx or csv."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.reporting import RegionReport
from platforms.excel.columns import guard_formula, on_the_clock
from platforms.excel.list_file import csv_lines, workbook
from platforms.masking import mask_mobiles

STATUSES = tuple(ApplicationStatus)
COLUMNS = (
    "地区",
    "是否上报",
    "是否逾期",
    "首次上报时间",
    "最近上报时间",
    "上报批次（批）",
    "已上报（份）",
    *(f"{status.label}（份）" for status in STATUSES),
    "名额（个）",
    "已用（个）",
    "剩余（个）",
    "超出（个）",
    "超出名额的理由",
    "联络员",
    "联络员职务",
    "联络员电话",
    "联络员电子邮箱",
)


def rows(reports: Iterable[RegionReport]) -> Iterator[list[str | int | datetime]]:
    """Yield the head and one line for each of ``reports``, fit for a spreadsheet."""
    yield list(COLUMNS)
    for each in reports:
        liaison = each.liaison
        cells: list[str | int | datetime | None] = [
            each.name,
            "是" if each.has_reported else "否",
            "是" if each.late else "否",
            _at(each.first_at),
            _at(each.last_at),
            each.batches,
            each.reported,
            *(each.counts[status] for status in STATUSES),
            each.places,
            each.used,
            each.left,
            each.over,
            "；".join(each.over_reasons),
            *((liaison.name, liaison.post, mask_mobiles(liaison.phone)) if liaison else ("", "", "")),
            liaison.email if liaison else "",
        ]
        yield ["" if cell is None else guard_formula(cell) if isinstance(cell, str) else cell for cell in cells]


def _at(moment: datetime | None) -> datetime | None:
    return on_the_clock(moment) if moment else None


def as_xlsx(reports: Iterable[RegionReport]) -> bytes:
    """Return the table as a workbook of one sheet."""
    return b"".join(workbook("上报进度", rows(reports), ()))


def as_csv(reports: Iterable[RegionReport]) -> bytes:
    """Return the table as UTF-8 with a mark at the head, so that Excel and WPS read the Chinese."""
    return b"".join(csv_lines(rows(reports)))
