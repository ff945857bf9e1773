"""Ten applications are accepted one after the other, each read, in twelve page loads."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.applications.choices import ApplicationStatus
from platforms.models import Application
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_LOADS = 12


def test_accepting_ten_takes_twelve_page_loads(transactional_db: None, open_as: Any) -> None:
    at, today = timezone.now(), timezone.localdate()
    officer = factories.officer("yinzhou", factories.regions()["330212"])
    round_ = factories.round_of(today.year)
    rows = [factories.submitted(officer, round_, at - timedelta(hours=each)) for each in range(12)]
    factories.person("city", "city")
    page: Page = open_as("city")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.goto("/admin/platforms/application/?status__exact=submitted")
    page.locator("#result_list").get_by_role("link", name=rows[-1].number).first.click()
    for left in range(11, 1, -1):
        expect(page.get_by_role("heading", name="申报表内容")).to_be_visible()
        page.get_by_role("button", name="受理并转下一份").click()
        expect(page.locator(".messages")).to_contain_text(f"还有 {left} 份待办")
    print(f"accepting ten: {len(loads)} page loads")
    assert len(loads) <= MOST_LOADS
    assert Application.objects.filter(status=ApplicationStatus.ACCEPTED).count() == 10
    expect(page.locator(".messages")).to_contain_text("还有 2 份待办")
    page.get_by_role("link", name="返回列表").first.click()
    assert page.url.endswith("?status__exact=submitted")
