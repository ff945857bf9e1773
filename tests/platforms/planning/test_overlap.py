"""Close to one another: the distance, and every pair that is close enough."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.planning.overlap import Near, Spot, metres, pairs_within

#: Around Ningbo and well beyond, with places on one spot and on one parallel among them.
degrees = st.one_of(st.sampled_from([0.0, 0.01, 0.02]), st.floats(-0.2, 0.2, allow_nan=False))
spots = st.lists(st.tuples(degrees, degrees), max_size=12).map(
    lambda found: [Spot(key, 121.5 + east, 29.9 + north) for key, (east, north) in enumerate(found)]
)


def test_the_distance_is_that_of_the_globe() -> None:
    square, beyond = Spot(1, 121.5500, 29.8700), Spot(2, 121.4619, 29.8267)
    # 4815 m south and 8497 m west of it.
    assert round(metres(square, beyond)) == 9766
    # A degree of latitude is the same everywhere.
    assert round(metres(Spot(1, 121, 29), Spot(2, 121, 30))) == 111_195
    assert metres(square, square) == 0


def test_the_other_side_of_the_earth_is_half_its_circumference_away() -> None:
    assert round(metres(Spot(1, 0, 0), Spot(2, 180, 0))) == 20_015_114


def test_the_limit_itself_is_close_enough() -> None:
    one, other = Spot(7, 121.50, 29.90), Spot(3, 121.51, 29.90)
    apart = metres(one, other)
    assert pairs_within([one, other], apart) == [Near(3, 7, apart)]
    assert pairs_within([one, other], apart - 0.001) == []


@given(spots, st.floats(0, 10_000))
def test_it_finds_the_pairs_that_comparing_each_with_each_finds(places: list[Spot], limit: float) -> None:
    expected = {(one.key, other.key) for one, other in combinations(places, 2) if metres(one, other) <= limit}
    found = pairs_within(places, limit)
    assert {(each.first, each.second) for each in found} == expected
    assert len(found) == len(expected)
    assert [each.metres for each in found] == sorted(each.metres for each in found)


@given(spots, st.floats(0, 10_000), st.randoms())
def test_the_order_of_the_places_decides_nothing(places: list[Spot], limit: float, order: object) -> None:
    shuffled = list(places)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pairs_within(shuffled, limit) == pairs_within(places, limit)


@given(spots, st.floats(0, 10_000), st.floats(0, 10_000))
def test_a_wider_limit_loses_no_pair(places: list[Spot], one: float, other: float) -> None:
    narrow, wide = sorted((one, other))
    inner, outer = pairs_within(places, narrow), pairs_within(places, wide)
    assert outer[: len(inner)] == inner


@pytest.mark.parametrize("places", [[], [Spot(1, 121, 29)]])
def test_fewer_than_two_places_make_no_pair(places: list[Spot]) -> None:
    assert pairs_within(places, 10_000) == []
