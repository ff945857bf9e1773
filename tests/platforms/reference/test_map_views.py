"""Which part of the drawing is shown: always inside of it, always in its proportions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.reference.map_views import (
    DEEPEST,
    View,
    around,
    box_of,
    centred,
    is_deepest,
    joined,
    moved,
    read,
    whole,
    zoomed,
)
from platforms.reference.outline import Outline

DRAWING = Outline((), 600.0, 800.0, 0.0, 0.0, 1.0, 1.0)
numbers = st.floats(-2_000, 2_000, allow_nan=False)


def is_inside(view: View) -> bool:
    right, bottom = view.x + view.width, view.y + view.height
    return view.x >= 0 and view.y >= 0 and right <= 600.06 and bottom <= 800.06


@given(numbers, numbers, numbers)
def test_a_view_lies_in_the_drawing_and_has_its_proportions(x: float, y: float, width: float) -> None:
    view = centred(x, y, width, DRAWING)
    assert is_inside(view)
    assert 600 / DEEPEST - 0.06 <= view.width <= 600
    assert view.height == pytest.approx(view.width * 4 / 3)


@given(numbers, numbers, numbers)
def test_what_an_address_says_of_a_view_is_that_view(x: float, y: float, width: float) -> None:
    view = centred(x, y, width, DRAWING)
    again = read(view.text, DRAWING)
    assert again is not None
    assert (again.x, again.y, again.width) == pytest.approx((view.x, view.y, view.width), abs=0.06)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 800)), min_size=1))
def test_what_is_to_be_shown_is_in_the_view_around_it(spots: list[tuple[float, float]]) -> None:
    view = around(box_of(spots), DRAWING)
    assert all(view.x - 0.06 <= x <= view.x + view.width + 0.06 for x, _ in spots)
    assert all(view.y - 0.06 <= y <= view.y + view.height + 0.06 for _, y in spots)


def test_there_is_room_around_what_is_shown_and_no_more_than_asked() -> None:
    assert around((200.0, 300.0, 282.0, 310.0), DRAWING) == View(191.0, 238.3, 100.0, 400 / 3)
    assert around((0.0, 0.0, 600.0, 800.0), DRAWING, widest=300.0).width == 300.0
    assert joined((1, 5, 2, 6), (3, 0, 4, 1)) == (1, 0, 4, 6)


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "a,b,c", "1,2,nan", "inf,2,3", "1,2,0", "1,2,-5"])
def test_what_is_no_view_is_none(text: str) -> None:
    assert read(text, DRAWING) is None


def test_steps_go_to_the_edge_and_no_further() -> None:
    first = whole(DRAWING)
    assert moved(first, 0.3, -0.3, DRAWING) == first
    assert zoomed(first, 0.5, DRAWING) == first
    half = zoomed(first, 2, DRAWING)
    assert half == View(150.0, 200.0, 300.0, 400.0)
    assert moved(half, 0.3, -0.3, DRAWING) == View(240.0, 80.0, 300.0, 400.0)
    assert moved(half, 3, 3, DRAWING) == View(300.0, 400.0, 300.0, 400.0)


def test_the_deepest_view_is_the_last_one() -> None:
    last = zoomed(whole(DRAWING), DEEPEST, DRAWING)
    assert is_deepest(last, DRAWING)
    assert zoomed(last, 2, DRAWING) == last
    assert not is_deepest(zoomed(whole(DRAWING), DEEPEST / 2, DRAWING), DRAWING)


def test_a_view_holds_its_edges() -> None:
    view = View(10.0, 20.0, 30.0, 40.0)
    assert view.text == "10,20,30"
    assert view.share(25, 60) == (0.5, 1.0)
    assert view.holds(10, 20)
    assert view.holds(40, 60)
    assert not view.holds(40.1, 60)
    assert not view.holds(10, 19.9)
