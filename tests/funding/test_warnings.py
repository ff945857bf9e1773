"""What officers are warned of before they check, sign or lock: each kind on both sides of its line."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from evaluation.marking.late import Standing
from funding.counting import Reported, counts_by_region
from funding.formula import Allocation, allocate
from funding.money import FIRST
from funding.readings import Counting, Reading
from funding.tally import Tally
from funding.warnings import Kind, Warning, warnings_of
from tests.funding.naive import OTHER, tally
from tests.funding.test_formula import CITY, POOL, split

NAMES = {"1": "甲", "2": "乙"}
EARLY, LATE = Standing.WITHDRAWN, Standing.WITHDRAWN_LATE


def of(kind: Kind, found: Iterable[Warning]) -> list[str]:
    return [each.sentence for each in found if each.kind == kind]


def said(kind: Kind, allocation: Allocation) -> list[str]:
    """The sentences of one kind, from the counts alone."""
    return of(kind, warnings_of(allocation, (), Counting()))


def graded(region: str, grades: str) -> list[Reported]:
    return [Reported(region, Standing.GRADED, grade) for grade in grades]


def drawn(
    reported: list[Reported], *, beside: bool = False, pool: int = POOL, how: dict[str, str] | None = None,
    **switches: str,
) -> list[Warning]:  # fmt: skip
    """The warnings of the applications of 甲 and 乙, counted as ``how`` says and split under ``switches``."""
    counting = Counting.of(**(how or {}))
    counts = counts_by_region(reported, counting, grades=FIRST.codes, failing="D")
    tallies = [counts[code].tally(name, code) for code, name in NAMES.items() if code in counts]
    industry = counts[""].tally(None, "") if beside else None
    result = allocate(tallies, industry, pool, Reading.of(**switches), FIRST)
    return list(warnings_of(result, reported, counting))


def test_nothing_that_stands_out_is_no_warning() -> None:
    assert warnings_of(split(tally("甲", 18, 6, 6, 6, 0), tally("乙", 18, 6, 6, 6, 0)), (), Counting()) == ()


def test_the_kinds_stand_in_their_order() -> None:
    reported = [
        *graded("1", "AAAB"), Reported("1", EARLY), Reported("1", EARLY), Reported("1", Standing.UNGRADED),
        *graded("2", "AD"), Reported("2", Standing.GRADED, "A", revoked=True),
    ]  # fmt: skip
    found = drawn(reported, divisor="all")
    assert list(dict.fromkeys(each.kind for each in found)) == [
        Kind.INVERSION, Kind.ONE_FAILING, Kind.UNREACHED, Kind.LIFTED, Kind.REVOKED, Kind.UNGRADED, Kind.REST,
        Kind.NOTHING,
    ]  # fmt: skip
    assert list(Kind) == list(dict.fromkeys(each.kind for each in found))


@pytest.mark.clause("N25")
def test_a_lower_grade_that_is_worth_more_is_an_inversion_and_one_that_is_worth_the_same_is_none() -> None:
    assert said(Kind.INVERSION, split(tally("甲", 60, 20, 9, 30, 0))) == [
        "档次倒挂：1家B档相当于约1.11家A档的金额，低档次平台折合的金额高于高档次平台。"
    ]
    assert said(Kind.INVERSION, split(tally("甲", 60, 20, 10, 30, 0))) == []


@pytest.mark.clause("N24")
def test_a_region_that_one_more_d_would_exclude_is_named_with_what_it_would_lose() -> None:
    assert said(Kind.ONE_FAILING, split(*CITY)) == [
        "下列2个地区再有1家D档即不予支持，失去全部资金：甲（9,250,000元）、丙（5,750,000元）。"
    ]
    # Of six declared one D is bearable; of five it is not.
    assert said(Kind.ONE_FAILING, split(tally("甲", 6, 6, 0, 0, 0))) == []
    assert len(said(Kind.ONE_FAILING, split(tally("甲", 5, 5, 0, 0, 0)))) == 1
    # Where 20 % itself is allowed, five bear one.
    assert said(Kind.ONE_FAILING, split(tally("甲", 5, 5, 0, 0, 0), cutoff="exclusive")) == []
    assert len(said(Kind.ONE_FAILING, split(tally("甲", 5, 4, 0, 0, 1), cutoff="exclusive"))) == 1


def test_a_region_without_money_has_nothing_to_lose_by_one_more_d() -> None:
    assert said(Kind.ONE_FAILING, split(tally("甲", 5, 0, 0, 0, 0))) == []


@pytest.mark.clause("N25")
def test_a_grade_with_points_that_nobody_reached_is_named_and_the_failing_one_never_is() -> None:
    assert said(Kind.UNREACHED, split(tally("甲", 18, 6, 6, 0, 0))) == [
        "计入全市总数的平台中没有C档，该档10分无地区得分。"
    ]
    assert said(Kind.UNREACHED, split(tally("甲", 18, 6, 6, 1, 0))) == []


def test_a_grade_that_only_an_excluded_region_reached_counts_by_the_reading_of_the_totals() -> None:
    city = (tally("甲", 18, 6, 6, 0, 0), tally("乙", 2, 0, 0, 1, 1))
    assert said(Kind.UNREACHED, split(*city)) == []
    assert len(said(Kind.UNREACHED, split(*city, totals="funded"))) == 1


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("reported", "how", "switches", "sentence"),
    [
        # Nine graded and two withdrawn before: 2 of 11 stay below 20 %, 2 of 10 reach it.
        ([*graded("1", "A" * 9), Reported("1", EARLY), Reported("1", EARLY)], {}, {}, ""),
        (
            [*graded("1", "A" * 8), Reported("1", EARLY), Reported("1", EARLY)], {}, {},
            "甲撤回申报2件（评分提交前2件）后获得资金支持；如撤回的均按D档计入，占比为2/10（20%），应不予支持，"
            "涉及15,000,000元。",
        ),
        # Where 20 % itself is allowed, 2 of 10 are not enough.
        ([*graded("1", "A" * 8), Reported("1", EARLY), Reported("1", EARLY)], {}, {"cutoff": "exclusive"}, ""),
        # A late withdrawal without a grade is in the declared number already.
        (
            [*graded("1", "AAAA"), Reported("1", LATE, "D")], {"withdrawn_late": "declared"}, {},
            "甲撤回申报1件（评分提交后1件，其中拟定为D档1件）后获得资金支持；如撤回的均按D档计入，占比为1/5（20%），"
            "应不予支持，涉及15,000,000元。",
        ),
        ([*graded("1", "AAAAA"), Reported("1", LATE, "D")], {"withdrawn_late": "declared"}, {}, ""),
        # Left out, it comes back into it; the graded as base, too.
        ([*graded("1", "AAAAA"), Reported("1", LATE, "D")], {"withdrawn_late": "out"}, {}, ""),
        (
            [*graded("1", "AAAA"), Reported("1", LATE, "B"), Reported("1", EARLY)], {"withdrawn_late": "out"}, {},
            "甲撤回申报2件（评分提交前1件；评分提交后1件）后获得资金支持；如撤回的均按D档计入，占比为2/6（33.33%），"
            "应不予支持，涉及15,000,000元。",
        ),
        ([*graded("1", "AAAAA"), Reported("1", LATE, "D")], {"withdrawn_late": "declared"}, {"base": "graded"}, ""),
        (
            [*graded("1", "AAAA"), Reported("1", LATE, "D")], {"withdrawn_late": "declared"}, {"base": "graded"},
            "甲撤回申报1件（评分提交后1件，其中拟定为D档1件）后获得资金支持；如撤回的均按D档计入，占比为1/5（20%），"
            "应不予支持，涉及15,000,000元。",
        ),
        # Counted as proposed it is under the failing grade, and lifts nobody.
        ([*graded("1", "A" * 5), Reported("1", LATE, "D")], {}, {}, ""),
        # Who is excluded anyway was not lifted.
        ([*graded("1", "AAAD"), Reported("1", EARLY)], {}, {}, ""),
    ],
)  # fmt: skip
def test_a_withdrawal_that_lifted_a_region_over_the_line_is_named(reported, how, switches, sentence) -> None:
    found = of(Kind.LIFTED, drawn(reported, how=how, **switches))
    assert found == ([sentence] if sentence else [])


@pytest.mark.parametrize(("value", "handling"), [("left_out", "计入申报总数，不计档次"), ("counted", "按公布的档次计")])
def test_a_revoked_platform_is_named_under_either_reading_with_what_is_done_with_it(value, handling) -> None:
    revoked = replace(graded("2", "A")[0], revoked=True)
    reported = [*graded("1", "A"), revoked, revoked]
    assert of(Kind.REVOKED, drawn(reported, how={"revoked": value})) == [
        f"公布后撤销的平台2家（乙2家），本次测算的处理：{handling}。"
    ]
    assert of(Kind.REVOKED, drawn(graded("1", "A"), how={"revoked": value})) == []


@pytest.mark.parametrize(
    ("value", "handling"),
    [
        ("declared", "计入申报总数，不计档次"),
        ("as_d", "经核实拒不参加评价的计为D档，其余计入申报总数"),
        ("out", "不计入申报总数"),
    ],
)
def test_ungraded_ones_are_named_by_region_with_their_number_and_how_they_count(value, handling) -> None:
    reported = [*graded("1", "A" * 9), Reported("1", Standing.UNGRADED), *graded("2", "A" * 9)]
    refused = Reported("2", Standing.REFUSED)
    assert of(Kind.UNGRADED, drawn([*reported, refused], how={"ungraded": value})) == [
        f"未评定档次的申报2件（甲1件、乙1件），其中经核实拒不参加评价1件，本次测算的处理：{handling}。"
    ]
    assert of(Kind.UNGRADED, drawn(reported, how={"ungraded": value})) == [
        f"未评定档次的申报1件（甲1件），本次测算的处理：{handling}。"
    ]
    assert of(Kind.UNGRADED, drawn(graded("1", "A"), how={"ungraded": value})) == []


def test_key_industry_platforms_are_looked_at_only_where_they_count() -> None:
    reported = [*graded("1", "A"), Reported("", Standing.UNGRADED), *graded("", "A")]
    assert of(Kind.UNGRADED, drawn(reported, beside=True)) == []
    assert of(Kind.UNGRADED, drawn(reported, beside=True, industry="counted")) == [
        "未评定档次的申报1件（重点行业平台1件），本次测算的处理：计入申报总数，不计档次。"
    ]


@pytest.mark.clause("N27")
def test_a_rest_that_is_not_allocated_is_named_in_yuan_with_the_reason() -> None:
    assert said(Kind.REST, split(*CITY)) == []
    assert said(Kind.REST, split(*CITY, divisor="all")) == [
        "资金总额15,000,000元中有6,000,000元未分配：权重分母采用“计入全市总数的全部得分之和”，为100分，"
        "获得资金支持地区的得分之和为60分，其余得分不分配资金。"
    ]
    assert said(Kind.REST, split(*CITY, divisor="hundred")) == [
        "资金总额15,000,000元中有6,000,000元未分配：权重分母采用“满分100分”，为100分，获得资金支持地区的得分之和为60分。"
    ]
    assert said(Kind.REST, split(tally("甲", 1, 0, 0, 0, 1))) == [
        "资金总额15,000,000元中有15,000,000元未分配：所有区县（市）、管委会的D档占比都达到淘汰线，资金未分配。"
    ]


def test_regions_that_get_nothing_are_named_by_reason() -> None:
    city = (*CITY, tally("戊", 0, 0, 0, 0, 0), tally("己", 1, 0, 0, 0, 0))
    assert said(Kind.NOTHING, split(*city)) == [
        "下列2个地区D档占比达到淘汰线，不分配资金：乙（2/10）、丁（2/5）。",
        "下列1个地区没有申报，不分配资金：戊。",
        "下列1个地区得分为零，不分配资金：己。",
    ]
    assert said(Kind.NOTHING, split(*CITY, cutoff="exclusive")) == [
        "下列1个地区D档占比超过淘汰线，不分配资金：丁（2/5）。"
    ]
    assert said(Kind.NOTHING, split(CITY[0], CITY[2])) == []
    assert said(Kind.NOTHING, split(CITY[0], CITY[2], pool=1)) == [
        "下列1个地区应得金额不足一个金额单位，不分配资金：丙。"
    ]


def test_the_words_are_those_of_the_notice() -> None:
    result = allocate([Tally("甲", 3, {"E": 3})], None, POOL, Reading(), OTHER)
    assert said(Kind.ONE_FAILING, result) == ["下列1个地区再有1家不合格即不予支持，失去全部资金：甲（15,000,000元）。"]
