"""What an import costs: ``python -m tests.bench.imports [--postgres] [--quick]``.

The floor is openpyxl in read-only mode, reading every cell of the same workbook in the same run. Ours is what a person
waits for: the preview (the file is read strictly and everything is tried, nothing kept) and the confirmation (the same
again, kept, with an audit event for each row). What was imported is rolled back after each run. Peak memory is that of
Python's own allocations, taken in a run of its own, which is not timed.
"""

import io
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, own_database, show

if TYPE_CHECKING:
    from platforms.excel.base import ScopedResource

ROWS = 2_000
RUNS = 5
QUICK_RUNS = 1
FLOOR = "openpyxl read-only"


def workbook(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """An xlsx as an office suite writes it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headers, *rows):
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def only_read(content: bytes) -> int:
    """The floor: touch every value."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(1 for row in book.worksheets[0].iter_rows(values_only=True) for value in row if value is not None)
    finally:
        book.close()


def taken(resource: "Callable[..., ScopedResource]", content: bytes, *, dry_run: bool) -> None:
    """Read and import ``content`` as the back office does, and take it back.

    Raises:
        AssertionError: a row was refused.
    """
    from django.conf import settings
    from django.db import transaction

    from platforms.excel.workbook import read_table

    with transaction.atomic():
        made = resource(table=None)
        table = read_table(
            "bench.xlsx",
            io.BytesIO(content),
            columns=made.columns,
            max_bytes=settings.IMPORT_MAX_BYTES,
            max_rows=settings.IMPORT_MAX_ROWS,
        )
        assert not table.problems, table.problems
        result = resource(table=table).import_table(dry_run=dry_run)
        assert not result.has_errors(), result.row_errors()
        assert not result.has_validation_errors(), result.invalid_rows[0].error_dict
        assert result.totals["new"] == len(table.lines)
        transaction.set_rollback(True)


def cases() -> "Iterator[tuple[str, Callable[..., ScopedResource], bytes]]":
    """Name each sheet, give the resource of the person who imports it, and the workbook; make the rows it refers to."""
    from platforms.reference.excel import ParkResource, TownResource
    from tests import factories

    regions = list(factories.regions().values())
    city = factories.person("city", "city")
    places = [(number, regions[number % len(regions)]) for number in range(ROWS)]

    yield (
        f"{ROWS:,} towns",
        partial(TownResource, user=city),
        workbook(
            ("代码", "名称", "类别", "所属区县代码", "代管管委会代码", "工业强镇"),
            [(f"{region.code}{number:05d}", f"第{number}镇", "镇", region.code, "", "否") for number, region in places],
        ),
    )
    yield (
        f"{ROWS:,} parks",
        partial(ParkResource, user=city),
        workbook(
            ("备案编号", "名称", "所属地区代码", "运营管理方", "备案日期", "最近绩效评价", "评价年度"),
            [
                (f"XWY-{number:05d}", f"第{number}小微企业园", region.code, "某某公司", "2019-12-31", "A级", 2019)
                for number, region in places
            ],
        ),
    )


def peak(act: Callable[[], Any]) -> float:
    """Return the most memory in MB that Python held during ``act``."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure every sheet; needs a database that is empty and leaves it so."""
    from django.db import transaction

    lines = []
    with transaction.atomic():
        for name, resource, content in cases():
            read = partial(only_read, content)
            ways = [partial(taken, resource, content, dry_run=dry_run) for dry_run in (True, False)]
            floor, *ours = medians([read, *ways], runs)
            floor_memory = peak(read)
            for what, way, spent in zip(("preview", "confirmed"), ways, ours, strict=True):
                note = f"{len(content) // 1000} kB, peak {peak(way):.0f} MB, floor {floor_memory:.0f} MB"
                lines.append(Line(f"{name}, {what}", FLOOR, floor, spent, note))
        transaction.set_rollback(True)
    return lines


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Imports", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
