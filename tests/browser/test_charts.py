"""Charts in a real browser: drawn within the policy, read with the keyboard; without scripts the table alone."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from platforms.models import PlatformReach, Region, RegionMonth
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of, record_of

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N37"), pytest.mark.clause("N40"),
]  # fmt: skip
CHARTS = "/desk/workbench/charts/"
PAGES = (
    CHARTS, "/desk/workbench/", "/desk/workbench/platforms/", "/desk/planning/", "/desk/planning/overlap/",
    "/desk/workbench/rows/services/",
)  # fmt: skip


@pytest.fixture
def served(transactional_db: None) -> dict[str, Region]:
    """Two platforms in one strong town, three services of two classes, all of this month."""
    regions = factories.regions()
    factories.round_of(2026)
    factories.officer("yinzhou", regions["330212"])
    factories.person("city", "city")
    platform = platform_of(regions["330212"], "鄞州区首南街道窗口平台")
    platform_of(regions["330282"], "慈溪市横河镇窗口平台")
    type(platform.town).objects.filter(pk=platform.town_id).update(is_strong=True)
    today = timezone.localdate()
    for number, kind in enumerate(("law", "law", "finance")):
        row = record_of(platform, number, served_on=today, service_class=kind)
        PlatformReach.objects.create(platform=platform, enterprise=row.enterprise, year=today.year, records=1)
    for kind, count in (("law", 2), ("finance", 1)):
        RegionMonth.objects.create(
            region=regions["330212"], month=today.replace(day=1), service_class=kind, records=count, free_records=count
        )
    return regions


def listening(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_chart_is_drawn_and_walked_through_with_the_keyboard(served: Any, open_as: Any) -> None:
    page = open_as("city")
    said = listening(page)
    page.goto(CHARTS)
    expect(page.get_by_role("heading", name="近12个月服务 3 次，法律服务最多（2 次）")).to_be_visible()
    expect(page.locator("[data-chart-canvas] svg")).to_have_count(3)
    canvas = page.locator("[data-chart-canvas]").first
    canvas.focus()
    page.keyboard.press("End")
    month = f"{timezone.localdate():%Y-%m}"
    expect(page.locator("[data-chart-said]").first).to_contain_text(f"{month}：法律服务 2 次，投融资服务 1 次")
    page.keyboard.press("Home")
    expect(page.locator("[data-chart-said]").first).to_contain_text("法律服务 0 次")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(page.locator("[data-chart-canvas] svg")).to_have_count(3)
    assert said == []
    page.emulate_media(media="print")
    # On paper: chart and table without the frame.
    expect(page.locator("[data-chart-canvas] svg").first).to_be_visible()
    expect(page.get_by_role("table", name="各月各类服务（次）")).to_be_visible()
    expect(page.locator("[data-print], .topbar, .rail").first).to_be_hidden()


def test_without_scripts_the_table_says_the_same(
    served: Any, chromium: Browser, live_server: Any, open_as: Any
) -> None:
    known = open_as("yinzhou").context.storage_state()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=known)
    page = context.new_page()
    page.goto(CHARTS)
    expect(page.get_by_role("table", name="各月各类服务（次）")).to_be_visible()
    expect(page.locator("[data-chart-canvas]").first).to_be_hidden()
    assert page.locator("tfoot").first.inner_text().split() == ["合计", "2", "1", "0", "0", "0", "3"]
    context.close()


@pytest.mark.parametrize("person", ["city", "yinzhou"])
def test_the_pages_are_clean_and_fit_a_phone(served: Any, open_as: Any, person: str) -> None:
    page = open_as(person)
    said = listening(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for path in PAGES:
            page.goto(path)
            assert (path, theme, violations(page)) == (path, theme, [])
    page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        page.goto(path)
        assert (path, overflows(page)) == (path, False)
    assert said == []
