"""What a return asks for is listed in rows that need no page load."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.models import CorrectionItem
from tests import factories
from tests.browser.forms import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_city_lists_what_it_asks_for_without_a_page_load(transactional_db: None, open_as: Any, width: int) -> None:
    at, today = timezone.now(), timezone.localdate()
    officer = factories.officer("yinzhou", factories.regions()["330212"])
    application = factories.submitted(officer, factories.round_of(today.year), at)
    factories.person("city", "city")
    page = open_as("city", width=width)
    page.goto(f"/admin/platforms/application/{application.pk}/move/return/?item=venue.floor_area")
    page.fill("#id_reason", "请逐项补正")
    page.fill("[name=items-0-text]", "请核对面积")
    page.get_by_role("button", name="再加一项").click()
    # The page was not loaded again: what was typed stands, and the new row has the focus.
    expect(page.locator("[name=items-1-part]")).to_be_focused()
    assert page.input_value("[name=items-0-text]") == "请核对面积"
    expect(page.get_by_role("group", name="第 2 项")).to_contain_text("第 2 项")
    page.select_option("[name=items-1-part]", "staff")
    page.fill("[name=items-1-text]", "请补充专职人员")
    assert (violations(page), overflows(page)) == ([], False)
    page.get_by_role("button", name="退回补正").click()
    expect(page.locator("main")).to_contain_text("已办理“退回补正”")
    asked = list(CorrectionItem.objects.order_by("pk").values_list("section", "field", "text"))
    assert asked == [("venue", "floor_area", "请核对面积"), ("staff", "", "请补充专职人员")]
