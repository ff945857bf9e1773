"""The terms of a notice as a value."""

import tomllib
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from platforms.notices.choices import Collector
from platforms.notices.terms import COLLECTORS, TermsError, fraction, grade_label, merged, read
from tests.platforms.notices import sample

FILE = settings.REFERENCE_DIR / "notices" / "2020-5.toml"


def notice_of_2020() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["terms"]


def problems_of(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(TermsError) as refused:
        read(data)
    assert str(refused.value) == "".join(sentence for _, sentence in refused.value.problems)
    return list(refused.value.problems)


def test_the_notice_of_2020_reads_like_the_notice() -> None:
    terms = read(notice_of_2020())
    assert (terms.validity_years, terms.ban_years, terms.complaints_enough, terms.target) == (3, 3, 3, 100)
    assert terms.grade_codes == ("A", "B", "C", "D")
    assert (terms.certified, terms.failing.code) == (("A", "B", "C"), "D")
    assert terms.money is not None
    assert (terms.money.points, terms.money.failing, terms.money.line) == (
        (("A", 60), ("B", 30), ("C", 10)), "D", Fraction(1, 5),
    )  # fmt: skip
    assert terms.money.full_marks == 100
    assert terms.phase_choices[0] == (1, "第一阶段：申报")
    assert terms.counted_phases == (2, 3)
    assert [ground.collector for ground in terms.grounds] == list(COLLECTORS)


def test_the_collectors_are_the_same_for_rows_and_rules() -> None:
    assert tuple(Collector.values) == COLLECTORS


def test_what_is_asked_by_key_is_found_or_is_not_there() -> None:
    terms = read(sample.terms())
    assert terms.grade("OK").label == "合格"
    assert terms.ground("leaks").label == "泄露企业信息"
    assert terms.ground_choices[1] == ("leaks", "泄露企业信息")
    assert terms.collected_by("complaints") == terms.ground("complaints")
    assert terms.collected_by("fees") is None
    assert (terms.phase_number("trial"), terms.phase_number("linking")) == (2, None)
    assert terms.phase(3).key == "evaluation"
    assert terms.ground("complaints").collector == "complaints"
    for ask in (lambda: terms.grade("A"), lambda: terms.ground("fees"), lambda: terms.phase(0), lambda: terms.phase(4)):
        with pytest.raises(KeyError):
            ask()
    assert (grade_label(terms, "EX"), grade_label(terms, "A"), grade_label(terms, "")) == ("优秀", "A", "")


def test_two_phases_leave_nothing_between_them_that_counts() -> None:
    assert read(sample.terms(phases=[sample.TERMS["phases"][0], sample.TERMS["phases"][2]])).counted_phases is None
    assert read(sample.terms()).counted_phases == (2, 2)


def test_no_money_is_a_value_too() -> None:
    terms = read(sample.terms(money={}))
    assert terms.money is None
    assert read(terms.as_data()) == terms


def test_vocabularies_of_several_notices_stand_once_with_each_name() -> None:
    found = merged([[("A", "A档"), ("B", "B档")], [("A", "优秀"), ("C", "C档")], [("A", "A档")]])
    assert found == [("A", "A档 / 优秀"), ("B", "B档"), ("C", "C档")]


@pytest.mark.parametrize("data", [notice_of_2020(), sample.terms()])
def test_what_is_written_reads_back_equal(data: dict[str, Any]) -> None:
    assert read(read(data).as_data()) == read(data)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("validity_years", 0, "认定有效期（年）应为1至10的整数，例如3。"),
        ("validity_years", 11, "认定有效期（年）应为1至10的整数，例如3。"),
        ("ban_years", "3", "撤销后不受理申报的年数应为1至20的整数，例如3。"),
        ("ban_years", True, "撤销后不受理申报的年数应为1至20的整数，例如3。"),
        ("complaints_enough", 101, "核实投诉达到的件数应为1至100的整数，例如3。"),
        ("target", None, "建设目标（个）应为1至10000的整数，例如100。"),
        ("surprise", 1, "没有名为“surprise”的要素。"),
        ("readings", [], "口径应为名称和取值。"),
    ],
)
def test_a_number_out_of_range_is_told_with_what_is_allowed(name: str, value: Any, sentence: str) -> None:
    assert problems_of(sample.terms(**{name: value})) == [(name, sentence)]


@pytest.mark.parametrize("years", [1, 10])
def test_both_ends_of_the_range_are_allowed(years: int) -> None:
    assert read(sample.terms(validity_years=years)).validity_years == years


def change(part: str, at: int, **values: Any) -> dict[str, Any]:
    data = sample.terms()
    data[part][at] |= values
    return data


PATTERN = (
    "证书编号应由2至12个大写字母（可带连字符）和{year}、{serial}、{check}依次组成，例如NB{year}-{serial}-{check}。"
)
NO_KEY = "的代号应为2至20个小写字母或下划线，以字母开头，例如trial。"


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        (sample.terms(phases=[]), "phases", "阶段应有2至8项。"),
        (sample.terms(phases="x"), "phases", "阶段应有2至8项。"),
        (change("phases", 1, key="X"), "phases.2.key", f"阶段{NO_KEY}"),
        (change("phases", 1, key="filing"), "phases.1.key", "阶段代号“filing”重复。"),
        (change("phases", 1, label="第一阶段：自荐"), "phases.2.label", "阶段名称“第一阶段：自荐”重复。"),
        (change("phases", 1, label=" 试点"), "phases.2.label", "阶段的名称应为1至30个字，前后没有空格。"),
        (change("phases", 1, label="试\n点"), "phases.2.label", "阶段的名称应为1至30个字，前后没有空格。"),
        (change("phases", 1, clause="二·（一）"), "phases.2.clause",
         "阶段的条款代号应为小写字母，可用点号分为两段，例如phases.filing。"),
        (change("phases", 0, key="start"), "phases.1.key", "第一个阶段是申报，代号应为filing。"),
        (change("phases", 2, key="end"), "phases.3.key", "最后一个阶段是评价认定，代号应为evaluation。"),
        (change("grades", 0, code="a"), "grades.1.code", "档次的代号应为1至8个大写字母或数字，以字母开头，例如A。"),
        (change("grades", 1, code="EX"), "grades.2.code", "档次代号“EX”重复。"),
        (change("grades", 1, label="优秀"), "grades.1.label", "档次名称“优秀”重复。"),
        (change("grades", 1, certified="是"), "grades.2.certified", "请注明该档次是否予以认定。"),
        (change("grades", 1, tone="pink"), "grades.2.tone",
         "档次的显示样式只能取good、wait、bad、info、neutral，例如good。"),
        (change("grades", 2, certified=True), "grades.3.certified",
         "最后一个档次用于不满足基本条件的单位，不予认定，例如D档。"),
        (change("heads", 0, key="1"), "heads.1.key", f"指标类别{NO_KEY}"),
        (change("heads", 1, key="conditions"), "heads.2.key", "指标类别代号“conditions”重复。"),
        (change("heads", 1, label="条件"), "heads.2.label", "指标类别名称“条件”重复。"),
        (change("grounds", 1, key="other"), "grounds.2.key", "撤销情形代号“other”重复。"),
        (change("grounds", 1, label="其他情形"), "grounds.2.label", "撤销情形“其他情形”重复。"),
        (change("grounds", 1, collector="spies"), "grounds.2.collector",
         "撤销情形的事实来源只能取refuses_evaluation、false_material、complaints、refuses_activities、fees、other，"
         "人工登记的留空。"),
        (change("grounds", 1, collector="other"), "grounds.2.collector", "事实来源“other”只能对应一种撤销情形。"),
        (sample.terms(number_pattern="NB{year}{check}"), "number_pattern", PATTERN),
        (sample.terms(number_pattern="nb{year}-{serial}-{check}"), "number_pattern", PATTERN),
        (sample.terms(number_pattern=7), "number_pattern", PATTERN),
        (sample.terms(money={"kind": "award"}), "money.kind",
         "资金分配办法只能取factor_share（因素法），不安排资金的留空。"),
        (sample.terms(readings={"cutoff": 3}), "readings.cutoff", "口径“cutoff”的取值应为小写字母，例如inclusive。"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_place(data: dict[str, Any], place: str, sentence: str) -> None:
    assert (place, sentence) in problems_of(data)


def money(**changes: Any) -> dict[str, Any]:
    return sample.terms(money=sample.TERMS["money"] | changes)


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        (money(points={}), "money.points", "请填写各档次的分值，例如A档60分、B档30分、C档10分。"),
        (money(points={"EX": 50, "A": 1}), "money.points.A", "没有代号为“A”的档次。"),
        (money(points={"EX": 0}), "money.points.EX", "分值应为1至1000的整数，例如60。"),
        (money(points={"EX": 1001}), "money.points.EX", "分值应为1至1000的整数，例如60。"),
        (money(failing="EX"), "money.failing", "计入淘汰线的档次应是没有分值的一个档次，例如D。"),
        (money(failing="D"), "money.failing", "计入淘汰线的档次应是没有分值的一个档次，例如D。"),
        (money(line="0"), "money.line", "淘汰线应为大于0、不超过100%的比例，例如20%或1/3。"),
        (money(line="101%"), "money.line", "淘汰线应为大于0、不超过100%的比例，例如20%或1/3。"),
        (money(line="half"), "money.line", "淘汰线应为大于0、不超过100%的比例，例如20%或1/3。"),
        (money(line=0.2), "money.line", "淘汰线应为大于0、不超过100%的比例，例如20%或1/3。"),
    ],
)
def test_money_that_cannot_be_is_told_at_its_place(data: dict[str, Any], place: str, sentence: str) -> None:
    assert (place, sentence) in problems_of(data)


def test_a_row_that_is_none_is_told_and_so_are_grades_out_of_order() -> None:
    assert ("grades.2", "档次第2项填写不完整。") in problems_of(sample.terms(grades=[sample.TERMS["grades"][0], "x"]))
    worst_first = sample.TERMS["grades"][::-1]
    told = problems_of(sample.terms(grades=worst_first, money={}))
    assert told == [
        ("grades.1.certified", "最好的档次应予认定。"),
        ("grades.3.certified", "最后一个档次用于不满足基本条件的单位，不予认定，例如D档。"),
        ("grades", "予以认定的档次应排在不予认定的档次之前。"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/3", Fraction(1, 3)), ("20%", Fraction(1, 5)), ("33.3％", Fraction(333, 1000)), (" 0.2 ", Fraction(1, 5)),
     ("1/0", None), ("", None), ("-1/3", None), ("٣%", None)],
)  # fmt: skip
def test_a_part_is_written_as_people_write_it(text: str, value: Fraction | None) -> None:
    assert fraction(text) == value


codes = st.lists(st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True), min_size=2, max_size=6, unique=True)


@st.composite
def values(draw: Callable) -> dict[str, Any]:
    """Terms with any numbers, grades and money that can be."""
    grades = draw(codes)
    certified = draw(st.integers(1, len(grades) - 1))
    return sample.terms(
        validity_years=draw(st.integers(1, 10)),
        ban_years=draw(st.integers(1, 20)),
        complaints_enough=draw(st.integers(1, 100)),
        target=draw(st.integers(1, 10_000)),
        grades=[
            {
                "code": code,
                "label": f"第{at}档",
                "certified": at < certified,
                "tone": draw(st.sampled_from(["good", "bad"])),
            }
            for at, code in enumerate(grades)
        ],
        money={
            "kind": "factor_share",
            "points": {code: draw(st.integers(1, 1000)) for code in grades[:-1]},
            "failing": grades[-1],
            "line": str(draw(st.fractions(Fraction(1, 100), 1, max_denominator=100))),
        },
    )


@given(values())
def test_any_terms_that_can_be_read_back_equal_and_grade_in_order(data: dict[str, Any]) -> None:
    terms = read(data)
    assert read(terms.as_data()) == terms
    assert terms.certified == terms.grade_codes[: len(terms.certified)]
    assert terms.failing.code not in terms.certified
    assert terms.money is not None
    assert [code for code, _ in terms.money.points] == list(terms.grade_codes[:-1])
    assert terms.money.full_marks == sum(data["money"]["points"].values())


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
                    max_leaves=6), st.sampled_from(sorted(sample.TERMS)))  # fmt: skip
def test_whatever_stands_at_a_place_is_read_or_refused_with_sentences(value: Any, name: str) -> None:
    told: Sequence[tuple[str, str]] = ()
    try:
        read(sample.terms(**{name: value}))
    except TermsError as error:
        told = error.problems
    assert all(sentence.endswith("。") for _, sentence in told)
