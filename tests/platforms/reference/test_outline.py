"""The shape of a county: points that fall on one spot are drawn once, and what has no area is not drawn."""

import json
from pathlib import Path
from typing import Any

import pytest

from platforms.reference.outline import MARGIN, WIDTH, County, Outline, Ring, load, path_of

#: One degree is ten units, north up, without the shortening of longitudes.
FRAME = Outline((), 100.0, 100.0, 121.0, 30.0, 10.0, 1.0)
SQUARE = [(121.0, 30.0), (122.0, 30.0), (122.0, 29.0)]


@pytest.mark.parametrize(
    ("ring", "path"),
    [
        (SQUARE, "M14 14L24 14L24 24Z"),
        ([SQUARE[0], (121.001, 30.001), *SQUARE[1:]], "M14 14L24 14L24 24Z"),
        ([*SQUARE, (150.0, 30.0)], "M14 14L24 14L24 24Z"),
        (SQUARE[:2], ""),
        ([], ""),
    ],
)
def test_a_ring_is_drawn_through_the_spots_that_differ_and_lie_inside(ring: Ring, path: str) -> None:
    assert MARGIN == 14.0
    assert path_of(ring, FRAME) == path


def county(code: int, name: str, geometry: dict[str, Any], center: tuple[float, float]) -> dict[str, Any]:
    return {"properties": {"adcode": code, "name": name, "center": center}, "geometry": geometry}


def test_a_file_is_drawn_with_all_its_islands_and_labels_outside_of_it_in_a_corner(tmp_path: Path) -> None:
    # On the equator, where a degree is as wide as it is high.
    whole = [[0.0, 1.0], [2.0, 1.0], [2.0, -1.0]]
    island = [[[0.0, 0.0], [0.5, 0.0], [0.5, -0.5]]]
    features = [
        county(1, "甲", {"type": "Polygon", "coordinates": [whole]}, (1.0, 0.0)),
        county(2, "乙", {"type": "MultiPolygon", "coordinates": [island, [whole]]}, (90.0, 0.0)),
    ]
    path = tmp_path / "outline.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    drawing = load(path)
    shape = "M14 14L606 14L606 606Z"
    assert (drawing.width, drawing.height, drawing.scale) == (WIDTH, 620.0, 296.0)
    assert drawing.counties == (
        County("1", "甲", shape, 310.0, 310.0),
        County("2", "乙", f"M14 310L162 310L162 458Z{shape}", 0.0, 0.0),
    )
