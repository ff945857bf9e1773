"""A map as it is first shown: marks that open, words that keep off them, the same for a script."""

from typing import Any

import pytest
from django.conf import settings

from platforms.reference import outline
from platforms.reference.clusters import Point
from platforms.reference.map_pictures import (
    APART,
    SIZES,
    TOOLS,
    Area,
    Drawn,
    Kind,
    middles,
    payload,
    percent,
    picture,
    region_view,
    view_of,
)
from platforms.reference.map_views import DEEPEST, View, is_deepest, read, whole

DRAWING = outline.load(settings.MAP_OUTLINE)
KINDS = (Kind("circle", "good", "A档", True), Kind("cross", "neutral", ""))
AREAS = tuple(Area(each.code, f"{each.name} 8", each.name, each.x, each.y, "/r/") for each in DRAWING.counties)
#: Two on one spot, one close by, one far away.
POINTS = (
    Point("甲", 300.0, 300.0, 0, "甲平台", "甲镇"),
    Point("乙", 300.0, 300.0, 1, "乙平台", "乙镇", "/b/"),
    Point("丙", 310.0, 300.0, 0, "丙平台", "丙镇"),
    Point("丁", 300.0, 600.0, 0, "丁平台", ""),
)
MAP = Drawn(DRAWING, KINDS, POINTS, AREAS, (("甲", "丙"), ("丙", "丁"), ("丁", "丙"), ("甲", "没有")))


def shown(view: View, chosen: str = "", drawn: Drawn = MAP) -> dict[str, Any]:
    return picture(
        drawn,
        view,
        whole(DRAWING),
        chosen=chosen,
        mark_url=lambda key: f"?at={key}",
        view_url=lambda text: f"?view={text}",
    )


def test_close_ones_are_one_mark_that_opens_until_each_stands_alone() -> None:
    picture = shown(whole(DRAWING))
    cluster, single = picture["marks"]
    assert (cluster["count"], cluster["title"], cluster["r"]) == (3, "3 个平台，放大查看", "14")
    assert (single["title"], single["url"], single["kind"]) == ("丁平台，A档", "?at=丁", KINDS[0])
    seen = []
    while "count" in (mark := picture["marks"][0]):
        view = read(mark["url"].removeprefix("?view="), DRAWING)
        assert view is not None
        picture = shown(view)
        seen.append(view.width)
    assert seen == sorted(seen, reverse=True)
    assert len(seen) <= 5
    assert is_deepest(picture["view"], DRAWING)
    both = [mark for mark in picture["marks"] if mark["key"] in "甲乙"]
    assert [mark["shift"] for mark in both] == ["translate(0 -15)", "translate(0 15)"]
    # What has no label of its own is named without one; it may lead elsewhere than to its row.
    assert [(mark["title"], mark["url"]) for mark in both] == [("甲平台，A档", "?at=甲"), ("乙平台", "/b/")]


def test_the_radius_of_a_mark_grows_with_its_number() -> None:
    radii = []
    for count in (9, 10, 100, 1_000, 20_000):
        points = tuple(Point(str(key), 300.0, 300.0, 0, "", "") for key in range(count))
        (mark,) = shown(whole(DRAWING), drawn=Drawn(DRAWING, KINDS, points, ()))["marks"]
        radii.append((mark["count"], mark["r"]))
    assert radii == [(9, "14"), (10, "16"), (100, "19"), (1_000, "22"), (20_000, "22")]


@pytest.mark.parametrize(("key", "part"), [("丁", 4), ("甲", DEEPEST), ("丙", 8)])
def test_a_chosen_one_is_shown_as_large_as_it_takes_to_stand_alone(key: str, part: int) -> None:
    view = view_of(MAP, key)
    assert view is not None
    assert view.width == pytest.approx(DRAWING.width / part, abs=0.05)
    assert [mark["key"] for mark in shown(view, key)["marks"] if mark["chosen"]] == [key]


def test_of_what_is_not_there_no_view_is_known() -> None:
    assert view_of(MAP, "没有") is None


def test_what_is_chosen_is_marked_in_the_mark_that_holds_it() -> None:
    assert [mark["chosen"] for mark in shown(whole(DRAWING), "丙")["marks"]] == [True, False]


def test_lines_join_marks_once_and_nothing_within_one() -> None:
    (line,) = shown(whole(DRAWING))["lines"]
    assert (line["x1"], line["y1"], line["x2"], line["y2"]) == ("48.39%", "37.66%", "48.39%", "75.33%")


@pytest.mark.parametrize("size", SIZES)
def test_all_counties_are_named_in_the_first_picture_though_marks_lie_on_their_names(size: str) -> None:
    points = tuple(Point(each.code, each.x, each.y, 0, each.name, "") for each in DRAWING.counties)
    picture = shown(whole(DRAWING), drawn=Drawn(DRAWING, KINDS, points, AREAS))
    assert {word["text"] for word in picture["words"][size]} == {area.text for area in AREAS}
    assert all((word["dx"], word["dy"]) != ("0", "4.5") for word in picture["words"][size])


def test_marks_are_named_when_they_are_close() -> None:
    def names(view: View) -> list[str]:
        return [word["text"] for word in shown(view)["words"]["wide"] if not word["area"]]

    near = view_of(MAP, "丙")
    assert near is not None
    assert names(whole(DRAWING)) == []
    assert names(near) == ["丙镇"]


def test_what_has_no_outline_is_a_mark_with_a_name_of_24_pixels() -> None:
    spots = middles({"HZW": [(10.0, 20.0), (20.0, 40.05)], "DXK": [(5.0, 6.0)]})
    assert spots == {"DXK": (5.0, 6.0), "HZW": (15.0, 30.0)}
    zone = Area("HZW", "湾区 2", "湾区，2 个平台", 300.0, 100.0, "/z/", is_mark=True)
    (word,) = shown(whole(DRAWING), drawn=Drawn(DRAWING, KINDS, (), (zone,)))["words"]["wide"]
    assert (word["area"], word["wide"], word["left"], word["top"]) == (zone, "49", "-24.5", "-12")


def test_a_region_is_shown_with_its_outline_and_all_that_it_has() -> None:
    county = next(each for each in DRAWING.counties if each.name == "镇海区")
    near, far = region_view(DRAWING, county.code, []), region_view(DRAWING, county.code, [(600.0, 700.0)])
    for view in (near, far):
        assert view.holds(*county.box[:2])
        assert view.holds(*county.box[2:])
    assert near.width < far.width
    assert far.holds(600.0, 700.0)
    assert region_view(DRAWING, "HZW", [(100.0, 100.0)]).width == pytest.approx(DRAWING.width / DEEPEST, abs=0.05)
    assert region_view(DRAWING, "HZW", []) == whole(DRAWING)
    assert region_view(DRAWING, "", [(1.0, 1.0)]) == whole(DRAWING)


def test_the_tools_lead_to_the_views_beside() -> None:
    half = View(155.0, 199.1, 310.0, 398.25)
    urls = {tool["act"]: tool["url"] for tool in shown(half)["tools"]}
    assert list(urls) == list(TOOLS)
    assert urls == {
        "in": "?view=232.5,298.7,155",
        "out": "?view=0,0,620",
        "reset": "?view=",
        "north": "?view=155,79.6,310",
        "south": "?view=155,318.6,310",
        "west": "?view=62,199.1,310",
        "east": "?view=248,199.1,310",
    }


def test_a_file_without_an_outline_has_nothing_drawn() -> None:
    bare = Drawn(outline.NOTHING, KINDS, (), ())
    view = whole(outline.NOTHING)
    assert picture(bare, view, view, chosen="", mark_url=str, view_url=str)["counties"] == []


def test_a_script_gets_all_that_is_on_the_map() -> None:
    sent = payload(MAP)
    assert (sent["width"], sent["height"], sent["kinds"][0]) == (620.0, 796.5, ["circle", "good", "A档", True])
    assert sent["points"][1:] == [
        ["乙", 300.0, 300.0, 1, "乙平台", "乙镇", "/b/"],
        ["丙", 310.0, 300.0, 0, "丙平台", "丙镇"],
        ["丁", 300.0, 600.0, 0, "丁平台", ""],
    ]
    assert [area[0] for area in sent["areas"]] == [area.code for area in AREAS]
    assert sent["lines"] == MAP.lines


def test_shares_are_percents_of_few_digits() -> None:
    assert [percent(each) for each in (0, 0.5, 1 / 3, 1)] == ["0%", "50%", "33.33%", "100%"]
    assert APART * min(SIZES.values()) > 24
