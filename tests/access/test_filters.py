"""Whatever a list offers to narrow or to sort it by is answered where the tests of the single lists do not run.

A list is found by its address alone, and what it offers stands on its page: links to itself and forms that are sent by
GET. So nobody has to write a new list or a new filter down here for it to be asked.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.db import connection

from tests.access.addresses import patterns
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

#: The lists of the others are those of the back office, which ``tests/trust/test_questions.py`` asks.
READERS = ("own", "city")
#: Some that surely offer something: a reader that finds nothing would prove nothing.
OFFERED = {"own": 150, "city": 250}
#: So many values of a filter are asked for; another region is the same question once more.
MOST = 2
#: What is typed into each search box.
WORD = "服务"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


class Offers(HTMLParser):
    """Collects the addresses by which the page at ``path`` asks for itself in another way."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found = path, dict[str, None]()
        self.form: dict[str, str] | None = None
        self.select = ""
        self.often = Counter[tuple[str, ...]]()

    def offer(self, query: str) -> None:
        names, address = tuple(sorted(dict(parse_qsl(query)))), f"{self.path}?{query}"
        if address not in self.found and self.often[names] < MOST:
            self.often[names] += 1
            self.found[address] = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "a":
            target = urlsplit(urljoin(self.path, at.get("href", "")))
            if target.path == self.path and target.query:
                self.offer(target.query)
        elif tag == "form":
            leads_here = urlsplit(urljoin(self.path, at.get("action", ""))).path == self.path
            self.form = {} if leads_here and at.get("method", "get").lower() == "get" else None
        elif self.form is not None and tag == "input":
            if at.get("type") == "hidden":
                self.form[at["name"]] = at.get("value", "")
            elif at.get("type", "text") in ("text", "search") and at.get("name"):
                self.offer(urlencode(self.form | {at["name"]: WORD}))
        elif self.form is not None and tag == "select":
            self.select = at.get("name", "")
        elif self.form is not None and tag == "option" and self.select:
            self.offer(urlencode(self.form | {self.select: at.get("value", "")}))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


@pytest.mark.skipif(connection.vendor == "sqlite", reason="proven list by list on SQLite, see tests/databases.py")
@pytest.mark.trust("T41")
@pytest.mark.parametrize("column", READERS)
def test_each_way_to_narrow_or_sort_a_list_is_answered(here: World, column: str) -> None:
    visitor, place = Visitor(here, column), COLUMNS.index(column)
    asked, wrong = 0, {}
    for pattern in patterns():
        if table()["GET", pattern][place] != 200:
            continue
        path = visitor.address(pattern)
        page = visitor.ask("GET", path)
        if page.streaming or "html" not in page.headers["Content-Type"]:
            continue
        offers = Offers(path)
        offers.feed(page.content.decode())
        for offered in offers.found:
            asked += 1
            status = visitor.ask("GET", offered).status_code
            if status not in (200, 302):
                wrong[offered] = status
    assert wrong == {}
    assert asked >= OFFERED[column]
