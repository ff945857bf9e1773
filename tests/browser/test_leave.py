"""Typing that was not sent is not left unasked; a button pressed twice, or after going back, makes one thing."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from funding.models import AllocationRun
from tests import factories
from tests.browser.forms import overflows, violations
from tests.funding.worked import small_round
from tests.patience import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADD = "/admin/funding/allocationrun/add/"
MAIN = ".submit-row [type=submit], button.button--main"


@pytest.fixture
def desk(transactional_db: None, open_as: Any) -> Page:
    """Finance at the form of an allocation; the page notes each question that it is asked, and stays."""
    factories.person("finance", "finance")
    small_round()
    page: Page = open_as("finance")
    page.asked = []  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.dismiss()))  # type: ignore[attr-defined]
    page.goto(ADD)
    return page


def type_pool(page: Page, text: str) -> None:
    page.click("#id_pool_yuan")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def click_away(page: Page) -> None:
    page.locator(".breadcrumb a").first.click(no_wait_after=True)


def stay(page: Page) -> None:
    """Click on another page, be asked, and stay."""
    page.asked.clear()  # type: ignore[attr-defined]
    click_away(page)
    until(lambda: page.asked, pause=lambda: page.wait_for_timeout(50))  # type: ignore[attr-defined]
    assert page.asked == ["beforeunload"]  # type: ignore[attr-defined]


def leave(page: Page) -> None:
    """Click on another page and get there without a question, each of which is answered with no."""
    page.asked.clear()  # type: ignore[attr-defined]
    click_away(page)
    page.wait_for_url("/admin/")
    assert page.asked == []  # type: ignore[attr-defined]


def test_who_typed_is_asked_and_who_did_not_is_not(desk: Page) -> None:
    type_pool(desk, "14,000,000")
    stay(desk)
    expect(desk.locator("#id_pool_yuan")).to_have_value("14,000,000")
    type_pool(desk, "15,000,000")
    leave(desk)


def test_a_choice_alone_counts_as_typing(desk: Page) -> None:
    desk.locator("input[name=cutoff]:not(:checked)").first.click()
    stay(desk)


def test_what_was_refused_is_still_unsent_and_a_press_asks_nothing(desk: Page) -> None:
    type_pool(desk, "15,000,001")
    desk.locator("input[name=cutoff][value=inclusive]").check()
    desk.click(MAIN)
    expect(desk.locator(".errorlist").first).to_contain_text("超过本年度上限15,000,000元")
    assert desk.asked == []  # type: ignore[attr-defined]
    expect(desk.locator("input[name=cutoff][value=inclusive]")).to_be_checked()
    expect(desk.locator("#id_pool_yuan")).to_have_value("15,000,001")
    assert (violations(desk), overflows(desk)) == ([], False)
    stay(desk)


def test_a_double_click_and_the_way_back_make_one_draft(desk: Page) -> None:
    type_pool(desk, "15，000，000")
    desk.locator(MAIN).first.dblclick()
    expect(desk.locator("main")).to_contain_text("已完成测算")
    run = AllocationRun.objects.get()
    assert run.pool_yuan == 15_000_000
    # Back to the form and the same again: it leads to the same draft.
    desk.go_back()
    type_pool(desk, "15，000，000")
    desk.click(MAIN)
    expect(desk.locator("main")).to_contain_text("这项操作刚才已经办理，没有重复办理。")
    assert AllocationRun.objects.get() == run
    # Nor is anything asked of who goes back and on again; what is changed there is another act.
    desk.go_back()
    leave(desk)
    # The same page sent again, as a browser does that heard no answer.
    desk.goto(ADD)
    again = desk.evaluate(
        """async () => {
            const form = document.querySelector("form:has(#id_pool_yuan)");
            form.elements.pool_yuan.value = "15,000,000";
            const body = new URLSearchParams(new FormData(form));
            const first = await fetch(form.action, { method: "POST", body });
            const second = await fetch(form.action, { method: "POST", body });
            return [first.url, second.url, await second.text()];
        }"""
    )
    assert AllocationRun.objects.count() == 2
    assert again[0] == again[1]
    assert "这项操作刚才已经办理，没有重复办理。" in again[2]
