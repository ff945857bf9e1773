"""A map as it is first shown: shapes, marks, words and the tools to move it, for templates/components/map.html.

Pure; the addresses come from the page. static/js/map.js draws the same from :func:`payload` while it is moved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platforms.reference import labels, map_views
from platforms.reference.clusters import Cluster, Point, fan, gather
from platforms.reference.labels import Label
from platforms.reference.map_views import View
from platforms.reference.outline import Outline

#: How far marks are apart, as a share of the width of the picture: 29 pixels at 288, the narrowest that is shown.
APART = 0.1
#: Widths in pixels for which the words are placed: for a phone, and for where there is more room.
SIZES = {"narrow": 288.0, "wide": 440.0}
#: From this share of the width of the drawing on, marks are named.
NAMED_FROM = 1 / 2
#: Radius in pixels of a mark of one, and of one of several by the number of its digits.
RADIUS, RADII = 12.0, (14.0, 16.0, 19.0, 22.0)
#: How far the name of a mark keeps from its middle, and how high what can be pressed is, in pixels.
GAP, PRESSED = 14.0, 24.0
#: From the middle of a line of words to where its letters stand.
BASELINE = 4.5

#: What moves the map: its name, the word on it.
TOOLS = {
    "in": "放大", "out": "缩小", "reset": "复原", "north": "北移", "south": "南移", "west": "西移", "east": "东移",
}  # fmt: skip
_MOVES = {
    "north": (0.0, -map_views.STEP), "south": (0.0, map_views.STEP),
    "west": (-map_views.STEP, 0.0), "east": (map_views.STEP, 0.0),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A mark: ``shape`` is one of templates/components/map_symbols.html, ``tone`` its colour, ``label`` what it is."""

    shape: str
    tone: str
    label: str
    solid: bool = False


@dataclass(frozen=True)
class Area:
    """A region by its ``code``: where its name stands, what a press opens, and what is said of it.

    What has no outline of its own is a ``mark``: its name can be pressed.
    """

    code: str
    text: str
    title: str
    x: float
    y: float
    url: str = ""
    is_mark: bool = False
    is_chosen: bool = False


@dataclass(frozen=True)
class Drawn:
    """All that is on a map. ``lines`` join the points of two keys; every key of ``points`` is unique."""

    drawing: Outline
    kinds: tuple[Kind, ...]
    points: tuple[Point, ...]
    areas: tuple[Area, ...]
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Mark:
    """One mark in a view: of the one point where it stands for one, moved by pixels where several share a spot."""

    cluster: Cluster
    point: Point | None
    dx: float = 0.0
    dy: float = 0.0

    @property
    def radius(self) -> float:
        return RADIUS if self.point else RADII[min(len(str(len(self.cluster.points))), len(RADII)) - 1]


def view_of(drawn: Drawn, key: str) -> View | None:
    """Return the widest of some views, each half as wide as the last, in which the point ``key`` has its own mark."""
    point = next((each for each in drawn.points if each.key == key), None)
    if point is None:
        return None
    width, deepest = drawn.drawing.width / 4, drawn.drawing.width / map_views.DEEPEST
    while width > deepest and not _stands_alone(drawn, key, width):
        width /= 2
    return map_views.centred(point.x, point.y, width, drawn.drawing)


def _stands_alone(drawn: Drawn, key: str, width: float) -> bool:
    return any(len(mark.points) == 1 and mark.points[0].key == key for mark in gather(drawn.points, width * APART))


def region_view(drawing: Outline, code: str, spots: Iterable[tuple[float, float]]) -> View:
    """Return the view of the region ``code``, of its outline and its ``spots``; the whole where neither is known."""
    boxes = [county.box for county in drawing.counties if code and county.code == code]
    if code and (found := list(spots)):
        boxes.append(map_views.box_of(found))
    if not boxes:
        return map_views.whole(drawing)
    return map_views.around(map_views.joined(boxes[0], boxes[-1]), drawing)


def middles(members: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    """Return the middle of the spots of each region by its code: where the name of one without an outline stands."""
    found = {}
    for code, spots in sorted(members.items()):
        x, y = (round(sum(each) / len(spots), 1) for each in zip(*spots, strict=True))
        found[code] = (x, y)
    return found


def picture(
    drawn: Drawn,
    view: View,
    home: View,
    *,
    chosen: str,
    mark_url: Callable[[str], str],
    view_url: Callable[[str], str],
) -> dict[str, Any]:
    """Return what the template draws of ``view``; ``home`` is the view of an address that names none.

    ``chosen`` is the key of the point that is marked out; ``mark_url`` and ``view_url`` return the address of the page
    with a point chosen and with another view, which is empty for ``home``.
    """
    clusters = gather(drawn.points, view.width * APART)
    marks = [mark for mark in _marks(clusters, view, drawn.drawing) if view.holds(mark.cluster.x, mark.cluster.y)]
    places = {area.code: area for area in drawn.areas}
    return {
        "view": view,
        "home": home,
        "counties": [
            {"shape": county.shape, "area": places.get(county.code)}
            for county in drawn.drawing.counties
            if county.shape
        ],
        "lines": _lines(drawn, clusters, view),
        "marks": [_shown(mark, drawn, view, chosen, mark_url, view_url) for mark in marks],
        "words": {name: _words(drawn, marks, view, width) for name, width in SIZES.items()},
        "tools": [
            {"act": act, "label": label, "url": view_url(_after(act, view, drawn.drawing))}
            for act, label in TOOLS.items()
        ],
    }


def _after(act: str, view: View, drawing: Outline) -> str:
    if act == "reset":
        return ""
    if act in _MOVES:
        return map_views.moved(view, *_MOVES[act], drawing).text
    factor = map_views.FACTOR if act == "in" else 1 / map_views.FACTOR
    return map_views.zoomed(view, factor, drawing).text


def _marks(clusters: Sequence[Cluster], view: View, drawing: Outline) -> list[_Mark]:
    """Return the marks, those of one point last, so that they lie on top; where nothing opens, all are spread out."""
    found = []
    for cluster in sorted(clusters, key=lambda each: -len(each.points)):
        if len(cluster.points) > 1 and not map_views.is_deepest(view, drawing):
            found.append(_Mark(cluster, None))
            continue
        for point, (dx, dy) in zip(cluster.points, fan(len(cluster.points)), strict=True):
            found.append(_Mark(cluster, point, dx, dy))
    return found


def _shown(
    mark: _Mark,
    drawn: Drawn,
    view: View,
    chosen: str,
    mark_url: Callable[[str], str],
    view_url: Callable[[str], str],
) -> dict[str, Any]:
    across, down = view.share(mark.cluster.x, mark.cluster.y)
    shown: dict[str, Any] = {"x": percent(across), "y": percent(down), "r": f"{mark.radius:g}"}
    if mark.point:
        kind = drawn.kinds[mark.point.kind]
        return shown | {
            "key": mark.point.key,
            "title": "，".join(part for part in (mark.point.name, kind.label) if part),
            "kind": kind,
            "url": mark.point.url or mark_url(mark.point.key),
            "shift": f"translate({mark.dx:g} {mark.dy:g})" if mark.dx or mark.dy else "",
            "chosen": mark.point.key == chosen,
        }
    members = mark.cluster.points
    opened = map_views.around(
        map_views.box_of((each.x, each.y) for each in members), drawn.drawing, widest=view.width / map_views.FACTOR
    )
    return shown | {
        "count": len(members),
        "title": f"{len(members)} 个平台，放大查看",
        "url": view_url(opened.text),
        "chosen": any(each.key == chosen for each in members),
    }


def _lines(drawn: Drawn, clusters: Sequence[Cluster], view: View) -> list[dict[str, str]]:
    """Return the lines between marks; what lies in one mark is joined by none."""
    spots = {point.key: (cluster.x, cluster.y) for cluster in clusters for point in cluster.points}
    ends = ((spots[one], spots[other]) for one, other in drawn.lines if one in spots and other in spots)
    found = []
    for one, other in sorted({(min(pair), max(pair)) for pair in ends}):
        if one != other:
            (x1, y1), (x2, y2) = view.share(*one), view.share(*other)
            found.append({"x1": percent(x1), "y1": percent(y1), "x2": percent(x2), "y2": percent(y2)})
    return found


def _words(drawn: Drawn, marks: Sequence[_Mark], view: View, width: float) -> list[dict[str, Any]]:
    """Return the words for a picture ``width`` pixels wide: the names of the regions, and close by those of marks."""
    height = width * view.height / view.width
    seen = [area for area in drawn.areas if area.text and view.holds(area.x, area.y)]
    wanted = []
    for area in seen:
        across, down = view.share(area.x, area.y)
        tall = PRESSED if area.is_mark else labels.LINE
        wanted.append(Label(area.code, area.text, across * width, down * height, 0.0, tall))
    taken = []
    for mark in marks:
        across, down = view.share(mark.cluster.x, mark.cluster.y)
        x, y = across * width + mark.dx, down * height + mark.dy
        taken.append((x - mark.radius, y - mark.radius, x + mark.radius, y + mark.radius))
        if mark.point and mark.point.short and view.width <= drawn.drawing.width * NAMED_FROM:
            wanted.append(Label(f"mark:{mark.point.key}", mark.point.short, x, y, GAP))
    areas = {area.code: area for area in seen}
    return [
        {
            "x": percent(each.label.x / width),
            "y": percent(each.label.y / height),
            "dx": f"{each.dx:g}",
            "dy": f"{each.dy + BASELINE:g}",
            "text": each.label.text,
            "area": areas.get(each.label.key),
            "wide": f"{labels.width_of(each.label.text) + 8:g}",
            "left": f"{each.dx - labels.width_of(each.label.text) / 2 - 4:g}",
            "top": f"{each.dy - PRESSED / 2:g}",
        }
        for each in labels.place(wanted, taken, width, height)
    ]


def percent(share: float) -> str:
    """Return ``share`` for an attribute of a drawing, in hundredths of a percent."""
    return f"{round(share * 100, 2):g}%"


def payload(drawn: Drawn) -> dict[str, Any]:
    """Return what a script draws the same map from."""
    return {
        "width": drawn.drawing.width,
        "height": drawn.drawing.height,
        "kinds": [[kind.shape, kind.tone, kind.label, kind.solid] for kind in drawn.kinds],
        "points": [
            [each.key, each.x, each.y, each.kind, each.name, each.short, *([each.url] if each.url else [])]
            for each in drawn.points
        ],
        "areas": [[area.code, area.text, area.title, area.x, area.y, area.url, area.is_mark] for area in drawn.areas],
        "lines": drawn.lines,
    }
