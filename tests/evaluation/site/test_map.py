"""The map and the table beside it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from evaluation.models import Publication
from platforms.reference import outline
from tests.evaluation.stage import graded_round

SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "properties": {"adcode": "1", "name": "甲", "center": [121.5, 29.5]},
            "geometry": {"type": "Polygon", "coordinates": [[[121, 29], [122, 29], [122, 30], [121, 30], [121, 29]]]},
        }
    ],
}


def test_north_is_up_and_east_is_right() -> None:
    drawing = outline.draw(SQUARE)
    west, east = drawing.place(121.1, 29.5), drawing.place(121.9, 29.5)
    south, north = drawing.place(121.5, 29.1), drawing.place(121.5, 29.9)
    assert None not in (west, east, south, north)
    assert (west or (0, 0))[0] < (east or (0, 0))[0]
    assert (north or (0, 0))[1] < (south or (0, 0))[1]
    assert drawing.place(140, 29.5) is None
    assert drawing.place(121.5, 60) is None


def test_a_ring_is_a_closed_path_without_doubles() -> None:
    shape = outline.draw(SQUARE).counties[0].shape
    assert re.fullmatch(r"M[\d. ]+(L[\d. ]+){4}Z", shape)
    assert outline.path_of([(121, 29), (121, 29)], outline.draw(SQUARE)) == ""


def test_the_outline_can_be_exchanged(tmp_path: Path) -> None:
    file = tmp_path / "other.geojson"
    file.write_text(json.dumps(SQUARE), encoding="utf-8")
    assert [county.name for county in outline.load(file).counties] == ["甲"]
    assert len(outline.load(settings.MAP_OUTLINE).counties) == 10


@pytest.mark.clause("N36")
@pytest.mark.django_db
def test_the_table_says_what_the_drawing_shows(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/map/?round=2025")
    drawn = {item["county"].name: item["count"] for item in page.context["counties"] if item["count"]}
    listed = {row["name"]: row["total"] for row in page.context["table"]["rows"]}
    assert drawn == {"鄞州区": 10, "慈溪市": 3}
    assert listed == drawn | {"市级": 1}
    assert page.context["table"]["totals"] == [6, 4, 2, 2]
    assert len(page.context["points"]) + page.context["without_point"] == 14
    shown = page.content.decode()
    assert "示意图" in shown
    assert "审图号" not in shown
    assert shown.count("<title") == 2 + len(page.context["points"])


@pytest.mark.django_db
def test_the_links_of_the_table_lead_to_as_many_platforms(stranger: Client, publication: Publication) -> None:
    for row in stranger.get("/map/").context["table"]["rows"]:
        assert stranger.get(row["url"]).context["total"] == row["total"]
        for cell in row["cells"]:
            assert stranger.get(cell["url"]).context["total"] == cell["count"]


@pytest.mark.trust("T38")
@pytest.mark.django_db
def test_no_parameter_opens_what_is_not_published(stranger: Client, publication: Publication) -> None:
    graded_round({"330205": {"A": 5}}, year=2026)
    for query in ("", "?bbox=-180,-90,180,90&zoom=0", "?status=all&all=1&include=drafts", "?round=2026"):
        page = stranger.get(f"/map/{query}")
        assert page.context["total"] == 12
        assert "330205-" not in page.content.decode()


@pytest.mark.django_db
def test_too_many_points_become_counts(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evaluation.site import map as map_view

    monkeypatch.setattr(map_view, "MOST_POINTS", 5)
    page = stranger.get("/map/")
    assert page.context["points"] == []
    assert "图上只标各地区的数量" in page.content.decode()
