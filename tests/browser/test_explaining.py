"""Finance reads where each yuan comes from: bars with their table, one region after the other, clean under axe."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from funding.models import AllocationRun
from tests.browser.forms import overflows, violations
from tests.funding.worked import BING, JIA, YI, draft, drafter, worked_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N27")]


@pytest.fixture
def run(transactional_db: None) -> AllocationRun:
    """The worked example under a reading that leaves one yuan over."""
    return draft(worked_round(), drafter(), totals="funded")


def looks_right(page: Page) -> None:
    assert (page.url, violations(page), overflows(page)) == (page.url, [], False)


@pytest.mark.parametrize("width", [1280, 390])
def test_an_amount_is_followed_from_the_sheet_to_its_counts(run: AllocationRun, open_as: Any, width: int) -> None:
    page: Page = open_as("drafter", width=width)
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    page.click("main a:has-text('逐地区说明')")
    canvas = page.locator("[data-chart-canvas]")
    expect(canvas.locator("svg")).to_be_visible()
    looks_right(page)
    canvas.focus()
    page.keyboard.press("ArrowDown")
    name = run.rows.get(code=JIA).label
    expect(page.locator("[data-chart-said]")).to_have_text(f"{name}：分配金额 951.79 万元")
    page.click(f"section[aria-labelledby=rest] a:has-text('{run.rows.get(code=BING).label}')")
    expect(page.locator(".derivation__step").last).to_contain_text("5,482,142 + 1 = 5,482,143元")
    looks_right(page)
    page.click("a[rel=prev]")
    expect(page.locator("main")).to_contain_text("不予支持")
    assert page.url.endswith(f"/regions/{YI}/")
    looks_right(page)
    with page.expect_download() as download:
        page.click("a:has-text('下载 PDF')")
    assert download.value.suggested_filename == f"资金分配计算过程-{run.number}-{run.rows.get(code=YI).label}.pdf"
