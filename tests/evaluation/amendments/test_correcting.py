"""Evidence with corrected entries: everything is summed anew, nothing else changes."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.amendments.correcting import corrected, entry_data, entry_of, fails, problem, told
from evaluation.amendments.fields import told as fields_told
from evaluation.certification.evidence import Evidence, Line, differences, recompute
from evaluation.schemes.choices import Method, MissingReport
from evaluation.schemes.grading import Entry, IndicatorValue, SchemeValue

GATE = Line(IndicatorValue("gate", "场地", Method.GATE), "", "", Entry(passed=True), None, reason="现场核查")
SCORED = Line(
    IndicatorValue("scored", "制度", Method.SCORED, full_marks=Fraction(40)), "", "", Entry(points=Fraction(30)), None
)
LINEAR = Line(
    IndicatorValue("linear", "服务", Method.LINEAR, full_marks=Fraction(60), floor=Fraction(0), target=Fraction(60)),
    "", "家", Entry(verified=Fraction(50)), None,
)  # fmt: skip
SCHEME = SchemeValue(
    (), (("A", Fraction(90)), ("B", Fraction(60))), (("A", "甲"), ("B", "乙"), ("D", "丁")),
    missing_report=MissingReport.LAST,
)  # fmt: skip


def evidence(**values: object) -> Evidence:
    made = Evidence("方案", 1, "", SCHEME, "town", (GATE, SCORED, LINEAR), Fraction(0), "", "B")
    made = replace(made, **values)
    now = recompute(made)
    lines = tuple(replace(line, points=now.lines.get(line.indicator.code)) for line in made.lines)
    return replace(made, lines=lines, points=now.points, proposed_grade=now.proposed_grade)


def test_corrected_entries_give_points_and_grade() -> None:
    made = corrected(evidence(), {"scored": Entry(points=Fraction(40))}, reason="复核")
    assert (made.points, made.proposed_grade, made.grade, made.grade_reason) == (90, "A", "A", "")
    assert [line.reason for line in made.lines] == ["现场核查", "复核", ""]
    assert differences(made) == ()


def test_one_point_less_gives_the_next_grade() -> None:
    made = corrected(evidence(), {"scored": Entry(points=Fraction(39))}, reason="复核")
    assert (made.points, made.grade) == (89, "B")


def test_a_grade_that_departs_keeps_its_reason_and_one_that_does_not_has_none() -> None:
    departs = corrected(evidence(), {}, reason="", grade="A", grade_reason="申诉成立")
    assert (departs.grade, departs.proposed_grade, departs.grade_reason) == ("A", "B", "申诉成立")
    same = corrected(evidence(), {}, reason="", grade="B", grade_reason="多余")
    assert (same.grade, same.grade_reason) == ("B", "")


def test_a_change_of_something_else_keeps_grade_and_reason() -> None:
    old = evidence(grade="A", grade_reason="当时的说明")
    assert corrected(old, {}, reason="") == old


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (evidence(), False),
        (corrected(evidence(), {"gate": Entry(passed=False)}, reason=""), True),
        (evidence(veto="fees"), True),
        (evidence(unreported=True), True),
    ],
)
def test_what_leaves_no_grade_but_the_last(made: Evidence, expected: bool) -> None:
    assert fails(made) is expected


@pytest.mark.parametrize(
    ("line", "entry", "words"),
    [
        (GATE, Entry(passed=True), "达标"),
        (GATE, Entry(passed=False), "未达标"),
        (GATE, Entry(), "未填"),
        (SCORED, Entry(points=Fraction(17, 2)), "8.5分"),
        (SCORED, Entry(), "未填"),
        (LINEAR, Entry(verified=Fraction(12)), "12家"),
        (LINEAR, Entry(), "未填"),
    ],
)
def test_an_entry_in_words(line: Line, entry: Entry, words: str) -> None:
    assert told(line, entry) == words


@pytest.mark.parametrize(
    ("line", "entry", "sentence"),
    [
        (GATE, Entry(passed=False), ""),
        (GATE, Entry(), "请选择“场地”是否达标。"),
        (SCORED, Entry(points=Fraction(0)), ""),
        (SCORED, Entry(points=Fraction(40)), ""),
        (SCORED, Entry(points=Fraction(4001, 100)), "“制度”的得分须在 0 至 40 之间。"),
        (SCORED, Entry(points=Fraction(-1, 100)), "“制度”的得分须在 0 至 40 之间。"),
        (SCORED, Entry(), "“制度”的得分须在 0 至 40 之间。"),
        (LINEAR, Entry(verified=Fraction(0)), ""),
        (LINEAR, Entry(verified=Fraction(-1)), "“服务”的数值不能为负。"),
        (LINEAR, Entry(), "“服务”的数值不能为负。"),
    ],
)
def test_an_entry_that_cannot_be(line: Line, entry: Entry, sentence: str) -> None:
    assert problem(line, entry) == sentence


@given(
    st.one_of(st.none(), st.booleans()), st.one_of(st.none(), st.fractions()), st.one_of(st.none(), st.fractions())
)  # fmt: skip
def test_an_entry_comes_back_from_its_data(
    passed: bool | None, verified: Fraction | None, points: Fraction | None
) -> None:
    entry = Entry(passed, verified, points)
    assert entry_of(entry_data(entry)) == entry


@given(st.fractions(min_value=0, max_value=40), st.fractions(min_value=0, max_value=100))
def test_whatever_is_corrected_agrees_with_its_own_sums(points: Fraction, verified: Fraction) -> None:
    entries = {"scored": Entry(points=points), "linear": Entry(verified=verified)}
    assert differences(corrected(evidence(), entries, reason="复核")) == ()


def test_changed_fields_in_words() -> None:
    assert fields_told({"name": ["甲", "乙"], "address": ["", "一号路"]}) == [
        "平台名称：甲 改为 乙",
        "地址：空 改为 一号路",
    ]
