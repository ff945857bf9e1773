"""A list as a workbook: what goes in comes out, and no text becomes a formula, a link, a number or mark-up."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter.worksheet import Worksheet

from platforms.cells import Broken
from platforms.excel import list_file
from platforms.excel.list_file import Row, csv_lines, workbook
from platforms.excel.xlsx import Book
from platforms.storable import UNSTORABLE

#: A cell of a sheet knows no zone.
NINE = datetime.fromisoformat("2026-04-01 09:30")
TEXTS = (
    "=1+1", "{=1+1}", "@SUM(A1)", "https://example.test/", "mailto:a@b.test", "00012", "1e5", " 空 ", "一\n二\r三",
    "_x000D_", "a\x0bb", "<r>a</r>", "<r>", '<r></r></is></c><c r="Z9"><f>1</f></c><c t="inlineStr"><is><r></r>',
    "&<>'\"", "长" * 32_767,
)  # fmt: skip


def read(*rows: Row) -> list[dict[int, Any]]:
    """Return what stands below the head."""
    book = Book(b"".join(workbook("列表", [["编号"], *rows], [])))
    return [cells for _, cells in book.grid("列表").rows[1:]]


def test_every_text_stays_the_text_that_it_is() -> None:
    assert read(TEXTS) == [dict(enumerate(TEXTS))]


def test_what_no_xml_holds_breaks_no_workbook() -> None:
    assert [{place: str(cell) for place, cell in row.items()} for row in read(["a\ufffe", "b"])] == [
        {0: str(Broken(UNSTORABLE)), 1: "b"}
    ]


def test_numbers_stay_numbers_and_nothing_stays_nothing() -> None:
    row = [12, 1.5, Decimal("12.50"), True, None, "", date(2026, 4, 1), NINE, date(1899, 1, 2)]
    (cells,) = read(row)
    assert {place: str(value) for place, value in cells.items()} == {
        0: "12", 1: "1.5", 2: "12.5", 3: "True", 6: "2026-04-01 00:00:00", 7: "2026-04-01 09:30:00", 8: "1899-01-02"
    }  # fmt: skip


def test_a_csv_says_days_and_moments_as_people_write_them() -> None:
    lines = csv_lines([["日期", "时间"], [date(2026, 4, 1), NINE]])
    assert b"".join(lines).decode("utf-8-sig").splitlines() == ["日期,时间", "2026-04-01,2026-04-01 09:30"]


def test_the_head_stays_in_sight_and_a_second_sheet_tells_of_the_list() -> None:
    book = load_workbook(io.BytesIO(b"".join(workbook("列" * 40, [["编号"], [1], [2]], [["条数", 2]]))))
    assert [(each.title, each.freeze_panes) for each in book] == [("列" * 31, "A2"), ("说明", None)]
    assert [list(each.values) for each in book] == [[("编号",), (1,), (2,)], [("条数", 2)]]


def test_rows_that_break_off_leave_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[Row]:
        yield ["编号"]
        yield [1]
        raise LookupError

    with pytest.raises(LookupError):
        list(workbook("列表", rows(), []))
    assert list(tmp_path.iterdir()) == []


def test_the_sheet_is_to_the_byte_what_the_library_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["宁波", "", " 前", "后 ", "<r>x</r>", "a&b", "1<2", "\x01", "_x0041_", "两\n行", "\ufffe", "'", '"']
    rows = [
        ("名称", "编号", "金额", "日期"),
        *((text, "001", number, date(2026, 4, 1)) for number, text in enumerate(texts)),
        ("x", None, Decimal("0.10"), datetime(2026, 4, 1, 3, 30, tzinfo=UTC), "多出的一格", 1e300, -0.5),
    ]

    def sheet() -> bytes:
        with zipfile.ZipFile(io.BytesIO(b"".join(workbook("列表", iter(rows), [("说明", "文字")])))) as file:
            return file.read("xl/worksheets/sheet1.xml")

    ours = sheet()
    monkeypatch.setattr(list_file._Sheet, "_write_cell", Worksheet._write_cell)
    assert ours == sheet()
    assert ours.count(b"<c ") > 4 * len(texts)
