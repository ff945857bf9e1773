"""The county of a platform with one mark, and how a visitor reaches it."""

from decimal import Decimal

import pytest

from evaluation.site import contact, sketch
from platforms.reference import outline

#: Two counties side by side; the western one is a ring with a hole.
WEST = [[[121, 29], [122, 29], [122, 30], [121, 30], [121, 29]]]
HOLE = [[121.4, 29.4], [121.6, 29.4], [121.6, 29.6], [121.4, 29.6], [121.4, 29.4]]
EAST = [[[122, 29], [123, 29], [122.5, 30], [122, 29]]]


def county(code: str, name: str, rings: list) -> dict:
    return {
        "properties": {"adcode": code, "name": name, "center": rings[0][0]},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


DRAWING = outline.draw({"features": [county("1", "甲县", [*WEST, HOLE]), county("2", "乙县", EAST)]})


@pytest.mark.parametrize(
    ("longitude", "latitude", "name"),
    [
        (121.2, 29.5, "甲县"),
        (121.99, 29.01, "甲县"),
        (122.01, 29.01, "乙县"),
        (122.5, 29.9, "乙县"),
        (121.5, 29.5, None),  # in the hole
        (122.9, 29.9, None),  # beside the triangle
        (121.2, 28.0, None),  # outside of the drawing
    ],
)
def test_a_place_is_drawn_in_the_county_that_holds_it(longitude: float, latitude: float, name: str | None) -> None:
    found = sketch.sketch(DRAWING, longitude, latitude)
    assert (found.county if found else None) == name


def test_the_drawing_shows_the_whole_county_with_room_around_it_and_the_mark_where_the_place_is() -> None:
    found = sketch.sketch(DRAWING, 121.2, 29.5)
    assert found is not None
    assert found.shape == DRAWING.counties[0].shape
    left, top, width, height = map(float, found.box.split())
    west, north, east, south = DRAWING.counties[0].box
    assert left < west < found.x < east < left + width
    assert top < north < found.y < south < top + height
    assert (found.x, found.y) == DRAWING.place(121.2, 29.5)
    assert found.radius == round(max(east - west, south - north) * sketch.MARK, 1)


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("0574-87654321", "tel:057487654321"),
        ("+86 574 8765 4321", "tel:+8657487654321"),
        ("0574-87654321转138", "tel:057487654321;ext=138"),
        ("0574-87654321 转 8", "tel:057487654321;ext=8"),
        ("96871", "tel:96871"),
        ("119", "tel:119"),
        ("11", ""),
        ("总机转", ""),
    ],
)
def test_a_number_is_dialled_with_its_extension(number: str, address: str) -> None:
    assert contact.dialled(number) == address


def test_each_of_several_numbers_is_dialled_by_itself() -> None:
    assert contact.phones("0574-87654321、96871") == [
        contact.Phone("0574-87654321", "tel:057487654321"),
        contact.Phone("96871", "tel:96871"),
    ]
    assert contact.phones("") == []


def test_a_phone_finds_a_place_by_latitude_and_longitude() -> None:
    assert contact.geo(Decimal("121.546800"), Decimal("29.831600")) == "geo:29.831600,121.546800"


def test_an_address_of_a_map_service_is_filled_in_and_a_name_breaks_out_of_nothing() -> None:
    place = {"longitude": Decimal("121.5468"), "latitude": Decimal("29.8316"), "name": '甲&"{latitude}'}
    address = contact.on_map_service("https://map.example.cn/?p={longitude},{latitude}&n={name}", **place)
    assert address == "https://map.example.cn/?p=121.5468,29.8316&n=%E7%94%B2%26%22%7Blatitude%7D"
    assert contact.on_map_service("", **place) == ""
