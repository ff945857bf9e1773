"""Which strong industrial towns lack a platform, and which platforms overlap: lists, drawing and files."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from platforms.models import Application, Platform, Region, Round, Town, User
from platforms.planning.queries import overlap as planning
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def csv_of(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def strong(platform: Platform) -> Platform:
    Town.objects.filter(pk=platform.town_id).update(is_strong=True)
    return platform


def stood_at(platform: Platform, round_: Round, by: User, now: datetime, east: str, north: str) -> None:
    """Let an accepted application of ``platform`` say where it stands."""
    row = factories.draft(by, round_, now, town=platform.town)
    Application.objects.filter(pk=row.pk).update(
        status="accepted",
        submitted_at=now,
        accepted_at=now,
        platform=platform,
        longitude=Decimal(east),
        latitude=Decimal(north),
    )


@pytest.mark.clause("N11")
def test_until_the_list_is_imported_the_page_says_so(city: User, yinzhou: User, round_2026: Round) -> None:
    page = browser(city).get("/desk/planning/")
    assert "工业强镇名单已标注 0 个，全市应有 29 个。 导入工业强镇名单" in words(page)
    assert "名单由市经信局导入，导入前覆盖情况不完整。" in words(browser(yinzhou).get("/desk/planning/"))
    assert "尚未标注工业强镇。" in words(page)


@pytest.mark.clause("N11")
def test_a_town_is_built_filed_or_lacking(
    city: User, yinzhou: User, cixi: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    built = strong(platform_of(regions["330212"], "鄞州区首南街道窗口平台"))
    filed = factories.town(regions["330212"], "已报街道", is_strong=True)
    factories.submitted(yinzhou, round_2026, now, town=filed)
    factories.town(regions["330212"], "空缺街道", is_strong=True)
    factories.town(regions["330282"], "慈溪街道", is_strong=True)
    page = browser(city).get("/desk/planning/")
    assert [(row["cells"][0], row["cells"][2]["label"]) for row in page.context["rows"]] == [
        (built.town.name, "已建成"), ("已报街道", "已申报"), ("空缺街道", "空缺"), ("慈溪街道", "空缺"),
    ]  # fmt: skip
    assert [row["cells"] for row in page.context["summary"]] == [
        ["鄞州区", 3, 1, 1, 1, 0, 0, "空缺街道"], ["慈溪市", 1, 0, 0, 1, 0, 0, "慈溪街道"],
    ]  # fmt: skip
    assert page.context["total"] == ["合计", 4, 1, 1, 2, 0, 0, ""]
    own = browser(yinzhou).get("/desk/planning/?state=none")
    assert [row["cells"][0] for row in own.context["rows"]] == ["空缺街道"]
    assert csv_of(browser(yinzhou).get("/desk/planning.csv?state=built"))[1].startswith("鄞州区,")
    assert len(csv_of(browser(cixi).get("/desk/planning.csv"))) == 2
    assert browser(city).get("/desk/planning.xlsx").status_code == 200


@pytest.mark.clause("N36")
def test_platforms_in_one_town_or_close_together_are_pairs(
    city: User, yinzhou: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    first, second = (platform_of(regions["330212"], f"鄞州区{name}窗口平台") for name in "甲乙")
    park = factories.park(regions["330212"], town=first.town)
    third = Platform.objects.create(
        region=regions["330212"], code="330212-900", name="鄞州区园区窗口平台", operator_name="运营", type="park",
        operator_code=factories.credit_code(3), accepted_on=now.date(), park=park,
    )  # fmt: skip
    factories.standing(third)
    stood_at(first, round_2026, yinzhou, now, "121.50", "29.90")
    stood_at(second, round_2026, yinzhou, now, "121.51", "29.90")
    page = browser(city).get("/desk/planning/overlap/")
    found = [([each["name"] for each in pair["platforms"]], pair["why"]) for pair in page.context["pairs"]]
    assert found == [
        ([first.name, second.name], ["相距 964 米"]),
        ([first.name, third.name], [f"同一乡镇：{first.town.name}"]),
    ]
    # The drawing says what the table says, as far as it knows where they stand.
    assert [mark["count"] for mark in page.context["map"]["marks"]] == [2]
    assert "另有 1 个重叠的平台没有坐标，图上未标出，已列入清单。" in words(page)
    near = browser(city).get("/desk/planning/overlap/", {"at": second.code})
    marks = {mark["key"]: (mark["kind"].label, mark["url"]) for mark in near.context["map"]["marks"]}
    address = "/desk/planning/overlap/?at="
    assert marks == {
        each.code: ("乡镇（街道），有重叠", f"{address}{each.code}#at-{each.code}") for each in (first, second)
    }
    assert len(near.context["map"]["lines"]) == 1
    assert [pair["chosen"] for pair in near.context["pairs"]] == [True, False]
    assert [f' id="at-{each.code}"' in near.content.decode() for each in (first, second, third)] == [True, True, True]
    sent = browser(city).get(near.context["marks_url"]).json()
    assert [point[0] for point in sent["points"]] == [first.code, second.code]
    assert sent["lines"] == [[first.code, second.code], [first.code, third.code]]
    assert "有 1 个平台的申报表没有填写坐标，只按乡镇比较。" in words(page)
    client = browser(city)
    assert client.get("/desk/planning/overlap/?metres=900").context["count"] == 1
    assert client.get("/desk/planning/overlap/?reason=near").context["count"] == 1
    assert client.get("/desk/planning/overlap/?reason=town").context["count"] == 1
    assert client.get("/desk/planning/overlap/?kind=same").context["count"] == 1
    assert client.get("/desk/planning/overlap/?region=330282").context["count"] == 0
    lines = csv_of(client.get("/desk/planning/overlap.csv"))
    assert [line.split(",")[-2:] for line in lines[1:]] == [["", "964"], [first.town.name, ""]]


def test_the_drawing_shows_a_county_its_own_region_and_the_city_the_one_it_chooses(
    city: User, yinzhou: User, cixi: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    zone = regions["HZW"]
    pair = [platform_of(regions["330212"], f"鄞州区{name}窗口平台") for name in "甲乙"]
    alone, of_zone = (platform_of(regions["330282"], f"慈溪市{name}窗口平台") for name in "甲乙")
    for platform, by, east, north in (
        (pair[0], yinzhou, "121.50", "29.80"),
        (pair[1], yinzhou, "121.51", "29.80"),
        (alone, cixi, "121.30", "30.20"),
        (of_zone, cixi, "121.10", "30.30"),
    ):
        stood_at(platform, round_2026, by, now, east, north)
    Platform.objects.filter(pk=of_zone.pk).update(region=zone)
    own = browser(yinzhou).get("/desk/planning/overlap/").context["map"]
    whole = browser(city).get("/desk/planning/overlap/").context["map"]
    chosen = browser(city).get("/desk/planning/overlap/?region=330212").context["map"]
    assert own["view"] == chosen["view"]
    assert own["view"].width < whole["view"].width / 2
    # Only the city chooses a region; a zone has no outline and is chosen by its name.
    assert {county["area"].url for county in own["counties"]} == {""}
    urls = {word["text"]: word["area"].url for word in whole["words"]["wide"]}
    assert urls[zone.name] == f"/desk/planning/overlap/?region={zone.code}#map"
    # What overlaps nothing leads to its own page.
    (mark,) = [mark for mark in whole["marks"] if mark.get("key") == alone.code]
    assert (mark["kind"].label, mark["url"]) == ("乡镇（街道）", f"/admin/platforms/platform/{alone.pk}/change/")
    other = browser(cixi).get("/desk/planning/overlap/marks/").json()["points"]
    assert alone.code in [point[0] for point in other]
    assert not {each.code for each in pair} & {point[0] for point in other}


def test_a_mark_leads_to_the_page_of_the_list_with_its_pair(
    city: User, yinzhou: User, round_2026: Round, regions: dict[str, Region], now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("platforms.planning.desk.overlap.PAGE", 1)
    found = [platform_of(regions["330212"], f"鄞州区{name}窗口平台") for name in "甲乙丙"]
    for platform, east in zip(found, ("121.500", "121.501", "121.515"), strict=True):
        stood_at(platform, round_2026, yinzhou, now, east, "29.90")
    page = browser(city).get("/desk/planning/overlap/", {"at": found[2].code})
    assert page.context["page"].number == 2
    (pair,) = page.context["pairs"]
    assert found[2].code in pair["codes"].split()
    shown = {each["code"]: each["show_url"] for each in pair["platforms"]}
    assert shown[found[2].code] == f"/desk/planning/overlap/?page=2&at={found[2].code}#map"
    urls = {tool["act"]: tool["url"] for tool in page.context["map"]["tools"]}
    assert urls["reset"] == "/desk/planning/overlap/?page=2#map"


def test_without_an_outline_there_is_the_list(
    city: User, yinzhou: User, round_2026: Round, regions: dict[str, Region], now: datetime, settings: Any
) -> None:
    for name, east in (("甲", "121.50"), ("乙", "121.51")):
        stood_at(platform_of(regions["330212"], f"鄞州区{name}窗口平台"), round_2026, yinzhou, now, east, "29.90")
    settings.MAP_OUTLINE = settings.BASE_DIR / "没有.geojson"
    page = browser(city).get("/desk/planning/overlap/")
    assert page.context["count"] == 1
    assert "map__view" not in page.content.decode()


@pytest.mark.clause("N36")
@pytest.mark.parametrize("asked", ["499", "10001", "abc", "-1", "１０００", "1e3", "99999999999"])
def test_a_distance_out_of_range_is_said(city: User, asked: str) -> None:
    page = browser(city).get("/desk/planning/overlap/", {"metres": asked})
    assert "距离请填写 500 到 10000 之间的整数（米），现按 2000 米列出。" in words(page)


@pytest.mark.clause("N36")
def test_a_county_sees_its_own_pairs_only(
    yinzhou: User, cixi: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    here, there = platform_of(regions["330212"]), platform_of(regions["330282"])
    stood_at(here, round_2026, yinzhou, now, "121.50", "29.90")
    stood_at(there, round_2026, cixi, now, "121.50", "29.90")
    assert browser(yinzhou).get("/desk/planning/overlap/").context["count"] == 0
    assert planning.overlaps(planning.places(yinzhou, on=timezone.localdate()), limit=2000) == []


@pytest.mark.parametrize("path", ["/desk/planning/", "/desk/planning/overlap/", "/desk/workbench/",
                                  "/desk/workbench/platforms/", "/desk/workbench/charts/",
                                  "/desk/workbench/rows/platforms/"])  # fmt: skip
@pytest.mark.parametrize("person", ["city", "yinzhou"])
def test_a_page_costs_the_same_for_one_platform_and_for_thirty(
    request: pytest.FixtureRequest, regions: dict[str, Region], round_2026: Round, path: str, person: str
) -> None:
    client = browser(request.getfixturevalue(person))
    strong(platform_of(regions["330212"]))
    client.get(path)  # the first page of a session asks more
    client.get(path)  # the first page of a session asks more
    asked = []
    for more in (1, 29):
        for _ in range(more):
            strong(platform_of(regions["330212"]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
