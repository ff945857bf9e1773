"""The way of one region from counts to yuan, as an officer reads it."""

import re
from fractions import Fraction
from operator import add, mul, sub, truediv

import pytest
from hypothesis import given

from funding.counting import Counts
from funding.derivation import Derivation, Outcome, Step, declared, derive, would_get
from funding.formula import Allocation, allocate, is_excluded
from funding.last_units import last_units
from funding.money import FIRST, Money
from funding.readings import Counting
from funding.rendering import LAST_UNIT_RULE
from funding.tally import Tally
from platforms.notices.terms import FactorShare
from tests.funding.naive import cases, pools, readings, tally
from tests.funding.test_formula import CITY, split

SIGNS = {"+": add, "−": sub, "×": mul, "÷": truediv}


def calculated(formula: str) -> Fraction:
    """What a formula comes to as it is written, from left to right."""
    first, *others = formula.replace(",", "").replace("(", "").replace(")", "").split(" ")
    value = Fraction(first)
    for sign, number in zip(others[::2], others[1::2], strict=True):
        value = SIGNS[sign](value, Fraction(number))
    return value


def step(derivation: Derivation, key: str) -> Step:
    return next(each for each in derivation.steps if each.key == key)


def values(derivation: Derivation, key: str) -> list[Fraction]:
    return [each.value or Fraction(0) for each in derivation.steps if each.key == key]


def told(derivation: Derivation) -> list[tuple[str, str, str]]:
    return [(each.label, each.formula, each.result) for each in derivation.steps]


def all_of(allocation: Allocation) -> list[Derivation]:
    return [derive(allocation, place) for place in range(len(allocation.tallies))]


# The worked example of the readings.


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
def test_the_worked_example_is_derived_step_by_step() -> None:
    derivation = derive(split(*CITY), 0)
    assert told(derivation) == [
        ("D档占比", "1 ÷ 10", "10%，低于淘汰线20%，参加分配"),
        ("全市总数", "", "A档10家、B档10家、C档5家"),
        ("A档得分", "4/10 × 60", "24"),
        ("B档得分", "3/10 × 30", "9"),
        ("C档得分", "2/5 × 10", "4"),
        ("得分", "24 + 9 + 4", "37分"),
        ("权重分母", "37 + 23", "60分"),
        ("权重", "37 ÷ 60", "37/60（约61.6667%）"),
        ("应得金额", "15,000,000 × 37/60", "9,250,000元"),
        ("舍去尾数", "9,250,000 − 0", "9,250,000元"),
        ("剩余单位", "各地舍去尾数后没有剩余单位", "不再分配"),
        ("分配金额", "9,250,000 + 0", "9,250,000元"),
    ]
    assert (derivation.name, derivation.code, derivation.amount) == ("甲", "甲", 9_250_000)
    assert (derivation.outcome, derivation.headline) == (Outcome.FUNDED, "分配9,250,000元")
    assert derivation.sentences == ("D档现有1家；再增加1家（申报总数10家不变），占比即达到淘汰线20%，不再予以支持。",)


@pytest.mark.parametrize(
    ("switches", "amounts"),
    [
        ({}, (9_250_000, 0, 5_750_000, 0)),
        ({"divisor": "all"}, (5_550_000, 0, 3_450_000, 0)),
        ({"totals": "funded"}, (9_517_857, 0, 5_482_143, 0)),
        ({"cutoff": "exclusive"}, (6_306_818, 4_772_727, 3_920_455, 0)),
    ],
)
def test_under_each_reading_of_the_example_the_last_step_is_the_amount(switches, amounts) -> None:
    found = all_of(split(*CITY, **switches))
    assert tuple(each.amount for each in found) == amounts
    funded = [each for each in found if each.outcome is Outcome.FUNDED]
    assert [step(each, "amount").value for each in funded] == [amount for amount in amounts if amount]


def test_each_step_names_the_reading_that_it_follows() -> None:
    derivation = derive(split(*CITY, beside=tally(None, 3, 3, 0, 0, 0)), 0)
    notes = {each.key: each.note for each in derivation.steps}
    assert notes["share"] == (
        "占比基数取“申报总数：已上报且未撤回的申报”。淘汰线取“含20%：达到20%即不予支持”。"
    )  # fmt: skip
    assert notes["totals"] == "全市总数取“全部地区的A、B、C档”。重点行业平台取“不计入全市总数”。"
    assert notes["divisor"] == "权重分母取“获得资金支持地区的得分之和”。"
    assert step(derive(split(*CITY), 0), "totals").note == "全市总数取“全部地区的A、B、C档”。"
    assert [each.key for each in derivation.steps if not each.is_calculation] == ["totals", "last"]
    assert step(derivation, "term").note == "本地区A档4家，全市10家，该档60分。"


def test_the_divisor_is_written_out_as_its_reading_has_it() -> None:
    city = (tally("甲", 4, 2, 0, 2, 0), tally("乙", 4, 2, 0, 0, 2))
    assert step(derive(split(*city), 0), "divisor").formula == "40"
    # Nobody reached B, so its points are in no total; full marks stay full.
    assert step(derive(split(*city, divisor="all"), 0), "divisor").formula == "60 + 10"
    hundred = step(derive(split(*city, divisor="hundred"), 0), "divisor")
    assert (hundred.formula, hundred.result) == ("60 + 30 + 10", "100分")


@pytest.mark.parametrize(("regions", "formula"), [(20, " + ".join(["3"] * 20)), (21, "21个地区的得分相加")])
def test_the_scores_of_more_than_twenty_regions_are_told_by_their_number(regions, formula) -> None:
    city = [tally(f"{n:02d}", 1, 1, 0, 0, 0) for n in range(regions)]
    assert step(derive(split(*city), 0), "divisor").formula == formula


# The last units.


@pytest.mark.clause("N27")
def test_the_last_yuan_goes_to_the_larger_cut_off_part() -> None:
    result = split(*CITY, totals="funded")
    rest = last_units(result)
    assert (rest.unit, rest.due, rest.kept, rest.units) == (1, 15_000_000, 14_999_999, 1)
    assert [(each.name, each.cut, each.got, each.tied) for each in rest.order] == [
        ("丙", Fraction(6, 7), True, False),
        ("甲", Fraction(1, 7), False, False),
    ]
    told_rest = "15,000,000 − 14,999,999 = 1元，即剩余1个单位，每个1元。" + LAST_UNIT_RULE
    assert step(derive(result, 2), "last") == Step(
        "last",
        "剩余单位",
        "剩余1个单位，每个1元；本地区尾数在2个地区中由大到小排第1",
        "分得1元",
        Fraction(1),
        told_rest,
    )
    lost = step(derive(result, 0), "last")
    assert (lost.formula, lost.result, lost.value) == (
        "剩余1个单位，每个1元；本地区尾数在2个地区中由大到小排第2",
        "未分得",
        0,
    )
    cut = step(derive(result, 0), "cut")
    assert (cut.formula, cut.note) == ("66,625,000/7 − 1/7", "舍去不足1元的部分1/7元（约0.1429元）。")


def test_equal_cut_off_parts_are_served_by_code_and_say_so() -> None:
    city = [tally(name, 1, 1, 0, 0, 0, code=code) for name, code in (("甲", "3"), ("乙", "1"), ("丙", "2"))]
    result = split(*city, pool=10_000_000)
    assert [(each.name, each.got, each.tied) for each in last_units(result).order] == [
        ("乙", True, True),
        ("丙", False, True),
        ("甲", False, True),
    ]
    assert step(derive(result, 0), "last").note.endswith("本地区与乙、丙尾数相同，按地区代码先后。")


@pytest.mark.parametrize(("regions", "others"), [(6, "1、2、3、4、5"), (7, "1、2、3、4、5等6个地区")])
def test_of_many_equal_parts_the_first_five_are_named(regions, others) -> None:
    city = [tally(str(n), 1, 1, 0, 0, 0) for n in range(regions)]
    result = split(*city, pool=10_000_000)
    note = step(derive(result, 0), "last").note
    assert note.endswith(f"本地区与{others}尾数相同，按地区代码先后。")


def test_where_the_neighbour_lost_less_nothing_is_said_of_codes() -> None:
    note = step(derive(split(*CITY, totals="funded"), 2), "last").note
    assert note.endswith(LAST_UNIT_RULE)


def test_a_region_without_a_cut_off_part_stands_in_no_order() -> None:
    # Half of 20,000 yuan is whole, a sixth is not.
    result = split(
        *[tally(name, n, n, 0, 0, 0) for name, n in (("甲", 3), ("乙", 1), ("丙", 1), ("丁", 1))], pool=20_000
    )
    rest = last_units(result)
    assert (rest.units, [each.name for each in rest.order]) == (1, ["丁", "丙", "乙"])
    assert rest.place(result.tallies[0]) is None
    last = step(derive(result, 0), "last")
    assert (last.formula, last.result, last.value) == (
        "剩余1个单位，每个1元；本地区没有尾数",
        "不参加分配",
        0,
    )


def test_in_units_of_ten_thousand_yuan_the_last_unit_is_one_of_these() -> None:
    result = split(*CITY, totals="funded", unit="wan")
    assert result.amounts == (9_520_000, 0, 5_480_000, 0)
    derivation = derive(result, 0)
    assert told(derivation)[-3:] == [
        ("舍去尾数", "66,625,000/7 − 55,000/7", "9,510,000元"),
        ("剩余单位", "剩余1个单位，每个1万元；本地区尾数在2个地区中由大到小排第1", "分得1万元"),
        ("分配金额", "9,510,000 + 10,000", "9,520,000元"),
    ]
    assert step(derivation, "cut").note == "舍去不足1万元的部分55,000/7元（约7,857.1429元）。"


@pytest.mark.clause("N27")
@given(cases(), pools, readings)
def test_the_order_of_the_last_units_is_the_order_in_which_they_were_given(case, pool, reading) -> None:
    result = allocate(case.city, case.industry, pool, reading, case.money)
    rest = last_units(result)
    assert [each.got for each in rest.order] == [place < rest.units for place in range(len(rest.order))]
    assert rest.kept + rest.units * rest.unit == result.allocated == rest.due
    assert [(-each.cut, each.tally.code) for each in rest.order] == sorted(
        (-each.cut, each.tally.code) for each in rest.order
    )
    for each in rest.order:
        assert 0 < each.cut < rest.unit
        assert each.tied == (sum(other.cut == each.cut for other in rest.order) > 1)


# Every reading.


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
@given(cases(), pools, readings)
def test_the_steps_multiply_out_to_the_amount(case, pool, reading) -> None:
    result = allocate(case.city, case.industry, pool, reading, case.money)
    for row, derivation in zip(result.rows, all_of(result), strict=True):
        assert derivation.amount == row.amount
        if derivation.outcome is not Outcome.FUNDED:
            assert row.amount == 0
            assert values(derivation, "score") in ([], [0])
            continue
        (score,), (weight,), (share,) = (values(derivation, key) for key in ("score", "weight", "exact"))
        (kept,), (last,), (amount,) = (values(derivation, key) for key in ("cut", "last", "amount"))
        assert sum(values(derivation, "term"), Fraction(0)) == score
        assert weight * values(derivation, "divisor")[0] == score
        assert weight * pool == share
        assert 0 <= share - kept < reading.unit.yuan
        assert last in (0, reading.unit.yuan)
        assert kept + last == amount == row.amount


@given(cases(), pools, readings)
def test_each_formula_of_signs_comes_to_its_value(case, pool, reading) -> None:
    for derivation in all_of(allocate(case.city, case.industry, pool, reading, case.money)):
        for each in derivation.steps:
            if each.is_calculation:
                assert calculated(each.formula) == each.value


# Excluded regions.


@pytest.mark.clause("N24")
def test_an_excluded_region_is_told_why_how_far_it_is_and_what_it_would_get() -> None:
    derivation = derive(split(*CITY), 1)
    assert told(derivation) == [("D档占比", "2 ÷ 10", "20%，达到淘汰线20%，不予支持")]
    assert (derivation.outcome, derivation.headline, derivation.amount) == (Outcome.EXCLUDED, "不予支持", 0)
    assert derivation.sentences == (
        "申报总数10家，其中D档2家，占20%，达到淘汰线20%，不予支持。",
        "D档减少1家（申报总数不变），或者申报总数增加1家（D档家数不变），占比即低于淘汰线20%。",
        "如占比低于淘汰线20%，其他各档家数不变，按同一口径可分得4,772,727元。",
    )


@pytest.mark.clause("N24")
def test_under_the_other_line_and_the_other_base_the_sentences_say_so() -> None:
    region = tally("甲", 12, 4, 2, 0, 3)
    excluded = derive(split(region, cutoff="exclusive", base="graded"), 0)
    assert excluded.sentences == (
        "已评定档次的平台9家，其中D档3家，占约33.33%，超过淘汰线20%，不予支持。",
        "D档减少2家（已评定档次的平台不变），或者已评定档次的平台增加6家（D档家数不变），占比即不超过淘汰线20%。",
        "如占比不超过淘汰线20%，其他各档家数不变，按同一口径可分得15,000,000元。",
    )
    kept = derive(split(tally("甲", 10, 4, 2, 2, 2), cutoff="exclusive"), 0)
    assert told(kept)[0] == ("D档占比", "2 ÷ 10", "20%，不超过淘汰线20%，参加分配")
    assert kept.sentences == ("D档现有2家；再增加1家（申报总数10家不变），占比即超过淘汰线20%，不再予以支持。",)


@pytest.mark.clause("N24")
@given(cases(), pools, readings)
def test_so_many_fewer_or_so_many_more_bring_a_region_below_the_line_and_one_less_does_not(case, pool, reading) -> None:
    result = allocate(case.city, None, pool, reading, case.money)
    line = case.money.share.line
    for place, row in enumerate(result.rows):
        if not row.excluded:
            continue
        derivation = derive(result, place)
        fewer, more = map(int, re.findall(r"(?:减少|增加)(\d+)家", derivation.sentences[1]))
        assert 1 <= fewer <= row.failing
        assert more >= 1
        for failing, base, out in (
            (row.failing - fewer, row.base, False),
            (row.failing - fewer + 1, row.base, True),
            (row.failing, row.base + more, False),
            (row.failing, row.base + more - 1, True),
        ):
            assert is_excluded(failing, base, reading.cutoff, line) is out


def test_what_an_excluded_region_would_get_is_what_it_gets_without_its_failing_ones() -> None:
    saved = [CITY[0], tally("乙", 10, 2, 4, 2, 0), *CITY[2:]]
    assert would_get(split(*CITY), 1) == split(*saved).amounts[1] == 4_772_727


# Regions with nothing to share in.


def test_a_region_that_declared_nothing_is_told_so_in_a_sentence() -> None:
    nothing = derive(split(*CITY, tally("戊", 0, 0, 0, 0, 0)), 4)
    assert (nothing.outcome, nothing.headline, nothing.steps) == (
        Outcome.UNDECLARED,
        "没有申报，不分配资金",
        (),
    )
    assert nothing.sentences == ("本地区没有计入申报总数的申报，不作淘汰，也不分配资金。",)
    withdrawn = derive(split(*CITY, tally("戊", 0, 0, 0, 0, 0, withdrawn=2)), 4)
    assert withdrawn.sentences == (
        "本地区没有计入申报总数的申报（撤回的2家不计入），不作淘汰，也不分配资金。",
    )  # fmt: skip


def test_a_region_that_scores_nothing_is_derived_up_to_its_score() -> None:
    scoreless = derive(split(*CITY, tally("戊", 6, 0, 0, 0, 1)), 4)
    assert [each.key for each in scoreless.steps] == ["share", "totals", "term", "term", "term", "score"]
    assert told(scoreless)[-1] == ("得分", "0 + 0 + 0", "0分")
    assert scoreless.headline == "得分为零，不分配资金"
    assert scoreless.sentences == (
        "本地区没有A、B、C档平台，得分为零，不分配资金。",
        "D档现有1家；再增加1家（申报总数6家不变），占比即达到淘汰线20%，不再予以支持。",
    )


def test_a_region_without_grades_has_no_share_where_grades_are_the_base() -> None:
    ungraded = derive(split(*CITY, tally("戊", 2, 0, 0, 0, 0), base="graded"), 4)
    assert told(ungraded)[0] == ("D档占比", "没有已评定档次的平台", "不计占比，未被淘汰")
    assert ungraded.sentences == ("本地区没有A、B、C档平台，得分为零，不分配资金。",)


def test_a_grade_that_nobody_reached_gives_nobody_its_points() -> None:
    derivation = derive(split(tally("甲", 2, 2, 0, 0, 0)), 0)
    assert told(derivation)[3] == ("B档得分", "全市没有B档平台", "0")
    assert step(derivation, "score").formula == "60 + 0 + 0"


# Other notices.


def test_under_another_notice_grades_points_and_line_are_its_own() -> None:
    money = Money(FactorShare((("E", 50),), "F", Fraction(1)), (("E", "优秀"), ("F", "不合格")))
    excluded = derive(allocate([Tally("甲", 2, {"E": 0, "F": 2})], None, 10_000, split().reading, money), 0)
    assert excluded.sentences[1] == (
        "不合格减少1家（申报总数不变），或者申报总数增加1家（不合格家数不变），占比即低于淘汰线100%。"
    )  # fmt: skip
    never = split(cutoff="exclusive").reading
    found = derive(allocate([Tally("甲", 2, {"E": 1, "F": 1})], None, 10_000, never, money), 0)
    assert found.sentences == ("申报总数2家全部为不合格，也不超过淘汰线100%。",)
    assert told(found)[2] == ("优秀得分", "1/1 × 50", "50")


def test_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        derive(split(*CITY), 4)


# The counts.


def test_the_declared_number_is_the_sum_of_its_columns() -> None:
    counts = Counts(
        grades={"A": 4, "B": 3, "C": 2, "D": 2},
        ungraded=1,
        withdrawn_late=2,
        revoked=3,
        withdrawn=4,
        left_out=5,
        late_failing=1,
        refused_failing=1,
    )
    found = declared(counts, Counting(), FIRST)
    assert (found.key, found.label, found.formula, found.result) == (
        "declared",
        "申报总数",
        "4 + 3 + 2 + 2 + 1 + 2 + 3",
        "17家",
    )
    assert calculated(found.formula) == found.value == counts.declared
    assert found.note == (
        "依次为A档、B档、C档、D档、未评定、评分后撤回、公布后撤销。D档中含评分后撤回1家、拒不参加评价1家。"
        "另有撤回4家、未评定5家不计入申报总数。评分后撤回的申报：计入申报总数，拟定为D档的计为D档。"
        "公布后撤销的平台：计入申报总数，不计档次。未评定档次的申报：计入申报总数，不计档次。"
    )


def test_where_nothing_stands_beside_the_counts_nothing_is_said_of_it() -> None:
    found = declared(Counts(grades={"A": 1}), Counting(), FIRST)
    assert (found.formula, found.result) == ("1 + 0 + 0 + 0 + 0 + 0 + 0", "1家")
    assert found.note.startswith("依次为A档、B档、C档、D档、未评定、评分后撤回、公布后撤销。评分后撤回的申报：")
