"""What each public page says of itself, to readers, to search engines and to who reads it aloud."""

import gzip
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.access.stage import here, stage
from tests.access.visits import Visitor
from tests.access.world import World
from tests.public_pages import page_patterns, public_pages

__all__ = ["here", "stage"]

pytestmark = pytest.mark.django_db
#: Of a page with all that it loads, without fonts and pictures.
MOST_BYTES = 60_000


class Head(HTMLParser):
    """What is asked of a page here: its title, its descriptions, and the parts that it is walked by."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.title = ""
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._in_title = False
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        # The title of a drawing stands in the body.
        self._in_title = tag == "title" and not self.title
        if tag == "meta":
            self.meta[given.get("name") or given.get("property", "")] = given.get("content", "")
        if tag == "link":
            self.links[given["rel"]] = given["href"]

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, _tag: str) -> None:
        self._in_title = False

    def addresses(self) -> set[str]:
        """Whatever the page loads or leads to, forms too."""
        names = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}
        return {each[names[tag]] for tag, each in self.elements if each.get(names.get(tag, ""))}

    def has(self, key: str) -> bool:
        """Whether a part of the page has the id ``key``."""
        return any(each.get("id") == key for _, each in self.elements)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


@pytest.fixture
def pages(here: World) -> dict[str, tuple[str, Head]]:
    return {pattern: (path, Head(body)) for pattern, (path, body) in public_pages(here).items()}


def test_the_list_of_public_pages_is_that_of_the_url_configuration() -> None:
    found = page_patterns()
    assert {"", "results/", "results/<str:code>/", "verify/", "complaints/new/", "funding/<int:year>/"} <= set(found)
    assert not [each for each in found if "desk" in each or "admin" in each]


def test_each_page_has_a_title_and_a_description_that_no_other_has(pages: dict[str, tuple[str, Head]]) -> None:
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for pattern, (path, head) in pages.items():
        described = head.meta["description"]
        assert 30 <= len(described) <= 160, (pattern, len(described), described)
        assert head.title not in titles, (pattern, titles[head.title])
        assert described not in descriptions, (pattern, descriptions[described])
        titles[head.title], descriptions[described] = pattern, pattern
        assert head.links["canonical"] == settings.SITE_URL + path
        assert head.meta["og:title"] == head.title.removesuffix(f" - {head.meta['og:site_name']}")
        assert head.meta["og:description"] == described
        assert head.meta["og:url"] == settings.SITE_URL + path


def test_the_bar_of_the_browser_has_the_colour_of_the_head(pages: dict[str, tuple[str, Head]]) -> None:
    tokens = Path(finders.find("css/tokens.css")).read_text(encoding="utf-8")
    heads = dict.fromkeys(re.findall(r"--ground-2: (#[0-9a-f]{6})", tokens[tokens.index("@media screen {") :]))
    told = [
        each["content"] for tag, each in pages[""][1].elements if tag == "meta" and each.get("name") == "theme-color"
    ]
    assert told == list(heads)


def test_the_first_page_is_called_by_the_name_of_the_site_alone(pages: dict[str, tuple[str, Head]]) -> None:
    head = pages[""][1]
    assert head.title == head.meta["og:site_name"]


def test_each_page_has_one_heading_one_way_past_the_frame_and_its_landmarks(
    pages: dict[str, tuple[str, Head]],
) -> None:
    for pattern, (_, head) in pages.items():
        assert [head.count(tag) for tag in ("h1", "main", "header", "footer")] >= [1, 1, 1, 1], pattern
        assert (head.count("h1"), head.count("main")) == (1, 1), pattern
        assert ("html", {"lang": "zh-CN"}) in head.elements, pattern
        main = next(given for tag, given in head.elements if tag == "main")
        first_link = next(given for tag, given in head.elements if tag == "a")
        assert first_link["href"] == f"#{main['id']}", pattern
        levels = [int(tag[1]) for tag, _ in head.elements if re.fullmatch("h[1-6]", tag)]
        assert all(next_one - one <= 1 for one, next_one in pairwise(levels)), (pattern, levels)


@pytest.mark.parametrize(
    ("query", "title", "canonical"),
    [
        ("?type=park", "认定结果（小微企业园） - ", "?type=park"),
        ("?type=park&utm_source=wechat&isappinstalled=0", "认定结果（小微企业园） - ", "?type=park"),
        ("?q=%E5%A7%9C%E5%B1%B1", "认定结果 - ", ""),
    ],
)
def test_a_filtered_list_is_a_page_of_its_own_and_a_search_is_not(
    here: World, client: Client, query: str, title: str, canonical: str
) -> None:
    head = Head(client.get(f"/results/{query}").content)
    assert title in head.title
    assert head.links["canonical"] == f"{settings.SITE_URL}/results/{canonical}"


def test_a_page_that_is_not_there_has_no_address_of_its_own(client: Client) -> None:
    answer: Any = client.get("/results/no-such-platform/")
    head = Head(answer.content)
    assert answer.status_code == 404
    assert "canonical" not in head.links
    assert "description" not in head.meta


def test_a_page_is_light(here: World) -> None:
    """Compressed as it goes out, without fonts and pictures; few files, and nothing that the office draws with."""
    for pattern, (_, body) in public_pages(here).items():
        head = Head(body)
        files = [
            each.get("href") or each["src"]
            for tag, each in head.elements
            if (tag == "link" and each["rel"] == "stylesheet") or (tag == "script" and "src" in each)
        ]
        found = [finders.find(each.removeprefix(settings.STATIC_URL)) for each in files]
        assert all(found), (pattern, files)
        assert not [each for each in files if "vendor/echarts" in each], pattern
        assert len(files) <= 13, (pattern, files)
        size = sum(len(gzip.compress(Path(each).read_bytes())) for each in found) + len(gzip.compress(body))
        assert size <= MOST_BYTES, (pattern, size)


def test_every_link_leads_to_something(here: World) -> None:
    """Pages, files, pictures and parts of a page; what leads away from the site is a setting, not written down."""
    stranger = Visitor(here, "stranger")
    heads = {path: Head(body) for path, body in public_pages(here).values()}
    statuses: dict[str, int] = {}
    dead: set[tuple[str, str]] = set()
    for path, head in heads.items():
        for link in head.addresses():
            at = urlsplit(urljoin(path, link))
            if at.scheme in ("tel", "mailto", "geo") or link == settings.OPEN_DATA_LICENCE_URL:
                continue
            if at.scheme or at.netloc:
                dead |= {(path, link)} if f"{at.scheme}://{at.netloc}" != settings.SITE_URL else set()
                continue
            if at.path.startswith(settings.STATIC_URL):
                dead |= set() if finders.find(at.path.removeprefix(settings.STATIC_URL)) else {(path, link)}
                continue
            # One page of each list is enough: its filters are many.
            asked = f"{at.path}?{at.query}" if at.path not in heads else at.path
            if asked not in statuses:
                statuses[asked] = stranger.ask("GET", asked).status_code
            if statuses[asked] not in (200, 302) or (at.fragment and not heads[at.path].has(at.fragment)):
                dead.add((path, link))
    assert dead == set()
    assert len(statuses) > 30
