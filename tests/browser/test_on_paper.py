"""Every page with a button that prints it, printed: no column is cut, and each sheet says which it is."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.access.stage import here, stage
from tests.access.world import World
from tests.browser.stage_pages import StagePages, page_of
from tests.house import ROOT

__all__ = ["here", "stage"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
#: Where a button prints the page.
WITH_BUTTON = (
    "results/", "map/", "statistics/", "notice/<str:number>/", "fill/hearing/<str:token>/",
    "desk/batches/<number:number>/", "desk/workbench/charts/", "desk/follow-ups/<number:number>/calls/",
    "admin/funding/allocationrun/<path:object_id>/change/",
    "admin/funding/allocationrun/<int:object_id>/regions/",
    "admin/funding/allocationrun/<int:object_id>/regions/<slug:code>/",
    "admin/funding/paymentbatch/summary/<int:year>/",
)  # fmt: skip
#: What an officer carries into a meeting although no button says so.
TAKEN_ALONG = ("desk/workbench/", "desk/years/", "desk/returns/board/", "desk/rectifications/")
#: Templates with the button: those of the pages above, of parts of them, and of what is shown after something was sent.
TEMPLATES = {
    "admin/funding/payment_summary.html", "admin/funding/run_explained_head.html", "admin/funding/run_page.html",
    "applications/receipt.html", "components/moves.html", "components/page_header.html",
    "follow_ups/follow_up_calls.html", "hearings/notice.html",
    "hearings/objected.html", "public/complaint_received.html", "public/map.html", "public/notice.html",
    "public/objection_received.html", "public/results.html", "public/statistics.html",
    "self_reports/receipt.html", "workbench/charts.html",
}  # fmt: skip
#: What stands in each cell; a place of a list is its full name on paper.
CELLS = """() => [...document.querySelectorAll("th, td, h1, caption")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .filter((each) => !each.closest(".no-print") && !each.querySelector(".visually-hidden, button, input, select"))
  .map((each) => [...each.querySelectorAll(".short-name")]
    .reduce((text, name) => text.replace(name.innerText, name.title), each.innerText))"""


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


def test_every_template_with_the_button_is_known() -> None:
    folder = ROOT / "templates"
    with_button = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if re.search(r"data-print|printable", path.read_text(encoding="utf-8"))
    }
    assert with_button == TEMPLATES, "a page of it is to be printed below"


@pytest.mark.parametrize("pattern", [*WITH_BUTTON, *TAKEN_ALONG])
def test_no_column_is_cut_where_a_page_is_printed(here: World, paper: StagePages, pattern: str) -> None:
    path, body = page_of(here, pattern)
    assert (b"data-print" in body) is (pattern in WITH_BUTTON)
    page = paper.show(path, body)
    page.emulate_media(media="print")
    cells = page.evaluate(CELLS)
    done = printed(page)
    texts = [bare(sheet.get_textpage().get_text_bounded()) for sheet in done]
    text = "".join(texts)
    assert [cell for cell in cells if bare(cell) not in text] == []
    for number, each in enumerate(texts, start=1):
        assert f"第{number}页，共{len(done)}页" in each


def test_the_names_of_rows_go_along_the_line(here: World, paper: StagePages) -> None:
    page = paper.show(*page_of(here, "desk/workbench/"))
    assert "鄞州区" in "".join(sheet.get_textpage().get_text_bounded() for sheet in printed(page))


def test_a_chart_stands_on_the_page_of_its_title(here: World, paper: StagePages) -> None:
    page = paper.show(*page_of(here, "desk/workbench/charts/"))
    page.emulate_media(media="print")
    title = page.locator(".chart h2").first.inner_text()
    first = printed(page)[0].get_textpage().get_text_bounded()
    assert bare(title) in bare(first)
