"""The outline of the counties as shapes of a drawing: degrees in, units of the drawing out, no database.

Close to one another and this far from the poles, degrees of longitude are simply shortened by the cosine of the
middle latitude; the drawing is a sketch (示意图), not a survey.
"""

import json
import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

WIDTH = 620.0
MARGIN = 14.0

Ring = list[tuple[float, float]]
#: West, north, east and south of something in units of the drawing.
Box = tuple[float, float, float, float]

#: Where the code and the name of a feature may stand; other sources of outlines call them otherwise.
CODES, NAMES = ("adcode", "code", "gb"), ("name", "NAME")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class County:
    """One county: ``code`` and ``name``, the shape as an SVG path, where its label stands, and how far it reaches.

    ``rings`` are the corners of the shape, those of each part and of each hole in it.
    """

    code: str
    name: str
    shape: str
    x: float
    y: float
    box: Box
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Outline:
    """A drawing of ``width`` by ``height`` units with north up; without counties it holds no place."""

    counties: tuple[County, ...]
    width: float
    height: float
    west: float
    north: float
    scale: float
    shrink: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """Return where a point lies in the drawing, or nothing if it lies outside."""
        if not self.counties:
            return None
        return self.spot(longitude, latitude)

    def spot(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """Return where a point lies in the frame, or nothing if it lies outside, whatever is drawn in it."""
        x = MARGIN + (longitude - self.west) * self.shrink * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return (round(x, 1), round(y, 1)) if 0 <= x <= self.width and 0 <= y <= self.height else None


#: The drawing of a file that cannot be drawn.
NOTHING = Outline((), WIDTH, WIDTH, 0.0, 0.0, 0.0, 0.0)


def rings(geometry: Mapping[str, Any] | None) -> Iterable[Ring]:
    """Yield the outer and inner rings of a GeoJSON polygon or multipolygon; anything else has none."""
    kind = geometry["type"] if geometry else ""
    if geometry and kind in ("Polygon", "MultiPolygon"):
        for part in [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]:
            yield from part


def draw(collection: Mapping[str, Any]) -> Outline:
    """Return the drawing of the polygons of a GeoJSON collection.

    A feature carries a code (one of ``CODES``, or its ``id``), a name and the ``center`` of its label; a name that is
    missing is empty, a centre that is missing or outside is the middle of the shape. Features without an area are left
    out.

    Raises:
        ValueError: there is no area at all.
    """
    features = [each for each in collection["features"] if any(len(ring) > 2 for ring in rings(each["geometry"]))]
    points = [point for feature in features for ring in rings(feature["geometry"]) for point in ring]
    if not points:
        raise ValueError("no feature has an area")
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    shrink = math.cos(math.radians((south + north) / 2))
    if not (east > west and north > south and shrink > 0):
        raise ValueError("the features have no area")
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * shrink)
    bare = Outline((), WIDTH, round((north - south) * scale + 2 * MARGIN, 1), west, north, scale, shrink)
    return replace(bare, counties=tuple(county(feature, bare) for feature in features))


def county(feature: Mapping[str, Any], frame: Outline) -> County:
    """Return one feature as a shape in the drawing ``frame``."""
    facts = feature.get("properties") or {}
    paths = [spots_of(ring, frame) for ring in rings(feature["geometry"])]
    spots = [spot for path in paths for spot in path]
    box = (
        min(spot[0] for spot in spots),
        min(spot[1] for spot in spots),
        max(spot[0] for spot in spots),
        max(spot[1] for spot in spots),
    )
    centre = frame.spot(*facts["center"][:2]) if facts.get("center") else None
    x, y = centre or (round((box[0] + box[2]) / 2, 1), round((box[1] + box[3]) / 2, 1))
    return County(
        code=str(next((facts[name] for name in CODES if facts.get(name)), feature.get("id") or "")),
        name=str(next((facts[name] for name in NAMES if facts.get(name)), "")),
        shape="".join(map(path_of, paths)),
        x=x,
        y=y,
        box=box,
        rings=tuple(tuple(path) for path in paths if len(path) > 2),
    )


def spots_of(ring: Ring, frame: Outline) -> list[tuple[float, float]]:
    """Return the spots of ``ring`` in the drawing; neighbours that fall on the same spot are one."""
    spots: list[tuple[float, float]] = []
    for point in ring:
        spot = frame.spot(*point[:2])
        if spot and spot not in spots[-1:]:
            spots.append(spot)
    return spots


def path_of(spots: list[tuple[float, float]]) -> str:
    """Return ``spots`` as a closed path in few bytes: where it begins, then the steps; nothing where it has no area."""
    if len(spots) < 3:
        return ""
    steps = [(round(x - before_x, 1), round(y - before_y, 1)) for (before_x, before_y), (x, y) in pairwise(spots)]
    # A minus parts two numbers as well as a blank does, and a point needs no nought before it.
    told = " ".join(f"{x:g} {y:g}" for x, y in steps).replace(" -", "-").replace("-0.", "-.").replace(" 0.", " .")
    return f"M{spots[0][0]:g} {spots[0][1]:g}l{told}z"


@lru_cache(maxsize=2)
def outline_of(path: Path, _changed: float) -> Outline:
    try:
        return draw(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        logger.exception("The outline %s cannot be drawn.", path)
        return NOTHING


def load(path: Path) -> Outline:
    """Return the drawing of the file at ``path``, read again when the file was exchanged.

    It has no counties where the file is missing or is no such outline: a page has its list besides.
    """
    try:
        changed = path.stat().st_mtime
    except OSError:
        changed = 0.0
    return outline_of(path, changed)
