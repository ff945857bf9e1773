"""Lists as people use them: rows are chosen and counted, one goes into a row and back, and a phone shows cards."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.models import Application
from platforms.rectifications import services as rectifications
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST, DESK = "/admin/platforms/application/", "/desk/rectifications/"
#: The first row is in sight on a phone of 800 px.
FOLD = 700


@pytest.fixture
def rows(transactional_db: None) -> list[str]:
    """Three submitted applications and three rectifications of 鄞州区; returns the numbers of the former."""
    regions, now = factories.regions(), timezone.now()
    city, officer = factories.person("city", "city"), factories.officer("yinzhou", regions["330212"])
    round_ = factories.round_of(timezone.localdate().year)
    made = [factories.draft(officer, round_, now).number for _ in range(3)]
    Application.objects.update(status="submitted", submitted_at=now, last_submitted_at=now)
    for number in range(3):
        place = platform_of(regions["330212"], f"鄞州区第{number}街道窗口平台")
        opened(place, city, now)
    return made


def opened(place: Any, by: Any, at: datetime) -> None:
    rectifications.open_one(
        platform=place, by=by, at=at, finder="city", clause="conditions.linked", problem="没有接通",
        due_on=timezone.localdate(),
    )  # fmt: skip


def test_rows_are_chosen_and_counted(rows: list[str], open_as: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platforms.backoffice.base.ScopedAdmin.list_per_page", 2)
    page = open_as("city")
    page.goto(LIST)
    said, across = page.locator(".actions__count"), page.get_by_role("button", name="选择全部 3 份")
    expect(said).to_have_text("已选 0 份，共 3 份")
    page.locator("input.action-select").first.check()
    expect(said).to_have_text("已选 1 份，共 3 份")
    expect(across).to_be_hidden()
    page.locator("#action-toggle").check()
    expect(said).to_have_text("已选 2 份，共 3 份")
    across.click()
    expect(said).to_have_text("已选 3 份，共 3 份")
    page.get_by_role("button", name="取消选择").click()
    expect(said).to_have_text("已选 0 份，共 3 份")
    page.locator("#action-toggle").check()
    across.click()
    page.get_by_label("批量办理").select_option("return_selected")
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.locator("main")).to_contain_text("将退回 3 份申报表")


@pytest.mark.parametrize("listed", [f"{LIST}?status__exact=submitted&o=-1", f"{DESK}?state=opened"])
def test_the_crumb_leads_back_to_the_list_as_it_was(rows: list[str], open_as: Any, listed: str) -> None:
    row = "table.lines tbody tr:nth-child(2)"
    page: Page = open_as("city")
    page.goto(listed)
    key = page.locator(row).get_attribute("id")
    page.locator(f"{row} a").first.click()
    page.wait_for_url(lambda url: listed not in url)
    page.locator(".breadcrumb a").last.click()
    page.wait_for_url(f"**{listed}#{key}")
    expect(page.locator(f"#{key}")).to_be_in_viewport()


@pytest.mark.parametrize("path", [LIST, DESK, "/admin/platforms/platform/"])
def test_on_a_phone_a_list_is_cards_and_its_filters_are_one_button(rows: list[str], open_as: Any, path: str) -> None:
    page: Page = open_as("city", width=390)
    page.goto(path)
    first = page.locator("table.lines tbody tr").first
    box = first.bounding_box()
    assert box is not None
    assert box["y"] < FOLD
    assert not overflows(page)
    wide = page.locator(".table-wrap").first
    assert wide.evaluate("each => each.scrollWidth <= each.clientWidth")
    expect(page.locator(".filters")).to_be_hidden()
    page.get_by_text("筛选", exact=False).locator("visible=true").first.click()
    expect(page.locator(".filters")).to_be_visible()
    assert violations(page) == []


def test_a_row_is_one_line_on_a_screen(rows: list[str], open_as: Any) -> None:
    page: Page = open_as("city")
    for path in (LIST, DESK):
        page.goto(path)
        heights = page.locator("table.lines tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
        assert max(heights) < 46
        # What is cut ends with dots only where it is a line of text.
        links = page.locator("table.lines tbody th a")
        assert set(links.evaluate_all("links => links.map(link => getComputedStyle(link).display)")) == {"inline"}
