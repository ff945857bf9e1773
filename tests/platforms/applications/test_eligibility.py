"""Who may file which type for which place (三), and whom a ban keeps out (五)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications.choices import OperatingMode, OperatorNature
from platforms.applications.eligibility import (
    BanFacts,
    Facts,
    RegionFacts,
    TownFacts,
    allowed_town,
    allowed_types,
    asked_when,
    ban_end,
    operator_problems,
    problems,
)
from platforms.choices import PlatformType, Role
from tests.factories import credit_code

pytestmark = pytest.mark.usefixtures("printed_as_in_2020")
COUNTY = RegionFacts("330282", "county")
ZONE = RegionFacts("HZW", "zone")
TOWN = TownFacts("330282", "town")
BELOW = TownFacts("330282", "town", zone="HZW")
NOT_MINE = "所选乡镇（街道）不属于本地区，请重新选择。"

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
    assert problems(replace(ZONE_ITSELF, town=BELOW)) == ()
    assert problems(replace(ZONE_ITSELF, town=TownFacts("330212", "town"))) == (NOT_MINE,)


@pytest.mark.clause("N10")
@pytest.mark.parametrize(
    ("town", "allowed"),
    [
        (BELOW, True),
        (replace(BELOW, open_to_host=True), True),
        # Nobody has said that the committee runs it, though it lies in the same county.
        (TownFacts("330282", "town"), False),
        (TownFacts("330282", "town", zone="BSQ"), False),
        (TownFacts("330206", "town"), False),
        # A statistical unit is no town below a zone.
        (TownFacts("330282", "zone", zone="HZW"), False),
    ],
)
def test_a_zone_chooses_among_the_towns_that_it_runs(town: TownFacts, allowed: bool) -> None:
    assert allowed_town(type="functional_zone", region=ZONE, town=town) is allowed
    assert problems(replace(ZONE_ITSELF, town=town)) == (() if allowed else (NOT_MINE,))


@pytest.mark.clause("N10")
def test_a_county_files_for_a_town_of_a_zone_only_where_the_city_opened_it() -> None:
    sentence = "通知三·（一）：该乡镇（街道）由管委会代管，由管委会申报；确需由所在区县申报的，请与市经信局联系开放。"
    assert problems(replace(COUNTY_TOWN, town=BELOW)) == (sentence,)
    assert problems(replace(COUNTY_TOWN, town=replace(BELOW, open_to_host=True))) == ()
    # Opened to its own county, to no other.
    assert problems(replace(COUNTY_TOWN, town=TownFacts("330212", "town", zone="GXQ", open_to_host=True))) == (
        NOT_MINE,
    )


@pytest.mark.clause("N11")
def test_a_county_chooses_among_its_towns_and_development_zones() -> None:
    assert allowed_town(type="town", region=COUNTY, town=TOWN)
    assert allowed_town(type="town", region=COUNTY, town=TownFacts("330282", "zone"))
    assert problems(replace(COUNTY_TOWN, town=TownFacts("330212", "town"))) == (NOT_MINE,)
    assert problems(replace(COUNTY_TOWN, town=None)) == ("请选择设立窗口平台的乡镇（街道）。",)
    assert not allowed_town(type="park", region=COUNTY, town=TOWN)
    assert problems(replace(ZONE_ITSELF, type="town")) == (
        "乡镇（街道）窗口平台由各区县（市）申报；管委会下辖的乡镇（街道）请选择功能区窗口平台。",
    )


@pytest.mark.clause("N13")
def test_a_park_comes_from_the_list_on_record_in_the_own_region() -> None:
    sentence = "请从本地区已备案的小微企业园名单中选择园区；名单中没有的，请先备案并由市经信局导入。"
    assert problems(replace(PARK, park_region="330212")) == (sentence,)
    assert problems(replace(PARK, park_region=None)) == (sentence,)
    assert problems(Facts("county", "park", ZONE, park_region="HZW")) == ()
    assert problems(replace(COUNTY_TOWN, park_region="330282")) == ("只有小微企业园窗口平台选择园区。",)
    assert problems(replace(INDUSTRY, type="park")) == ("小微企业园窗口平台由园区所在的区县（市）或管委会申报。",)


@pytest.mark.clause("N14")
def test_key_industries_are_the_citys_with_association_and_chain() -> None:
    assert problems(replace(COUNTY_TOWN, type="industry")) == ("重点行业窗口平台由市经信局统筹申报。",)
    assert problems(replace(INDUSTRY, association=" ", industry_chain="")) == (
        "请填写承担建设的市级行业协会。",
        "请填写所服务的产业链。",
    )
    for extra in ({"town": TOWN}, {"park_region": "330282"}):
        assert problems(replace(INDUSTRY, **extra)) == ("重点行业窗口平台不选择乡镇（街道）和园区。",)
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
    ("start", "years", "end"),
    [
        (date(2020, 3, 18), 3, date(2023, 3, 18)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2025, 2, 28), 3, date(2028, 2, 28)),
        (date(2020, 12, 31), 3, date(2023, 12, 31)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_a_ban_lasts_as_many_years_as_its_notice_says(start: date, years: int, end: date) -> None:
    assert ban_end(start, years) == end


@pytest.mark.clause("N35")
@given(st.dates(date(2020, 1, 1), date(9000, 1, 1)))
def test_a_ban_is_never_shorter_for_starting_later(start: date) -> None:
    assert ban_end(start, 3) <= ban_end(start + timedelta(days=1), 3)
    assert 1095 <= (ban_end(start, 3) - start).days <= 1096


AUTHORITY = "通知三·（二）：功能区窗口平台和乡镇（街道）窗口平台可由区域内中小企业工作主管部门直接运营，"
CODES = {prefix: credit_code(1, f"{prefix}330212") for prefix in ("11", "12", "13", "51", "52", "91", "92", "93")}


def refused(type: str, mode: str, nature: str = "", code: str = "") -> list[str]:
    return [field for field, _ in operator_problems(type=type, mode=mode, nature=nature, code=code)]


@pytest.mark.clause("N12")
@pytest.mark.parametrize("type", ["functional_zone", "town"])
def test_only_the_authority_runs_a_zone_or_town_platform_directly(type: str) -> None:
    natures = {nature: refused(type, "direct", nature) for nature in OperatorNature.values}
    assert natures == {
        "government": [],
        "institution": [],
        "enterprise": ["operating_mode"],
        "association": ["operating_mode"],
        "non_enterprise": ["operating_mode"],
    }
    sentence = operator_problems(type=type, mode="direct", nature="enterprise", code="")[0][1]
    assert sentence.startswith(AUTHORITY)
    assert sentence.endswith("企业不是主管部门，不能直接运营，请选择“委托运营”，或核对单位性质。")


@pytest.mark.clause("N12")
def test_the_credit_code_decides_where_it_tells_the_nature() -> None:
    found = {prefix: refused("town", "direct", "institution", code) for prefix, code in CODES.items()}
    assert found == {
        "11": [],
        "12": [],
        # Stands for mass organisations that are public institutions as well.
        "13": [],
        "51": ["operator_code"],
        "52": ["operator_code"],
        "91": ["operator_code"],
        "92": ["operator_code"],
        "93": ["operator_code"],
    }
    # Said once: where the nature is wrong already, the code is not complained of as well.
    assert refused("town", "direct", "enterprise", CODES["91"]) == ["operating_mode"]
    # A code that is wrong in form tells nothing, nor does one whose first characters are not known.
    assert refused("town", "direct", "institution", CODES["91"][:-1]) == []
    assert refused("town", "direct", "institution", credit_code(1, "N2330212")) == []


@pytest.mark.clause("N12")
@pytest.mark.parametrize("type", ["functional_zone", "town"])
def test_a_third_party_has_legal_personality_and_is_not_the_authority(type: str) -> None:
    natures = {nature: refused(type, "entrusted", nature) for nature in OperatorNature.values}
    assert {nature for nature, found in natures.items() if found} == {"government"}
    assert natures["government"] == ["operator_nature"]
    assert [prefix for prefix, code in CODES.items() if refused(type, "entrusted", "enterprise", code)] == ["11", "92"]
    assert operator_problems(type=type, mode="entrusted", nature="enterprise", code=CODES["92"])[0][1].endswith(
        "代码以 92 开头的个体工商户不具备独立法人资格，不能作为受托方。"
    )


@pytest.mark.clause("N13")
def test_a_park_is_run_by_its_manager_whatever_it_is_or_by_a_third_party() -> None:
    for nature in OperatorNature.values:
        assert refused("park", "direct", nature, CODES["91"]) == []
    assert refused("park", "entrusted", "enterprise", CODES["91"]) == []
    # The notice asks for no legal personality here.
    assert refused("park", "entrusted", "enterprise", CODES["92"]) == []
    assert refused("park", "entrusted", "government") == ["operator_nature"]
    assert operator_problems(type="park", mode="entrusted", nature="government", code="")[0][1].startswith(
        "通知三·（三）：小微企业园由运营管理方承担窗口平台的建设运营"
    )


@pytest.mark.clause("N14")
def test_a_key_industry_is_run_by_its_association_and_nobody_else() -> None:
    assert refused("industry", "direct", "association", CODES["51"]) == []
    assert refused("industry", "direct", "association", CODES["13"]) == []
    assert refused("industry", "entrusted", "association", CODES["51"]) == ["operating_mode"]
    assert refused("industry", "direct", "enterprise") == ["operator_nature"]
    assert refused("industry", "direct", "association", CODES["91"]) == ["operator_code"]
    assert refused("industry", "", "cooperative") == ["operator_nature"]


@given(type=st.sampled_from(PlatformType.values), mode=st.sampled_from(["", *OperatingMode.values]))
def test_what_was_not_answered_speaks_against_nobody(type: str, mode: str) -> None:
    expected = ["operating_mode"] if (type, mode) == ("industry", "entrusted") else []
    assert refused(type, mode) == expected


@pytest.mark.clause("N12")
def test_what_is_asked_for_only_under_a_condition() -> None:
    founded = ("operator_nature", frozenset({"institution", "enterprise", "association", "non_enterprise"}))
    entrusted = ("operating_mode", frozenset({"entrusted"}))
    both = {"founded_on": founded, "agreement": entrusted, "support_policy": entrusted}
    assert asked_when("town") == asked_when("functional_zone") == both
    assert asked_when("park") == {"founded_on": founded, "agreement": entrusted}
    assert asked_when("industry") == {"founded_on": founded}


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
