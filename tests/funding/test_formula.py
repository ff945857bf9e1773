"""Section five as arithmetic."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from funding.formula import Allocation, PoolError, allocate, check_pool, is_excluded
from funding.money import FIRST
from funding.readings import Cutoff, Divisor, Industry, Reading, Unit
from funding.tally import LIMIT, Tally
from tests.funding.naive import ALL_READINGS, OTHER, tally

POOL = 15_000_000

CITY = (
    tally("甲", 10, 4, 3, 2, 1),
    tally("乙", 10, 2, 4, 2, 2),
    tally("丙", 5, 3, 1, 1, 0),
    tally("丁", 5, 1, 2, 0, 2),
)


def split(*tallies: Tally, pool: int = POOL, beside: Tally | None = None, **switches: str) -> Allocation:
    return allocate(tallies, beside, pool, Reading.of(**switches), FIRST)


# The worked example of the readings, to the yuan.


@pytest.mark.clause("N27")
@pytest.mark.parametrize(
    ("switches", "amounts", "unallocated"),
    [
        ({}, (9_250_000, 0, 5_750_000, 0), 0),
        ({"divisor": "all"}, (5_550_000, 0, 3_450_000, 0), 6_000_000),
        ({"totals": "funded"}, (9_517_857, 0, 5_482_143, 0), 0),
        ({"cutoff": "exclusive"}, (6_306_818, 4_772_727, 3_920_455, 0), 0),
    ],
)
def test_the_worked_example_comes_out_to_the_yuan(switches, amounts, unallocated) -> None:
    result = split(*CITY, **switches)
    assert result.amounts == amounts
    assert result.unallocated == unallocated
    assert result.allocated == POOL - unallocated
    assert result.note == ""


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
def test_the_worked_example_shows_its_scores_weights_and_shares() -> None:
    result = split(*CITY)
    assert result.totals == {"A": 10, "B": 10, "C": 5}
    assert [row.failing_share for row in result.rows] == [Fraction(1, 10), Fraction(1, 5), 0, Fraction(2, 5)]
    assert [row.excluded for row in result.rows] == [False, True, False, True]
    assert [row.score for row in result.rows] == [37, None, 23, None]
    assert [row.weight for row in result.rows] == [Fraction(37, 60), None, Fraction(23, 60), None]
    assert [row.share for row in result.rows] == [9_250_000, 0, 5_750_000, 0]
    assert [row.amount for row in result.rows] == list(result.amounts)
    assert [row.tally for row in result.rows] == list(CITY)


# Who gets nothing.


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("d", "declared", "inclusive", "exclusive"),
    [
        (1, 6, False, False),
        (1, 5, True, False),
        (2, 10, True, False),
        (2, 11, False, False),
        (2, 9, True, True),
        (1, 1, True, True),
        (0, 1, False, False),
        (0, 0, False, False),
        (199_999, 1_000_000, False, False),
        (200_000, 1_000_000, True, False),
        (200_001, 1_000_000, True, True),
    ],
)
def test_the_cutoff_is_exact_on_both_sides(d, declared, inclusive, exclusive) -> None:
    assert is_excluded(d, declared, Cutoff.INCLUSIVE, FIRST.share.line) is inclusive
    assert is_excluded(d, declared, Cutoff.EXCLUSIVE, FIRST.share.line) is exclusive
    region = tally("甲", declared, declared - d, 0, 0, d)
    assert split(region).rows[0].excluded is inclusive
    assert split(region, cutoff="exclusive").rows[0].excluded is exclusive


@pytest.mark.clause("N24")
def test_up_to_five_declared_platforms_a_single_d_loses_everything() -> None:
    assert [split(tally("甲", n, n - 1, 0, 0, 1)).amounts for n in range(1, 7)] == [(0,)] * 5 + [(POOL,)]


@pytest.mark.clause("N24")
def test_the_share_is_taken_of_what_was_declared_unless_the_reading_says_graded() -> None:
    region = tally("甲", 10, 5, 0, 0, 1)
    assert (split(region).rows[0].failing_share, split(region).rows[0].base) == (Fraction(1, 10), 10)
    graded = split(region, base="graded").rows[0]
    assert (graded.failing_share, graded.base, graded.excluded) == (Fraction(1, 6), 6, False)
    region = tally("甲", 10, 4, 0, 0, 1)
    assert split(region).rows[0].excluded is False
    assert split(region, base="graded").rows[0].excluded is True


def test_a_region_that_declared_nothing_is_not_excluded_and_gets_nothing() -> None:
    for reading in ALL_READINGS:
        row = allocate([tally("甲", 0, 0, 0, 0, 0), *CITY[1:]], None, POOL, reading, FIRST).rows[0]
        assert (row.failing_share, row.excluded, row.score, row.weight, row.amount) == (0, False, 0, 0, 0)


def test_a_region_of_which_nothing_is_graded_yet_is_not_excluded_under_graded() -> None:
    row = split(tally("甲", 3, 0, 0, 0, 0), base="graded").rows[0]
    assert (row.base, row.failing_share, row.excluded, row.amount) == (0, 0, False, 0)


# Scores, divisors and the key industries.


@pytest.mark.clause("N25")
def test_a_grade_that_nobody_reached_gives_nobody_its_points() -> None:
    result = split(tally("甲", 3, 3, 0, 0, 0), tally("乙", 1, 1, 0, 0, 0))
    assert [row.score for row in result.rows] == [45, 15]
    assert result.amounts == (11_250_000, 3_750_000)


@pytest.mark.clause("N26")
def test_divided_by_a_hundred_the_points_of_an_empty_grade_stay_unallocated() -> None:
    result = split(tally("甲", 3, 3, 0, 0, 0), tally("乙", 1, 1, 0, 0, 0), divisor="hundred")
    assert [row.weight for row in result.rows] == [Fraction(45, 100), Fraction(15, 100)]
    assert (result.amounts, result.unallocated) == ((6_750_000, 2_250_000), 6_000_000)


INDUSTRY = tally(None, 10, 5, 0, 5, 0)


def test_key_industries_count_only_where_the_reading_says_so() -> None:
    assert split(*CITY, beside=INDUSTRY) == replace(split(*CITY), industry=INDUSTRY)


def test_counted_key_industries_enlarge_the_totals_and_get_no_money() -> None:
    reading = Reading(industry=Industry.COUNTED)
    result = allocate(CITY, INDUSTRY, POOL, reading, FIRST)
    assert result.totals == {"A": 15, "B": 10, "C": 10}
    assert [row.score for row in result.rows] == [27, None, 16, None]
    assert (result.allocated, len(result.rows)) == (POOL, 4)
    assert allocate(CITY, None, POOL, reading, FIRST).amounts == split(*CITY).amounts


def test_their_score_stands_in_the_sum_of_all_scores() -> None:
    result = allocate(CITY, INDUSTRY, POOL, Reading(industry=Industry.COUNTED, divisor=Divisor.ALL), FIRST)
    # All of the city is 100 points, of which the industries have 20 + 5.
    assert result.scale.divisor == 100
    assert [row.weight for row in result.rows] == [Fraction(27, 100), None, Fraction(16, 100), None]


# Nothing to allocate, and why.


@pytest.mark.parametrize(
    ("tallies", "pool", "switches", "note"),
    [
        ((), POOL, {}, "没有参加分配的区县（市）、管委会，资金未分配。"),
        ((CITY[1], CITY[3]), POOL, {}, "所有区县（市）、管委会的D档占比都达到淘汰线，资金未分配。"),
        (
            (CITY[1], tally("戊", 3, 0, 0, 0, 0)),
            POOL,
            {"divisor": "all"},
            "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。",
        ),
        (
            (tally("戊", 9, 0, 0, 0, 1),),
            POOL,
            {},
            "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。",
        ),
        (
            (CITY[0],),
            1,
            {"divisor": "hundred", "industry": "counted"},
            "各地应得金额合计不足一个金额单位，资金未分配。",
        ),
    ],
)
def test_where_nothing_is_allocated_the_note_says_why(tallies, pool, switches, note) -> None:
    result = split(*tallies, pool=pool, beside=tally(None, 5, 5, 0, 0, 0), **switches)
    assert (result.allocated, result.unallocated, result.note) == (0, pool, note)


# Pools.


@pytest.mark.clause("N22")
def test_a_pool_at_the_cap_passes_and_one_yuan_more_is_refused() -> None:
    check_pool(POOL, Unit.YUAN, POOL)
    with pytest.raises(PoolError, match=r"^资金总额15,000,001元超过本年度上限15,000,000元$"):
        check_pool(POOL + 1, Unit.YUAN, POOL)


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("pool", "unit", "refusal"),
    [
        (0, Unit.YUAN, "资金总额必须大于零"),
        (-1, Unit.YUAN, "资金总额必须大于零"),
        (0.5, Unit.YUAN, "资金总额必须是整数元"),
        (True, Unit.YUAN, "资金总额必须是整数元"),
        (float("nan"), Unit.YUAN, "资金总额必须是整数元"),
        ("15000000", Unit.YUAN, "资金总额必须是整数元"),
        (LIMIT, Unit.YUAN, "资金总额不能超过15位数字"),
        (15_000_001, Unit.WAN, "金额单位为万元时，资金总额必须是整万元"),
        (9_999, Unit.WAN, "金额单位为万元时，资金总额必须是整万元"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(pool, unit, refusal) -> None:
    with pytest.raises(PoolError) as caught:
        allocate(CITY, None, pool, Reading(unit=unit), FIRST)
    assert str(caught.value) == refusal


@pytest.mark.trust("T15")
def test_the_smallest_and_the_largest_pool_are_split() -> None:
    assert split(*CITY, pool=1).amounts == (1, 0, 0, 0)
    assert split(*CITY, pool=LIMIT - 1).allocated == LIMIT - 1
    assert split(*CITY, pool=10_000, unit="wan").amounts == (10_000, 0, 0, 0)


def test_in_ten_thousands_every_amount_is_whole() -> None:
    assert split(*CITY, unit="wan", totals="funded").amounts == (9_520_000, 0, 5_480_000, 0)


# Rounding.


@pytest.mark.trust("T14")
def test_the_odd_yuan_goes_by_code_and_not_by_name_or_place() -> None:
    three = [
        tally("甲", 1, 1, 0, 0, 0, code="3"),
        tally("乙", 1, 1, 0, 0, 0, code="1"),
        tally("丙", 1, 1, 0, 0, 0, code="2"),
    ]
    assert split(*three, pool=1_000_000).amounts == (333_333, 333_334, 333_333)
    assert split(*three[::-1], pool=1_000_000).amounts == (333_333, 333_334, 333_333)


@pytest.mark.trust("T14")
def test_seven_yuan_over_seven_regions_are_one_each() -> None:
    assert split(*[tally(name, 1, 1, 0, 0, 0) for name in "甲乙丙丁戊己庚"], pool=7).amounts == (1,) * 7


@pytest.mark.trust("T14")
def test_an_odd_pool_over_113_regions_adds_up_in_any_order() -> None:
    draw = Random(113)
    city = [
        tally(f"{n:03d}", 60, draw.randint(0, 15), draw.randint(0, 15), draw.randint(0, 15), n % 9) for n in range(113)
    ]
    straight = split(*city, pool=14_999_999)
    draw.shuffle(city)
    mixed = split(*city, pool=14_999_999)
    assert straight.allocated == 14_999_999
    assert min(straight.amounts) > 0
    assert {row.tally.code: row.amount for row in mixed.rows} == {row.tally.code: row.amount for row in straight.rows}


# Another notice.


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("failing", "declared", "inclusive", "exclusive"),
    [
        (2, 7, False, False),
        (3, 10, True, False),
        (29, 100, False, False),
        (30, 100, True, False),
        (31, 100, True, True),
    ],
)
def test_a_line_of_30_percent_is_exact_on_both_sides(failing, declared, inclusive, exclusive) -> None:
    region = Tally("甲", declared, {"E": declared - failing, "F": failing})
    found = [
        allocate([region], None, POOL, Reading(cutoff=cutoff), OTHER).rows[0].excluded
        for cutoff in (Cutoff.INCLUSIVE, Cutoff.EXCLUSIVE)
    ]
    assert found == [inclusive, exclusive]


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
def test_three_grades_share_their_own_points() -> None:
    city = [
        Tally("甲", 10, {"E": 4, "P": 4, "F": 2}),
        Tally("乙", 10, {"E": 1, "P": 6, "F": 3}),
        Tally("丙", 5, {"P": 5}),
    ]
    result = allocate(city, None, POOL, Reading(), OTHER)
    assert result.totals == {"E": 5, "P": 15}
    # 甲: 50·4/5 + 20·4/15, 丙: 20·5/15; 乙 has just 30 %.
    assert [row.score for row in result.rows] == [Fraction(136, 3), None, Fraction(20, 3)]
    assert result.amounts == (13_076_923, 0, 1_923_077)
    hundred = allocate(city, None, POOL, Reading(divisor=Divisor.HUNDRED), OTHER)
    assert [row.weight for row in hundred.rows] == [Fraction(136, 210), None, Fraction(20, 210)]


def test_where_nothing_is_allocated_the_grades_are_named_as_in_the_notice() -> None:
    notes = [
        allocate([Tally("甲", 2, counts)], None, POOL, Reading(), OTHER).note for counts in ({"F": 1}, {"E": 0})
    ]  # fmt: skip
    assert notes == [
        "所有区县（市）、管委会的不合格占比都达到淘汰线，资金未分配。",
        "未被淘汰的区县（市）、管委会没有优秀、合格平台，得分均为零，资金未分配。",
    ]
