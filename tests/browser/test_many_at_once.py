"""Figures of all platforms in one sheet, invitations and calls in one table: typed by keyboard, on a phone as well."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.models import FollowUp, Invitation, PeriodicReturn, Platform, User
from platforms.periodic_reports.services import reports
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.activities.test_desk import planned
from tests.platforms.follow_ups.test_desk import drawn
from tests.platforms.periodic_reports.conftest import values
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(transactional_db: None) -> User:
    """The officer of 鄞州区, which has two platforms."""
    regions = factories.regions()
    made = factories.officer("yinzhou", regions["330212"])
    for _ in range(2):
        platform_of(regions["330212"])
    return made


@pytest.fixture
def owed(county: User) -> list[PeriodicReturn]:
    """What the two hand in for the last month that is over, overdue since yesterday."""
    today = timezone.localdate()
    due = today - timedelta(days=1)
    Platform.objects.update(accepted_on=today - timedelta(days=60))
    given = values(wants_text=False, period="once", due_day=1, starts_on=due - timedelta(days=20), ends_on=due)
    reports.add(
        round=factories.round_of(today.year), values=given, by=factories.person("city", "city"), at=timezone.now()
    )
    return list(PeriodicReturn.objects.order_by("platform__code"))


def cell(page: Page, row: PeriodicReturn, column: int) -> Any:
    return page.locator(f"tr[data-row='{row.pk}'] > :nth-child({column + 2})")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", "saved")


def test_figures_are_typed_down_the_sheet_and_handed_in_with_one_press(
    owed: list[PeriodicReturn], open_as: Any
) -> None:
    page = open_as("yinzhou")
    page.goto("/desk/returns/")
    page.get_by_role("link", name="填报", exact=True).click()
    assert (violations(page), overflows(page)) == ([], False)
    assert page.locator("td[data-due]").count() == 4
    cell(page, owed[0], 1).click()
    for key in ("1", "2", "Enter", "8", "Enter"):
        page.keyboard.press(key)
    expect(cell(page, owed[0], 0)).to_have_text("还有 1 项未填")
    cell(page, owed[0], 2).click()
    # The press comes before the last cell is saved: it waits for it.
    page.keyboard.press("3")
    page.get_by_role("button", name="报送已填完的平台").click()
    expect(page.locator("main")).to_contain_text("已报送 1 个平台。")
    expect(page.locator("main")).to_contain_text("请填写“活动（场）”。")
    expect(cell(page, owed[0], 0)).to_contain_text("逾期报送")
    assert [each.figures for each in PeriodicReturn.objects.order_by("platform__code")] == [
        {"服务企业（家）": "12", "活动（场）": "3"}, {"服务企业（家）": "8"}
    ]  # fmt: skip
    assert [each.late for each in PeriodicReturn.objects.order_by("platform__code")] == [True, False]


def test_of_two_who_type_the_same_cell_each_sees_the_other(owed: list[PeriodicReturn], open_as: Any) -> None:
    one, other = open_as("yinzhou"), open_as("yinzhou")
    for page in (one, other):
        page.goto("/desk/returns/sheet/")
    for page, number in ((one, "5"), (other, "7")):
        cell(page, owed[0], 1).click()
        page.keyboard.press(number)
        page.keyboard.press("Enter")
        if page is one:
            saved(one)
    expect(other.locator("[data-grid-troubles]")).to_contain_text("他人已保存“5”，本人填写“7”，请选定。")
    assert PeriodicReturn.objects.get(pk=owed[0].pk).figures == {"服务企业（家）": "5"}
    other.get_by_role("button", name="采用本人内容").click()
    saved(other)
    assert PeriodicReturn.objects.get(pk=owed[0].pk).figures == {"服务企业（家）": "7"}


def test_the_sheet_fits_a_phone_and_the_city_reads_it(owed: list[PeriodicReturn], open_as: Any) -> None:
    for who in ("yinzhou", "city"):
        page = open_as(who, width=390)
        page.goto("/desk/returns/sheet/")
        assert (violations(page), overflows(page)) == ([], False)
    expect(page.get_by_role("button", name="报送已填完的平台")).to_have_count(0)
    expect(cell(page, owed[0], 1)).to_have_attribute("aria-readonly", "true")


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_is_accepted_with_one_press(county: User, open_as: Any, width: int) -> None:
    factories.round_of(timezone.localdate().year)
    planned(factories.person("city", "city"), 3, *Platform.objects.all())
    page = open_as("yinzhou", width=width)
    page.goto("/desk/activities/invitations/")
    assert (violations(page), overflows(page)) == ([], False)
    page.get_by_role("button", name="全部参加").click()
    expect(page.locator("main")).to_contain_text("没有待答复的邀请。")
    assert set(Invitation.objects.values_list("answer", flat=True)) == {"accepted"}


@pytest.mark.parametrize("width", [1280, 390])
def test_calls_are_noted_by_keyboard_and_the_next_has_the_focus(county: User, open_as: Any, width: int) -> None:
    for number in range(1, 4):
        record_of(Platform.objects.order_by("code")[0], number, served_on=timezone.localdate())
    sample = drawn(county)
    FollowUp.objects.filter(position=1).update(phone="0574-87654321")
    page = open_as("yinzhou", width=width)
    page.goto(f"/desk/follow-ups/{sample.number}/")
    page.get_by_role("link", name="电话名单").click()
    expect(page.locator("[name=result-1]")).to_be_focused()
    expect(page.locator("a[href='tel:057487654321']")).to_be_visible()
    assert (violations(page), overflows(page)) == ([], False)
    page.select_option("[name=result-1]", "confirmed")
    page.fill("[name=note-1]", "满意")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("已登记 1 条回访。")
    expect(page.locator("[name=result-2]")).to_be_focused()
    assert list(FollowUp.objects.order_by("position").values_list("result", "note")) == [
        ("confirmed", "满意"), ("", ""), ("", "")
    ]  # fmt: skip
