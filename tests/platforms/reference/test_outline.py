"""The shape of a county: points that fall on one spot are drawn once, and what has no area is not drawn."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from platforms.reference.outline import MARGIN, NOTHING, WIDTH, County, Outline, Ring, draw, load, path_of, spots_of

#: One degree is ten units, north up, without the shortening of longitudes.
FRAME = Outline((), 100.0, 100.0, 121.0, 30.0, 10.0, 1.0)
SQUARE = [(121.0, 30.0), (122.0, 30.0), (122.0, 29.0)]


@pytest.mark.parametrize(
    ("ring", "path"),
    [
        (SQUARE, "M14 14l10 0 0 10z"),
        ([SQUARE[0], (121.001, 30.001), *SQUARE[1:]], "M14 14l10 0 0 10z"),
        ([*SQUARE, (150.0, 30.0)], "M14 14l10 0 0 10z"),
        ([(121.0, 30.0), (121.05, 29.0), (120.0, 28.95)], "M14 14l0.5 10-10.5 .5z"),
        ([(121.0, 30.0), (120.95, 29.0), (120.0, 29.05)], "M14 14l-.5 10-9.5-.5z"),
        (SQUARE[:2], ""),
        ([], ""),
    ],
)
def test_a_ring_is_drawn_in_steps_through_the_spots_that_differ_and_lie_inside(ring: Ring, path: str) -> None:
    assert MARGIN == 14.0
    assert path_of(spots_of(ring, FRAME)) == path


def county(code: Any, name: str, geometry: Any, center: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    return {"properties": {"adcode": code, "name": name, "center": center, **more}, "geometry": geometry}


#: On the equator, where a degree is as wide as it is high.
WHOLE = {"type": "Polygon", "coordinates": [[[0.0, 1.0], [2.0, 1.0], [2.0, -1.0]]]}


def file_of(folder: Path, content: Any) -> Path:
    path = folder / "outline.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_file_is_drawn_with_all_its_islands_and_labels_outside_of_it_in_the_middle(tmp_path: Path) -> None:
    island = [[[0.0, 0.0], [0.5, 0.0], [0.5, -0.5]]]
    features = [
        county(1, "甲", WHOLE, (1.0, 0.0)),
        county(2, "乙", {"type": "MultiPolygon", "coordinates": [island, WHOLE["coordinates"]]}, (90.0, 0.0)),
    ]
    drawing = load(file_of(tmp_path, {"features": features}))
    shape, box = "M14 14l592 0 0 592z", (14.0, 14.0, 606.0, 606.0)
    ring, inner = ((14.0, 14.0), (606.0, 14.0), (606.0, 606.0)), ((14.0, 310.0), (162.0, 310.0), (162.0, 458.0))
    assert (drawing.width, drawing.height, drawing.scale) == (WIDTH, 620.0, 296.0)
    assert drawing.counties == (
        County("1", "甲", shape, 310.0, 310.0, box, (ring,)),
        County("2", "乙", f"M14 310l148 0 0 148z{shape}", 310.0, 310.0, box, (inner, ring)),
    )


def test_features_of_another_source_are_drawn_and_those_without_an_area_left_out() -> None:
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    features: list[Any] = [
        {"type": "Feature", "id": 7, "properties": None, "geometry": WHOLE},
        {"properties": {"code": "8", "NAME": "丙"}, "geometry": WHOLE},
        county("9", "界线", line, None),
        county("10", "管委会", None, (1.0, 0.0)),
        county("11", "空", {"type": "Polygon", "coordinates": []}, None),
    ]
    drawing = draw({"features": features})
    assert [(each.code, each.name, each.x) for each in drawing.counties] == [("7", "", 310.0), ("8", "丙", 310.0)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "没有",
        "[1]",
        {},
        {"features": []},
        {"features": [county(1, "点", {"type": "Point", "coordinates": [1, 1]}, None)]},
        {"features": [county(1, "一线", {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [0, 2]]]}, None)]},
        {"features": [county(1, "一点", {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0]]]}, None)]},
        {"features": [county(1, "字", {"type": "Polygon", "coordinates": [[["a", 0], [0, 1], [0, 2]]]}, None)]},
        {"features": [{"properties": {}}]},
    ],
)
def test_a_file_that_is_no_outline_is_a_drawing_without_counties(tmp_path: Path, content: Any) -> None:
    assert load(file_of(tmp_path, content)) == NOTHING
    assert NOTHING.place(121.5, 29.9) is None


def test_a_file_that_is_missing_is_a_drawing_without_counties_until_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "outline.geojson"
    assert load(path) == NOTHING
    file_of(tmp_path, {"features": [county(1, "甲", WHOLE, (1.0, 0.0))]})
    assert [each.name for each in load(path).counties] == ["甲"]


def test_the_outline_that_comes_with_the_house_is_small_and_has_ten_counties() -> None:
    drawing = load(settings.MAP_OUTLINE)
    assert len(drawing.counties) == 10
    assert drawing.place(121.5, 29.9) == (276.7, 264.5)
    assert drawing.place(150, 29.9) is None
    assert sum(len(each.shape) for each in drawing.counties) < 8_000
