"""Marks that would lie on one another become one: nothing is lost, and none lies too close to another."""

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from platforms.reference.clusters import BESIDE, Point, fan, gather

#: With many on one spot and on the edges of the cells.
along = st.one_of(st.sampled_from([0.0, 10.0, 20.0, 30.0]), st.floats(-100, 100, allow_nan=False))
points = st.lists(st.tuples(along, along), max_size=40).map(
    lambda found: [Point(str(key), x, y, 0, "", "") for key, (x, y) in enumerate(found)]
)


@given(points, st.floats(0.5, 200))
def test_every_point_is_in_one_mark_that_is_near_and_marks_keep_apart(found: list[Point], apart: float) -> None:
    marks = gather(found, apart)
    assert sorted(int(point.key) for mark in marks for point in mark.points) == list(range(len(found)))
    for mark in marks:
        assert (mark.points[0].x, mark.points[0].y) == (mark.x, mark.y)
        assert all((each.x - mark.x) ** 2 + (each.y - mark.y) ** 2 < apart * apart or each is mark.points[0]
                   for each in mark.points)  # fmt: skip
    for one, other in combinations(marks, 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= apart * apart


def test_a_point_joins_the_nearest_mark() -> None:
    spots = [Point(key, x, 0.0, 0, "", "") for key, x in (("甲", 0.0), ("乙", 12.0), ("丙", 7.0), ("丁", 5.0))]
    assert ["".join(each.key for each in mark.points) for mark in gather(spots, 10)] == ["甲丁", "乙丙"]


def test_ten_thousand_points_are_as_many_marks_as_the_picture_has_room_for() -> None:
    many = [Point(str(key), key * 7.13 % 620, key * 3.77 % 797, 0, "", "") for key in range(10_000)]
    marks = gather(many, 62)
    assert sum(len(mark.points) for mark in marks) == 10_000
    assert len(marks) < 200


def test_what_shares_a_spot_is_spread_clear_of_each_other() -> None:
    assert fan(1) == [(0.0, 0.0)]
    assert fan(2) == [(0.0, -15.0), (0.0, 15.0)]
    for count in range(2, 60):
        spots = fan(count)
        assert len(spots) == count
        assert min(math.dist(one, other) for one, other in combinations(spots, 2)) > BESIDE - 0.3
