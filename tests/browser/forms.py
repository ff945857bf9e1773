"""What the browser tests of the form share: a draft, its pages, how they say that they are saved."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from platforms.models import Application

AXE = (Path(__file__).parent / "axe.min.js").read_text()


def open_section(page: Page, application: Application, slug: str) -> Page:
    page.goto(f"/desk/applications/{application.number}/{slug}/")
    return page


def saved(page: Page) -> None:
    """Wait until everything on the page is saved."""
    expect(page.locator("#save-state [data-state]")).to_have_attribute("data-state", "saved")
    expect(page.locator("#save-state")).to_contain_text("已保存")


def state(page: Page, name: str) -> None:
    expect(page.locator("#save-state [data-state]")).to_have_attribute("data-state", name)


def kept(page: Page) -> list[str]:
    """What the browser keeps of forms, by name."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ningbo-kept:'))")
    return found


#: Waits until what changes its colour by and by has its last one: in between, contrast is that of no theme.
SETTLED = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const changes = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(changes.map((each) => each.finished));
}"""


def violations(page: Page) -> list[Any]:
    """What axe finds on the page as it stands, once it has come whole."""
    # A press waits until the next page begins to come, not until it is there.
    page.wait_for_load_state("load")
    # From outside of the page: its own policy lets nothing in.
    page.evaluate(AXE)
    page.evaluate(SETTLED)
    found: list[Any] = page.evaluate(
        "async () => (await axe.run()).violations.map((each) => [each.id, each.nodes.map((node) => node.html)])"
    )
    return found


def overflows(page: Page) -> bool:
    page.wait_for_load_state("load")
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
