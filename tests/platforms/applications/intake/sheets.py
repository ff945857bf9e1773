"""Writing into the template by the heads of its columns, as an officer does."""

import io
from typing import Any

from openpyxl.workbook.workbook import Workbook

HEADS = {"申报表": 3, "运营人员": 2, "服务内容": 2, "合作机构": 2, "管理制度": 2}
TOWNS = ("姜山镇", "首南街道", "云龙镇", "下应街道", "东吴镇", "五乡镇", "邱隘镇", "塘溪镇")
TOWN_TYPE = "乡镇（街道）窗口平台"


def columns(book: Workbook, sheet: str) -> dict[str, int]:
    """Return head → column of a sheet of the template."""
    return {str(cell.value): cell.column for cell in book[sheet][HEADS[sheet]] if cell.value}


def fill(book: Workbook, sheet: str, *rows: dict[str, Any]) -> None:
    """Write ``rows``, head → value, below the head of ``sheet``."""
    places = columns(book, sheet)
    for row in rows:
        number = book[sheet].max_row + 1
        for head, value in row.items():
            cell = book[sheet].cell(number, places[head])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def one(town: str = "姜山镇", key: Any = 1, **more: Any) -> dict[str, Any]:
    """A row of an application that has nothing but its place, and ``more`` by head."""
    return {"序号": key, "类型": TOWN_TYPE, "乡镇（街道）": town, **more}
