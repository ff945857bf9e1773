"""All combinations of the switches at once."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.explain import compare
from funding.formula import PoolError, allocate
from funding.money import FIRST
from funding.readings import Base, Choice, Cutoff, Reading, Switch, Unit, switches_of
from funding.tally import Tally, TallyError
from funding.trials.combinations import Combination, Combinations, Drawn, Values, combine
from tests.funding.naive import by_hand, cases, drawn, pools, readings, tally
from tests.funding.test_formula import CITY, POOL

SWITCHES = switches_of(FIRST)
#: Stand for three switches of counting, with as many values as those have.
COUNTING = (
    replace(SWITCHES[4], name="first", label="一"),
    replace(SWITCHES[0], name="second", label="二"),
    replace(SWITCHES[4], name="third", label="三"),
)


def ways(switches: Sequence[Switch]) -> list[Values]:
    return list(product(*[[str(choice.value) for choice in switch.choices] for switch in switches]))


def tried(*tallies: Tally, pool: int = POOL, industry: Tally | None = None, **reading: str) -> Combinations:
    return combine({(): Drawn(tallies, industry)}, (), pool, Reading.of(**reading), FIRST, SWITCHES)


def values(**reading: str) -> Values:
    return tuple(Reading.of(**reading).as_dict().values())


# What is tried.


def test_all_96_readings_are_tried_and_the_chosen_one_is_among_them() -> None:
    found = tried(*CITY)
    assert [each.values for each in found.all] == ways(SWITCHES)
    assert len(found.all) == 96
    assert found.chosen == Combination(values(), (9_250_000, 0, 5_750_000, 0), 0)
    assert found.chosen in found.all
    assert found.possible == found.all
    assert found.refusals == ()


def test_ways_of_counting_multiply_and_equal_counts_are_computed_once(monkeypatch) -> None:
    other = (tally("甲", 10, 4, 3, 2, 1), *CITY[1:3], tally("丁", 5, 2, 2, 1, 0))
    drawn_so = {way: Drawn(other if way[1] == "exclusive" else CITY) for way in ways(COUNTING)}
    calls = []
    monkeypatch.setattr(
        "funding.trials.combinations.allocate", lambda *given: (calls.append(given), allocate(*given))[1]
    )
    found = combine(drawn_so, ("funded", "inclusive", "all"), POOL, Reading(), FIRST, SWITCHES, COUNTING)
    assert len(found.all) == 96 * 18
    assert len(calls) == 96 * 2
    assert found.chosen.values == (*values(), "funded", "inclusive", "all")
    assert found.chosen.amounts == (9_250_000, 0, 5_750_000, 0)
    one, two, three = found.effects[-3:]
    assert (one.largest, one.region, one.choice, one.mean) == (0, None, None, 0)
    assert (three.largest, three.region, three.choice, three.mean) == (0, None, None, 0)
    assert two.switch.label == "二"
    assert two.choice == COUNTING[1].choices[1]
    assert two.mean > 0


@pytest.mark.parametrize(("withdrawn", "industry", "calls"), [(1, None, 96), (0, tally(None, 3, 1, 1, 1, 0), 192)])
def test_a_withdrawal_alone_is_not_computed_again_and_industry_is(monkeypatch, withdrawn, industry, calls) -> None:
    made = []
    monkeypatch.setattr(
        "funding.trials.combinations.allocate", lambda *given: (made.append(given), allocate(*given))[1]
    )
    other = Drawn((replace(CITY[0], withdrawn=withdrawn), *CITY[1:]), industry)
    one = COUNTING[1:2]
    combine({("inclusive",): Drawn(CITY), ("exclusive",): other}, ("inclusive",), POOL, Reading(), FIRST, SWITCHES, one)
    assert len(made) == calls


def test_what_the_unit_refuses_is_told_and_kept_apart() -> None:
    found = tried(*CITY, pool=POOL + 1)
    assert len(found.all) == 96
    assert len(found.possible) == 48
    assert found.refusals == (("金额单位为万元时，资金总额必须是整万元", 48),)
    refused = [each for each in found.all if each.refusal]
    assert {each.values[-1] for each in refused} == {"wan"}
    assert {(each.amounts, each.unallocated) for each in refused} == {((), 0)}
    unit = next(each for each in found.alternatives if each.switch.name == "unit")
    assert unit.combination.refusal == "金额单位为万元时，资金总额必须是整万元"
    assert unit.differences == ()
    effect = found.effects[-1]
    assert (effect.largest, effect.region, effect.choice) == (0, None, None)
    assert effect.means == (0, 0, 0, 0)


def test_what_was_chosen_must_be_possible() -> None:
    with pytest.raises(PoolError, match="金额单位为万元时，资金总额必须是整万元"):
        tried(*CITY, pool=POOL + 1, unit="wan")
    with pytest.raises(PoolError, match="资金总额必须大于零"):
        tried(*CITY, pool=0)
    with pytest.raises(TallyError, match="甲：地区重复"):
        tried(CITY[0], CITY[0])


def test_each_way_of_counting_names_the_same_regions_and_none_is_missing() -> None:
    one = COUNTING[1:2]
    both = {("inclusive",): Drawn(CITY), ("exclusive",): Drawn(CITY[::-1])}
    with pytest.raises(ValueError, match="ways of counting that name other regions"):
        combine(both, ("inclusive",), POOL, Reading(), FIRST, SWITCHES, one)
    with pytest.raises(KeyError):
        combine({("inclusive",): Drawn(CITY)}, ("inclusive",), POOL, Reading(), FIRST, SWITCHES, one)


def test_without_regions_there_is_nothing_to_spread() -> None:
    found = tried()
    assert found.spreads == ()
    assert [effect.mean for effect in found.effects] == [0] * 6
    assert {each.unallocated for each in found.all} == {POOL}


# The spread of a region.


def test_the_spread_names_lowest_and_highest_with_the_reading_nearest_to_the_chosen_one() -> None:
    one, two, three, four = tried(*CITY).spreads
    assert (two.chosen, two.lowest, two.highest) == (0, 0, 4_850_000)
    # Nothing changed gives the lowest already; the highest takes the cut-off and the totals.
    assert two.lowest_by.values == values()
    assert two.highest_by.values == values(cutoff="exclusive", totals="funded")
    assert two.width == 4_850_000
    assert (four.lowest, four.highest, four.width) == (0, 0, 0)
    assert (one.chosen, one.highest) == (9_250_000, 9_520_000)
    assert one.highest_by.values == values(totals="funded", unit="wan")
    assert (three.lowest, three.lowest_by.values) == (3_450_000, values(divisor="all"))
    assert (three.highest, three.highest_by.values) == (5_750_000, values())


def test_what_a_combination_changes_is_named() -> None:
    found = tried(*CITY)
    changed = found.changes(found.spreads[1].highest_by)
    assert [(switch.label, choice.label) for switch, choice in changed] == [
        ("淘汰线", "不含20%：超过20%才不予支持"),
        ("全市总数", "仅计获得资金支持地区的A、B、C档"),
    ]
    assert found.changes(found.chosen) == ()


# Which switch moves most.


def test_one_switch_at_a_time_is_what_the_sheet_compares() -> None:
    found = tried(*CITY)
    compared = compare(allocate(CITY, None, POOL, Reading(), FIRST))
    assert [(each.switch, each.choice, each.differences) for each in found.alternatives] == [
        (each.switch, each.choice, each.differences) for each in compared
    ]


def test_the_largest_movement_names_switch_value_and_region() -> None:
    effects = {effect.switch.name: effect for effect in tried(*CITY).effects}
    cutoff, totals, industry = effects["cutoff"], effects["totals"], effects["industry"]
    assert (cutoff.largest, cutoff.region) == (4_772_727, 1)
    assert cutoff.choice == Choice(Cutoff.EXCLUSIVE, "不含20%：超过20%才不予支持")
    assert (totals.largest, totals.region) == (267_857, 0)
    assert (industry.largest, industry.region, industry.choice, industry.mean) == (0, None, None, 0)
    assert effects["base"].mean == 0
    assert (effects["cutoff"].mean, effects["unit"].mean) == (Fraction(15_680_909, 2), Fraction(17_111, 6))


def test_the_strongest_comes_first_city_wide_and_for_a_region() -> None:
    found = tried(*CITY)
    assert [effect.switch.name for effect in found.strongest] == [
        "cutoff", "totals", "divisor", "unit", "base", "industry",
    ]  # fmt: skip
    strongest = [found.strongest_for(place) for place in range(4)]
    assert [effect.switch.name if effect else None for effect in strongest] == ["cutoff", "cutoff", "cutoff", None]


@given(cases(), pools, readings, st.integers(0, 1))
def test_it_is_what_all_combinations_give_by_hand(case, pool, reading, odd) -> None:
    switches = switches_of(case.money)
    if reading.unit is Unit.WAN:
        odd = 0
    counts = {(): Drawn(tuple(case.city), case.industry)}
    found = combine(counts, (), pool + odd, reading, case.money, switches)
    every = [Reading.of(**dict(zip(Reading().as_dict(), way, strict=True))) for way in ways(switches)]
    expected = [
        by_hand(case.city, case.industry, pool + odd, each, case.money).amounts
        if not odd or each.unit is Unit.YUAN
        else None
        for each in every
    ]
    assert [list(each.amounts) if not each.refusal else None for each in found.all] == expected
    assert found.chosen.values == tuple(reading.as_dict().values())
    possible = [amounts for amounts in expected if amounts is not None]
    for place, spread in enumerate(found.spreads):
        assert spread.lowest == min(amounts[place] for amounts in possible)
        assert spread.highest == max(amounts[place] for amounts in possible)
        assert spread.lowest <= spread.chosen <= spread.highest
        assert spread.chosen == found.chosen.amounts[place]
        assert (spread.lowest_by.amounts[place], spread.highest_by.amounts[place]) == (spread.lowest, spread.highest)
        assert spread.lowest_by in found.possible
    by_values = dict(zip(ways(switches), expected, strict=True))
    for at, effect in enumerate(found.effects):
        distances = []
        for one, two in product(by_values, by_values):
            if one < two and all((one[i] == two[i]) is (i != at) for i in range(6)):
                first, second = by_values[one], by_values[two]
                if first is not None and second is not None:
                    distances.append([abs(a - b) for a, b in zip(first, second, strict=True)])
        means = [Fraction(sum(row[place] for row in distances), len(distances) or 1) for place in range(len(case.city))]
        assert list(effect.means) == means
        assert effect.mean == sum(means, Fraction(0))
        moved = [other for other in found.alternatives if other.switch == effect.switch]
        assert effect.largest == max([0, *(abs(more) for other in moved for more in other.differences)])
        if effect.region is not None:
            assert any(other.differences[effect.region] in (effect.largest, -effect.largest) for other in moved
                       if other.differences)  # fmt: skip


@given(cases(), pools, readings)
def test_order_of_the_switches_decides_nothing(case, pool, reading) -> None:
    switches = switches_of(case.money)
    counts = {(): Drawn(tuple(case.city), case.industry)}
    one, two = (combine(counts, (), pool, reading, case.money, order) for order in (switches, switches[::-1]))
    assert [(s.lowest, s.highest) for s in one.spreads] == [(s.lowest, s.highest) for s in two.spreads]
    assert [effect.means for effect in one.effects] == [effect.means for effect in two.effects[::-1]]


def test_1728_combinations_of_17_regions_take_seconds_at_most() -> None:
    draw = Random(17)
    drawn_so = {
        way: Drawn(tuple(drawn(draw, f"{n:02}", 40) for n in range(17)), drawn(draw, None, 9)) for way in ways(COUNTING)
    }
    begun = process_time()
    found = combine(drawn_so, ("all", "inclusive", "all"), POOL, Reading(), FIRST, SWITCHES, COUNTING)
    assert len(found.all) == 1_728
    assert len(found.spreads) == 17
    assert len(found.strongest) == 9
    assert len(found.alternatives) == 12
    # A fiftieth of it where nothing watches; time of the processor, so that nobody else's work counts.
    assert process_time() - begun < 5


def test_the_base_of_the_share_is_one_of_the_switches() -> None:
    region = tally("甲", 10, 5, 1, 0, 1)
    spread = tried(region, tally("乙", 1, 1, 0, 0, 0), base="graded").spreads[0]
    assert Base.GRADED in tried(region, base="graded").chosen.values
    assert spread.lowest <= spread.chosen <= spread.highest
