"""How the round stands on the first page: its steps, the quotas, the types; each figure opens what it counts."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from platforms.models import Platform, Quota, Round, User
from platforms.periodic_reports.services import acceptance
from platforms.workbench.queries.dashboard import Dashboard
from tests import factories

Browser = Callable[[User], Client]


@pytest.fixture
def filed(yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime) -> Round:
    """鄞州区 has one of each status, of three places; 慈溪市 one submitted."""
    factories.draft(yinzhou, round_2026, now)
    factories.submitted(yinzhou, round_2026, now)
    factories.returned(yinzhou, round_2026, now, city=city)
    factories.accepted(yinzhou, round_2026, now, city=city)
    gone = factories.accepted(yinzhou, round_2026, now, city=city)
    acceptance.withdraw(application=gone, reason="选址有变", by=yinzhou, at=now)
    factories.submitted(cixi, round_2026, now)
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=3)
    Quota.objects.create(round=round_2026, region=cixi.region, places=0)
    return round_2026


def opened(browser: Client, url: str) -> int:
    context = browser.get(url).context
    return int(context["cl"].result_count if context.get("cl") else context["count"])


def steps(user: User, round_: Round, on: date) -> list[tuple[str, str]]:
    return [(step["label"], step["state"]) for step in Dashboard(user, round_, on).steps]


def test_a_round_that_files_is_at_its_first_step(filed: Round, city: User, yinzhou: User) -> None:
    last = filed.report_due_on
    coming = [(label, "coming") for label in ("受理", "评价", "公示", "公布", "资金")]
    for user in (city, yinzhou):
        assert steps(user, filed, last) == [("申报", "current"), *coming]
    days = (last.replace(day=16), last, last.replace(day=18))
    notes = [Dashboard(yinzhou, filed, day).steps[0]["note"] for day in days]
    assert notes == ["已申报 3 份，还有 1 天", "已申报 3 份，今天到期", "已申报 3 份，已逾期 1 天"]
    assert Dashboard(city, filed, last).steps[0]["dates"] == "3月18日至4月17日"


def test_after_filing_what_still_waits_keeps_the_round_at_acceptance(
    filed: Round, city: User, yinzhou: User, now: datetime
) -> None:
    Round.objects.filter(pk=filed.pk).update(status="evaluating")
    filed.refresh_from_db()
    assert steps(city, filed, now.date())[:3] == [("申报", "done"), ("受理", "current"), ("评价", "coming")]
    Round.objects.filter(pk=filed.pk).update(status="published", published_on=now.date())
    filed.refresh_from_db()
    assert steps(city, filed, now.date())[3:] == [("公示", "done"), ("公布", "done"), ("资金", "coming")]


@pytest.mark.clause("N09")
def test_each_bar_says_and_opens_what_it_counts(
    filed: Round, city: User, yinzhou: User, now: datetime, browser_of: Browser
) -> None:
    of_city, of_county = (Dashboard(user, filed, now.date()).bars for user in (city, yinzhou))
    assert [(bar.label, bar.said, bar.over) for bar in of_city] == [
        ("鄞州区", "3 / 3 个", False), ("慈溪市", "1 / 0 个，超出 1 个", True),
    ]  # fmt: skip
    assert [(bar.label, bar.value) for bar in of_county] == [
        ("已申报", 3), ("草稿", 1), ("已提交", 1), ("已退回", 1), ("已受理", 1),
    ]  # fmt: skip
    for user, bars in ((city, of_city), (yinzhou, of_county)):
        browser = browser_of(user)
        assert [opened(browser, bar.url) for bar in bars] == [bar.value for bar in bars]


def test_key_industries_are_the_citys_own_line(filed: Round, city: User, now: datetime, browser_of: Browser) -> None:
    factories.draft(city, filed, now, type="industry")
    assert [bar.label for bar in Dashboard(city, filed, now.date()).bars] == ["鄞州区", "慈溪市"]
    factories.submitted(city, filed, now, type="industry")
    bar = Dashboard(city, filed, now.date()).bars[-1]
    assert (bar.label, bar.said, opened(browser_of(city), bar.url)) == ("市级重点行业", "1 份", 1)


def test_each_type_opens_its_applications(
    filed: Round, city: User, yinzhou: User, now: datetime, browser_of: Browser
) -> None:
    for user, path in ((city, "/admin/"), (yinzhou, "/desk/")):
        stands, browser = Dashboard(user, filed, now.date()), browser_of(user)
        assert {label: opened(browser, url) for label, url, _ in stands.types} == {
            label: sum(numbers) for label, _, numbers in stands.types
        }
        assert stands.title in browser.get(path).content.decode()
    assert Dashboard(yinzhou, filed, now.date()).title == "2026年度已申报 3 份，其中已受理 1 份；另有草稿 1 份"


def test_a_county_reads_its_own_figures_alone(filed: Round, cixi: User, now: datetime) -> None:
    stands = Dashboard(cixi, filed, now.date())
    assert (stands.filed(), [bar.value for bar in stands.bars]) == (1, [1, 1])
    assert Platform.objects.visible_to(cixi).count() == 0
