"""Where a platform stands in its county: one shape, one mark, no database."""

from dataclasses import dataclass

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
    left, top, right, bottom = county.box
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
    for ring in county.rings:
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
    return crossed % 2 == 1
