"""How far a platform lies from the cut-offs beside it, on both sides of each."""

from fractions import Fraction

import pytest

from evaluation.marking.distance import distance, short_of
from evaluation.schemes.grading import SchemeValue

SCHEME = SchemeValue(
    indicators=(),
    cutoffs=(("A", Fraction(90)), ("B", Fraction(75)), ("C", Fraction(60))),
    grades=(("A", "A档"), ("B", "B档"), ("C", "C档"), ("D", "D档")),
)


@pytest.mark.parametrize(
    ("points", "told", "short"),
    [
        ("0", "距C档起点还差 60 分", "60"),
        ("59.99", "距C档起点还差 0.01 分", "0.01"),
        ("60", "距B档起点还差 15 分，高于C档起点 0 分", "15"),
        ("74.5", "距B档起点还差 0.5 分，高于C档起点 14.5 分", "0.5"),
        ("75", "距A档起点还差 15 分，高于B档起点 0 分", "15"),
        ("89.99", "距A档起点还差 0.01 分，高于B档起点 14.99 分", "0.01"),
        ("90", "高于A档起点 0 分", None),
        ("100", "高于A档起点 10 分", None),
    ],
)
def test_the_distance_names_the_cut_off_above_and_the_one_below(points: str, told: str, short: str | None) -> None:
    assert distance(SCHEME, Fraction(points)) == told
    assert short_of(SCHEME, Fraction(points)) == (None if short is None else Fraction(short))
