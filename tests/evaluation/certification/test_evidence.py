"""The frozen evidence of a result gives the same points and grade for ever, and names nobody (N20)."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.certification.evidence import (
    Evidence,
    Line,
    Rank,
    canonical,
    differences,
    digest,
    from_data,
    frozen_indicators,
    recompute,
    scheme_digest,
    to_data,
    told,
)
from evaluation.schemes.choices import Method, MissingReport
from evaluation.schemes.grading import Entry, IndicatorValue, SchemeValue, points_of

GRADES = (("A", "A档"), ("B", "B档"), ("C", "C档"), ("D", "D档"))
GATE = IndicatorValue("gate", "基本条件", Method.GATE)
SCORED = IndicatorValue("scored", "制度", Method.SCORED, full_marks=Fraction(40))
TIERS = IndicatorValue(
    "tiers", "专职人员", Method.TIERS, full_marks=Fraction(60), source="staff_full_time",
    tiers=((Fraction(1), Fraction(20)), (Fraction(3), Fraction(60))), by_type={"park": Fraction(60)},
)  # fmt: skip
LINEAR = IndicatorValue("linear", "企业", Method.LINEAR, full_marks=Fraction(10), floor=Fraction(1), target=Fraction(4))
SCHEME = SchemeValue(
    (GATE, SCORED, TIERS), (("A", Fraction(90)), ("B", Fraction(75)), ("C", Fraction(60))), GRADES, ("conditions",)
)


def evidence(*, passed: bool | None = True, scored: Fraction | None = Fraction(40), staff: int = 3, **more) -> Evidence:
    """The evidence of a platform with full marks, unless told otherwise."""
    given = {
        "gate": Entry(passed=passed), "scored": Entry(points=scored), "tiers": Entry(verified=Fraction(staff)),
    }  # fmt: skip
    lines = tuple(
        Line(each, "建设条件", "人", given[each.code], points_of(each, given[each.code]), "现场核查", Fraction(staff))
        for each in frozen_indicators(SCHEME, "park")
    )
    made = Evidence(
        "默认方案", 2, scheme_digest(SCHEME), replace(SCHEME, indicators=()), "park", lines, Fraction(0), "", ""
    )
    now = recompute(made)
    settled = replace(made, points=now.points, proposed_grade=now.proposed_grade, grade=now.proposed_grade)
    return replace(settled, **more)


@pytest.mark.clause("N20")
def test_it_gives_the_points_and_the_grade_that_were_published() -> None:
    found = evidence()
    assert (found.points, found.proposed_grade, differences(found)) == (100, "A", ())
    assert recompute(found).lines == {"scored": 40, "tiers": 60}
    assert evidence(staff=2).proposed_grade == "C"


@pytest.mark.parametrize(
    ("changed", "told_"),
    [
        ({"points": Fraction(99)}, ("得分公布为 99，重新计算为 100",)),
        ({"proposed_grade": "B"}, ("建议档次公布时为B档，重新计算为A档",)),
        ({"proposed_grade": ""}, ("建议档次公布时为空，重新计算为A档",)),
        ({"grade": "B"}, ("档次为B档，与建议档次A档不一致而无说明",)),
        ({"grade": "B", "grade_reason": "考虑区域均衡"}, ()),
    ],
)
def test_what_was_changed_is_told(changed: dict, told_: tuple[str, ...]) -> None:
    assert differences(evidence(**changed)) == told_


def test_a_line_that_was_changed_is_told_with_what_follows_from_it() -> None:
    found = evidence()
    gate, scored, tiers = found.lines
    other = replace(found, lines=(gate, replace(scored, points=None), replace(tiers, points=Fraction(20))))
    assert differences(other) == (
        "“制度”得分公布为 空，重新计算为 40",
        "“专职人员”得分公布为 20，重新计算为 60",
    )


@pytest.mark.clause("N20")
@pytest.mark.parametrize(
    "settled",
    [evidence(passed=False), evidence(veto="拒不参加评价"), evidence(unreported=True)],
    ids=["gate", "veto", "unreported"],
)
def test_what_fails_whatever_the_points_gives_the_last_grade(settled: Evidence) -> None:
    assert recompute(settled).proposed_grade == "D"
    assert recompute(settled).points == 100


def test_a_missing_report_fails_only_where_the_scheme_says_so() -> None:
    counted = replace(SCHEME, indicators=(), missing_report=MissingReport.RECORDED)
    assert recompute(evidence(unreported=True, scheme=counted)).proposed_grade == "A"


RANKED = replace(SCHEME, indicators=(), shares=(("A", Fraction(20)),))


@pytest.mark.parametrize(
    ("judged", "ahead", "grade"), [(10, 1, "A"), (10, 2, "B"), (4, 0, "B"), (5, 0, "A"), (1, 0, "B")]
)
def test_a_rank_counts_as_it_was(judged: int, ahead: int, grade: str) -> None:
    ranked = evidence(scheme=RANKED, rank=Rank(judged, ahead))
    assert recompute(ranked).proposed_grade == grade


def test_who_failed_stands_ahead_of_nobody() -> None:
    assert recompute(evidence(scheme=RANKED, rank=Rank(10, 0), passed=False)).proposed_grade == "D"
    assert recompute(evidence(scheme=RANKED, rank=Rank(10, 0), veto="拒不参加评价")).proposed_grade == "D"


def test_without_a_rank_the_points_alone_count() -> None:
    assert recompute(evidence(scheme=RANKED)).proposed_grade == "A"


def test_the_reasons_begin_with_what_decides() -> None:
    assert evidence().reasons == ("得分 100 分",)
    worst = evidence(
        passed=False,
        veto="拒不参加评价",
        veto_fact="三次通知未到场",
        unreported=True,
        rank=Rank(9, 4),
        grade_reason="不再考虑",
    )
    assert worst.reasons == (
        "拒不参加评价：三次通知未到场",
        "逾期未报送自评",
        "基本条件未达标：基本条件（现场核查）",
        "得分 100 分",
        "9 个平台中列第 5 名",
        "不再考虑",
    )
    bare = evidence(passed=False, veto="拒不参加评价")
    plain_gate = replace(bare, lines=(replace(bare.lines[0], reason=""), *bare.lines[1:]))
    assert plain_gate.reasons == ("拒不参加评价", "基本条件未达标：基本条件", "得分 100 分")


def test_values_and_points_are_told_as_people_write_them() -> None:
    gate, scored, tiers = evidence(scored=Fraction(17, 2)).lines
    assert (gate.value_told, gate.points_told) == ("", "达标")
    assert (scored.value_told, scored.points_told) == ("", "8.5")
    assert (tiers.value_told, tiers.points_told) == ("3人", "60")
    assert [line.points_told for line in evidence(passed=False, scored=None).lines] == ["未达标", "", "60"]
    assert evidence(passed=None).lines[0].points_told == ""
    assert told(None) == "空"


def test_names_of_scheme_and_grade_are_those_of_the_notice() -> None:
    found = evidence()
    assert (found.scheme_label, found.grade_label, found.label("?")) == ("默认方案（第2版）", "A档", "?")


def test_the_full_marks_are_those_of_the_own_type_alone() -> None:
    other = replace(SCHEME, indicators=(GATE, SCORED, replace(TIERS, by_type={"park": Fraction(0)})))
    assert [each.code for each in frozen_indicators(other, "park")] == ["gate", "scored"]
    assert [each.by_type for each in frozen_indicators(SCHEME, "park")] == [{}, {}, {}]


def test_data_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        from_data(to_data(evidence()) | {"version": 2})


def test_the_digest_depends_on_what_is_said_and_not_on_how_it_is_written() -> None:
    data = to_data(evidence())
    turned = json.loads(json.dumps(dict(reversed(list(data.items())))))
    assert digest(turned) == digest(data)
    assert digest(to_data(evidence(grade_reason="另一理由"))) != digest(data)
    assert canonical({"b": 1, "a": "宁波"}) == '{"a":"宁波","b":1}'
    assert scheme_digest(replace(SCHEME, gap_share=Decimal("30.00"))) == scheme_digest(SCHEME)
    assert scheme_digest(replace(SCHEME, gap_share=Decimal(10))) != scheme_digest(SCHEME)
    assert scheme_digest(replace(SCHEME, indicators=(GATE, SCORED))) != scheme_digest(SCHEME)


numbers = st.fractions(min_value=0, max_value=100, max_denominator=100)


@given(
    st.booleans() | st.none(), numbers | st.none(), st.integers(0, 9), st.text(max_size=20),
    st.none() | st.integers(0, 9).flatmap(lambda ahead: st.builds(Rank, st.integers(ahead + 1, 20), st.just(ahead))),
)  # fmt: skip
def test_what_is_written_as_data_is_read_as_the_same_evidence(
    passed: bool | None, scored: Fraction | None, staff: int, reason: str, rank: Rank | None
) -> None:
    found = evidence(passed=passed, scored=scored, staff=staff, grade_reason=reason, rank=rank, scheme=RANKED)
    read = from_data(json.loads(canonical(to_data(found))))
    assert read == found
    assert recompute(read) == recompute(found)


def test_exact_numbers_are_not_rounded() -> None:
    line = Line(LINEAR, "数量", "家", Entry(verified=Fraction(2)), Fraction(333, 100))
    found = replace(evidence(), lines=(line,), points=Fraction(333, 100), proposed_grade="D", grade="D")
    assert differences(from_data(json.loads(canonical(to_data(found))))) == ()
