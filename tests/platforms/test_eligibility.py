"""Who may file which type for which place (三), and whom a ban keeps out (五)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.choices import PlatformType, Role
from platforms.eligibility import (
    BanFacts,
    Facts,
    RegionFacts,
    TownFacts,
    allowed_town,
    allowed_types,
    ban_end,
    problems,
)

COUNTY = RegionFacts("330282", "county")
ZONE = RegionFacts("HZW", "zone", host="330282")
TOWN = TownFacts("330282", "town")
NOT_MINE = "所选乡镇(街道)不属于本地区，请重新选择。"

COUNTY_TOWN = Facts("county", "town", COUNTY, town=TOWN)
ZONE_ITSELF = Facts("county", "functional_zone", ZONE)
PARK = Facts("county", "park", COUNTY, park_region="330282")
INDUSTRY = Facts("city", "industry", None, association="测试协会", industry_chain="测试链")


@pytest.mark.clause("N10")
@pytest.mark.clause("N14")
def test_each_role_files_its_own_types() -> None:
    table = {
        (role, kind): allowed_types(role, kind) for role in (*Role.values, "") for kind in ("county", "zone", "", "?")
    }
    allowed = {key: types for key, types in table.items() if types}
    assert allowed == {
        ("county", "county"): ("town", "park"),
        ("county", "zone"): ("functional_zone", "park"),
        ("city", ""): ("industry",),
    }


@pytest.mark.parametrize("facts", [COUNTY_TOWN, ZONE_ITSELF, PARK, INDUSTRY])
def test_what_the_notice_foresees_has_no_problems(facts: Facts) -> None:
    assert problems(facts) == ()


@pytest.mark.clause("N10")
def test_only_a_zone_committee_files_a_functional_zone() -> None:
    assert problems(replace(COUNTY_TOWN, type="functional_zone")) == ("功能区窗口平台只能由各管委会申报。",)
    assert problems(replace(ZONE_ITSELF, town=TOWN)) == ()
    assert problems(replace(ZONE_ITSELF, town=TownFacts("330212", "town"))) == (NOT_MINE,)


@pytest.mark.clause("N10")
@pytest.mark.parametrize(
    ("town", "zone_has_towns", "allowed"),
    [
        (TownFacts("330282", "town"), False, True),
        (TownFacts("330282", "town"), True, False),
        (TownFacts("330282", "town", zone="HZW"), True, True),
        (TownFacts("330282", "town", zone="BSQ"), False, False),
        (TownFacts("330206", "town"), False, False),
        # A statistical unit is no town below a zone.
        (TownFacts("330282", "zone", zone="HZW"), True, False),
    ],
)
def test_a_zone_chooses_among_the_towns_below_it(town: TownFacts, zone_has_towns: bool, allowed: bool) -> None:
    assert allowed_town(type="functional_zone", region=ZONE, town=town, zone_has_towns=zone_has_towns) is allowed
    assert problems(replace(ZONE_ITSELF, town=town, zone_has_towns=zone_has_towns)) == (() if allowed else (NOT_MINE,))


@pytest.mark.clause("N11")
def test_a_county_chooses_among_its_towns_and_development_zones() -> None:
    assert allowed_town(type="town", region=COUNTY, town=TOWN, zone_has_towns=False)
    assert allowed_town(type="town", region=COUNTY, town=TownFacts("330282", "zone"), zone_has_towns=False)
    assert problems(replace(COUNTY_TOWN, town=TownFacts("330212", "town"))) == (NOT_MINE,)
    assert problems(replace(COUNTY_TOWN, town=None)) == ("请选择设立窗口平台的乡镇(街道)。",)
    assert not allowed_town(type="park", region=COUNTY, town=TOWN, zone_has_towns=False)
    assert problems(replace(ZONE_ITSELF, type="town")) == (
        "乡镇(街道)窗口平台由各区县(市)申报；管委会下辖的乡镇(街道)请选择功能区窗口平台。",
    )


@pytest.mark.clause("N13")
def test_a_park_comes_from_the_list_on_record_in_the_own_region() -> None:
    sentence = "请从本地区已备案的小微企业园名单中选择园区；名单中没有的，请先备案并由市经信局导入。"
    assert problems(replace(PARK, park_region="330212")) == (sentence,)
    assert problems(replace(PARK, park_region=None)) == (sentence,)
    assert problems(Facts("county", "park", ZONE, park_region="HZW")) == ()
    assert problems(replace(COUNTY_TOWN, park_region="330282")) == ("只有小微企业园窗口平台选择园区。",)
    assert problems(replace(INDUSTRY, type="park")) == ("小微企业园窗口平台由园区所在的区县(市)或管委会申报。",)


@pytest.mark.clause("N14")
def test_key_industries_are_the_citys_with_association_and_chain() -> None:
    assert problems(replace(COUNTY_TOWN, type="industry")) == ("重点行业窗口平台由市经信局统筹申报。",)
    assert problems(replace(INDUSTRY, association=" ", industry_chain="")) == (
        "请填写承担建设的市级行业协会。",
        "请填写所服务的产业链。",
    )
    for extra in ({"town": TOWN}, {"park_region": "330282"}):
        assert problems(replace(INDUSTRY, **extra)) == ("重点行业窗口平台不选择乡镇(街道)和园区。",)
    assert problems(replace(COUNTY_TOWN, association="测试协会")) == ("只有重点行业窗口平台填写行业协会。",)


@pytest.mark.parametrize("role", ["city", "finance", "auditor", "security", "sysadmin"])
def test_nobody_else_files_for_a_region(role: str) -> None:
    for facts in (COUNTY_TOWN, ZONE_ITSELF, PARK):
        assert len(problems(replace(facts, role=role))) == 1
    assert problems(replace(COUNTY_TOWN, type="nonsense")) == ("请选择窗口平台的类型。",)


@pytest.mark.trust("T10")
def test_a_place_that_is_taken_does_not_say_by_whom() -> None:
    sentence = "该地点本年度不能再建立申报表。如有疑问，请与市经信局联系。"
    assert problems(replace(COUNTY_TOWN, taken=True)) == (sentence,)


@pytest.mark.clause("N35")
def test_a_ban_names_its_last_day() -> None:
    bans = (BanFacts("91330200", date(2023, 3, 18)), BanFacts("测试镇", date(2023, 3, 18), of_place=True))
    assert problems(replace(COUNTY_TOWN, bans=bans)) == (
        "运营单位（91330200）因撤销运营资格，在2023年3月18日（含当日）前不受理申报。",
        "地点“测试镇”因撤销运营资格，在2023年3月18日（含当日）前不受理申报；"
        "确需由其他运营单位承接的，由市经信局放开该地点后方可申报。",
    )


@pytest.mark.clause("N35")
@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2020, 3, 18), date(2023, 3, 18)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 2, 28), date(2028, 2, 28)),
        (date(2020, 12, 31), date(2023, 12, 31)),
    ],
)
def test_a_ban_lasts_three_years(start: date, end: date) -> None:
    assert ban_end(start) == end


@pytest.mark.clause("N35")
@given(st.dates(date(2020, 1, 1), date(9000, 1, 1)))
def test_a_ban_is_never_shorter_for_starting_later(start: date) -> None:
    assert ban_end(start) <= ban_end(start + timedelta(days=1))
    assert 1095 <= (ban_end(start) - start).days <= 1096


@given(
    st.builds(
        Facts,
        role=st.sampled_from(Role.values),
        type=st.sampled_from(PlatformType.values),
        region=st.sampled_from([None, COUNTY, ZONE]),
        town=st.sampled_from([None, TOWN, TownFacts("330212", "zone", zone="HZW")]),
        park_region=st.sampled_from([None, "330282", "HZW"]),
        association=st.sampled_from(["", "测试协会"]),
        industry_chain=st.sampled_from(["", "测试链"]),
        zone_has_towns=st.booleans(),
    )
)
def test_what_passes_fits_the_columns_of_its_type(facts: Facts) -> None:
    if problems(facts):
        return
    is_industry = facts.type == PlatformType.INDUSTRY
    assert (facts.region is None) == is_industry
    assert bool(facts.association) == is_industry
    assert (facts.park_region is not None) == (facts.type == PlatformType.PARK)
    assert (facts.town is not None) or facts.type != PlatformType.TOWN
