"""Service records typed one after the other: three boxes and the return key, by keyboard alone, also on a phone."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.models import Platform, ServiceRecord
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N03")]
ENTRY = "/desk/services/new/"
OPTION = "#enterprise-options [role=option]"


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
    page.keyboard.type("测试")
    option = page.locator(OPTION)
    expect(option).to_have_text(f"宁波测试有限公司 {factories.credit_code(1)}")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#id_enterprise")).to_have_value(f"宁波测试有限公司 {factories.credit_code(1)}")
    expect(option).to_be_hidden()
    page.fill("#id_summary", "第二次")
    page.keyboard.press("Enter")
    expect(page.locator("#today-title")).to_contain_text("2 条")
    assert ServiceRecord.objects.filter(enterprise__code=factories.credit_code(1)).count() == 2
    page.get_by_role("button", name="撤回").last.click()
    expect(page.locator("#today-title")).to_contain_text("1 条")


def test_ten_records_take_seven_keys_each(place: str, open_as: Any) -> None:
    known = [record_of(Platform.objects.get(code=place), number).enterprise for number in range(1, 11)]
    page, pressed = open_as("yinzhou"), 0
    page.goto(f"{ENTRY}?platform={place}")
    page.select_option("#id_service_class", "law")
    page.fill("#id_served_on", "2026-04-02")
    page.focus("#id_enterprise")
    for number, enterprise in enumerate(known, start=1):
        expect(page.locator("#id_enterprise")).to_be_focused()
        part = enterprise.name[-4:]
        # Faster than the answer comes: the arrow and the key wait for it.
        page.keyboard.type(part)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#id_enterprise")).to_have_value(f"{enterprise.name} {enterprise.code}")
        page.keyboard.press("Enter")
        pressed += len(part) + 3
        expect(page.locator("#today-title")).to_contain_text(f"{number} 条")
        expect(page.locator("#id_served_on")).to_have_value("2026-04-02")
    assert pressed == 70
    typed = ServiceRecord.objects.filter(source="hand:330212").order_by("pk")
    assert [each.enterprise_id for each in typed] == [each.pk for each in known]
    assert {(each.service_class, str(each.served_on)) for each in typed} == {("law", "2026-04-02")}


def test_the_list_of_enterprises_is_left_with_escape_and_saved_with_ctrl_enter(place: str, open_as: Any) -> None:
    enterprise = record_of(Platform.objects.get(code=place), 1).enterprise
    page = open_as("yinzhou")
    page.goto(f"{ENTRY}?platform={place}")
    page.select_option("#id_service_class", "law")
    page.focus("#id_enterprise")
    page.keyboard.type(enterprise.name[-4:])
    expect(page.locator(OPTION)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#enterprise-options")).to_be_hidden()
    expect(page.locator("#id_enterprise")).to_have_value(enterprise.name[-4:])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#today-title")).to_contain_text("1 条")
    # The arrow down in the empty box offers what was typed last.
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTION)).to_contain_text(enterprise.code)


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
