"""Towns that a zone committee runs (三·(一)), development zones run on their own (三·(二)3), one platform per place."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from platforms.applications.services import development_zones, filing
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Platform, Region, RegionMonth, Round, Town, User
from platforms.planning.queries.coverage import by_region, strong_towns
from platforms.service_records.services import records as service_records
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services import rollup as service_rollup
from tests import factories
from tests.platforms.service_records.cast import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def andong(cixi: User, hzw: User) -> Town:
    """庵东镇 of 慈溪市, which 杭州湾新区 runs."""
    return factories.town(cixi.region, "庵东镇", kind="town", zone=hzw.region, is_strong=True)


def offered(browser: Any, kind: str) -> list[str]:
    page = browser.get(reverse("desk:new_site", args=[kind]))
    return [label for value, label in page.context["form"].fields["site"].choices if value]


@pytest.mark.clause("N10")
def test_such_a_town_is_offered_to_its_zone_and_not_to_its_county(
    browser_of: Any, cixi: User, hzw: User, round_2026: Round, andong: Town
) -> None:
    assert offered(browser_of(hzw), "functional_zone") == ["杭州湾新区（功能区本级）", "庵东镇，工业强镇"]
    assert offered(browser_of(cixi), "town") == []
    Town.objects.filter(pk=andong.pk).update(open_to_host=True)
    assert offered(browser_of(cixi), "town") == ["庵东镇，工业强镇"]
    assert offered(browser_of(hzw), "functional_zone") == ["杭州湾新区（功能区本级）", "庵东镇，工业强镇"]


@pytest.mark.clause("N10")
def test_the_county_cannot_file_for_it_by_another_door(
    cixi: User, round_2026: Round, now: datetime, andong: Town
) -> None:
    with pytest.raises(Refusal, match="该乡镇（街道）由管委会代管，由管委会申报"):
        factories.draft(cixi, round_2026, now, town=andong)


@pytest.mark.clause("N10")
def test_a_draft_from_before_the_committee_ran_it_is_not_submitted(
    cixi: User, hzw: User, round_2026: Round, now: datetime
) -> None:
    full = factories.complete_application(cixi, round_2026, now)
    Town.objects.update(zone=hzw.region)
    with pytest.raises(Refusal, match="由管委会代管"):
        filing.submit(application=full, version=full.version, by=cixi, at=now)


@pytest.mark.clause("N10")
def test_two_desks_never_file_the_same_town(
    cixi: User, hzw: User, round_2026: Round, now: datetime, andong: Town
) -> None:
    Town.objects.update(open_to_host=True)
    andong.refresh_from_db()
    first = factories.draft(cixi, round_2026, now, town=andong)
    with pytest.raises(Refusal, match="该地点本年度不能再建立申报表"):
        factories.draft(hzw, round_2026, now, type="functional_zone", town=andong)
    copy = Application.objects.get(pk=first.pk)
    copy.pk, copy.number, copy.name, copy.type, copy.region = None, "2026-9999", "另名", "functional_zone", hzw.region
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.clause("N10")
def test_a_town_that_comes_under_a_committee_keeps_its_platform(
    cixi: User, hzw: User, city: User, round_2026: Round, now: datetime, regions: dict[str, Region]
) -> None:
    town = factories.town(cixi.region, "庵东镇", kind="town")
    first = factories.accepted(cixi, round_2026, now, city=city, town=town)
    platform = first.platform
    assert platform is not None
    assert (platform.region, platform.type) == (cixi.region, "town")
    Town.objects.update(zone=hzw.region)
    town.refresh_from_db()
    next_round = factories.round_of(2027)
    later = now.replace(year=2027)
    second = factories.accepted(hzw, next_round, later, city=city, type="functional_zone", town=town)
    assert second.platform == platform
    platform.refresh_from_db()
    assert (platform.region, platform.type, platform.code) == (hzw.region, "functional_zone", "330282-001")
    assert Platform.objects.count() == 1
    assert list(Platform.objects.visible_to(cixi)) == []


def test_what_a_platform_did_is_counted_where_it_belongs(
    cixi: User, hzw: User, city: User, round_2026: Round, now: datetime
) -> None:
    town = factories.town(cixi.region, "庵东镇", kind="town")
    platform = factories.accepted(cixi, round_2026, now, city=city, town=town).platform
    assert platform is not None
    service_records.take_in(
        rows=[row(1, platform.code, fee="12.50"), row(2, platform.code, satisfaction=5)],
        source="hand:330282",
        platforms=Platform.objects.all(),
        by=cixi,
        at=now,
    )
    Platform.objects.filter(pk=platform.pk).update(region=hzw.region, type="functional_zone")
    service_rollup.move_region(platform=platform.pk, source=cixi.region_id, target=hzw.region_id)
    assert service_recount.differences() == ()
    assert RegionMonth.objects.get(records__gt=0).region == hzw.region


@pytest.mark.clause("N10")
def test_one_place_has_one_platform(cixi: User, hzw: User, andong: Town, now: datetime) -> None:
    fields: dict[str, Any] = {"town": andong, "operator_code": "X", "accepted_on": now.date()}
    Platform.objects.create(code="A", type="town", region=cixi.region, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Platform.objects.create(code="B", type="functional_zone", region=hzw.region, **fields)


@pytest.mark.clause("N11")
def test_a_strong_town_counts_with_whoever_runs_it(
    cixi: User, hzw: User, city: User, round_2026: Round, andong: Town, now: datetime
) -> None:
    factories.town(cixi.region, "龙山镇", kind="town", is_strong=True)
    for open_to_host in (False, True):
        Town.objects.filter(pk=andong.pk).update(open_to_host=open_to_host)
        for user, found in (
            (city, {"330282": ("龙山镇",), "HZW": ("庵东镇",)}),
            (cixi, {"330282": ("龙山镇",)}),
            (hzw, {"HZW": ("庵东镇",)}),
        ):
            lines = by_region(strong_towns(user=user, round=round_2026, on=now.date()))
            assert {each.region.code: each.uncovered for each in lines} == found


# Development zones that are on no list


@pytest.mark.clause("N11")
def test_a_county_enters_a_development_zone_and_files_for_it(
    browser_of: Any, cixi: User, city: User, round_2026: Round
) -> None:
    address = reverse("desk:new_site", args=["town"])
    sent = browser_of(cixi).post(address, {"site": "", "zone_name": "慈溪 滨海经济开发区"})
    made = Application.objects.get()
    assert sent["Location"] == reverse("desk:section", args=[made.number, "platform"])
    zone = made.town
    assert zone is not None
    assert (made.type, zone.name, zone.kind, zone.region, zone.code) == (
        "town", "滨海经济开发区", "zone", cixi.region, "330282K01",
    )  # fmt: skip
    assert zone.is_proposed
    event = AuditEvent.objects.get(verb="登记独立运行的开发区")
    assert (event.actor, event.object_code, event.reason) == ("cixi", "330282K01", "滨海经济开发区")
    page = browser_of(city).get(reverse("admin:platforms_town_changelist"), {"is_proposed__exact": "1"})
    assert "滨海经济开发区" in page.content.decode()
    assert made.name == "慈溪市滨海经济开发区中小企业公共服务窗口平台"


@pytest.mark.clause("N11")
@pytest.mark.parametrize("again", ["滨海经济开发区", "慈溪市滨海经济开发区", "慈溪 滨海经济开发区管委会"])
def test_no_place_is_doubled_by_spelling(cixi: User, round_2026: Round, now: datetime, again: str) -> None:
    factories.town(cixi.region, "慈溪滨海经济开发区", kind="zone")
    with pytest.raises(Refusal, match="名单中已有“慈溪滨海经济开发区”，请直接选择。"):
        development_zones.file_for_new(round=round_2026, region=cixi.region, name=again, by=cixi, at=now)
    assert Town.objects.count() == 1


@pytest.mark.clause("N10")
@pytest.mark.parametrize("name", ["杭州湾新区", "宁波杭州湾新区管委会", "宁波国家高新技术产业开发区"])
def test_a_zone_that_has_a_committee_is_no_development_zone_of_a_county(
    cixi: User, round_2026: Round, now: datetime, name: str
) -> None:
    with pytest.raises(Refusal, match="设有管委会，由管委会按功能区窗口平台申报"):
        development_zones.file_for_new(round=round_2026, region=cixi.region, name=name, by=cixi, at=now)


@pytest.mark.parametrize("name", ["新镇", "慈溪市", "某某街道", "", " "])
def test_what_is_no_development_zone_is_refused(cixi: User, round_2026: Round, now: datetime, name: str) -> None:
    with pytest.raises(Refusal):
        development_zones.file_for_new(round=round_2026, region=cixi.region, name=name, by=cixi, at=now)
    assert not Town.objects.exists()


def test_only_the_county_itself_enters_one_while_filing_is_open(
    cixi: User, hzw: User, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    for by, region in ((hzw, hzw.region), (city, cixi.region), (yinzhou, cixi.region)):
        with pytest.raises(Refusal):
            development_zones.file_for_new(round=round_2026, region=region, name="滨海经济开发区", by=by, at=now)
    Round.objects.update(status="evaluating")
    with pytest.raises(Refusal):
        development_zones.file_for_new(
            round=Round.objects.get(), region=cixi.region, name="滨海经济开发区", by=cixi, at=now
        )
    # What was refused leaves no row behind.
    assert not Town.objects.exists()


@pytest.mark.clause("N11")
def test_the_page_asks_for_one_of_the_two(browser_of: Any, cixi: User, round_2026: Round) -> None:
    town = factories.town(cixi.region)
    address, browser = reverse("desk:new_site", args=["town"]), browser_of(cixi)
    both = browser.post(address, {"site": town.pk, "zone_name": "滨海经济开发区"}).content.decode()
    assert "已选择乡镇（街道）的，不再填写开发区名称。" in both
    none = browser.post(address, {"site": "", "zone_name": ""}).content.decode()
    assert "请选择乡镇（街道），或填写名单中没有的开发区。" in none
    assert not Application.objects.exists()


# The city's list


@pytest.mark.clause("N10")
def test_the_city_opens_a_town_on_its_page_and_it_is_logged(browser_of: Any, city: User, andong: Town) -> None:
    browser, address = browser_of(city), reverse("admin:platforms_town_change", args=[andong.pk])
    page = browser.get(address)
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    sent = browser.post(address, values | {"open_to_host": "on", "_shown": page.context["shown_digest"]})
    assert sent.status_code == 302
    andong.refresh_from_db()
    assert andong.open_to_host
    event = AuditEvent.objects.get(verb="修改乡镇（街道）")
    assert event.changes == {"同时开放所在区县申报": ["否", "是"]}
    # Without a committee there is nothing to open.
    del values["zone"]
    shown = browser.get(address).context["shown_digest"]
    refused = browser.post(address, values | {"open_to_host": "on", "_shown": shown})
    assert "只有由管委会代管的乡镇（街道）可以开放所在区县申报。" in refused.content.decode()


def test_a_county_does_not_run_towns_as_a_committee(cixi: User, regions: dict[str, Region]) -> None:
    town = factories.town(cixi.region)
    town.zone = regions["330212"]
    with pytest.raises(ValidationError, match="代管的须是管委会"):
        town.full_clean()


@pytest.mark.parametrize("wrong", [{"open_to_host": True}, {"is_proposed": True}])
def test_the_database_holds_what_goes_together(cixi: User, wrong: dict[str, Any]) -> None:
    town = factories.town(cixi.region)
    with pytest.raises(IntegrityError), transaction.atomic():
        Town.objects.filter(pk=town.pk).update(**wrong)
