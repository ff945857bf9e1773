"""Service records typed one after the other: three boxes and the return key, by keyboard alone, also on a phone."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.models import ServiceRecord
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N03")]
ENTRY = "/desk/services/new/"


@pytest.fixture
def place(transactional_db: None) -> str:
    """A platform of 鄞州区; returns its code."""
    regions = factories.regions()
    factories.officer("yinzhou", regions["330212"])
    factories.round_of(timezone.localdate().year)
    return platform_of(regions["330212"]).code


def test_records_are_typed_one_after_the_other_with_the_keyboard_alone(place: str, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto(ENTRY)
    expect(page.locator("#id_platform")).to_be_focused()
    page.select_option("#id_platform", place)
    page.select_option("#id_service_class", "law")
    page.focus("#id_enterprise")
    page.keyboard.type(f"宁波测试有限公司 {factories.credit_code(1)}")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("合同审查")
    page.keyboard.press("Enter")
    expect(page.locator("#today-title")).to_contain_text("1 条")
    # Ready for the next: platform and class stand, the box of the enterprise has the focus and knows the first one.
    expect(page.locator("#id_enterprise")).to_be_focused()
    expect(page.locator("#id_service_class")).to_have_value("law")
    page.keyboard.type("宁波测试")
    option = page.locator("#enterprises option")
    expect(option).to_have_attribute("value", f"宁波测试有限公司 {factories.credit_code(1)}")
    page.fill("#id_enterprise", str(option.get_attribute("value")))
    page.fill("#id_summary", "第二次")
    page.keyboard.press("Enter")
    expect(page.locator("#today-title")).to_contain_text("2 条")
    assert ServiceRecord.objects.filter(enterprise__code=factories.credit_code(1)).count() == 2
    page.get_by_role("button", name="撤回").last.click()
    expect(page.locator("#today-title")).to_contain_text("1 条")


def test_a_wrong_box_keeps_what_was_typed_and_a_phone_shows_it_all(place: str, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{ENTRY}?platform={place}")
    page.fill("#id_enterprise", "没听说过公司")
    page.fill("#id_summary", "打字很久")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("没有登记过这个名称的企业")
    expect(page.locator("#id_summary")).to_have_value("打字很久")
    assert (violations(page), overflows(page)) == ([], False)
