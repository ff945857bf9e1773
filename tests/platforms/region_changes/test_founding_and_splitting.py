"""Regions are founded on towns of others, and dissolved into several: what is bound to a town goes with it."""

from datetime import date, datetime

import pytest

from platforms.choices import PlatformType
from platforms.models import Application, AuditEvent, Platform, Region, RegionSuccession, Round, Town, User
from platforms.reference.choices import RegionKind
from platforms.region_changes.choices import ChangeKind
from platforms.region_changes.queries.plan import plan_of
from platforms.region_changes.queries.wanted import Newcomer, Wanted, read_towns
from tests import factories
from tests.platforms.region_changes.changes import DAY, carried_out, plan, wanted
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db


def founded(newcomer: Newcomer, *towns: Town, **more) -> Wanted:
    named = tuple((town, None) for town in towns)
    return wanted(kind=ChangeKind.FOUND, newcomer=newcomer, towns=named, **more)


def split(region: Region, main: Region, *towns: tuple[Town, Region]) -> Wanted:
    return wanted(region, main=main, kind=ChangeKind.SPLIT, towns=towns)


# Founded -------------------------------------------------------------------------------------------------------------


def test_a_new_county_takes_the_named_towns_and_what_lies_in_them(
    regions, city: User, yinzhou: User, now: datetime
) -> None:
    one = regions["330212"]
    gone, stays = platform_of(one), platform_of(one)
    assert gone.town is not None
    park = factories.park(one, town=gone.town)
    made = carried_out(founded(Newcomer("330299", "甬东区", RegionKind.COUNTY), gone.town), city, now)
    for row in (gone, stays, park, yinzhou):
        row.refresh_from_db()
    assert (gone.region, gone.town.region, park.region) == (made.main, made.main, made.main)
    assert (stays.region, yinzhou.region) == (one, one)
    one.refresh_from_db()
    assert (one.valid_until, made.main.valid_from, made.main.inherits) == (None, DAY, [])
    assert not RegionSuccession.objects.exists()


def test_a_new_committee_takes_the_named_towns_and_the_county_keeps_them_as_towns(
    regions, city: User, now: datetime
) -> None:
    platform = platform_of(regions["330282"])
    assert platform.town is not None
    newcomer = Newcomer("YDXQ", "甬东新区管委会", RegionKind.ZONE, regions["330282"])
    made = carried_out(founded(newcomer, platform.town), city, now)
    platform.refresh_from_db()
    assert (platform.town.region, platform.town.zone) == (regions["330282"], made.main)
    assert (platform.region, platform.type) == (made.main, PlatformType.FUNCTIONAL_ZONE)


def test_a_form_that_another_kind_of_region_would_fill_otherwise_keeps_its_town_where_it_is(
    regions, city: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    form = factories.draft(cixi, round_2026, now)
    newcomer = Newcomer("YDXQ", "甬东新区管委会", RegionKind.ZONE, regions["330282"])
    assert plan(founded(newcomer, form.town), now).problems == [
        f"2026年度申报表 {form.number}“{form.name}”按乡镇（街道）窗口平台填报，"
        "划入后类型不同，请先撤回或删除，或在公布认定结果后办理。"
    ]
    assert plan(founded(Newcomer("330299", "甬东区", RegionKind.COUNTY), form.town), now).problems == []


def test_a_new_county_has_towns_and_a_new_region_ends_none(regions, now: datetime) -> None:
    newcomer = Newcomer("330299", "甬东区", RegionKind.COUNTY)
    assert plan(founded(newcomer), now).problems == ["新设区县（市），请填写划入的乡镇（街道）。"]
    town = factories.town(regions["330212"])
    asked = wanted(regions["330212"], kind=ChangeKind.FOUND, newcomer=newcomer, towns=((town, None),))
    assert plan(asked, now).problems == ["新设时请填写新设的地区，不选撤并的地区。"]


# Dissolved -----------------------------------------------------------------------------------------------------------


def test_a_region_is_split_by_its_towns_and_the_rest_goes_to_the_main_one(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, main, other = regions["330212"], regions["330282"], regions["330281"]
    east, west = platform_of(one), platform_of(one)
    assert east.town is not None
    forms = [factories.draft(yinzhou, round_2026, now, town=row.town) for row in (east, west)]
    park = factories.park(one)
    carried_out(split(one, main, (east.town, other)), city, now)
    for row in (east, west, park, yinzhou):
        row.refresh_from_db()
    assert (east.region, west.region, park.region, yinzhou.region) == (other, main, main, main)
    assert [Application.objects.get(pk=form.pk).region for form in forms] == [other, main]
    assert set(RegionSuccession.objects.values_list("predecessor__code", "successor__code")) == {
        ("330212", "330282"), ("330212", "330281"),
    }  # fmt: skip
    assert {region.code for region in Region.objects.all() if one.pk in region.inherits} == {"330282", "330281"}


def test_the_towns_of_a_dissolved_committee_come_back_to_their_county(regions, city: User, now: datetime) -> None:
    zone, county = regions["HZW"], regions["330282"]
    town = factories.town(county, zone=zone, open_to_host=True)
    platform = Platform.objects.create(
        region=zone, town=town, type=PlatformType.FUNCTIONAL_ZONE, code="HZW-001", name="庵东窗口平台",
        operator_name="服务中心", operator_code=factories.credit_code(1), accepted_on=date(2026, 4, 1),
    )  # fmt: skip
    carried_out(wanted(zone, main=county), city, now)
    town.refresh_from_db()
    platform.refresh_from_db()
    assert (town.zone, town.region, town.open_to_host) == (None, county, False)
    assert (platform.region, platform.type) == (county, PlatformType.TOWN)


def test_a_town_of_a_dissolved_committee_goes_to_no_other_county_than_its_own(regions, now: datetime) -> None:
    zone, county = regions["HZW"], regions["330282"]
    factories.town(county, "庵东镇", zone=zone)
    assert plan(wanted(zone, main=regions["330281"]), now).problems == [
        f"“慈溪市庵东镇”由{zone}代管，撤并后只能由慈溪市承接，请在名单中写明。"
    ]


@pytest.mark.parametrize("status", ["draft", "accepted"])
def test_what_the_committee_itself_filed_is_decided_before_it_is_dissolved(
    regions, city: User, hzw: User, round_2026: Round, now: datetime, status: str
) -> None:
    make = factories.accepted if status == "accepted" else None
    kind = PlatformType.FUNCTIONAL_ZONE
    form = (
        make(hzw, round_2026, now, city=city, type=kind) if make else factories.draft(hzw, round_2026, now, type=kind)
    )
    told = [f"2026年度申报表 {form.number}“{form.name}”是管委会本级申报，请先受理、撤回或删除。"]
    asked = wanted(regions["HZW"], main=regions["330282"])
    assert plan(asked, now).problems == ([] if status == "accepted" else told)
    if status == "accepted":
        carried_out(asked, city, now)
        form.refresh_from_db()
        assert (form.region, form.former_zone, form.platform.region) == (
            regions["330282"], regions["HZW"], regions["330282"],
        )  # fmt: skip


def test_a_split_names_towns_of_what_ends_and_somebody_else(regions, now: datetime) -> None:
    one, main, other = regions["330212"], regions["330282"], regions["330281"]
    foreign = factories.town(other, "临山镇")
    own = factories.town(one, "姜山镇")
    assert plan(split(one, main), now).problems == [
        "请填写划入其他地区的乡镇（街道）；全部由一个地区承接的，请选“合并、改设”。"
    ]
    assert plan(split(one, main, (own, one)), now).problems == ["乡镇（街道）不能划入撤并的地区。"]
    assert plan(split(one, main, (foreign, other), (own, other)), now).problems == [
        "“余姚市临山镇”不属于撤并的地区，请核对。"
    ]


# The list of towns ---------------------------------------------------------------------------------------------------


def test_towns_are_named_one_a_line_with_who_takes_them(regions) -> None:
    one, other = factories.town(regions["330212"], "姜山镇"), factories.town(regions["330212"], "云龙镇")
    to = [regions["330282"], regions["330281"]]
    read = read_towns("姜山镇 慈溪市\n\n鄞州区云龙镇→余姚", kind=ChangeKind.SPLIT, regions=to)
    assert read == type(read)(((one, to[0]), (other, to[1])), ())
    assert read_towns("姜山\n云龙镇", kind=ChangeKind.FOUND, regions=to).towns == ((one, None), (other, None))


def test_what_cannot_be_read_of_the_list_is_told(regions) -> None:
    factories.town(regions["330212"], "姜山镇")
    for region in ("330282", "330281"):
        factories.town(regions[region], "中心镇")
    told = read_towns("姜山镇\n江山镇 慈溪市\n中心镇 慈溪市", kind=ChangeKind.SPLIT, regions=list(regions.values()))
    assert told.problems == (
        "请在“姜山镇”后空一格，写明划入的地区。",
        "“江山镇”没有找到，请核对名称，或填写代码。",
        "“中心镇”有多个：余姚市中心镇、慈溪市中心镇，请在前面写明区县（市）。",
    )
    twice = read_towns("姜山镇\n姜山镇\n姜山镇 慈溪市", kind=ChangeKind.FOUND, regions=[])
    assert twice.problems == ("“姜山镇”重复出现，请只保留一处。", "“姜山镇 慈溪市”：一行只写一个乡镇（街道）。")


# The reference files -------------------------------------------------------------------------------------------------


def test_loading_the_reference_files_again_undoes_no_change(regions, city: User, now: datetime) -> None:
    from django.conf import settings

    from platforms.reference.services import load_reference

    folder, outline = settings.REFERENCE_DIR, settings.MAP_OUTLINE
    load_reference(folder=folder, outline=outline, at=now)
    one, other = regions["330212"], regions["330282"]
    town = Town.objects.filter(region=one, zone=None).first()
    taken = Town.objects.filter(region=regions["330281"], zone=None).first()
    assert town is not None
    assert taken is not None
    assert plan_of(wanted(one, main=other), today=DAY).problems == []
    carried_out(wanted(one, main=other), city, now)
    carried_out(founded(Newcomer("330299", "甬东区", RegionKind.COUNTY), taken), city, now)
    before = AuditEvent.objects.count()
    loaded = load_reference(folder=folder, outline=outline, at=now)
    town.refresh_from_db()
    taken.refresh_from_db()
    assert (town.region, taken.region.code, Region.objects.get(code="DQH").host) == (other, "330299", other)
    assert [each.added + each.changed for each in loaded] == [(), ()]
    assert AuditEvent.objects.count() == before
