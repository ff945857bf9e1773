"""The map and the list beside it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from evaluation.models import Publication, Result
from platforms.reference.map_pictures import Drawn
from tests.evaluation.stage import graded_round, published_round

pytestmark = pytest.mark.django_db

SQUARE = {
    "features": [
        {
            "properties": {"adcode": "330212", "name": "甲", "center": [121.5, 29.5]},
            "geometry": {"type": "Polygon", "coordinates": [[[121, 29], [122, 29], [122, 30], [121, 30], [121, 29]]]},
        }
    ],
}


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Rounds that all tests share: one platform of 2024, which 2025 has again among ten of its region."""
    with django_db_blocker.unblock(), transaction.atomic():
        published_round({"330212": {"A": 1}}, year=2024)
        published_round(
            {"330212": {"A": 4, "B": 3, "C": 2, "D": 1}, "330282": {"A": 2, "D": 1}, "HY": {"B": 1}}, year=2025
        )
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def publication(staged: None, db: None) -> Publication:
    return Publication.objects.get(round__year=2025)


def counted(page: Any) -> int:
    """How many platforms the marks of the drawing stand for."""
    return sum(mark.get("count", 1) for mark in page.context["map"]["marks"])


@pytest.mark.clause("N36")
def test_the_list_says_what_the_drawing_shows(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/map/?round=2025")
    listed = {row["name"]: row["total"] for row in page.context["table"]["rows"]}
    assert listed == {"鄞州区": 10, "慈溪市": 3, "市级": 1}
    named = {county["area"].text for county in page.context["map"]["counties"]}
    assert {"鄞州区 10", "慈溪市 3", "海曙区"} <= named
    assert counted(page) == len(page.context["rows"]) == page.context["total"] == 14
    assert all(row["show_url"] for row in page.context["rows"])
    shown = page.content.decode()
    assert "示意图，不作为划界依据。" in shown
    assert "审图号" not in shown


def test_the_number_of_the_map_is_shown_where_there_is_one(
    stranger: Client, publication: Publication, settings: Any
) -> None:
    settings.MAP_NUMBER = "甬S（2026）1号"
    assert "审图号：甬S（2026）1号" in stranger.get("/map/").content.decode()


def test_list_map_and_marks_read_the_same_address(stranger: Client, publication: Publication) -> None:
    for query in ("", "?grade=A", "?region=330282", "?round=2025&grade=D", "?type=town&region=330212", "?q=慈溪"):
        page = stranger.get(f"/map/{query}")
        total = stranger.get(f"/results/{query}").context["total"]
        assert page.context["total"] == total
        sent = json.loads(stranger.get(page.context["marks_url"]).content)
        assert len(sent["points"]) == total
    assert stranger.get("/map/marks/")["X-Robots-Tag"] == "noindex"


def test_a_chosen_region_is_drawn_large_by_the_server(stranger: Client, publication: Publication) -> None:
    whole, near = stranger.get("/map/"), stranger.get("/map/?region=330282")
    assert near.context["map"]["view"].width < whole.context["map"]["view"].width / 2
    assert f'viewBox="{near.context["map"]["view"].x:g} ' in near.content.decode()
    chosen = [each["area"].code for each in near.context["map"]["counties"] if each["area"].is_chosen]
    assert chosen == ["330282"]
    # A press on a county asks for that region and keeps what else is asked for.
    urls = {each["area"].code: each["area"].url for each in stranger.get("/map/?grade=A").context["map"]["counties"]}
    assert urls["330282"] == "/map/?region=330282&grade=A#map"


def test_every_tool_and_every_cluster_is_a_link_that_the_server_answers(
    stranger: Client, publication: Publication
) -> None:
    page = stranger.get("/map/?region=330212")
    for tool in page.context["map"]["tools"]:
        assert stranger.get(tool["url"].removesuffix("#map")).status_code == 200
    widths = [page.context["map"]["view"].width]
    while marks := [mark for mark in page.context["map"]["marks"] if "count" in mark]:
        page = stranger.get(marks[0]["url"].removesuffix("#map"))
        assert page.context["total"] == 9
        widths.append(page.context["map"]["view"].width)
    assert widths == sorted(widths, reverse=True)
    # All nine file the same position: they stand around it.
    assert len({mark["shift"] for mark in page.context["map"]["marks"]}) == 9


def test_where_the_map_stands_tells_pages_apart_that_are_kept(publication: Publication, settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    client = Client()
    asked = ("/map/", "/map/?view=100,100,100", "/map/?at=330212-001", "/map/?at=330212-002")
    pages = [client.get(address).content for address in asked]
    assert len(set(pages)) == len(asked)
    assert [client.get(address).content for address in asked] == pages


@pytest.mark.parametrize("address", ["/map/", "/map/?region=330282", "/map/?round=all&at=330282-001", "/map/marks/"])
def test_the_map_asks_the_database_as_often_whatever_it_shows(
    stranger: Client, publication: Publication, django_assert_max_num_queries: Any, address: str
) -> None:
    with django_assert_max_num_queries(8):
        assert stranger.get(address).status_code == 200


@pytest.mark.parametrize("view", ["abc", "1,2", "-5,-5,1e9", "nan,1,1", "0,0,0", "1,2,3,4"])
def test_a_view_that_is_none_is_the_first_picture(stranger: Client, publication: Publication, view: str) -> None:
    page = stranger.get("/map/", {"view": view})
    assert page.context["map"]["view"] == page.context["map"]["home"]
    assert page.context["filters"].problems == []


def test_a_mark_leads_to_its_row_and_a_row_to_its_mark(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.site.map.PAGE_SIZE", 5)
    last = Result.objects.filter(grade__in="ABC", region__code="330282").order_by("code").last()
    assert last is not None
    page = stranger.get("/map/", {"at": last.code})
    # Its page of the list, with the row marked out, and a mark of its own that is marked out.
    assert [row["line"].code for row in page.context["rows"] if row["line"].code == page.context["chosen"]] == [
        last.code
    ]
    assert page.context["page"].number == 3
    (mark,) = [mark for mark in page.context["map"]["marks"] if mark["chosen"]]
    assert mark["url"] == f"/map/?at={last.code}#at-{last.code}"
    assert f'id="at-{last.code}"' in page.content.decode()
    (row,) = [row for row in page.context["rows"] if row["line"].code == last.code]
    assert row["show_url"] == f"/map/?page=3&at={last.code}#map"
    assert stranger.get("/map/?at=330299-001").context["chosen"] == ""


def test_a_platform_of_several_years_has_one_mark(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/map/?round=all")
    assert page.context["total"] == 15
    assert len({row["line"].code for row in page.context["rows"]}) == counted(page)
    assert page.content.decode().count(' id="at-') == counted(page)


def test_a_zone_is_named_where_its_platforms_are(
    stranger: Client, publication: Publication, settings: Any, tmp_path: Path
) -> None:
    # An outline of one county: all other regions are marks, like the zones.
    path = tmp_path / "outline.geojson"
    path.write_text(json.dumps(SQUARE), encoding="utf-8")
    settings.MAP_OUTLINE = path
    page = stranger.get("/map/")
    words = {word["text"]: word["area"] for word in page.context["map"]["words"]["wide"]}
    assert words["慈溪市 2"].is_mark
    assert words["慈溪市 2"].url == "/map/?region=330282#map"
    assert not words["甲 9"].is_mark
    near = stranger.get("/map/?region=330282").context["map"]["view"]
    assert near.width < page.context["map"]["view"].width / 4


@pytest.mark.parametrize("content", [None, "{", '{"features": []}'])
def test_without_an_outline_there_is_the_list(
    stranger: Client, publication: Publication, settings: Any, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "outline.geojson"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    settings.MAP_OUTLINE = path
    page = stranger.get("/map/?at=330212-001&view=1,1,1")
    assert "示意图暂时无法显示，请查看名单。" in page.content.decode()
    assert len(page.context["rows"]) == 12
    assert "图上位置" not in page.content.decode()
    assert json.loads(stranger.get("/map/marks/").content)["points"] == []


def test_the_links_of_the_table_lead_to_as_many_platforms(stranger: Client, publication: Publication) -> None:
    for row in stranger.get("/map/").context["table"]["rows"]:
        assert stranger.get(row["url"]).context["total"] == row["total"]
        for cell in row["cells"]:
            assert stranger.get(cell["url"]).context["total"] == cell["count"]


@pytest.mark.trust("T38")
def test_no_parameter_opens_what_is_not_published(stranger: Client, publication: Publication) -> None:
    graded_round({"330205": {"A": 5}}, year=2026)
    for query in ("", "?bbox=-180,-90,180,90&zoom=0", "?status=all&all=1&include=drafts", "?round=2026"):
        page = stranger.get(f"/map/{query}")
        assert page.context["total"] == 12
        assert "330205-" not in page.content.decode()


def test_however_many_there_are_all_of_them_are_on_the_map_and_the_page_stays_small(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evaluation.site import map as map_view

    few = len(stranger.get("/map/?round=2025").content)
    found = map_view.drawn_of

    def many(*args: Any) -> Drawn:
        drawn = found(*args)
        points = [
            replace(drawn.points[0], key=str(key), x=20 + key * 7.13 % 580, y=20 + key * 3.77 % 750)
            for key in range(2_000)
        ]
        return replace(drawn, points=tuple(points))

    monkeypatch.setattr(map_view, "drawn_of", many)
    page = stranger.get("/map/?round=2025")
    assert counted(page) == 2_000
    assert len(page.content) < few + 45_000
