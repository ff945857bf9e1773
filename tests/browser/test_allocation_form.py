"""The form of an allocation run in a browser: the pool follows the cap of its round; a refusal keeps what is typed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from funding.readings import COUNT_SWITCHES, SWITCHES
from platforms.models import Round
from tests import factories
from tests.browser.forms import overflows, violations
from tests.funding.worked import small_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADD = "/admin/funding/allocationrun/add/"
POOL = "#id_pool_yuan"
ROUND = "select[name=round]"


@pytest.fixture
def desk(transactional_db: None, open_as: Any) -> Page:
    """Finance at the form, with two published rounds of different caps; the later one is proposed."""
    factories.person("finance", "finance")
    small_round()
    later = small_round(2021)
    Round.objects.filter(pk=later.pk).update(cap_yuan=16_000_000)
    page: Page = open_as("finance")
    page.goto(ADD)
    return page


def test_the_pool_follows_the_cap_of_the_round_until_another_one_is_typed(desk: Page) -> None:
    expect(desk.locator(POOL)).to_have_value("16,000,000")
    desk.select_option(ROUND, label="2020年度（资金上限 15,000,000 元）")
    expect(desk.locator(POOL)).to_have_value("15,000,000")
    desk.fill(POOL, "1,200,000")
    desk.select_option(ROUND, label="2021年度（资金上限 16,000,000 元）")
    expect(desk.locator(POOL)).to_have_value("1,200,000")
    desk.fill(POOL, "")
    desk.select_option(ROUND, label="2020年度（资金上限 15,000,000 元）")
    expect(desk.locator(POOL)).to_have_value("15,000,000")


def test_a_refused_form_keeps_pool_round_and_every_reading(desk: Page) -> None:
    desk.select_option(ROUND, label="2020年度（资金上限 15,000,000 元）")
    desk.fill(POOL, "15,000,001")
    chosen = {switch.name: str(switch.choices[-1].value) for switch in (*SWITCHES, *COUNT_SWITCHES)}
    for name, value in chosen.items():
        desk.check(f"input[name={name}][value={value}]")
    desk.locator("button[name=_save]").click()
    expect(desk.locator(".errorlist").first).to_be_visible()
    expect(desk.locator(POOL)).to_have_value("15,000,001")
    expect(desk.locator(f"{ROUND} option:checked")).to_have_text("2020年度（资金上限 15,000,000 元）")
    for name, value in chosen.items():
        expect(desk.locator(f"input[name={name}][value={value}]")).to_be_checked()
    assert (violations(desk), overflows(desk)) == ([], False)
