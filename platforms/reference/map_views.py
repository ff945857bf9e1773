"""Which part of the drawing is shown: a view has the proportions of the drawing and never leaves it; no database."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from platforms.reference.outline import Box, Outline

#: The whole drawing is at most so many times as wide as a view.
DEEPEST = 32
#: How much of a view lies around what it is to show, on each side.
ROOM = 0.09
#: How far one step moves, as a share of the view, and how many times larger one step draws.
STEP, FACTOR = 0.3, 2.0


@dataclass(frozen=True)
class View:
    """A part of the drawing in its units; ``x`` and ``y`` are its north-west corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def text(self) -> str:
        """How the view stands in an address: corner and width."""
        return f"{self.x:g},{self.y:g},{self.width:g}"

    def share(self, x: float, y: float) -> tuple[float, float]:
        """Return where a spot of the drawing lies, as shares of the width and height of the view."""
        return (x - self.x) / self.width, (y - self.y) / self.height

    def holds(self, x: float, y: float) -> bool:
        """Say whether a spot lies in the view, its edges included."""
        across, down = self.share(x, y)
        return 0 <= across <= 1 and 0 <= down <= 1


def whole(drawing: Outline) -> View:
    """Return the view of the whole drawing."""
    return View(0.0, 0.0, drawing.width, drawing.height)


def is_deepest(view: View, drawing: Outline) -> bool:
    """Say whether nothing can be drawn larger than in ``view``."""
    return view.width <= drawing.width / DEEPEST * 1.01


def centred(x: float, y: float, width: float, drawing: Outline) -> View:
    """Return the view of about ``width`` around a spot, moved and widened or narrowed so far as it must be."""
    width = round(min(max(width, drawing.width / DEEPEST), drawing.width), 1)
    height = width * drawing.height / drawing.width
    west = min(max(x - width / 2, 0.0), drawing.width - width)
    north = min(max(y - height / 2, 0.0), drawing.height - height)
    return View(round(west, 1), round(north, 1), width, height)


def around(box: Box, drawing: Outline, *, widest: float = math.inf) -> View:
    """Return the smallest view that shows ``box`` with some room around it, at most ``widest`` wide."""
    west, north, east, south = box
    needed = max(east - west, (south - north) * drawing.width / drawing.height) / (1 - 2 * ROOM)
    return centred((west + east) / 2, (north + south) / 2, min(needed, widest), drawing)


def box_of(spots: Iterable[tuple[float, float]]) -> Box:
    """Return the smallest box around ``spots``, of which there is at least one."""
    found = list(spots)
    across, down = [x for x, _ in found], [y for _, y in found]
    return min(across), min(down), max(across), max(down)


def joined(one: Box, other: Box) -> Box:
    """Return the smallest box around both."""
    return box_of([one[:2], one[2:], other[:2], other[2:]])


def zoomed(view: View, factor: float, drawing: Outline) -> View:
    """Return the view in which the middle of ``view`` is drawn ``factor`` times as large."""
    return centred(view.x + view.width / 2, view.y + view.height / 2, view.width / factor, drawing)


def moved(view: View, east: float, south: float, drawing: Outline) -> View:
    """Return ``view`` moved by shares of itself, at most to the edge of the drawing."""
    x, y = view.x + view.width * (0.5 + east), view.y + view.height * (0.5 + south)
    return centred(x, y, view.width, drawing)


def read(text: str, drawing: Outline) -> View | None:
    """Return the view that an address names, brought inside the drawing, or nothing if it names none."""
    try:
        x, y, width = map(float, text.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (x, y, width))) or width <= 0:
        return None
    width = min(max(width, drawing.width / DEEPEST), drawing.width)
    return centred(x + width / 2, y + width * drawing.height / drawing.width / 2, width, drawing)
