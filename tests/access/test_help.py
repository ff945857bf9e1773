"""Each page of desk and back office leads to a part of the handbook that exists, whoever reads it."""

import re
from urllib.parse import unquote

import pytest

from ningbo_windows import handbook
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

HELP = re.compile(r'<a class="topbar__link" href="/desk/help/([a-z]+)/#?([^"]*)">帮助</a>')
ANCHORS = {each.slug: ("", *each.anchors) for each in handbook.chapters()}


@pytest.mark.parametrize("column", COLUMNS[:-2])
def test_each_page_leads_to_a_chapter_that_exists(here: World, column: str) -> None:
    place, visitor = COLUMNS.index(column), Visitor(here, column)
    shown = [
        pattern
        for (method, pattern), codes in table().items()
        if method == "GET" and codes[place] == 200 and pattern.startswith(("admin/", "desk/"))
    ]
    wrong, pages = [], 0
    for pattern in shown:
        answer = visitor.ask("GET", visitor.address(pattern))
        page = getattr(answer, "content", b"")
        if page.lstrip().startswith(b"<!DOCTYPE html>") and b'class="topbar"' in page:
            pages += 1
            found = HELP.findall(page.decode())
            if [anchor for slug, anchor in found if unquote(anchor) in ANCHORS[slug]] == []:
                wrong.append(pattern)
    assert wrong == []
    assert pages > 3
