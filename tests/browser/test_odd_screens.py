"""Pages of the office enlarged to 400 %, and in colours of the reader's system (the public: test_public_site.py)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.access.stage import here, stage
from tests.access.world import World
from tests.browser.stage_pages import StagePages, page_of

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
#: A page of each kind.
KINDS = (
    "desk/", "desk/applications/<number:number>/", "desk/applications/<number:number>/<slug:slug>/",
    "desk/applications/<number:number>/submit/", "desk/batches/<number:number>/", "desk/services/",
    "desk/services/new/",
    "desk/rectifications/", "desk/workbench/", "desk/workbench/charts/", "desk/years/", "desk/planning/",
    "desk/returns/board/", "admin/platforms/application/", "admin/platforms/application/<path:object_id>/change/",
    "admin/platforms/round/<path:object_id>/change/", "admin/funding/allocationrun/<path:object_id>/change/",
)  # fmt: skip
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


@pytest.mark.parametrize("pattern", KINDS)
def test_no_page_scrolls_sideways_or_is_cut_at_400_percent(here: World, narrow: StagePages, pattern: str) -> None:
    """A window of 1280 enlarged four times is 320 wide."""
    page = narrow.show(*page_of(here, pattern))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(CUT) == []


def test_what_is_chosen_can_be_seen_in_the_colours_of_the_system(here: World, forced: StagePages) -> None:
    page = forced.show(*page_of(here, "desk/rectifications/"))
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
    page = forced.show(*page_of(here, "desk/applications/<number:number>/<slug:slug>/"))
    chosen = set(page.evaluate(COLOURS, ".progress a[aria-current]"))
    assert chosen
    assert chosen.isdisjoint(page.evaluate(COLOURS, ".progress a:not([aria-current])"))
