"""The outline of the counties as shapes of a drawing: degrees in, units of the drawing out, no database.

Close to one another and this far from the poles, degrees of longitude are simply shortened by the cosine of the
middle latitude; the drawing is a sketch (示意图), not a survey.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WIDTH = 620.0
MARGIN = 14.0

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class County:
    """One county: ``code`` and ``name``, the shape as an SVG path, and where its label stands."""

    code: str
    name: str
    shape: str
    x: float
    y: float


@dataclass(frozen=True)
class Outline:
    """A drawing of ``width`` by ``height`` units with north up."""

    counties: tuple[County, ...]
    width: float
    height: float
    west: float
    north: float
    scale: float
    shrink: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """Return where a point lies in the drawing, or nothing if it lies outside."""
        x = MARGIN + (longitude - self.west) * self.shrink * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return (round(x, 1), round(y, 1)) if 0 <= x <= self.width and 0 <= y <= self.height else None


def rings(geometry: dict) -> Iterable[Ring]:
    """Yield the outer and inner rings of a GeoJSON polygon or multipolygon."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for part in parts:
        yield from part


def draw(collection: dict) -> Outline:
    """Return the drawing of a GeoJSON collection whose features carry ``adcode``, ``name`` and ``center``."""
    features = collection["features"]
    points = [point for feature in features for ring in rings(feature["geometry"]) for point in ring]
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * shrink)
    bare = Outline((), WIDTH, round((north - south) * scale + 2 * MARGIN, 1), west, north, scale, shrink)
    return Outline(
        counties=tuple(county(feature, bare) for feature in features),
        width=bare.width,
        height=bare.height,
        west=west,
        north=north,
        scale=scale,
        shrink=shrink,
    )


def county(feature: dict, frame: Outline) -> County:
    """Return one feature as a shape in the drawing ``frame``."""
    facts = feature["properties"]
    x, y = frame.place(*facts["center"]) or (0.0, 0.0)
    return County(
        code=str(facts["adcode"]),
        name=str(facts["name"]),
        shape="".join(path_of(ring, frame) for ring in rings(feature["geometry"])),
        x=x,
        y=y,
    )


def path_of(ring: Ring, frame: Outline) -> str:
    """Return ``ring`` as a closed path; neighbours that fall on the same spot are drawn once."""
    spots: list[str] = []
    for point in ring:
        spot = frame.place(*point[:2])
        if spot and (text := f"{spot[0]:g} {spot[1]:g}") not in spots[-1:]:
            spots.append(text)
    return f"M{'L'.join(spots)}Z" if len(spots) > 2 else ""


@lru_cache(maxsize=2)
def outline_of(path: Path, _changed: float) -> Outline:
    return draw(json.loads(path.read_text(encoding="utf-8")))


def load(path: Path) -> Outline:
    """Return the drawing of the file at ``path``; read again when the file was exchanged."""
    return outline_of(path, path.stat().st_mtime)
