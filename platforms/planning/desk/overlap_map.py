"""The drawing of the platforms that overlap: outlines of the counties, a mark for each, a line for each pair."""

from collections.abc import Callable, Sequence
from typing import Any

from platforms.models import Platform
from platforms.planning.queries.overlap import Overlap, Place
from platforms.reference.outline import Outline

#: With more platforms than this the drawing would be one spot.
MOST_POINTS = 400


def drawing_of(
    places: Sequence[Place], pairs: Sequence[Overlap], drawing: Outline, url: Callable[[Platform], str]
) -> dict[str, Any]:
    """Return what the template draws: all ``places`` with a spot, those of ``pairs`` as links, a line for each pair.

    ``numbers`` of a mark are those of its pairs in the list, from 1.
    """
    numbers: dict[int, list[int]] = {}
    for number, pair in enumerate(pairs, start=1):
        for each in (pair.one, pair.other):
            numbers.setdefault(each.platform.pk, []).append(number)
    spots = {each.platform.pk: spot for each in places if (spot := _spot(each, drawing)) is not None}
    crowded = len(spots) > MOST_POINTS
    lines = [
        {"from": spots[pair.one.platform.pk], "to": spots[pair.other.platform.pk]}
        for pair in pairs
        if pair.one.platform.pk in spots and pair.other.platform.pk in spots
    ]
    marks = [
        {
            "x": spots[each.platform.pk][0],
            "y": spots[each.platform.pk][1],
            "type": each.platform.type,
            "name": each.platform.name,
            "url": url(each.platform) if each.platform.pk in numbers else "",
            "numbers": numbers.get(each.platform.pk, []),
        }
        for each in places
        if each.platform.pk in spots
    ]
    # Those of a pair lie on top.
    marks.sort(key=lambda each: bool(each["numbers"]))
    return {
        "outline": drawing,
        "lines": [] if crowded else lines,
        "marks": [] if crowded else marks,
        "crowded": crowded,
        "without_spot": len(numbers.keys() - spots.keys()),
    }


def _spot(place: Place, drawing: Outline) -> tuple[float, float] | None:
    if place.longitude is None or place.latitude is None:
        return None
    return drawing.place(place.longitude, place.latitude)
