"""Lists write days and moments in one way: 2026-11-27, 11-27 14:32, 2025-11-27 14:32, 今天 17:53."""

import re
from html.parser import HTMLParser

import pytest

from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

#: How a day is not written in a cell.
OTHER = re.compile(r"\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}/\d{1,2}/\d{1,2}|[上下]午|\d{2}:\d{2}:\d{2}")


class Cells(HTMLParser):
    """The texts of the cells of tables with class ``lines``."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.quoted, self.cells = False, False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.inside = "lines" in (dict(attrs).get("class") or "").split()
        elif tag in ("td", "th") and self.inside:
            self.cells.append("")
            told = dict(attrs)
            # The subject of a mail is shown as it was sent, and a reason is a sentence.
            self.quoted = "field-subject" in (told.get("class") or "") or told.get("data-label") == "理由"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.inside and self.cells and not self.quoted:
            self.cells[-1] += data


def lists() -> list[str]:
    """The addresses without a row in them that the city is shown."""
    place = COLUMNS.index("city")
    return [
        pattern
        for (method, pattern), codes in table().items()
        if method == "GET" and codes[place] == 200 and pattern.startswith(("desk/", "admin/")) and "<" not in pattern
    ]


@pytest.mark.parametrize("column", ["city", "own"])
def test_no_cell_of_a_list_writes_a_day_another_way(here: World, column: str) -> None:
    visitor, found, read = Visitor(here, column), {}, 0
    for pattern in lists():
        answer = visitor.ask("GET", f"/{pattern}")
        if answer.status_code != 200 or answer.streaming or "text/html" not in answer["Content-Type"]:
            continue
        cells = Cells()
        cells.feed(answer.content.decode())
        read += len(cells.cells)
        if odd := [cell.strip() for cell in cells.cells if OTHER.search(cell)]:
            found[pattern] = odd
    assert found == {}
    assert read > 200
