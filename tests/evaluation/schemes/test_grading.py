from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

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
    grades_by_rank,
    hundredths,
    plain,
    points_of,
    problems,
    stated_by_form,
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


def shares(*pairs: tuple[str, int]) -> tuple[tuple[str, Fraction], ...]:
    return tuple((code, Fraction(share)) for code, share in pairs)


def least(**points: int) -> tuple[tuple[str, Fraction], ...]:
    return tuple((code, Fraction(number)) for code, number in points.items())


@pytest.mark.parametrize(
    ("scheme", "place", "told"),
    [
        (scheme_of(()), "", "评价方案尚无计分指标，请先添加指标。"),
        (scheme_of((GATE, DEDUCTION)), "", "评价方案尚无计分指标，请先添加指标。"),
        (scheme_of((SCORED, LINEAR)), "", "各计分指标满分合计为 70 分，应为 100 分。"),
        (
            scheme_of((replace(SCORED, by_type={"park": Fraction(41)}), LINEAR, TIERS)),
            "",
            "小微企业园窗口平台各计分指标满分合计为 101 分，应为 100 分。",
        ),
        (
            scheme_of(SCHEME.indicators, least(A=101, B=75, C=60)),
            "cutoffs.A.least",
            "A档：起点分高于满分 100 分，没有平台能够达到。",
        ),
        (
            scheme_of(SCHEME.indicators, least(A=90, B=75, C=75)),
            "cutoffs.C.least",
            "C档：与B档的起点相同，没有平台能够评为C档，请降低起点。",
        ),
        (
            scheme_of(SCHEME.indicators, least(A=90, B=75, C=76)),
            "cutoffs.C.least",
            "C档：起点分不得高于B档。",
        ),
        (
            scheme_of(SCHEME.indicators, least(A=90, B=75, C=0)),
            "cutoffs.C.least",
            "C档：起点分须大于 0，或者填写名次占比。",
        ),
        (
            replace(
                scheme_of(SCHEME.indicators, least(A=90, B=75, C=0)), shares=shares(("A", 20), ("B", 19), ("C", 90))
            ),
            "cutoffs.B.share",
            "B档：名次占比自最好的档次起累计，不得低于A档。",
        ),
        (
            replace(scheme_of(SCHEME.indicators, least(A=0, B=0, C=60)), shares=shares(("A", 20), ("B", 20))),
            "cutoffs.B.least",
            "B档：与A档的起点相同，没有平台能够评为B档，请降低起点。",
        ),
        (
            replace(scheme_of(SCHEME.indicators), shares=shares(("B", 101))),
            "cutoffs.B.share",
            "B档：名次占比须大于 0、不超过 100%。",
        ),
        (
            replace(scheme_of(SCHEME.indicators), shares=shares(("A", 0))),
            "cutoffs.A.share",
            "A档：名次占比须大于 0、不超过 100%。",
        ),
        (scheme_of(SCHEME.indicators, CUTOFFS[1:]), "", "请填写A档的起点分或名次占比。"),
        (
            scheme_of(SCHEME.indicators, (*CUTOFFS, ("D", Fraction(10)))),
            "cutoffs.D.grade",
            "D档：最低档和通知所列之外的档次不设起点。",
        ),
        (
            replace(scheme_of((replace(GATE, head="other"), *SCHEME.indicators[1:])), heads=("", "content")),
            "indicators.gate.head",
            "指标“基本条件”：请选择通知所列的指标类别。",
        ),
        (
            scheme_of((replace(GATE, full_marks=Fraction(1)), *SCHEME.indicators[1:])),
            "indicators.gate.full_marks",
            "指标“基本条件”：基本条件不计分，满分须为 0。",
        ),
        (
            scheme_of((replace(GATE, by_type={"park": Fraction(1)}), *SCHEME.indicators[1:])),
            "indicators.gate.full_marks",
            "指标“基本条件”：基本条件不计分，满分须为 0。",
        ),
        (
            scheme_of((*SCHEME.indicators, replace(SCORED, code="none", full_marks=Fraction(0)))),
            "indicators.none.full_marks",
            "指标“评分”：满分须大于 0。",
        ),
        (
            scheme_of((SCORED, TIERS, replace(LINEAR, floor=None))),
            "indicators.linear.floor",
            "指标“服务企业”：按比例计分须填写起点值。",
        ),
        (
            scheme_of((SCORED, TIERS, replace(LINEAR, target=None))),
            "indicators.linear.target",
            "指标“服务企业”：按比例计分须填写目标值。",
        ),
        (
            scheme_of((SCORED, TIERS, replace(LINEAR, floor=Fraction(200)))),
            "indicators.linear.target",
            "指标“服务企业”：目标值须大于起点值。",
        ),
        (
            scheme_of((SCORED, LINEAR, replace(TIERS, tiers=()))),
            "indicators.tiers.tiers",
            "指标“专职人员”：分档计分须填写分档。",
        ),
        (
            scheme_of((SCORED, LINEAR, replace(TIERS, tiers=TIERS.tiers[::-1]))),
            "indicators.tiers.tiers",
            "指标“专职人员”：分档的数值须依次升高，得分不得降低。",
        ),
        (
            scheme_of((SCORED, LINEAR, replace(TIERS, tiers=TIERS.tiers[:2]))),
            "indicators.tiers.tiers",
            "指标“专职人员”：最高一档的得分须等于满分 30 分。",
        ),
    ],
)
def test_what_keeps_a_scheme_from_being_used_is_told_at_its_place(scheme: SchemeValue, place: str, told: str) -> None:
    assert [(each.place, each.told) for each in problems(scheme)] == [(place, told)]


def test_a_code_that_stands_twice_is_told_at_both_rows() -> None:
    twice = scheme_of((SCORED, SCORED, replace(SCORED, code="other", full_marks=Fraction(20))))
    assert [(each.place, each.sentence) for each in problems(twice)] == [
        ("indicators.scored.code", "指标代号“scored”重复。"),
        ("indicators.scored.code", "指标代号“scored”重复。"),
    ]


def test_what_is_counted_needs_a_figure_that_there_is() -> None:
    sourced = scheme_of((GATE, SCORED, replace(LINEAR, source="old"), TIERS, replace(DEDUCTION, source="complaints")))
    assert [(each.place, each.sentence) for each in problems(sourced, known={"complaints"})] == [
        ("indicators.linear.source", "没有名为“old”的数值来源，请重新选择。"),
        ("indicators.tiers.source", "请选择数值来源。"),
    ]
    assert problems(sourced) == ()


def test_a_counted_figure_of_the_form_is_named_and_refuses_nothing() -> None:
    form = {"floor_area", "events_held"}
    sourced = scheme_of((replace(SCORED, source="floor_area"), replace(LINEAR, source="events_held"), TIERS))
    assert [each.code for each in stated_by_form(sourced, stated=form)] == ["linear"]
    assert [each.place for each in problems(sourced, known=form)] == ["indicators.tiers.source"]


# Marks by type of platform --------------------------------------------------------------------------------------------

WEIGHED = scheme_of(
    (
        GATE,
        replace(SCORED, by_type={"park": Fraction(0)}),
        LINEAR,
        replace(TIERS, by_type={"park": Fraction(70)}),
        replace(DEDUCTION, by_type={"park": Fraction(2)}),
    )
)


def test_full_marks_of_a_type_replace_the_others_and_their_tiers_scale() -> None:
    assert problems(WEIGHED) == ()
    park = WEIGHED.of_type("park")
    assert [(i.code, i.full_marks) for i in park.indicators] == [
        ("gate", 0),
        ("linear", 30),
        ("tiers", 70),
        ("deduct", 2),
    ]
    assert park.indicators[2].tiers == (
        (1, Fraction(70, 3)),
        (3, Fraction(140, 3)),
        (5, 70),
    )
    assert points_of(park.indicators[2], Entry(verified=Fraction(3))) == Fraction("46.67")
    assert points_of(park.indicators[3], Entry(verified=Fraction(3))) == -6


def test_a_type_is_not_asked_for_an_indicator_of_no_marks() -> None:
    outcome = grade(WEIGHED.of_type("park"), FULL_ENTRIES)
    assert (outcome.points, outcome.missing, "scored" in outcome.lines) == (FULL, (), False)
    assert grade(WEIGHED.of_type("town"), FULL_ENTRIES) == grade(SCHEME, FULL_ENTRIES)


def test_an_indicator_without_full_marks_scales_to_nothing() -> None:
    empty = replace(TIERS, full_marks=Fraction(0), by_type={"park": Fraction(8)})
    assert empty.of_type("park").tiers == ((1, 0), (3, 0), (5, 0))


# Grades by rank -------------------------------------------------------------------------------------------------------

RANKED = replace(scheme_of(SCHEME.indicators, least(A=0, B=0, C=60)), shares=shares(("A", 20), ("B", 60)))


def by_rank(*points: int, failed: tuple[int, ...] = (), scheme: SchemeValue = RANKED) -> str:
    """The grades of platforms with these points, in their order."""
    found = grades_by_rank(scheme, {at: Fraction(each) for at, each in enumerate(points)}, set(failed))
    return "".join(found[at] for at in range(len(points)))


def test_a_scheme_goes_by_rank_where_a_grade_has_a_share() -> None:
    assert (RANKED.by_rank, SCHEME.by_rank) == (True, False)
    assert problems(RANKED) == ()


@pytest.mark.clause("N20")
@pytest.mark.parametrize(
    ("points", "grades"),
    [
        # A fifth of 5 is 1, three fifths are 3; the share of 4 is rounded down to none and 2.
        ((50, 99, 70, 80, 90), "DACBB"),
        ((99, 90, 80, 70), "BBCC"),
        # C is reached by points alone.
        ((99, 98, 97, 60, 59), "ABBCD"),
        # Equal points share the better grade, also beyond the share.
        ((99, 99, 97, 60, 59), "AABCD"),
        ((99, 97, 97, 97, 59), "ABBBD"),
        ((99, 98, 97, 97, 59), "ABBBD"),
    ],
)
def test_grades_by_rank(points: tuple[int, ...], grades: str) -> None:
    assert by_rank(*points) == grades


def test_who_failed_counts_among_all_and_stands_ahead_of_nobody() -> None:
    assert by_rank(99, 98, 97, 96, 95, failed=(0,)) == "DABBC"
    assert by_rank(98, 97, 96, 95) == "BBCC"


def test_a_grade_with_share_and_points_takes_both() -> None:
    both = replace(RANKED, cutoffs=least(A=90, B=75, C=60))
    assert by_rank(89, 80, 70, 65, 20, scheme=both) == "BBCCD"
    assert by_rank(90, 80, 75, 65, 20, scheme=both) == "ABBCD"
    assert by_rank(90, 80, 75, 75, 20, scheme=both) == "ABBBD"


def test_who_has_no_points_is_not_judged_unless_it_failed() -> None:
    points = {"a": Fraction(99), "b": None, "c": None}
    assert grades_by_rank(RANKED, points, {"c"}) == {"a": "B", "c": "D"}


totals = st.lists(st.integers(0, 100), min_size=1, max_size=30)


@given(totals, st.randoms(use_true_random=False))
def test_the_order_of_platforms_changes_no_grade(points: list[int], random: Random) -> None:
    keys = list(range(len(points)))
    random.shuffle(keys)
    shuffled = grades_by_rank(RANKED, {key: Fraction(points[key]) for key in keys})
    assert shuffled == grades_by_rank(RANKED, {key: Fraction(each) for key, each in enumerate(points)})


@given(totals, st.data())
def test_more_points_never_give_a_worse_grade_by_rank(points: list[int], data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(range(len(points))))
    more = [each + (data.draw(st.integers(0, 50)) if at == key else 0) for key, each in enumerate(points)]
    assert by_rank(*more)[at] <= by_rank(*points)[at]


@given(totals)
def test_equal_points_give_equal_grades_and_shares_are_kept_but_for_ties(points: list[int]) -> None:
    grades = dict(zip(points, by_rank(*points), strict=True))
    assert [grades[each] for each in points] == list(by_rank(*points))
    for reached, share in (("A", 20), ("AB", 60)):
        inside = sorted((each for each in points if grades[each] in reached), reverse=True)
        # Who stands last inside has no more ahead of it than the share holds.
        assert not inside or sum(each > inside[-1] for each in points) < len(points) * share // 100


@given(amounts, st.sampled_from(["A", "B", "C"]))
def test_both_sides_of_each_cut_off(by: Fraction, code: str) -> None:
    line = dict(CUTOFFS)[code]
    better = {"A": "A", "B": "AB", "C": "ABC"}[code]
    assert grade_of(line + by, SCHEME) in better
    assert grade_of(line - by - Fraction(1, 100), SCHEME) not in better


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
