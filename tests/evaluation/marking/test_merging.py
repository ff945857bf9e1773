"""Two findings laid together: what differs too much for anybody but a third, and what comes out."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.merging import differences, merged
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, IndicatorValue, SchemeValue, grade

pytestmark = pytest.mark.clause("N20")

GATE = IndicatorValue("gate", "场所", Method.GATE)
SCORED = IndicatorValue("scored", "场地设施", Method.SCORED, full_marks=Fraction(40))
LINEAR = IndicatorValue(
    "linear", "服务企业", Method.LINEAR, full_marks=Fraction(30), floor=Fraction(20), target=Fraction(220)
)
TIERS = IndicatorValue(
    "tiers",
    "专职人员",
    Method.TIERS,
    full_marks=Fraction(30),
    tiers=((Fraction(1), Fraction(10)), (Fraction(3), Fraction(20)), (Fraction(5), Fraction(30))),
)
DEDUCTION = IndicatorValue("deduct", "投诉", Method.DEDUCTION, full_marks=Fraction(5))
SCHEME = SchemeValue(
    (GATE, SCORED, LINEAR, TIERS, DEDUCTION),
    (("A", Fraction(90)), ("B", Fraction(75)), ("C", Fraction(60))),
    (("A", "A档"), ("B", "B档"), ("C", "C档"), ("D", "D档")),
)
TWENTY = Fraction(20)

values = st.none() | st.fractions(min_value=0, max_value=300, max_denominator=100)
shares = st.fractions(min_value=0, max_value=100, max_denominator=10)


@st.composite
def findings(draw: Callable) -> dict[str, Entry]:
    """What one assessor found; whatever is left open stands for a sheet that is half filled."""
    found = {"gate": Entry(passed=draw(st.none() | st.booleans())), "scored": Entry(points=draw(values))}
    found |= {code: Entry(verified=draw(values)) for code in ("linear", "tiers", "deduct")}
    return {code: entry for code, entry in found.items() if draw(st.integers(0, 9))}


def points(amount: int | str) -> dict[str, Entry]:
    return {"scored": Entry(points=Fraction(amount))}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (40, 32, ()),
        (32, 40, ()),
        ("40", "31.99", ("scored",)),
        ("31.99", "40", ("scored",)),
        (20, 20, ()),
    ],
)
def test_exactly_the_share_stands_and_a_hundredth_more_goes_to_a_third(
    one: int | str, other: int | str, expected: tuple[str, ...]
) -> None:
    found = differences(SCHEME, points(one), points(other), share=TWENTY)
    assert tuple(each.code for each in found) == expected


def test_the_sentence_names_both_values_and_neither_person() -> None:
    (found,) = differences(SCHEME, points(40), points("30.5"), share=TWENTY)
    assert found.sentence == "“场地设施”：一人 30.5 分，一人 40 分，相差 9.5 分，超过满分 40 分的 20%。"


def test_a_basic_condition_on_which_they_differ_goes_to_a_third_whatever_the_share() -> None:
    met, unmet = {"gate": Entry(passed=True)}, {"gate": Entry(passed=False)}
    (found,) = differences(SCHEME, met, unmet, share=Fraction(100))
    assert (found.code, found.sentence) == ("gate", "“场所”：一人判定具备，一人判定不具备。")
    assert differences(SCHEME, met, met, share=Fraction(0)) == ()
    assert differences(SCHEME, met, {}, share=Fraction(0)) == ()


def test_counted_values_are_compared_by_the_points_that_they_earn() -> None:
    """2 and 4 people lie a tier apart; 220 and 400 enterprises both earn all there is."""
    tiers = [{"tiers": Entry(verified=Fraction(number))} for number in (2, 4)]
    assert [each.code for each in differences(SCHEME, *tiers, share=TWENTY)] == ["tiers"]
    linear = [{"linear": Entry(verified=Fraction(number))} for number in (220, 400)]
    assert differences(SCHEME, *linear, share=Fraction(0)) == ()


def test_deductions_of_one_case_more_lie_a_full_mark_apart() -> None:
    deducted = [{"deduct": Entry(verified=Fraction(number))} for number in (0, 1)]
    assert [each.code for each in differences(SCHEME, *deducted, share=TWENTY)] == ["deduct"]
    assert differences(SCHEME, *deducted, share=Fraction(100)) == ()


def test_the_mean_is_rounded_half_up_to_hundredths() -> None:
    assert merged(SCHEME, points("10"), points("10.01"), {})["scored"] == Entry(points=Fraction("10.01"))


def test_both_met_is_met_and_both_unmet_is_unmet() -> None:
    for passed in (True, False):
        found = {"gate": Entry(passed=passed)}
        assert merged(SCHEME, found, found, {})["gate"] == Entry(passed=passed)


@given(findings(), findings(), shares)
def test_the_order_of_the_two_does_not_matter(one: dict[str, Entry], other: dict[str, Entry], share: Fraction) -> None:
    assert differences(SCHEME, one, other, share=share) == differences(SCHEME, other, one, share=share)
    assert merged(SCHEME, one, other, {}) == merged(SCHEME, other, one, {})


@given(findings(), findings())
def test_what_comes_out_lies_between_the_two(one: dict[str, Entry], other: dict[str, Entry]) -> None:
    half = Fraction(1, 200)
    for code, entry in merged(SCHEME, one, other, {}).items():
        first, second = one.get(code, Entry()), other.get(code, Entry())
        for field in ("verified", "points"):
            found = getattr(entry, field)
            if found is not None:
                low, high = sorted((getattr(first, field), getattr(second, field)))
                assert low - half <= found <= high + half


@given(findings(), findings(), findings())
def test_a_third_decides_whatever_the_two_say(
    one: dict[str, Entry], other: dict[str, Entry], third: dict[str, Entry]
) -> None:
    found = merged(SCHEME, one, other, third)
    assert {code: found[code] for code in third} == third


@given(findings(), findings())
def test_nothing_that_one_of_them_left_open_is_closed(one: dict[str, Entry], other: dict[str, Entry]) -> None:
    missing = set(grade(SCHEME, one).missing) | set(grade(SCHEME, other).missing)
    gates_apart = {each.code for each in differences(SCHEME, one, other, share=Fraction(100)) if each.code == "gate"}
    assert set(grade(SCHEME, merged(SCHEME, one, other, {})).missing) == missing | gates_apart


@given(findings(), shares)
def test_nobody_differs_from_oneself(one: dict[str, Entry], share: Fraction) -> None:
    assert differences(SCHEME, one, one, share=share) == ()


@given(findings(), findings(), shares, shares)
def test_a_wider_share_finds_no_more(one: dict[str, Entry], other: dict[str, Entry], a: Fraction, b: Fraction) -> None:
    narrow, wide = ({each.code for each in differences(SCHEME, one, other, share=share)} for share in sorted((a, b)))
    assert wide <= narrow
