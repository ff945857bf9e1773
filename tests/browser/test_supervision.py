"""Calls entered one after the other with the keyboard alone; what is to be mended from the order to the check."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import FollowUp, Rectification
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(transactional_db: None) -> str:
    """A platform of 鄞州区 with three records and a sample of them; returns its code."""
    regions, today = factories.regions(), timezone.localdate()
    factories.person("city", "city")
    officer = factories.officer("yinzhou", regions["330212"])
    factories.round_of(today.year)
    platform = platform_of(regions["330212"])
    for number in range(1, 4):
        record_of(platform, number, served_on=today)
    follow_ups.draw_sample(rule=Rule(today, today, 3, "s1"), by=officer, at=timezone.now())
    return platform.code


@pytest.mark.clause("N39")
def test_calls_are_entered_one_after_the_other_with_the_keyboard_alone(place: str, open_as: Any) -> None:
    page = open_as("yinzhou")
    number = f"HF-{timezone.localdate().year}-001"
    page.goto(f"/desk/follow-ups/{number}/calls/1/")
    for position in (1, 2, 3):
        expect(page.locator("main")).to_contain_text(f"第 {position} 条，共 3 条")
        # The first box has the focus: choose, say how satisfied, save with the return key.
        expect(page.locator("#id_result_0")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("5")
        page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/follow-ups/{number}/")
    expect(page.locator("main")).to_contain_text("样本已全部回访")
    assert list(FollowUp.objects.values_list("result", "satisfaction")) == [("confirmed", 5)] * 3


def test_a_result_in_the_list_of_calls_is_saved_with_the_return_key(place: str, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto(f"/desk/follow-ups/HF-{timezone.localdate().year}-001/calls/")
    expect(page.locator("[name=result-1]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert FollowUp.objects.get(position=1).result == "confirmed"


@pytest.mark.clause("N18")
def test_what_is_wrong_is_ordered_answered_and_checked(place: str, open_as: Any) -> None:
    page = open_as("city")
    page.goto(f"/desk/rectifications/new/?platform={place}")
    page.select_option("#id_clause", "conditions.linked")
    page.fill("#id_problem", "接口中断")
    page.fill("#id_due_on", (timezone.localdate() + timedelta(days=9)).isoformat())
    page.set_input_files("#id_uploads", {"name": "现场.pdf", "mimeType": "application/pdf", "buffer": factories.PDF})
    page.get_by_role("button", name="下发整改通知").click()
    expect(page.locator("main")).to_contain_text("现场.pdf")
    address = page.url
    county = open_as("yinzhou")
    county.goto(address)
    county.get_by_role("link", name="答复整改").click()
    county.fill("#id_text", "已修复")
    county.get_by_role("button", name="答复整改").click()
    expect(county.locator("main")).to_contain_text("已答复，待复核")
    page.goto(address)
    page.get_by_role("link", name="复核通过").click()
    page.get_by_role("button", name="复核通过").click()
    expect(page.locator("main")).to_contain_text("整改完成")
    assert Rectification.objects.get().status == "closed"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_and_are_clean(place: str, open_as: Any, width: int) -> None:
    page = open_as("yinzhou", width=width)
    number = f"HF-{timezone.localdate().year}-001"
    for path in ("rectifications/", "rectifications/new/", "follow-ups/", f"follow-ups/{number}/calls/1/"):
        page.goto(f"/desk/{path}")
        assert (path, violations(page), overflows(page)) == (path, [], False)
