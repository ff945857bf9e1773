"""Every list that can be taken along opens as a sheet one can read and print: asked at each address of the matrix."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from platforms.excel.look import DAY, FONT, MINUTE, NARROWEST, WIDEST, width_of
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

KIND = r"\.(?P<kind>xlsx|csv)$"
LISTS = sorted(pattern for method, pattern in table() if method == "GET" and pattern.endswith(KIND))
#: Who opens it: whoever may of those who sit at a desk, the city first, which sees most.
READERS = ("city", "own", "finance", "auditor", "security", "sysadmin")
A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?")


@pytest.mark.parametrize("pattern", LISTS)
def test_a_list_opens_as_a_sheet_that_can_be_read_and_printed(here: World, pattern: str) -> None:
    sheet = sheet_of(here, pattern)
    head, *rows = sheet.iter_rows()
    widths = widths_of(sheet)
    assert [cell.value for cell in head if not NARROWEST <= widths.get(cell.column, 0) < WIDEST + 1] == []
    cut = [
        cell.value
        for cell in (cell for row in rows for cell in row if not cell.alignment.wrap_text)
        if width_of(cell.number_format if cell.is_date else cell.value) > widths[cell.column]
    ]
    assert cut == []
    assert [cell.value for cell in head if width_of(cell.value) > 2 * widths[cell.column]] == [], "two lines hold it"
    assert {(cell.font.bold, cell.font.name) for cell in head} == {(True, FONT)}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", int(sheet.PAPERSIZE_A4))
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
    assert sheet.auto_filter.ref == f"A1:{head[-1].column_letter}{len(rows) + 1}"
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.oddHeader.center.text
    assert [
        cell.value for row in rows for cell in row if A_DAY.fullmatch(str(cell.value)) and cell.data_type == "s"
    ] == []
    assert {cell.number_format[:10] for row in rows for cell in row if cell.is_date} <= {DAY}


def test_days_and_moments_of_a_list_are_dates_of_the_sheet(here: World) -> None:
    """Asked where there surely are some, for the rule above holds of an empty list too."""
    found = {
        cell.number_format
        for pattern in (
            r"desk/rectifications" + KIND,
            r"desk/services" + KIND,
            r"admin/platforms/complaint/list" + KIND,
        )
        for row in sheet_of(here, pattern).iter_rows()
        for cell in row
        if cell.is_date
    }
    assert found == {DAY, MINUTE}


def widths_of(sheet: Worksheet) -> dict[int, float]:
    """Return how wide each column is that is given a width; neighbours as wide as each other are kept as one."""
    given = [each for each in sheet.column_dimensions.values() if each.customWidth]
    return {place: each.width for each in given for place in range(each.min, each.max + 1)}


def sheet_of(here: World, pattern: str) -> Worksheet:
    codes = table()["GET", pattern]
    visitor = Visitor(here, next(each for each in READERS if codes[COLUMNS.index(each)] == 200))
    answer: Any = visitor.ask("GET", visitor.address(pattern).replace(".csv", ".xlsx"))
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.kept if answer.streaming else answer.content))
    return book.worksheets[0]
