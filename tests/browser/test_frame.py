"""The frame of every page: nothing of it is out of sight at 320 px, nothing of it jumps, one search leads anywhere."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from platforms.models import Application, Round, User
from tests import factories
from tests.browser.forms import overflows, violations

pytestmark = pytest.mark.browser

#: How far a page moved under the reader while it loaded, as browsers measure it.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((seen) => {
    for (const each of seen.getEntries()) { if (!each.hadRecentInput) { sum += each.value; } }
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 400);
})"""
#: The links of a part of the page that stand, wholly or in part, beside the screen.
OUTSIDE = """(part) => [...document.querySelectorAll(part + " a")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && (box.left < 0 || box.right > innerWidth);
}).map((each) => each.textContent.trim())"""


@pytest.fixture
def filed(transactional_db: None, city: User, yinzhou: User, round_2026: Round, now: datetime) -> Application:
    town = factories.town(yinzhou.region, "云上镇")
    return factories.accepted(yinzhou, round_2026, now, city=city, town=town)


def shown(page: Page, part: str) -> int:
    return page.locator(f"{part} a:visible").count()


@pytest.mark.parametrize("width", [320, 390])
def test_the_menu_of_the_public_site_shows_all_its_rooms_on_a_phone(
    filed: Application, open_as: Any, width: int
) -> None:
    page = open_as(width=width)
    page.goto("/")
    assert page.evaluate(SHIFT) < 0.01
    expect(page.get_by_role("search", name="查找平台")).to_be_visible()
    assert shown(page, ".site-menu") == 0
    page.get_by_text("菜单", exact=True).press("Enter")
    # The rooms, and the way in for who works here.
    assert shown(page, ".site-menu") == page.locator(".site-menu a").count() > 8
    assert page.evaluate(OUTSIDE, ".site-menu") == []
    assert not overflows(page)
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_the_rail_opens_from_the_bar_on_a_phone_with_every_entry(filed: Application, open_as: Any, width: int) -> None:
    page = open_as("yinzhou", width=width)
    page.goto("/desk/rectifications/")
    assert shown(page, ".rail") == 0
    assert page.evaluate(SHIFT) < 0.01
    page.get_by_role("button", name="栏目").focus()
    page.keyboard.press("Enter")
    for group in page.locator(".rail details").all():
        if not group.evaluate("each => each.open"):
            group.locator("summary").press("Enter")
    assert shown(page, ".rail") == page.locator(".rail a").count() > 20
    assert page.evaluate(OUTSIDE, ".rail") == []
    assert violations(page) == []
    page.locator(".rail a", has_text="回访").click()
    page.wait_for_url("**/desk/follow-ups/")


def test_the_frame_of_a_wide_page_does_not_jump_whatever_theme_was_chosen(filed: Application, open_as: Any) -> None:
    page = open_as("city")
    page.goto("/admin/")
    for word in ("浅色", "深色", "随系统"):
        page.locator("[data-theme-toggle]").click()
        expect(page.locator("[data-theme-word]")).to_have_text(word)
        for path in ("/admin/", "/desk/rectifications/", "/"):
            page.goto(path)
            assert (word, path, page.evaluate(SHIFT) < 0.01) == (word, path, True)
        page.goto("/admin/")


def test_at_most_eight_entries_stand_open_and_groups_fold_without_a_script(filed: Application, open_as: Any) -> None:
    page = open_as("city")
    for path in ("/admin/", "/desk/rectifications/", "/admin/evaluation/assessment/", "/desk/workbench/"):
        page.goto(path)
        # 全部栏目 stands below the groups.
        assert shown(page, ".rail") - 1 <= 8


def test_the_page_that_is_open_is_seen_in_forced_colours(filed: Application, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.emulate_media(forced_colors="active")
    page.goto("/desk/rectifications/")
    style = "each => getComputedStyle(each).outlineStyle"
    assert page.locator(".rail a[aria-current]").evaluate(style) == "solid"
    assert page.locator(".rail a:visible:not([aria-current])").first.evaluate(style) == "none"


def test_the_search_is_reached_proposes_and_opens_by_keyboard(filed: Application, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto("/desk/rectifications/")
    for keys in ("Control+k", "/"):
        page.locator("h1").click()
        page.keyboard.press(keys)
        expect(page.locator("#find-q")).to_be_focused()
    assert page.locator("#find-q").input_value() == ""
    page.keyboard.type("ysz")
    options = page.locator("#find-proposals [role=option]")
    expect(options).to_have_count(3)
    assert violations(page) == []
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#find-proposals")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/applications/{filed.number}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("yunshang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search/?q=yunshang")
    assert page.locator(".found a:visible").count() == 3
    assert violations(page) == []
    assert not overflows(page)


def test_a_slash_in_a_box_is_a_slash(filed: Application, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto("/desk/rectifications/")
    page.locator("main input[type=search]").first.focus()
    page.keyboard.type("1/2")
    expect(page.locator("main input[type=search]").first).to_have_value("1/2")
