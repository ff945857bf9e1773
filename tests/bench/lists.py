"""How quickly a list leaves as a file, as shares of openpyxl's write-only mode over the same cells."""

import io
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from platforms.excel.list_file import csv_lines, safe, workbook
from platforms.pages.lists import reading
from platforms.service_records.desk.labels import FILE_COLUMNS

ROWS = 50_000
TODAY = date(2026, 11, 28)


def facts() -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the fields that the file of service records reads, and rows of them as the database gives them."""
    fields, _ = reading([each.cell for each in FILE_COLUMNS], TODAY)
    known: dict[str, Any] = {
        "served_on": date(2026, 4, 1), "platform__name": "鄞州区姜山镇中小企业公共服务窗口平台",
        "platform__code": "330212-001", "platform__region__name": "鄞州区",
        "enterprise__name": "宁波新芯星紧固件有限公司", "enterprise__code": "91330212MA2AAAAA1X",
        "service_class": "information",
        "free_category": "policy",
        "summary": "解读中小企业数字化改造补助政策，协助准备申报材料。", "channel": "visit", "served_by": "张晓峰",
        "result": "settled", "fee": Decimal("0.00"), "satisfaction": 5, "source": "platform:330212-001",
        "external_id": "XT-2026-000123", "received_at": datetime(2026, 4, 1, 3, tzinfo=UTC), "version": 1,
        "cancelled_at": None, "cancel_reason": "",
    }  # fmt: skip
    return fields, [tuple(known[name] for name in fields) for _ in range(ROWS)]


def seconds(work: Callable[[], object]) -> float:
    """Return the median of three runs, in seconds of processor time."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return sorted(taken)[1]


def main() -> None:
    """Measure the floor and both files, and print them."""
    _, rows = facts()
    _, cells = reading([each.cell for each in FILE_COLUMNS], TODAY)
    made = [cells(row) for row in rows]

    def lines() -> Any:
        return (safe(cells(row)) for row in rows)

    def floor() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in made:
            sheet.append(row)
        book.save(io.BytesIO())

    base = seconds(floor)
    print(f"openpyxl, write-only: {base:.2f} s for {ROWS} rows")
    print(f"csv of the list: {seconds(lambda: sum(map(len, csv_lines(lines())))) / base:.3f}")
    print(f"xlsx of the list: {seconds(lambda: sum(map(len, workbook('服务记录', lines(), [])))) / base:.3f}")
