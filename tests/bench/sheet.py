"""What a workbook of service records costs to read: ``python -m tests.bench.sheet [--postgres] [--quick]``.

The floor is openpyxl in read-only mode, reading every cell of the same workbook in the same run. Each step is told by
itself too: the refusals by size, the cells, and all of it with the rules of each record. Times are of
the processor.
"""

import io
import time
from datetime import date
from functools import partial

from xlsxwriter import Workbook

from tests.bench.allocation import medians
from tests.bench.imports import FLOOR, only_read
from tests.bench.stand import Line, arguments, own_database, show

ROWS = 50_000
RUNS, QUICK_RUNS = 5, 1
PLACE = "330212-001", "鄞州区姜山镇中小企业公共服务窗口平台"
FIRST = date(2026, 4, 1)


def content_of(rows: int) -> bytes:
    """Return a workbook of good rows, with its texts in a table of their own, as office suites write it."""
    from platforms.service_records.excel.template import COLUMNS, SHEET
    from tests.factories import credit_code

    codes = [credit_code(number) for number in range(900)]
    buffer = io.BytesIO()
    with Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(SHEET)
        page.write_row(0, 0, [column.header for column in COLUMNS])
        for number in range(1, rows + 1):
            own = number % 900
            page.write_row(number, 0, [
                f"R{number:06}", " ".join(PLACE), f"宁波新芯星紧固件有限公司{own}", codes[own], "信息服务", None,
                FIRST.replace(day=number % 28 + 1), "上门", 0, 5, f"解读数字化改造补助政策，第{number % 5_000}份。",
                "张晓峰", "已办结",
            ])  # fmt: skip
    return buffer.getvalue()


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure the steps; needs no rows in the database."""
    from platforms.excel.limits import check_counts
    from platforms.excel.xlsx import Book
    from platforms.service_records.excel.sheet import read_workbook
    from platforms.service_records.excel.template import SHEET

    content = content_of(ROWS)
    read = partial(
        read_workbook, "bench.xlsx", content, places=[PLACE], today=date(2026, 11, 28),
        archived_before=date(2026, 1, 1), max_bytes=len(content),
    )  # fmt: skip
    assert len(read().rows) == ROWS
    ways = {
        "refusals by size": partial(check_counts, content, ROWS),
        "cells": lambda: Book(content).grid(SHEET),
        "all: refusals, cells, rules": read,
    }
    floor, *ours = medians([partial(only_read, content), *ways.values()], runs, time.process_time)
    return [Line(f"{ROWS:,} rows, {what}", FLOOR, floor, spent) for what, spent in zip(ways, ours, strict=True)]


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("The sheet of service records", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
