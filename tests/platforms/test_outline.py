"""The shape of a county: points that fall on one spot are drawn once, and what has no area is not drawn."""

import pytest

from platforms.outline import MARGIN, Outline, Ring, path_of

#: One degree is ten units, north up, without the shortening of longitudes.
FRAME = Outline((), 100.0, 100.0, 121.0, 30.0, 10.0, 1.0)
SQUARE = [(121.0, 30.0), (122.0, 30.0), (122.0, 29.0)]


@pytest.mark.parametrize(
    ("ring", "path"),
    [
        (SQUARE, "M14 14L24 14L24 24Z"),
        ([SQUARE[0], (121.001, 30.001), *SQUARE[1:]], "M14 14L24 14L24 24Z"),
        ([*SQUARE, (150.0, 30.0)], "M14 14L24 14L24 24Z"),
        (SQUARE[:2], ""),
        ([], ""),
    ],
)
def test_a_ring_is_drawn_through_the_spots_that_differ_and_lie_inside(ring: Ring, path: str) -> None:
    assert MARGIN == 14.0
    assert path_of(ring, FRAME) == path
