"""Where a platform stands in its county: one shape, one mark, no database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from platforms.reference.outline import County, Outline

#: Room around the shape, and the radius of the mark, as a part of the longer side.
ROOM, MARK = 0.06, 0.035

Spot = tuple[float, float]


@dataclass(frozen=True)
class Sketch:
    """A drawing: the ``shape`` of the county as an SVG path, seen through ``box`` (a viewBox), and the mark on it.

    ``radius`` is that of the mark; the mark lies inside the shape.
    """

    county: str
    shape: str
    box: str
    x: float
    y: float
    radius: float


def sketch(outline: Outline, longitude: float, latitude: float) -> Sketch | None:
    """Return the county of ``outline`` in which the point lies, with the point; nothing if it lies in none."""
    spot = outline.place(longitude, latitude)
    county = spot and next((each for each in outline.counties if holds(each, spot)), None)
    if not spot or not county:
        return None
    left, top, right, bottom = edges(county.shape)
    longer = max(right - left, bottom - top)
    room = longer * ROOM
    box = (left - room, top - room, right - left + 2 * room, bottom - top + 2 * room)
    return Sketch(
        county=county.name,
        shape=county.shape,
        box=" ".join(f"{round(each, 1):g}" for each in box),
        x=spot[0],
        y=spot[1],
        radius=round(longer * MARK, 1),
    )


def holds(county: County, spot: Spot) -> bool:
    """Say whether ``spot`` lies inside of the shape: a line from it to the east crosses its rings an odd number of
    times."""
    x, y = spot
    crossed = 0
    for ring in rings(county.shape):
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
    return crossed % 2 == 1


def edges(shape: str) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom edge of ``shape``."""
    spots = [spot for ring in rings(shape) for spot in ring]
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return min(across), min(down), max(across), max(down)


@lru_cache(maxsize=64)
def rings(shape: str) -> tuple[tuple[Spot, ...], ...]:
    """Return the rings of a path of ``platforms.reference.outline``: M, points joined by L, Z."""
    return tuple(tuple(_spots(ring)) for ring in shape.split("Z") if ring)


def _spots(ring: str) -> Iterator[Spot]:
    for found in re.finditer(r"(-?[\d.]+) (-?[\d.]+)", ring):
        yield float(found[1]), float(found[2])
