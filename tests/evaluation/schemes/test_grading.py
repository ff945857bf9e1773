from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.schemes import default_scheme
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import (
    FULL,
    Entry,
    IndicatorValue,
    SchemeValue,
    grade,
    grade_of,
    hundredths,
    plain,
    points_of,
    problems,
)

HEADS = ("conditions", "content", "quantity", "sustainability", "deductions")
GRADES = (("A", "A档"), ("B", "B档"), ("C", "C档"), ("D", "D档"))
CUTOFFS = (("A", Fraction(90)), ("B", Fraction(75)), ("C", Fraction(60)))
GATE = IndicatorValue("gate", "基本条件", Method.GATE)
SCORED = IndicatorValue("scored", "评分", Method.SCORED, full_marks=Fraction(40))
LINEAR = IndicatorValue(
    "linear", "服务企业", Method.LINEAR, full_marks=Fraction(30), floor=Fraction(20), target=Fraction(200)
)
TIERS = IndicatorValue(
    "tiers",
    "专职人员",
    Method.TIERS,
    full_marks=Fraction(30),
    tiers=((Fraction(1), Fraction(10)), (Fraction(3), Fraction(20)), (Fraction(5), Fraction(30))),
)
DEDUCTION = IndicatorValue("deduct", "投诉", Method.DEDUCTION, full_marks=Fraction(5))


def scheme_of(
    indicators: tuple[IndicatorValue, ...], cutoffs: tuple[tuple[str, Fraction], ...] = CUTOFFS
) -> SchemeValue:
    """A scheme under the grades of 2020; nobody looks at its heads."""
    return SchemeValue(indicators, cutoffs, GRADES)


SCHEME = scheme_of((GATE, SCORED, LINEAR, TIERS, DEDUCTION))
FULL_ENTRIES = {
    "gate": Entry(passed=True),
    "scored": Entry(points=Fraction(40)),
    "linear": Entry(verified=Fraction(200)),
    "tiers": Entry(verified=Fraction(5)),
    "deduct": Entry(verified=Fraction(0)),
}

amounts = st.fractions(min_value=0, max_value=1000, max_denominator=100)


@st.composite
def entries(draw: Callable) -> dict[str, Entry]:
    return {
        "gate": Entry(passed=draw(st.booleans())),
        "scored": Entry(points=draw(amounts)),
        "linear": Entry(verified=draw(amounts)),
        "tiers": Entry(verified=draw(amounts)),
        "deduct": Entry(verified=draw(st.integers(0, 30).map(Fraction))),
    }


@pytest.mark.clause("N20")
@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (Fraction(100), "A"),
        (Fraction(90), "A"),
        (Fraction("89.99"), "B"),
        (Fraction(75), "B"),
        (Fraction("74.99"), "C"),
        (Fraction(60), "C"),
        (Fraction("59.99"), "D"),
        (Fraction(0), "D"),
    ],
)
def test_each_cut_off_belongs_to_the_better_grade(points: Fraction, expected: str) -> None:
    assert grade_of(points, SCHEME) == expected


@pytest.mark.clause("N21")
def test_a_failed_gate_gives_d_whatever_the_points() -> None:
    outcome = grade(SCHEME, FULL_ENTRIES | {"gate": Entry(passed=False)})
    assert (outcome.points, outcome.grade, outcome.failed_gates) == (FULL, "D", ("gate",))
    assert grade(SCHEME, FULL_ENTRIES).grade == "A"


@pytest.mark.clause("N21")
def test_poor_indicators_give_d() -> None:
    assert grade(SCHEME, FULL_ENTRIES | {"scored": Entry(points=Fraction(0))}).grade == "C"
    poor = FULL_ENTRIES | {"scored": Entry(points=Fraction(0)), "deduct": Entry(verified=Fraction(1))}
    assert grade(SCHEME, poor).grade == "D"


@pytest.mark.clause("N29")
def test_a_veto_gives_d_whatever_the_points() -> None:
    outcome = grade(SCHEME, FULL_ENTRIES, vetoed=True)
    assert (outcome.points, outcome.grade) == (FULL, "D")


def test_what_is_missing_is_listed_in_the_order_of_the_scheme_and_earns_nothing() -> None:
    outcome = grade(SCHEME, {"linear": Entry(verified=Fraction(200))})
    assert outcome.missing == ("gate", "scored", "tiers", "deduct")
    assert (outcome.points, outcome.grade, dict(outcome.lines)) == (30, "D", {"linear": 30})
    assert grade(SCHEME, FULL_ENTRIES).missing == ()


@pytest.mark.parametrize(
    ("indicator", "entry", "expected"),
    [
        (GATE, Entry(passed=True), None),
        (SCORED, Entry(points=Fraction("39.5")), Fraction("39.5")),
        (SCORED, Entry(points=Fraction(41)), 40),
        (SCORED, Entry(points=Fraction(-1)), 0),
        (SCORED, Entry(), None),
        (LINEAR, Entry(), None),
        (LINEAR, Entry(verified=Fraction(19)), 0),
        (LINEAR, Entry(verified=Fraction(20)), 0),
        (LINEAR, Entry(verified=Fraction(110)), 15),
        (LINEAR, Entry(verified=Fraction(21)), Fraction("0.17")),
        (LINEAR, Entry(verified=Fraction(200)), 30),
        (LINEAR, Entry(verified=Fraction(9999)), 30),
        (TIERS, Entry(verified=Fraction(0)), 0),
        (TIERS, Entry(verified=Fraction(1)), 10),
        (TIERS, Entry(verified=Fraction("2.99")), 10),
        (TIERS, Entry(verified=Fraction(3)), 20),
        (TIERS, Entry(verified=Fraction(50)), 30),
        (DEDUCTION, Entry(verified=Fraction(0)), 0),
        (DEDUCTION, Entry(verified=Fraction(3)), -15),
    ],
)
def test_points_of_one_indicator(indicator: IndicatorValue, entry: Entry, expected: Fraction | None) -> None:
    assert points_of(indicator, entry) == expected


def test_points_are_rounded_half_up_once_and_never_again() -> None:
    assert hundredths(Fraction(1, 200)) == Fraction(1, 100)
    assert hundredths(Fraction(1, 200) - Fraction(1, 10**9)) == 0
    thirds = tuple(replace(LINEAR, code=f"third{n}", floor=Fraction(0), target=Fraction(90)) for n in range(3))
    outcome = grade(scheme_of(thirds), {i.code: Entry(verified=Fraction(1)) for i in thirds})
    assert outcome.points == 3 * Fraction("0.33")


@given(entries())
def test_points_lie_between_nothing_and_full_marks(given_entries: dict[str, Entry]) -> None:
    outcome = grade(SCHEME, given_entries)
    assert 0 <= outcome.points <= FULL
    assert outcome.points == max(sum(outcome.lines.values()), 0)
    assert (outcome.points * 100).denominator == 1


@given(entries(), st.sampled_from(["scored", "linear", "tiers"]), amounts)
def test_more_never_earns_less_and_never_a_worse_grade(
    given_entries: dict[str, Entry], code: str, more: Fraction
) -> None:
    before = given_entries[code]
    grown = Entry(
        verified=None if before.verified is None else before.verified + more,
        points=None if before.points is None else before.points + more,
    )
    lower, higher = grade(SCHEME, given_entries), grade(SCHEME, given_entries | {code: grown})
    assert higher.points >= lower.points
    assert higher.grade <= lower.grade


@given(entries(), st.permutations(SCHEME.indicators))
def test_the_order_of_indicators_changes_nothing(given_entries: dict[str, Entry], order: list[IndicatorValue]) -> None:
    shuffled, straight = grade(scheme_of(tuple(order)), given_entries), grade(SCHEME, given_entries)
    assert (shuffled.points, shuffled.grade, dict(shuffled.lines)) == (
        straight.points,
        straight.grade,
        dict(straight.lines),
    )


def test_a_scheme_that_holds_has_no_problems() -> None:
    assert problems(SCHEME) == ()


@pytest.mark.parametrize(
    ("scheme", "problem"),
    [
        (scheme_of(()), "评价方案还没有计分指标，请先添加指标。"),
        (scheme_of((GATE, DEDUCTION)), "评价方案还没有计分指标，请先添加指标。"),
        (scheme_of((SCORED, LINEAR)), "各计分指标满分合计为 70 分，应为 100 分。"),
        (
            scheme_of(SCHEME.indicators, (("A", Fraction(101)), *CUTOFFS[1:])),
            "各档起点须在 0 至 100 分之间，并依次降低。",
        ),
        (
            scheme_of(SCHEME.indicators, (*CUTOFFS[:2], ("C", Fraction(75)))),
            "各档起点须在 0 至 100 分之间，并依次降低。",
        ),
        (
            scheme_of(SCHEME.indicators, (*CUTOFFS[:2], ("C", Fraction(0)))),
            "各档起点须在 0 至 100 分之间，并依次降低。",
        ),
        (scheme_of(SCHEME.indicators, CUTOFFS[1:]), "请填写A档的起点分。"),
        (
            scheme_of(SCHEME.indicators, (*CUTOFFS, ("D", Fraction(10)))),
            "D档没有起点分，通知没有的档次也不填写起点分。",
        ),
        (
            replace(scheme_of((replace(GATE, head="other"), *SCHEME.indicators[1:])), heads=("", "content")),
            "指标“基本条件”：请选择通知所列的指标类别。",
        ),
        (scheme_of((SCORED, SCORED, replace(SCORED, full_marks=Fraction(20)))), "指标代号“scored”重复。"),
        (
            scheme_of((replace(GATE, full_marks=Fraction(1)), *SCHEME.indicators[1:])),
            "指标“基本条件”：基本条件不计分，满分须为 0。",
        ),
        (
            scheme_of((*SCHEME.indicators, replace(SCORED, code="none", full_marks=Fraction(0)))),
            "指标“评分”：满分须大于 0。",
        ),
        (
            scheme_of((SCORED, TIERS, replace(LINEAR, floor=None))),
            "指标“服务企业”：按比例计分须填写起点值和目标值。",
        ),
        (
            scheme_of((SCORED, TIERS, replace(LINEAR, floor=Fraction(200)))),
            "指标“服务企业”：目标值须大于起点值。",
        ),
        (scheme_of((SCORED, LINEAR, replace(TIERS, tiers=()))), "指标“专职人员”：分档计分须填写分档。"),
        (
            scheme_of((SCORED, LINEAR, replace(TIERS, tiers=TIERS.tiers[::-1]))),
            "指标“专职人员”：分档的数值须依次升高，得分不得降低。",
        ),
        (
            scheme_of((SCORED, LINEAR, replace(TIERS, tiers=TIERS.tiers[:2]))),
            "指标“专职人员”：最高一档的得分须等于满分，各档得分不得为负。",
        ),
    ],
)
def test_what_keeps_a_scheme_from_being_used(scheme: SchemeValue, problem: str) -> None:
    assert problems(scheme) == (problem,)


@pytest.mark.clause("N20")
def test_the_default_scheme_has_the_four_heads_of_the_notice_and_100_points() -> None:
    by_head: dict[str, int] = {}
    for row in default_scheme.indicators(HEADS):
        if row["method"] != Method.DEDUCTION:
            by_head[row["head"]] = by_head.get(row["head"], 0) + row["full_marks"]
    assert by_head == {"conditions": 20, "content": 30, "quantity": 30, "sustainability": 20}
    assert [row["method"] for row in default_scheme.indicators(HEADS)].count(Method.GATE) == 6
    assert "默认" in default_scheme.NAME
    assert "不是宁波市确定的评价标准" in default_scheme.NOTE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(7), "7"),
        (Fraction("7.5"), "7.5"),
        (Fraction("7.25"), "7.25"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction("-0.05"), "-0.05"),
    ],
)
def test_points_as_people_write_them(value: Fraction, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (("A", "B", "C", "D"), [("A", 90), ("B", 75), ("C", 60)]),
        (("EX", "OK", "NO"), [("EX", 90), ("OK", 60)]),
        (("YES", "NO"), [("YES", 60)]),
    ],
)
def test_the_default_cut_offs_lie_evenly(grades: tuple[str, ...], expected: list[tuple[str, int]]) -> None:
    assert default_scheme.cutoffs(grades) == expected


def test_an_indicator_without_a_head_of_its_own_stands_under_the_first() -> None:
    assert {row["head"] for row in default_scheme.indicators(("content", "deductions"))} == {"content", "deductions"}


def test_three_grades_are_graded_as_four_are() -> None:
    three = SchemeValue(
        SCHEME.indicators,
        (("EX", Fraction(85)), ("OK", Fraction(60))),
        (("EX", "优秀"), ("OK", "合格"), ("NO", "不合格")),
    )
    assert [grade_of(Fraction(n), three) for n in (85, 84, 60, 59)] == ["EX", "OK", "OK", "NO"]
    assert grade(three, FULL_ENTRIES, vetoed=True).grade == "NO"
    assert problems(three) == ()
