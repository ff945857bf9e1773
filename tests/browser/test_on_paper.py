"""Every page with a button that prints it, printed: no column is cut, and each sheet says which it is."""

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.access.stage import here, stage
from tests.access.world import World
from tests.browser.stage_pages import StagePages, pages_of

__all__ = ["here", "stage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
#: What an officer carries into a meeting although no button says so.
TAKEN_ALONG = ("/desk/workbench/", "/desk/years/", "/desk/returns/board/")
#: Some that surely have a button: a reader that finds nothing would prove nothing.
LEAST = 11
CELLS = """() => [...document.querySelectorAll("th, td, h1, caption")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .filter((each) => !each.closest(".no-print") && !each.querySelector(".visually-hidden, button, input, select"))
  .map((each) => each.innerText)"""


@pytest.fixture
def paper(chromium: Browser) -> Iterator[StagePages]:
    made = StagePages(chromium, viewport={"width": 1280, "height": 900})
    yield made
    made.context.close()


def bare(text: str) -> str:
    """Without what the end of a line adds or takes."""
    return re.sub(r"[\s\x02\ufffe\u00ad-]", "", text)


def printed(page: Page) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)))


def test_no_column_is_cut_where_a_page_is_printed(here: World, paper: StagePages) -> None:
    cut: dict[str, Any] = {}
    sheets: dict[str, str] = {}
    found = list(pages_of(here, lambda path, text: "data-print" in text or path in TAKEN_ALONG))
    assert len(found) >= LEAST
    for path, answer in found:
        page = paper.show(path, answer.content)
        page.emulate_media(media="print")
        cells = page.evaluate(CELLS)
        done = printed(page)
        texts = [sheet.get_textpage().get_text_bounded() for sheet in done]
        page.emulate_media(media="screen")
        text = bare("".join(texts))
        if missing := [cell for cell in cells if bare(cell) not in text]:
            cut[path] = missing[:5]
        if any(f"第{number}页，共{len(done)}页" not in bare(each) for number, each in enumerate(texts, start=1)):
            sheets[path] = bare(texts[0])[-30:]
    assert cut == {}, "address: what is not on the paper"
    assert sheets == {}, "address: how its first sheet ends"
