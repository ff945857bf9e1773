"""Every page of the public site in a browser: on three widths, light and dark, enlarged, by keyboard, on paper, and
without JavaScript."""

from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Request, Route, expect

from evaluation.models import Objection
from platforms.models import Complaint
from tests.access.objected import open_notice
from tests.access.stage import here, stage
from tests.access.visits import Visitor
from tests.access.world import World
from tests.browser.forms import AXE
from tests.browser.stage_pages import StagePages
from tests.browser.test_frame import SHIFT
from tests.browser.test_odd_screens import CUT
from tests.browser.test_on_paper import bare
from tests.public_pages import public_pages

__all__ = ["here", "stage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: Once in a page; ``chosen`` are the rules that are run, all where there are none.
RUN = """async (chosen) => (await axe.run({
  ...(chosen ? { runOnly: chosen } : {}),
  rules: { "target-size": { enabled: true } },
})).violations.map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 120))])"""
#: What the keyboard can reach, in the order of the page, and what of it was reached and could be seen to be.
REACHED = """() => {
  window.reached = [];
  const places = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".trap") && !each.disabled);
  const drawn = (each) => [...each.querySelectorAll("path, circle, rect, polygon")]
    .map((shape) => getComputedStyle(shape)).map((style) => `${style.stroke} ${style.strokeWidth}`).join();
  places.forEach((each, number) => { each.dataset.place = number; each.dataset.drawn = drawn(each); });
  addEventListener("focusin", (event) => {
    const style = getComputedStyle(event.target);
    // Shapes of a drawing have no outline: theirs is drawn otherwise.
    const seen = style.outlineStyle !== "none" || drawn(event.target) !== event.target.dataset.drawn;
    window.reached.push([event.target.dataset.place ?? event.target.outerHTML.slice(0, 80), Boolean(seen)]);
  });
  return places.length;
}"""  # noqa: E501


@pytest.fixture
def pages(here: World) -> dict[str, tuple[str, bytes]]:
    return public_pages(here)


@pytest.fixture
def answers(here: World) -> dict[str, tuple[str, bytes]]:
    """What stands there after something went wrong, was sent, or was not found."""
    stranger = Visitor(here, "stranger")
    asked = {
        "no page": ("GET", "/nothing-here/", {}),
        "no platform found": ("GET", "/results/", {"q": "查无此名"}),
        "a filtered list": ("GET", "/results/", {"round": str(here.publication.round.year), "type": "park"}),
        "no certificate": ("GET", "/verify/NB2020-001-AAAAA/", {}),
        "a report": (
            "GET",
            f"/verify/{here.certificates('330212')[0].result.documents.get(kind='report').number}/",
            {},
        ),
        "a complaint with gaps": ("POST", "/complaints/new/", {}),
        "an objection with gaps": ("POST", f"/notice/{open_notice().number}/object/", {}),
        "a wrong code": ("POST", "/complaints/status/", {"number": "ABC", "code": "DEF"}),
    }
    return {name: (path, stranger.ask(method, path, given).content) for name, (method, path, given) in asked.items()}


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Any]:
    """A function that returns pages of a width in a browser."""
    made: list[StagePages] = []

    def of(width: int, **view: Any) -> StagePages:
        made.append(StagePages(chromium, viewport={"width": width, "height": 900}, **view))
        return made[-1]

    yield of
    for each in made:
        each.context.close()


def wrong(page: Page, rules: list[str] | None = None) -> Any:
    return page.evaluate(RUN, rules)


def overflow(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 900})
    return int(page.evaluate("document.documentElement.scrollWidth")) - width


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_can_be_read_by_everybody(
    pages: dict[str, tuple[str, bytes]], answers: dict[str, tuple[str, bytes]], opened: Any, width: int
) -> None:
    """Axe finds nothing in light and dark, nothing jumps, nothing scrolls sideways at any width down to 400 %."""
    # Colours change at once: what is measured is not on its way.
    screen = opened(width, reduced_motion="reduce")
    found: dict[str, Any] = {}
    for pattern, (path, body) in (pages | answers).items():
        page = screen.show(path, body)
        told = {"jump": page.evaluate(SHIFT) >= 0.02, "sideways": overflow(page, width)}
        page.evaluate(AXE)
        told["light"] = wrong(page)
        page.emulate_media(color_scheme="dark")
        told["dark"] = wrong(page, ["color-contrast"])
        page.emulate_media(color_scheme="light")
        if width == 1280:
            told["sideways at 768"] = overflow(page, 768)
            told["at 768"] = wrong(page, ["target-size", "scrollable-region-focusable", "link-in-text-block"])
        else:
            told["sideways at 320"] = overflow(page, 320)
            told["cut at 320"] = page.evaluate(CUT)
        overflow(page, width)
        if said := {name: each for name, each in told.items() if each}:
            found[pattern] = said
    assert found == {}


def test_the_keyboard_reaches_everything_in_order_and_is_seen_where_it_is(
    pages: dict[str, tuple[str, bytes]], opened: Any
) -> None:
    screen = opened(1280, reduced_motion="reduce")
    found: dict[str, Any] = {}
    for pattern, (path, body) in pages.items():
        page = screen.show(path, body)
        count = page.evaluate(REACHED)
        for _ in range(count):
            page.keyboard.press("Tab")
        reached = page.evaluate("window.reached")
        if [place for place, _ in reached] != [str(number) for number in range(count)]:
            found[pattern] = ("order", reached[:40])
        if unseen := [place for place, seen in reached if not seen]:
            found[pattern] = ("unseen", unseen)
    assert found == {}


def test_every_page_on_paper_says_where_and_when_it_was_read_and_has_no_frame(
    pages: dict[str, tuple[str, bytes]], opened: Any
) -> None:
    screen = opened(1280)
    for pattern, (path, body) in pages.items():
        page = screen.show(path, body)
        page.emulate_media(media="print")
        assert page.locator(".site-head, .footer").filter(visible=True).count() == 0, pattern
        done = list(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)))
        texts = [bare(sheet.get_textpage().get_text_bounded()) for sheet in done]
        assert bare(f"{settings.SITE_URL}{path}") in texts[0], pattern
        assert "打印日期" in texts[0], pattern
        assert bare(page.locator("h1").inner_text()) in texts[0], pattern
        assert f"第1页，共{len(done)}页" in texts[0], pattern


def test_the_room_that_is_open_is_seen_in_the_colours_of_the_system(
    pages: dict[str, tuple[str, bytes]], opened: Any
) -> None:
    page = opened(1280, forced_colors="active").show(*pages["results/"])
    style = "each => getComputedStyle(each).outlineStyle"
    assert page.locator(".site-nav a[aria-current]").evaluate(style) == "solid"
    assert page.locator(".site-nav a:not([aria-current])").first.evaluate(style) == "none"


class WithoutScripts(StagePages):
    """A browser with JavaScript off, whose requests the test client answers, forms too."""

    def __init__(self, chromium: Browser) -> None:
        super().__init__(chromium, viewport={"width": 390, "height": 900}, java_script_enabled=False)
        self.client = Client()
        # Playwright answers in a context of its own, which has a connection of its own to the database.
        self.context_of_test = copy_context()

    def _answer(self, route: Route) -> None:
        if route.request.is_navigation_request():
            told = self.context_of_test.run(self._ask, route.request)
            route.fulfill(body=told.content, content_type=told.headers["Content-Type"])
        else:
            super()._answer(route)

    def _ask(self, asked: Request) -> Any:
        told: Any = self.client.generic(
            asked.method,
            asked.url.removeprefix("http://stage.test"),
            asked.post_data_buffer or b"",
            content_type=asked.headers.get("content-type", ""),
        )
        while told.status_code in (301, 302):
            told = self.client.get(told.headers["Location"])
        return told


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    made = WithoutScripts(chromium)
    yield made.page
    made.context.close()


@pytest.mark.clause("N20")
def test_a_citizen_finds_verifies_complains_and_objects_without_scripts(here: World, still: Page) -> None:
    certificate = here.certificates("330212")[0]
    still.goto("/")
    still.get_by_text("菜单", exact=True).click()
    still.locator(".site-menu").get_by_role("link", name="证书核验").click()
    still.get_by_role("searchbox", name="证书编号", exact=True).fill(certificate.number)
    still.get_by_role("button", name="核验").click()
    expect(still.locator("main")).to_contain_text("证书真实")

    # The search in the head knows the number too.
    still.get_by_role("search", name="查找平台").get_by_role("searchbox").fill(certificate.number)
    still.get_by_role("search", name="查找平台").get_by_role("button").click()
    expect(still.locator("main")).to_contain_text("证书真实")
    still.get_by_role("link", name="查看这个平台").click()
    still.get_by_role("link", name="投诉这个平台").click()
    still.get_by_label("投诉内容").fill("办理融资对接时被要求先交两千元服务费，没有发票。")
    still.get_by_label("企业名称").fill("宁波某某机械有限公司")
    still.get_by_label("联系人").fill("周某")
    still.get_by_label("联系电话").fill("13812345678")
    still.get_by_role("button", name="提交投诉").click()
    expect(still.locator("h1")).to_have_text("投诉已收到")
    number, code = (each.inner_text() for each in still.locator(".keep-code").all())
    assert Complaint.objects.get(number=number).platform_id == certificate.result.platform_id
    look_up(still, number, code, "待受理")

    still.goto(f"/notice/{open_notice().number}/")
    still.get_by_role("link", name="提出异议").click()
    named = still.locator("datalist option").first.get_attribute("value") or ""
    still.locator("[name=platform]").fill(named)
    still.locator("[name=text]").fill("公示的服务企业数与实际不符。")
    still.locator("[name=name]").fill("宁波某某机械有限公司")
    still.locator("[name=phone]").fill("13812345678")
    still.get_by_role("button", name="提交异议").click()
    expect(still.locator("h1")).to_have_text("异议已受理")
    number, code = (each.inner_text() for each in still.locator(".keep-code").all())
    assert Objection.objects.filter(number=number).exists()
    look_up(still, number, code, "已受理，待办理")


def look_up(page: Page, number: str, code: str, state: str) -> None:
    """Ask what became of what was just filed."""
    page.locator("main").get_by_role("link", name="查询").click()
    page.locator("[name=number]").fill(number)
    page.locator("[name=code]").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".answer__word")).to_have_text(state)
