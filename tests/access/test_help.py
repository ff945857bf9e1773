"""Each page of desk and back office leads to a part of the handbook that exists; its tab is named as the page is."""

import re
from urllib.parse import unquote

import pytest

from ningbo_windows import handbook
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

HELP = re.compile(r'<a class="topbar__link" href="/desk/help/([a-z]+)/#?([^"]*)">帮助</a>')
TITLE, HEADING = re.compile(r"<title>(.*?) - ", re.DOTALL), re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG, COUNT = re.compile(r"<[^>]+>"), re.compile(r"\s*<span\b.*?</span>", re.DOTALL)
ANCHORS = {each.slug: ("", *each.anchors) for each in handbook.chapters()}


@pytest.mark.parametrize("column", COLUMNS[:-2])
def test_each_page_leads_to_a_chapter_that_exists_and_is_named_as_its_heading(here: World, column: str) -> None:
    place, visitor = COLUMNS.index(column), Visitor(here, column)
    shown = [
        pattern
        for (method, pattern), codes in table().items()
        if method == "GET" and codes[place] == 200 and pattern.startswith(("admin/", "desk/"))
    ]
    wrong, misnamed, pages = [], [], 0
    for pattern in shown:
        answer = visitor.ask("GET", visitor.address(pattern))
        page = getattr(answer, "content", b"")
        if page.lstrip().startswith(b"<!DOCTYPE html>") and b'class="topbar"' in page:
            pages += 1
            found = HELP.findall(page.decode())
            if [anchor for slug, anchor in found if unquote(anchor) in ANCHORS[slug]] == []:
                wrong.append(pattern)
            title, heading = tab_and_heading(page.decode())
            if title not in heading and heading not in title and not title[0].isdigit():
                misnamed.append((pattern, title, heading))
    assert wrong == []
    assert "\n".join(map(str, misnamed)) == ""
    assert pages > 3


def tab_and_heading(page: str) -> tuple[str, str]:
    """Return what the tab says before the name of the site, and the heading without what is counted beside it."""
    title, heading = TITLE.search(page), HEADING.search(page)
    assert title
    assert heading
    words = COUNT.sub("", heading[1]) or heading[1]
    return title[1].split("：")[0].strip(), " ".join(TAG.sub("", words).split())
