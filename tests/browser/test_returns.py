"""What a return asks for is written at the fields while the form is read, and sent at once."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.models import CorrectionItem
from tests import factories
from tests.browser.forms import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_city_marks_what_it_asks_for_while_reading(transactional_db: None, open_as: Any, width: int) -> None:
    at, today = timezone.now(), timezone.localdate()
    officer = factories.officer("yinzhou", factories.regions()["330212"])
    application = factories.submitted(officer, factories.round_of(today.year), at)
    factories.person("city", "city")
    page = open_as("city", width=width)
    page.goto(f"/admin/platforms/application/{application.pk}/change/")
    for part, text in (("venue.floor_area", "请核对面积"), ("staff", "请补充专职人员")):
        box = page.locator(f"[name='ask-{part}']")
        page.locator("details.ask", has=box).locator("summary").click()
        # Opened, it takes what is typed.
        expect(box).to_be_focused()
        box.fill(text)
    summary = page.locator("[data-asks-list]")
    expect(summary).to_contain_text("已写明补正要求 2 处")
    # A reload loses nothing.
    page.reload()
    expect(summary.locator("li")).to_have_count(2)
    assert page.input_value("[name='ask-venue.floor_area']") == "请核对面积"
    assert (violations(page), overflows(page)) == ([], False)
    # What is taken back is asked no more.
    page.locator("[name='ask-venue']").evaluate("box => { box.closest('details').open = true }")
    page.fill("[name='ask-venue']", "作废")
    expect(page.get_by_role("button", name="退回补正（3 处）")).to_be_visible()
    summary.get_by_role("button", name="取消：场地设施（整个部分）").click()
    page.get_by_role("button", name="退回补正（2 处）").click()
    expect(page.locator("main")).to_contain_text(f"已退回补正 {application.number}")
    asked = list(CorrectionItem.objects.order_by("pk").values_list("section", "field", "text"))
    assert asked == [("venue", "floor_area", "请核对面积"), ("staff", "", "请补充专职人员")]
