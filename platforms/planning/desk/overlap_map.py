"""The drawing of the platforms that overlap: a mark for each, filled where it overlaps, and a line for each pair."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from platforms.choices import PlatformType
from platforms.models import Platform
from platforms.planning.queries.overlap import Overlap, Place
from platforms.reference.clusters import Point
from platforms.reference.map_pictures import Area, Drawn, Kind, middles
from platforms.reference.outline import Outline

TYPE_WORDS = {
    PlatformType.FUNCTIONAL_ZONE: "功能区",
    PlatformType.TOWN: "乡镇（街道）",
    PlatformType.PARK: "小微企业园",
}
_SHAPES = {PlatformType.FUNCTIONAL_ZONE: "square", PlatformType.TOWN: "circle", PlatformType.PARK: "triangle"}
#: The marks of each type, first those that overlap nothing.
KINDS = tuple(
    Kind(_SHAPES[type_], "bad" if overlapping else "neutral", f"{word}，有重叠" if overlapping else word, overlapping)
    for overlapping in (False, True)
    for type_, word in TYPE_WORDS.items()
)


def drawn_of(
    places: Sequence[Place],
    pairs: Sequence[Overlap],
    drawing: Outline,
    *,
    url: Callable[[Platform], str],
    region_url: Callable[[str], str],
) -> Drawn:
    """Return all ``places`` with a spot, and a line for each pair.

    A mark of a pair leads to its row, any other one to ``url``. ``region_url`` is what a press on a region opens, or
    empty.
    """
    overlapping = {each.platform.pk for pair in pairs for each in (pair.one, pair.other)}
    points: list[Point] = []
    members: dict[str, list[tuple[float, float]]] = defaultdict(list)
    names: dict[str, str] = {}
    # Those of a pair first: they get the marks.
    for each in sorted(places, key=lambda place: place.platform.pk not in overlapping):
        spot = spot_of(each, drawing)
        if spot is None:
            continue
        platform, in_pair = each.platform, each.platform.pk in overlapping
        kind = list(TYPE_WORDS).index(PlatformType(platform.type)) + len(TYPE_WORDS) * in_pair
        short = str(each.town or platform.park or "")
        points.append(Point(platform.code, *spot, kind, platform.name, short, "" if in_pair else url(platform)))
        if platform.region:
            members[platform.region.code].append(spot)
            names[platform.region.code] = platform.region.name
    outlined = {county.code for county in drawing.counties}
    zones = middles({code: spots for code, spots in members.items() if code not in outlined})
    areas = [
        Area(county.code, county.name, county.name, county.x, county.y, region_url(county.code))
        for county in drawing.counties
    ] + [Area(code, names[code], names[code], *spot, region_url(code), is_mark=True) for code, spot in zones.items()]
    lines = tuple((pair.one.platform.code, pair.other.platform.code) for pair in pairs)
    return Drawn(drawing, KINDS, tuple(points), tuple(areas), lines)


def spot_of(place: Place, drawing: Outline) -> tuple[float, float] | None:
    """Return where ``place`` lies in the drawing, or nothing where it was not filed or lies outside."""
    if place.longitude is None or place.latitude is None:
        return None
    return drawing.place(place.longitude, place.latitude)
