"""What a list costs as a file: ``python -m tests.bench.lists [--postgres] [--quick]``.

The floor is openpyxl in write-only mode over the same cells in the same run. Ours starts from values as the database
gives them: they become cells, are made safe from being read as formulas, and are written. Times are of the processor.
"""

import io
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, own_database, show

ROWS = 50_000
RUNS, QUICK_RUNS = 5, 1
FLOOR = "openpyxl write-only"
TODAY = date(2026, 11, 28)


def facts() -> tuple[list[tuple[Any, ...]], Any]:
    """Return rows as the database gives them to the file of service records, and what makes cells of a row."""
    from platforms.pages.lists import reading
    from platforms.service_records.desk.labels import FILE_COLUMNS

    fields, cells = reading([each.cell for each in FILE_COLUMNS], TODAY)
    known: dict[str, Any] = {
        "served_on": date(2026, 4, 1), "platform__name": "鄞州区姜山镇中小企业公共服务窗口平台",
        "platform__code": "330212-001", "platform__region__name": "鄞州区", "platform__town__name": "姜山镇",
        "platform__association": "", "platform__park__name": None, "platform__former_zone__name": None,
        "enterprise__name": "宁波新芯星紧固件有限公司", "enterprise__code": "91330212MA2AAAAA1X",
        "service_class": "information",
        "free_category": "policy",
        "summary": "解读中小企业数字化改造补助政策，协助准备申报材料。", "channel": "visit", "served_by": "张晓峰",
        "result": "settled", "fee": Decimal("0.00"), "satisfaction": 5, "source": "platform:330212-001",
        "external_id": "XT-2026-000123", "received_at": datetime(2026, 4, 1, 3, tzinfo=UTC), "version": 1,
        "cancelled_at": None, "cancel_reason": "",
    }  # fmt: skip
    return [tuple(known[name] for name in fields) for _ in range(ROWS)], cells


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure both kinds of file; needs no rows in the database."""
    from platforms.excel.list_file import csv_lines, safe, workbook

    rows, cells = facts()
    made = [cells(row) for row in rows]

    def floor() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in made:
            sheet.append(row)
        book.save(io.BytesIO())

    def csv() -> int:
        return sum(map(len, csv_lines(safe(cells(row)) for row in rows)))

    def xlsx() -> int:
        return sum(map(len, workbook("服务记录", (safe(cells(row)) for row in rows), [])))

    base, *ours = medians([floor, csv, xlsx], runs, time.process_time)
    what = f"{ROWS:,} rows of {len(made[0])} columns"
    return [Line(f"{what}, {kind}", FLOOR, base, spent) for kind, spent in zip(("csv", "xlsx"), ours, strict=True)]


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Lists as files", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
