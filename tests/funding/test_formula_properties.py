"""Section five under every reading and any notice: what holds whatever the counts."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.formula import allocate
from funding.money import FIRST
from funding.readings import Divisor, Reading
from funding.tally import Tally
from tests.funding.naive import ALL_READINGS, Case, by_hand, cases, drawn, pools, readings


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
@given(cases(), pools, readings)
def test_it_is_what_the_rules_give_by_hand(case, pool, reading) -> None:
    assert_as_by_hand(case, pool, reading)


def test_it_is_what_the_rules_give_by_hand_under_each_of_the_96_readings() -> None:
    draw = Random(96)
    assert len(ALL_READINGS) == 96
    for reading in ALL_READINGS:
        for _ in range(8):
            size = draw.choice([1, 2, 3, 7, 17])
            city = [drawn(draw, f"{n}", draw.choice([1, 3, 9, 40])) for n in draw.sample(range(90), size)]
            industry = draw.choice([None, drawn(draw, None, 9)])
            assert_as_by_hand(Case(city, industry, FIRST), draw.randint(1, 1_500) * 10_000, reading)


def assert_as_by_hand(case: Case, pool: int, reading: Reading) -> None:
    result = allocate(case.city, case.industry, pool, reading, case.money)
    expected = by_hand(case.city, case.industry, pool, reading, case.money)
    assert list(result.totals.values()) == expected.totals
    assert [row.excluded for row in result.rows] == expected.excluded
    assert [row.score for row in result.rows] == expected.scores
    assert [row.weight for row in result.rows] == expected.weights
    assert [row.amount for row in result.rows] == expected.amounts


@pytest.mark.trust("T14")
@given(cases(), pools, readings, st.randoms(use_true_random=False))
def test_order_decides_nothing(case, pool, reading, random) -> None:
    straight = allocate(case.city, case.industry, pool, reading, case.money)
    mixed = list(case.city)
    random.shuffle(mixed)
    again = allocate(mixed, case.industry, pool, reading, case.money)
    assert {row.tally.code: row.amount for row in again.rows} == {row.tally.code: row.amount for row in straight.rows}


@pytest.mark.trust("T14")
@pytest.mark.trust("T15")
@given(cases(), pools, readings)
def test_amounts_are_whole_units_never_negative_and_never_above_the_pool(case, pool, reading) -> None:
    result = allocate(case.city, case.industry, pool, reading, case.money)
    assert all(amount >= 0 and amount % reading.unit.yuan == 0 for amount in result.amounts)
    assert result.allocated + result.unallocated == pool
    assert result.unallocated >= 0
    assert (
        result.allocated
        == sum((row.share for row in result.rows), Fraction(0)) // reading.unit.yuan * reading.unit.yuan
    )
    assert bool(result.note) is (result.allocated == 0)


@pytest.mark.clause("N26")
@given(cases(), pools, readings)
def test_divided_by_the_funded_the_weights_make_one_and_the_whole_pool_is_given(case, pool, reading) -> None:
    result = allocate(case.city, None, pool, replace(reading, divisor=Divisor.FUNDED), case.money)
    scored = any(row.score for row in result.rows)
    assert sum(row.weight or 0 for row in result.rows) == (1 if scored else 0)
    assert result.allocated == (pool if scored else 0)


@given(cases(), pools, readings, st.integers(2, 50))
def test_all_counts_times_a_number_change_nothing(case, pool, reading, times) -> None:
    larger = [
        Tally(t.region, t.declared * times, {code: n * times for code, n in t.grades.items()}) for t in case.city
    ]  # fmt: skip
    first, second = (allocate(city, None, pool, reading, case.money).amounts for city in (larger, case.city))
    assert first == second


@given(cases(), pools, readings, st.integers(0, 12))
def test_an_excluded_region_gets_nothing_whatever_it_scored(case, pool, reading, failing) -> None:
    best, share = case.money.codes[0], case.money.share
    region = Tally("重", 12, {best: 12 - failing, share.failing: failing})
    row = allocate([*case.city, region], None, pool, replace(reading, cutoff=Reading().cutoff), case.money).rows[-1]
    assert row.excluded is (Fraction(failing, 12) >= share.line)
    assert (row.score is None, row.weight is None) == (row.excluded, row.excluded)
    assert not (row.excluded and row.amount)


@given(cases(), pools, readings)
def test_with_totals_of_the_funded_all_and_funded_are_one(case, pool, reading) -> None:
    funded = replace(reading, totals=Reading.of(totals="funded").totals)
    one, other = (
        allocate(case.city, None, pool, replace(funded, divisor=divisor), case.money).amounts
        for divisor in (Divisor.ALL, Divisor.FUNDED)
    )
    assert one == other
