"""Where the words of a map stand, so that they cover neither a mark nor each other; static/js/labels.js does the same.

All in pixels of the picture. No database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Height of a line, and how wide a Chinese character and any other one is.
LINE, WIDE, NARROW = 16.0, 13.0, 7.5
#: Blank pixels around the words.
BLANK = 1.0
#: How far from its spot a label may go, in steps around it.
RINGS = (0.0, 16.0, 28.0, 42.0, 58.0)
#: West, north, east, south.
Area = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """Words that belong to a spot. ``gap`` is how far the words keep from it; without one they may cover it.

    ``key`` says whose they are; ``height`` is that of what is drawn, at least a line.
    """

    key: str
    text: str
    x: float
    y: float
    gap: float = 0.0
    height: float = LINE


@dataclass(frozen=True)
class Placed:
    """A label whose middle stands ``dx`` and ``dy`` away from its spot."""

    label: Label
    dx: float
    dy: float


def width_of(text: str) -> float:
    """Return about how wide ``text`` is."""
    return sum(NARROW if ord(each) < 0x2E80 else WIDE for each in text)


def candidates(label: Label) -> list[tuple[float, float]]:
    """Return where the middle of the words may stand, the best first."""
    across = width_of(label.text) / 2
    if label.gap:
        beside, above = label.gap + across, label.gap + label.height / 2
        return [(beside, 0.0), (-beside, 0.0), (0.0, above), (0.0, -above)]
    found = []
    for ring in RINGS:
        found += [(0.0, 0.0)] if not ring else [
            (0.0, -ring), (0.0, ring), (across + ring / 2, 0.0), (-across - ring / 2, 0.0),
            (across, -ring), (-across, -ring), (across, ring), (-across, ring),
        ]  # fmt: skip
    return found


def area_of(label: Label, dx: float, dy: float) -> Area:
    """Return what the words cover with their middle so far from their spot."""
    x, y = label.x + dx, label.y + dy
    across, down = width_of(label.text) / 2 + BLANK, label.height / 2 + BLANK
    return x - across, y - down, x + across, y + down


def meet(one: Area, other: Area) -> bool:
    """Say whether two areas share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def place(labels: Iterable[Label], taken: Sequence[Area], width: float, height: float) -> list[Placed]:
    """Return the labels that find room in a picture of ``width`` by ``height``, the first ones first.

    No words reach out of the picture, and none cover an area that is ``taken`` or one another; a label for which there
    is no such place is left out.
    """
    covered = list(taken)
    found = []
    for label in labels:
        for dx, dy in candidates(label):
            area = area_of(label, dx, dy)
            inside = area[0] >= 0 and area[1] >= 0 and area[2] <= width and area[3] <= height
            if inside and not any(meet(area, each) for each in covered):
                covered.append(area)
                found.append(Placed(label, dx, dy))
                break
    return found
