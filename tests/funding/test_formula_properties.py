"""Section five under every reading and any notice: what holds whatever the counts."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from funding.formula import Allocation, allocate
from funding.money import FIRST, Money
from funding.readings import Divisor, Reading
from funding.tally import Tally
from tests.funding.naive import ALL_READINGS, Case, by_hand, cases, drawn, pools, readings, tally

#: Tests that go through all 96 readings with each case.
few = settings(max_examples=30)


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
@few
@given(cases(), pools, st.randoms(use_true_random=False))
def test_order_decides_nothing_under_any_reading(case, pool, random) -> None:
    mixed = list(case.city)
    random.shuffle(mixed)
    for reading in ALL_READINGS:
        straight = allocate(case.city, case.industry, pool, reading, case.money)
        again = allocate(mixed, case.industry, pool, reading, case.money)
        assert by_code(again) == by_code(straight), reading


@pytest.mark.trust("T14")
@pytest.mark.trust("T15")
@few
@given(cases(), pools)
def test_amounts_are_whole_units_and_their_sum_is_that_of_the_exact_shares_cut_down(case, pool) -> None:
    for reading in ALL_READINGS:
        result, unit = allocate(case.city, case.industry, pool, reading, case.money), reading.unit.yuan
        assert all(amount >= 0 and amount % unit == 0 for amount in result.amounts), reading
        assert all(abs(row.amount - row.share) < unit for row in result.rows), reading
        assert result.allocated == sum(row.share for row in result.rows) // unit * unit, reading
        assert 0 <= result.allocated <= pool, reading
        assert result.allocated + result.unallocated == pool, reading
        assert bool(result.note) is (result.allocated == 0), reading


@pytest.mark.trust("T14")
@few
@given(cases(), pools, st.data())
def test_equal_regions_get_the_same_but_for_one_unit_and_the_smaller_code_is_served_first(case, pool, data) -> None:
    assume(case.city)
    region = data.draw(st.sampled_from(case.city))
    twin = replace(region, region="双", code=f"{region.code}2")
    assume(twin.code not in {each.code for each in case.city})
    for reading in ALL_READINGS:
        amounts = by_code(allocate([twin, *case.city], case.industry, pool, reading, case.money))
        assert amounts[region.code] - amounts[twin.code] in (0, reading.unit.yuan), reading


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


# One platform more with points: what it does to its own region and to the others.


def ways_to_one_more(region: Tally, grade: str, money: Money) -> list[Tally]:
    """The region with one platform more of ``grade``: a new one, one that had no grade, one that had failed."""
    failing = money.share.failing
    more = region.grades | {grade: region.count(grade) + 1}
    ways = [replace(region, declared=region.declared + 1, grades=more)]
    if region.graded < region.declared:
        ways.append(replace(region, grades=more))
    if region.count(failing):
        ways.append(replace(region, grades=more | {failing: region.count(failing) - 1}))
    return ways


@pytest.mark.clause("N25")
@few
@given(cases(), pools, st.data())
def test_one_more_platform_with_points_never_lowers_what_its_own_region_gets(case, pool, data) -> None:
    assume(case.city)
    at = data.draw(st.integers(0, len(case.city) - 1))
    grade, _ = data.draw(st.sampled_from(case.money.share.points))
    more = data.draw(st.sampled_from(ways_to_one_more(case.city[at], grade, case.money)))
    city = [*case.city[:at], more, *case.city[at + 1 :]]
    for reading in ALL_READINGS:
        before = allocate(case.city, case.industry, pool, reading, case.money)
        after = allocate(city, case.industry, pool, reading, case.money)
        assert after.amounts[at] >= before.amounts[at], reading
        if after.excluded[at]:
            continue
        for place, (was, now) in enumerate(zip(before.rows, after.rows, strict=True)):
            if place != at:
                # The others share what is left; only the last unit can come to one whose exact share did not rise.
                assert now.share <= was.share, reading
                assert now.amount <= was.amount + reading.unit.yuan, reading


@pytest.mark.clause("N25")
def test_a_platform_that_rises_from_b_to_a_can_cost_its_region_money() -> None:
    # Many A and few B in the city: the B that is lost was worth more than the A that is won.
    other = tally("乙", 40, 38, 2, 0, 0)
    assert given_to(tally("甲", 5, 2, 3, 0, 0), other) == (3_500_000, 11_500_000)
    assert given_to(tally("甲", 5, 3, 2, 0, 0), other) == (3_231_707, 11_768_293)


@pytest.mark.clause("N25")
def test_one_more_a_in_a_region_that_gets_nothing_takes_from_those_with_a_and_gives_to_those_without() -> None:
    with_a, without = tally("甲", 4, 4, 0, 0, 0), tally("乙", 4, 0, 4, 0, 0)
    six, seven = tally("丙", 10, 6, 0, 0, 4), tally("丙", 11, 7, 0, 0, 4)
    assert given_to(with_a, without, six) == (6_666_667, 8_333_333, 0)
    assert given_to(with_a, without, seven) == (6_315_789, 8_684_211, 0)
    # Under the other divisors what is taken is given to nobody, and totals of the funded do not know of it.
    assert given_to(with_a, without, six, divisor="hundred") == (3_600_000, 4_500_000, 0)
    assert given_to(with_a, without, seven, divisor="hundred") == (3_272_727, 4_500_000, 0)
    for region in (six, seven):
        assert given_to(with_a, without, region, totals="funded") == (10_000_000, 5_000_000, 0)


def given_to(*city: Tally, **reading: str) -> tuple[int, ...]:
    return allocate(city, None, 15_000_000, Reading.of(**reading), FIRST).amounts


def by_code(allocation: Allocation) -> dict[str, int]:
    return {row.tally.code: row.amount for row in allocation.rows}
