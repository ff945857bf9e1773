"""Section five under every reading: what holds whatever the counts."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.formula import allocate
from funding.readings import Divisor, Reading
from funding.tally import Tally
from tests.funding.naive import ALL_READINGS, by_hand, cities, drawn, pools, readings, regions


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
@given(cities(), st.none() | regions(None), pools, readings)
def test_it_is_what_the_rules_give_by_hand(city, industry, pool, reading) -> None:
    assert_as_by_hand(city, industry, pool, reading)


def test_it_is_what_the_rules_give_by_hand_under_each_of_the_96_readings() -> None:
    draw = Random(96)
    assert len(ALL_READINGS) == 96
    for reading in ALL_READINGS:
        for _ in range(8):
            size = draw.choice([1, 2, 3, 7, 17])
            city = [drawn(draw, f"{n}", draw.choice([1, 3, 9, 40])) for n in draw.sample(range(90), size)]
            industry = draw.choice([None, drawn(draw, None, 9)])
            assert_as_by_hand(city, industry, draw.randint(1, 1_500) * 10_000, reading)


def assert_as_by_hand(city: list[Tally], industry: Tally | None, pool: int, reading: Reading) -> None:
    result = allocate(city, industry, pool, reading)
    expected = by_hand(city, industry, pool, reading)
    assert tuple(result.totals) == expected.totals
    assert [row.excluded for row in result.rows] == expected.excluded
    assert [row.score for row in result.rows] == expected.scores
    assert [row.weight for row in result.rows] == expected.weights
    assert [row.amount for row in result.rows] == expected.amounts


@pytest.mark.trust("T14")
@given(cities(), st.none() | regions(None), pools, readings, st.randoms(use_true_random=False))
def test_order_decides_nothing(city, industry, pool, reading, random) -> None:
    straight = allocate(city, industry, pool, reading)
    mixed = list(city)
    random.shuffle(mixed)
    again = allocate(mixed, industry, pool, reading)
    assert {row.tally: row.amount for row in again.rows} == {row.tally: row.amount for row in straight.rows}


@pytest.mark.trust("T14")
@pytest.mark.trust("T15")
@given(cities(), st.none() | regions(None), pools, readings)
def test_amounts_are_whole_units_never_negative_and_never_above_the_pool(city, industry, pool, reading) -> None:
    result = allocate(city, industry, pool, reading)
    assert all(amount >= 0 and amount % reading.unit.yuan == 0 for amount in result.amounts)
    assert result.allocated + result.unallocated == pool
    assert result.unallocated >= 0
    assert (
        result.allocated
        == sum((row.share for row in result.rows), Fraction(0)) // reading.unit.yuan * reading.unit.yuan
    )
    assert bool(result.note) is (result.allocated == 0)


@pytest.mark.clause("N26")
@given(cities(), pools, readings)
def test_divided_by_the_funded_the_weights_make_one_and_the_whole_pool_is_given(city, pool, reading) -> None:
    result = allocate(city, None, pool, replace(reading, divisor=Divisor.FUNDED))
    scored = any(row.score for row in result.rows)
    assert sum(row.weight or 0 for row in result.rows) == (1 if scored else 0)
    assert result.allocated == (pool if scored else 0)


@given(cities(), pools, readings, st.integers(2, 50))
def test_all_counts_times_a_number_change_nothing(city, pool, reading, times) -> None:
    larger = [Tally(t.region, *(n * times for n in (t.declared, t.a, t.b, t.c, t.d))) for t in city]
    assert allocate(larger, None, pool, reading).amounts == allocate(city, None, pool, reading).amounts


@given(cities(), pools, readings, st.integers(0, 12))
def test_an_excluded_region_gets_nothing_whatever_it_scored(city, pool, reading, d) -> None:
    region = Tally("重", 12, 12 - d, 0, 0, d)
    row = allocate([*city, region], None, pool, reading).rows[-1]
    assert row.excluded is (Fraction(d, 12) >= Fraction(1, 5))
    assert (row.score is None, row.weight is None) == (row.excluded, row.excluded)
    assert not (row.excluded and row.amount)


@given(cities(), pools, readings)
def test_with_totals_of_the_funded_all_and_funded_are_one(city, pool, reading) -> None:
    funded = replace(reading, totals=Reading.of(totals="funded").totals)
    one = allocate(city, None, pool, replace(funded, divisor=Divisor.ALL))
    assert one.amounts == allocate(city, None, pool, replace(funded, divisor=Divisor.FUNDED)).amounts
