"""The cells of a workbook as they lie in the file, in every spelling that office suites have for them."""

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from platforms.errors import Refusal
from platforms.excel.xlsx import Book, Broken, Formula, cell_name

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(rows: str, *, strings: str = "", prefix: str = "", tail: str = "", encoding: str = "utf-8") -> Book:
    """A workbook of one sheet, written by hand; ``rows`` stand inside of its data."""
    name = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    sheet = f"<{name}worksheet {space}><{name}sheetData>{rows}</{name}sheetData>{tail}</{name}worksheet>"
    links = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/></cellXfs>'
    sheets = '<sheets><sheet name="甲" r:id="r1"/></sheets>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="{encoding}"?>{sheet}',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in parts.items():
            archive.writestr(path, text.encode(encoding if path.endswith("sheet1.xml") else "utf-8"))
    return Book(buffer.getvalue())


def cells(made: Book) -> list[tuple[int, dict[int, Any]]]:
    return made.grid("甲").rows


def test_numbers_texts_and_yes_or_no() -> None:
    strings = "<si><t>文字</t></si><si><r><t>分</t></r><r><t>段</t></r><rPh><t>yomi</t></rPh></si>"
    row = (
        '<row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c><c r="D3"><v>12</v></c>'
        '<c r="E3"><v>1.5</v></c><c r="F3" t="b"><v>1</v></c><c r="AA3" t="inlineStr"><is><t>行_x000D_内</t></is></c>'
        '<c r="AB3" t="str"><v>串</v></c><c r="AC3"/><c r="AD3" t="inlineStr"><is><t></t></is></c></row>'
    )
    assert cells(book(row, strings=strings)) == [
        (3, {1: "文字", 2: "分段", 3: 12, 4: 1.5, 5: True, 26: "行\r内", 27: "串"})
    ]


def test_prefixes_and_wide_encodings_are_read() -> None:
    assert cells(book('<x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>', prefix="x")) == [(1, {0: 7})]
    assert cells(book('<row r="1"><c r="A1"><v>7</v></c></row>', encoding="utf-16")) == [(1, {0: 7})]


def test_formulas_errors_and_days() -> None:
    row = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" s="1"><v>42156</v></c>'
        '<c r="D1" s="1"><v>60</v></c><c r="E1" t="d"><v>2015-06-01T00:00:00Z</v></c></row>'
    )
    found = cells(book(row))[0][1]
    assert isinstance(found[0], Formula)
    assert found[1] == Broken("#N/A")
    assert found[2] == found[4] == datetime(2015, 6, 1)  # noqa: DTZ001
    assert found[3] == Broken("日期序号 60")


def test_what_is_hidden_and_merged() -> None:
    content = io.BytesIO()
    made = openpyxl.Workbook()
    page: Any = made.active
    page.append([1, 2])
    page.append([3, 4])
    page.merge_cells("A2:B3")
    page.row_dimensions[2].hidden = True
    page.column_dimensions["B"].hidden = True
    made.save(content)
    grid = Book(content.getvalue()).grid("Sheet")
    assert (grid.merged, grid.hidden_rows, grid.hidden_columns) == ([(0, 2, 1, 3)], {2}, {1})


def test_rows_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platforms.excel.xlsx._PIECE", 50)
    rows = "".join(f'<row><c t="inlineStr"><is><t>第{number}行</t></is></c></row>' for number in range(40))
    assert cells(book(rows)) == [(number + 1, {0: f"第{number}行"}) for number in range(40)]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>nan?</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></row>',
    ],
)
def test_what_is_broken_is_refused(row: str) -> None:
    with pytest.raises(Refusal, match="工作簿无法读取，可能已损坏"):
        cells(book(row))


def test_cells_have_names() -> None:
    assert [cell_name(*each) for each in ((0, 1), (25, 2), (26, 12))] == ["A1", "Z2", "AA12"]
