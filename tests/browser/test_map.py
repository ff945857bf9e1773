"""The map in a browser: moved by buttons, wheel, drag, fingers and keys; marks and rows lead to each other."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evaluation.models import Publication
from platforms.reference import labels
from platforms.reference.clusters import Point, gather
from platforms.reference.labels import Label
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation.site.rounds import by_hand
from tests.evaluation.stage import published_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAP = "/map/?round=2025"
#: One more than a page of the list and a few, all over the two regions; the last two on one spot.
SPOTS = [(121.40 + number % 5 * 0.05, 29.75 + number // 5 * 0.03) for number in range(22)] + [(121.3, 30.2)] * 2


@pytest.fixture
def publication(transactional_db: None) -> Publication:
    factories.regions()
    made = published_round({"330212": {"A": 1, "D": 1}}, year=2025)
    for number, (east, north) in enumerate(SPOTS, start=100):
        by_hand(
            made,
            "330212-001",
            f"330212-{number}",
            name=f"鄞州区第{number}镇窗口平台",
            grade="ABC"[number % 3],
            longitude=Decimal(f"{east:.6f}"),
            latitude=Decimal(f"{north:.6f}"),
        )
    return made


def shown(page: Page) -> list[float]:
    """West, north and width of what is shown."""
    west, north, width, _ = map(float, str(page.locator(".map__ground").get_attribute("viewBox")).split())
    return [west, north, width]


def still(page: Page, address: str) -> list[float]:
    """What is shown once the address says ``address``: by then the map stands still."""
    page.wait_for_url(re.compile(address))
    return shown(page)


def counted(page: Page) -> int:
    numbers: list[str] = page.locator("[data-map-points] a text").all_text_contents()
    return sum(map(int, numbers)) + page.locator("[data-map-points] a[data-key]").count()


def smallest(page: Page) -> float:
    """The shorter side of the smallest thing that can be pressed on the map."""
    found: float = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".map__marks a, .map__tools a")].map((each) => {
          const box = (each.querySelector("circle, rect") ?? each).getBoundingClientRect();
          return Math.min(box.width, box.height) || 99;
        }))"""
    )
    return found


def test_the_map_is_moved_and_its_marks_and_rows_lead_to_each_other(publication: Publication, open_as: Any) -> None:
    page = open_as()
    page.goto(MAP)
    assert violations(page) == []
    whole, all_of_them = shown(page), counted(page)
    assert all_of_them == len(SPOTS) + 2
    page.get_by_role("link", name="放大", exact=True).click()
    near = still(page, "view=155%2C199.1%2C310")
    assert near[2] == whole[2] / 2
    # Arrows, plus, minus and nought move what has the focus.
    page.locator(".map__view").focus()
    page.keyboard.press("ArrowUp")
    assert still(page, "view=155%2C79.6")[1] < near[1]
    page.keyboard.press("+")
    assert still(page, "2C155$")[2] == near[2] / 2
    page.keyboard.press("-")
    assert still(page, "2C310$")[2] == near[2]
    page.keyboard.press("0")
    assert still(page, "round=2025$") == whole
    assert counted(page) == all_of_them
    # The wheel is for the map once it has the focus, or with a key held; otherwise for the page.
    page.locator(".map__view").hover()
    page.mouse.wheel(0, -120)
    wheeled = still(page, "view=")
    assert wheeled[2] < whole[2]
    page.evaluate("document.activeElement.blur()")
    page.mouse.wheel(0, 120)
    page.wait_for_function("scrollY > 0")
    assert shown(page) == wheeled
    # A drag moves what lies below the hand, and presses nothing.
    box = page.locator(".map__view").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 360, steps=3)
    page.mouse.up()
    page.wait_for_function("west => document.querySelector('.map__ground').viewBox.baseVal.x < west", arg=wheeled[0])
    assert page.url.startswith(page.evaluate("location.origin") + "/map/?round=2025")

    marks_and_rows(page)


def marks_and_rows(page: Page) -> None:
    """Clusters open, and marks and rows lead to each other."""
    page.goto(MAP)
    # By keyboard: what is opened stays under the hand.
    page.locator("[data-map-points] a:has(text)").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-map-said]")).to_contain_text("已放大")
    expect(page.locator(".map__view")).to_be_focused()
    # Two on one spot stand beside each other where nothing opens any more; the second one is on the next page.
    page.goto(f"{MAP}&at=330212-122")
    row = page.locator("[data-row='330212-122']")
    expect(row).to_have_attribute("aria-current", "true")
    spots = [page.locator(f"[data-key='330212-{code}']").bounding_box() for code in (122, 123)]
    assert abs(spots[0]["y"] - spots[1]["y"]) >= 24
    # From a mark to its row.
    page.locator("[data-key='330212-123']").click()
    other = page.locator("[data-row='330212-123']")
    expect(other).to_have_attribute("aria-current", "true")
    expect(other.get_by_role("link").first).to_be_focused()
    expect(row).not_to_have_attribute("aria-current", "true")
    page.wait_for_url("**at=330212-123*")
    assert violations(page) == []
    # And from a row to its mark, which is drawn as large as that takes.
    page.goto(MAP)
    page.locator("[data-row='330212-105'] [data-show]").click()
    expect(page.locator("[data-key='330212-105'][data-chosen]")).to_have_count(1)
    expect(page.locator("[data-map-said]")).to_have_text("鄞州区第105镇窗口平台已在示意图上标出")
    # Pointing at one side shows the other.
    page.locator("[data-row='330212-105']").hover()
    expect(page.locator("[data-key='330212-105'][data-pointed]")).to_have_count(1)
    # A region is chosen on the map, and the list is that of the region.
    page.goto(MAP)
    page.locator(".map__county[href*='330212']").press("Enter")
    page.wait_for_url("**region=330212*")
    assert shown(page)[2] < 500
    expect(page.locator(".map__county[aria-current]")).to_have_count(1)


def test_a_phone_has_the_list_below_and_needs_no_script(publication: Publication, open_as: Any) -> None:
    page = open_as(width=390)
    page.goto(MAP)
    frame, heading = page.locator(".map__view").bounding_box(), page.locator("#map-list h2").bounding_box()
    assert frame["y"] + frame["height"] < heading["y"]
    assert not overflows(page)
    assert smallest(page) >= 24
    whole = shown(page)
    page.locator(".map__view").hover()
    page.locator(".map__view").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    box = page.locator(".map__view").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}] if apart else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 30)
    for apart in (40, 50, 60):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    near = still(page, "view=")
    assert near[2] == pytest.approx(whole[2] / 2, rel=0.1)
    without_a_script(page)


def without_a_script(page: Page) -> None:
    """The server draws the same."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(viewport=page.viewport_size, java_script_enabled=False)
    origin = page.evaluate("location.origin")
    page = context.new_page()
    page.goto(f"{origin}{MAP}")
    whole = shown(page)
    page.get_by_role("link", name="放大", exact=True).click()
    assert shown(page)[2] == whole[2] / 2
    page.get_by_role("link", name="复原").click()
    assert shown(page) == whole
    page.locator("[data-map-points] a:has(text)").first.click()
    assert shown(page)[2] <= whole[2] / 2
    page.locator("[data-row='330212-105'] [data-show]").click()
    assert page.locator("[data-row='330212-105'][aria-current]").count() == 1
    assert page.locator("[data-key='330212-105'][data-chosen]").count() == 1
    page.locator("[data-key='330212-105']").click()
    assert page.url.endswith("at=330212-105#at-330212-105")
    context.close()


def test_the_browser_gathers_and_places_as_the_server_does(open_as: Any) -> None:
    page = open_as()
    page.goto("/verify/")
    points = [Point(str(key), key * 7.13 % 620, key * 3.77 % 797, 0, "", "") for key in range(300)]
    expected = [[each.key for each in mark.points] for mark in gather(points, 62.0)]
    assert expected == page.evaluate(
        """async (points) => (await import("/static/js/clusters.js")).gather(points, 62)
          .map((mark) => mark.points.map((each) => each.key))""",
        [{"key": each.key, "x": each.x, "y": each.y} for each in points],
    )
    words = [
        Label(
            str(key),
            ("鄞州区 10", "海曙区")[key % 2],
            key * 37.5 % 300,
            key * 53.25 % 390,
            key % 3 * 14.0,
            16.0 + key % 2 * 8,
        )
        for key in range(40)
    ]
    taken = [(x - 12.0, x + 40.0, x + 12.0, x + 64.0) for x in (50.0, 120.0, 240.0)]
    placed = [[each.label.key, each.dx, each.dy] for each in labels.place(words, taken, 300, 400)]
    assert placed == page.evaluate(
        """async ([words, taken]) => (await import("/static/js/labels.js")).place(words, taken, 300, 400)
          .map((each) => [each.label.key, each.dx, each.dy])""",
        json.loads(json.dumps([[vars(each) for each in words], taken])),
    )
