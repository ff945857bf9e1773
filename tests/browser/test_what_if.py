"""A trial of an allocation in a real browser: the slider, the keyboard, a phone, and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from funding.models import AllocationRun
from tests import factories
from tests.browser.forms import overflows, violations
from tests.browser.test_charts import listening
from tests.funding.worked import JIA, draft, worked_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N27")]


@pytest.fixture
def run(transactional_db: None) -> AllocationRun:
    """A draft of the worked example."""
    return draft(worked_round(), factories.person("finance", "finance"))


def test_the_slider_moves_the_amounts_and_the_address_follows(run: AllocationRun, open_as: Any) -> None:
    page = open_as("finance")
    said = listening(page)
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    page.get_by_role("link", name="试算", exact=True).click()
    expect(page.locator("[data-chart-canvas] svg")).to_have_count(2)
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("资金总额", exact=False).first).to_have_value("14,990,000")
    expect(page.locator("[data-what-if-said]")).to_have_text("结果已更新。")
    expect(page).to_have_url(re.compile(r"what-if/\?pool_yuan=14990000$"))
    expect(slider).to_be_focused()
    expect(page.locator("[data-chart-canvas] svg")).to_have_count(2)
    page.locator("[data-chart-canvas]").last.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-chart-said]").last).to_contain_text("万元")
    page.get_by_role("button", name="按试算重新测算").click()
    expect(page.get_by_text("已按试算的资金总额和口径重新测算")).to_be_visible()
    assert said == []
    assert AllocationRun.objects.get().pool_yuan == 14_990_000


def test_what_is_refused_is_shown_at_its_field_and_stays(run: AllocationRun, open_as: Any) -> None:
    page = open_as("finance")
    page.goto(f"/admin/funding/allocationrun/{run.pk}/what-if/")
    page.locator(".what-if__regions > summary").click()
    page.locator(f"[name=more_{JIA}]").fill("一家")
    page.get_by_role("button", name="试算", exact=True).click()
    page.get_by_role("link", name="请填写整数，如 1。").click()
    expect(page.locator(f"[name=more_{JIA}]")).to_be_focused()
    expect(page.locator(f"[name=more_{JIA}]")).to_have_value("一家")
    assert violations(page) == []
    # The slider asks for the same and is told the same.
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("pool_yuan=14%2C990%2C000"))
    expect(page.get_by_role("link", name="请填写整数，如 1。")).to_be_visible()


def test_it_is_clean_and_fits_a_phone(run: AllocationRun, open_as: Any) -> None:
    page = open_as("finance")
    said = listening(page)
    address = f"/admin/funding/allocationrun/{run.pk}/what-if/?counts_too=on&more_{JIA}=1"
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(address)
        expect(page.locator("[data-chart-canvas] svg")).to_have_count(2)
        assert (theme, violations(page)) == (theme, [])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    assert overflows(page) is False
    assert said == []


def test_without_scripts_the_button_does_the_same(
    run: AllocationRun, chromium: Browser, live_server: Any, open_as: Any
) -> None:
    known = open_as("finance").context.storage_state()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=known)
    page = context.new_page()
    page.goto(f"/admin/funding/allocationrun/{run.pk}/what-if/")
    expect(page.locator("[type=range]")).to_be_hidden()
    page.locator("#id_pool_yuan").fill("750万元")
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_role("cell", name="462.50", exact=True).first).to_be_visible()
    expect(page.get_by_role("table", name="全部口径组合下各地的金额（万元）")).to_be_visible()
    context.close()
