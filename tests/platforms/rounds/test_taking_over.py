"""The quotas of the year before: shown first, taken over once, nothing that is there is touched."""

from datetime import datetime
from typing import Any

import pytest

from platforms.errors import Refusal
from platforms.models import AuditEvent, Quota, Region, Round, User
from platforms.rounds.queries.quotas import has_any_for, takeover_for
from platforms.rounds.services.quotas import take_over
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def years(regions: dict[str, Region]) -> tuple[Round, Round]:
    """2026 with three quotas, 2027 with one of them set already; 2025 has other ones."""
    oldest, old, new = (factories.round_of(year, "preparing") for year in (2025, 2026, 2027))
    Quota.objects.create(round=oldest, region=regions["330212"], places=99)
    for code, places in (("330212", 15), ("330282", 11), ("330281", 10)):
        Quota.objects.create(round=old, region=regions[code], places=places)
    Quota.objects.create(round=new, region=regions["330282"], places=4)
    return old, new


def places(round_: Round) -> dict[str, int]:
    return dict(Quota.objects.filter(round=round_).values_list("region__code", "places"))


def url(round_: Round) -> str:
    return f"/admin/platforms/round/{round_.pk}/take-over-quotas/"


def test_what_is_missing_comes_from_the_latest_year_with_quotas(
    years: tuple[Round, Round], city: User, now: datetime
) -> None:
    old, new = years
    made = take_over(round=new, by=city, at=now)
    assert {quota.region.code: quota.places for quota in made} == {"330212": 15, "330281": 10}
    assert places(new) == {"330212": 15, "330281": 10, "330282": 4}
    assert places(old) == {"330212": 15, "330281": 10, "330282": 11}
    event = AuditEvent.objects.get(verb="套用上年度名额")
    assert (event.object_code, event.object_pk, event.actor) == ("2027", str(new.pk), "city")
    assert event.changes == {"名额（取自2026年度）": [None, "鄞州区 15、余姚市 10"]}


def test_a_second_time_there_is_nothing_to_take_over(years: tuple[Round, Round], city: User, now: datetime) -> None:
    _, new = years
    take_over(round=new, by=city, at=now)
    with pytest.raises(Refusal) as refused:
        take_over(round=new, by=city, at=now)
    assert str(refused.value) == "2026年度有名额的地区，2027年度都已填写，没有可以套用的名额。"
    assert AuditEvent.objects.filter(verb="套用上年度名额").count() == 1


def test_a_region_that_ended_takes_nothing(
    years: tuple[Round, Round], regions: dict[str, Region], city: User, now: datetime
) -> None:
    _, new = years
    Region.objects.filter(code="330212").update(valid_until="2026-12-31")
    found = takeover_for(new)
    assert found is not None
    assert found.gone == ("鄞州区",)
    assert [each.region.code for each in found.new] == ["330281"]
    assert has_any_for(new, [regions["330281"].pk])
    take_over(round=new, by=city, at=now)
    assert "330212" not in places(new)


def test_the_first_year_has_nothing_to_take_over(years: tuple[Round, Round], city: User, now: datetime) -> None:
    first = Round.objects.get(year=2025)
    assert (takeover_for(first), has_any_for(first, [1])) == (None, False)
    with pytest.raises(Refusal, match="以前各年度都没有名额，无法套用。"):
        take_over(round=first, by=city, at=now)


def test_a_published_round_takes_nothing(years: tuple[Round, Round], city: User, now: datetime) -> None:
    _, new = years
    Round.objects.filter(pk=new.pk).update(status="published", published_on="2027-09-26")
    with pytest.raises(Refusal, match="2027年度结果已公布"):
        take_over(round=new, by=city, at=now)


def test_only_the_city_takes_over(
    years: tuple[Round, Round], yinzhou: User, finance: User, now: datetime, browser_of: Any
) -> None:
    _, new = years
    for person in (yinzhou, finance):
        with pytest.raises(Refusal, match="您没有填写名额的权限。"):
            take_over(round=new, by=person, at=now)
        assert browser_of(person).post(url(new)).status_code == 403
    assert places(new) == {"330282": 4}


def test_the_page_shows_what_it_will_do_and_does_it(years: tuple[Round, Round], city: User, browser_of: Any) -> None:
    _, new = years
    browser = browser_of(city)
    quotas = f"/admin/platforms/round/{new.pk}/change/?tab=quotas"
    assert url(new) in browser.get(quotas).content.decode()
    page = browser.get(url(new))
    assert page.context["what"] == "将按2026年度的名额填写2027年度的 2 个地区，共 25 个。"
    assert {pair["label"]: str(pair["value"]) for pair in page.context["pairs"]} == {
        "鄞州区": "15", "余姚市": "10", "慈溪市": "4 个（已填写，不变）",
    }  # fmt: skip
    assert places(new) == {"330282": 4}
    answer = browser.post(url(new), follow=True)
    assert answer.redirect_chain == [(quotas, 302)]
    assert "已套用 2 个地区的名额，共 25 个。" in answer.content.decode()
    assert url(new) not in answer.content.decode()
    assert "没有可以套用的名额" in browser.post(url(new), follow=True).content.decode()
    assert "没有可以套用的名额。" in browser.get(url(new), follow=True).content.decode()
