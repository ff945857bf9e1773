"""Pages enlarged to 400 %, and in colours that the reader's system sets."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.access.stage import here, stage
from tests.access.world import World
from tests.browser.stage_pages import StagePages, pages_of

__all__ = ["here", "stage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
#: What sticks out of the window although nothing scrolls to it.
CUT = """() => [...document.querySelectorAll("h1, h2, h3, p, li, label, input, select, textarea, button, a.button")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest(".visually-hidden, .skip"))
  .filter((each) => {
    const box = each.getBoundingClientRect();
    if (!box.width || (box.right <= innerWidth + 1 && box.left >= -1)) return false;
    for (let above = each; above; above = above.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(above).overflowX)) return false;
      if (above.matches(".rail, .topbar, .public-nav, #nav-sidebar, .skip")) return false;
    }
    return true;
  })
  .map((each) => each.outerHTML.slice(0, 90))"""
COLOURS = """(chosen) => [...document.querySelectorAll(chosen)].map((each) => getComputedStyle(each).backgroundColor)"""


@pytest.fixture
def narrow(chromium: Browser) -> Iterator[StagePages]:
    made = StagePages(chromium, viewport={"width": 320, "height": 800})
    yield made
    made.context.close()


@pytest.fixture
def forced(chromium: Browser) -> Iterator[StagePages]:
    made = StagePages(chromium, viewport={"width": 1280, "height": 900}, forced_colors="active")
    yield made
    made.context.close()


def test_no_page_scrolls_sideways_or_is_cut_at_400_percent(here: World, narrow: StagePages) -> None:
    """One page of each template; a window of 1280 enlarged four times is 320 wide."""
    wide: dict[str, Any] = {}
    kinds: set[Any] = set()
    for path, answer in pages_of(here, lambda _path, _text: True):
        kind = answer.templates[0].name if answer.templates else path
        if kind in kinds:
            continue
        kinds.add(kind)
        page = narrow.show(path, answer.content)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
        elif cut := page.evaluate(CUT):
            wide[path] = cut[:3]
    assert len(kinds) >= 60
    assert wide == {}, "address: how wide it is, or what is cut"


def test_what_is_chosen_can_be_seen_in_the_colours_of_the_system(here: World, forced: StagePages) -> None:
    (path, answer), *_ = pages_of(here, lambda path, text: path == "/desk/rectifications/" and "badge" in text)
    page = forced.show(path, answer.content)
    chosen = set(page.evaluate(COLOURS, ".chip[aria-current]"))
    others = set(page.evaluate(COLOURS, ".chip:not([aria-current])"))
    assert chosen
    assert others
    assert chosen.isdisjoint(others)
    badge = page.locator(".badge").first
    assert badge.evaluate("(each) => getComputedStyle(each).borderStyle") == "solid"
    row = page.locator(".data tbody tr").first
    assert row.evaluate("(each) => getComputedStyle(each).outlineStyle") == "none"
    row.evaluate("(each) => each.classList.add('selected')")
    assert row.evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_the_part_of_a_form_that_is_open_can_be_seen_in_the_colours_of_the_system(
    here: World, forced: StagePages
) -> None:
    (path, answer), *_ = pages_of(here, lambda _path, text: 'aria-current="step"' in text and 'class="progress' in text)
    page = forced.show(path, answer.content)
    chosen = set(page.evaluate(COLOURS, ".progress a[aria-current]"))
    assert chosen
    assert chosen.isdisjoint(page.evaluate(COLOURS, ".progress a:not([aria-current])"))
