"""Marks that would lie on one another become one with their number; static/js/clusters.js does the same, no database.

Each mark stands on one of its own points, so that two marks are never closer than they may be.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Pixels between the middles of two marks that are spread around the spot that they share.
BESIDE = 30.0


@dataclass(frozen=True)
class Point:
    """One thing to be marked, in units of the drawing; ``kind`` is the place of its shape among those of the drawing.

    ``name`` is its full name, ``short`` what is written beside its mark; ``url`` is what a press opens where that is
    not its row in the list.
    """

    key: str
    x: float
    y: float
    kind: int
    name: str
    short: str
    url: str = ""


@dataclass(frozen=True)
class Cluster:
    """One mark: where it stands, and the points that it stands for, at least one."""

    x: float
    y: float
    points: tuple[Point, ...]


def gather(points: Iterable[Point], apart: float) -> list[Cluster]:
    """Return marks at least ``apart`` units from one another that stand for all ``points``, each for those near it.

    A point joins the nearest mark that is closer than ``apart``; where there is none, a mark is set on it. So the first
    points get the marks.
    """
    marks: list[tuple[float, float, list[Point]]] = []
    cells: dict[tuple[int, int], list[int]] = {}
    for point in points:
        column, row = math.floor(point.x / apart), math.floor(point.y / apart)
        nearest, least = None, apart * apart
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                for place in cells.get((across, down), ()):
                    x, y, _ = marks[place]
                    square = (point.x - x) * (point.x - x) + (point.y - y) * (point.y - y)
                    if square < least:
                        nearest, least = place, square
        if nearest is None:
            cells.setdefault((column, row), []).append(len(marks))
            marks.append((point.x, point.y, [point]))
        else:
            marks[nearest][2].append(point)
    return [Cluster(x, y, tuple(members)) for x, y, members in marks]


def fan(count: int) -> list[tuple[float, float]]:
    """Return how far from a shared spot each of ``count`` marks stands, in pixels: on a ring, clear of each other."""
    if count == 1:
        return [(0.0, 0.0)]
    radius = max(BESIDE / 2 / math.sin(math.pi / count), BESIDE / 2)
    return [
        (round(radius * math.sin(turn), 1), round(-radius * math.cos(turn), 1))
        for turn in (2 * math.pi * place / count for place in range(count))
    ]
