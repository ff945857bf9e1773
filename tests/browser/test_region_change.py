"""Two zones become one by the buttons of the city; the officer of the other one goes on with the rows of both."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.choices import PlatformType
from platforms.models import Application, Platform, Region, Round, User
from platforms.rounds.choices import RoundStatus
from tests import factories
from tests.browser.forms import saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def old(transactional_db: None) -> Application:
    """A round that takes filings; 杭州湾 filed in the published one before, and has a draft in this one."""
    regions = factories.regions()
    city = factories.person("city", "city")
    hzw = factories.officer("hzw", regions["HZW"])
    factories.officer("dqh", regions["DQH"])
    factories.officer("cixi", regions["330282"])
    past, today = factories.round_of(2025), factories.round_of(2026, report_due_on=date(2099, 4, 17))
    kind = PlatformType.FUNCTIONAL_ZONE
    filed = factories.accepted(hzw, past, AT, city=city, type=kind)
    Round.objects.filter(pk=past.pk).update(status=RoundStatus.PUBLISHED, published_on=date(2025, 9, 28))
    factories.liaison(today, hzw.region, hzw, AT)
    factories.draft(hzw, today, AT, type=kind, town=factories.town(regions["330282"], "庵东镇", zone=hzw.region))
    return filed


def test_two_zones_are_merged_by_the_buttons_and_the_other_goes_on(old: Application, open_as: Any) -> None:
    city, heir, neighbour = open_as("city"), open_as("dqh"), open_as("cixi")
    assert heir.goto(f"/desk/applications/{old.number}/").status == 404

    merge(city)
    assert Region.objects.get(code="HZW").valid_until is not None
    assert User.objects.get(username="hzw").region == Region.objects.get(code="DQH")

    # The past application, its printed form and the draft of this year.
    assert heir.goto(f"/desk/applications/{old.number}/").status == 200
    expect(heir.locator("h1")).to_contain_text(old.name)
    assert heir.request.get(f"/desk/applications/{old.number}/form.pdf").status == 200
    go_on(heir, Application.objects.get(round__year=2026))
    assert neighbour.goto(f"/desk/applications/{old.number}/").status == 404
    # Who was moved logs in again and is an officer of the other zone.
    moved = open_as("hzw", by_form=True)
    moved.goto("/desk/?year=2025")
    expect(moved.locator("main")).to_contain_text(old.number)
    assert Platform.objects.get(pk=old.platform_id).former_zone == Region.objects.get(code="HZW")


def merge(page: Page) -> None:
    """Ask for the merger from the list of regions, look at it, carry it out."""
    page.goto("/admin/platforms/region/")
    page.click("text=调整地区")
    page.check("input[name=ending][value=HZW]")
    page.select_option("select[name=main]", "DQH")
    page.fill("input[name=effective_on]", f"{timezone.localdate():%Y-%m-%d}")
    page.fill("input[name=document_number]", "甬政发〔2026〕12号")
    page.fill("textarea[name=reason]", "管委会整合")
    page.click("button:has-text('下一步：核对')")
    effects = page.locator(".confirm__effects")
    expect(effects).to_contain_text("转入：账号 1 个：hzw员")
    expect(effects).to_contain_text("转入：2026年度申报表 1 份")
    expect(effects).to_contain_text("不变：已公布年度的申报表 1 份")
    page.click("button:has-text('撤并 1 个地区')")
    expect(page.locator(".messagelist, .messages").first).to_contain_text("已办理地区合并、改设")


def go_on(page: Page, draft: Application) -> None:
    """Fill one box of the draft that came over."""
    page.goto(f"/desk/applications/{draft.number}/platform/")
    page.fill("[name=address]", "滨海二路1号")
    saved(page)
    assert Application.objects.get(pk=draft.pk).address == "滨海二路1号"
