"""Exact numbers as officers read them."""

from fractions import Fraction

import pytest

from platforms.figures import approximate, percent, rounded


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (Fraction(4), 2, "4"),
        (Fraction(0), 2, "0"),
        (Fraction(37, 60), 4, "约0.6167"),
        (Fraction(5, 2), 2, "2.5"),
        (Fraction(1, 8), 2, "约0.13"),
        (Fraction(1_500_000), 2, "1,500,000"),
        (Fraction(2_999, 1_000), 2, "约3"),
        (Fraction(100), 0, "100"),
    ],
)
def test_decimals_are_rounded_half_up_and_say_when_they_are_not_exact(number, places, text) -> None:
    assert approximate(number, places) == text


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 5), "20%"),
        (Fraction(199_999, 1_000_000), "19.99%"),
        (Fraction(1, 3), "33.33%"),
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(1, 2_000), "0.05%"),
    ],
)
def test_a_share_below_the_line_is_never_shown_as_on_it(number, text) -> None:
    assert percent(number) == text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Fraction(4), "4"),
        (Fraction(0), "0"),
        (Fraction(1, 8), "0.13"),
        (Fraction(1249, 10_000), "0.12"),
        (Fraction(5, 2), "2.5"),
        (Fraction(-1, 8), "-0.12"),
        (Fraction(-20), "-20"),
        (Fraction(9_999, 1_000), "10"),
    ],
)
def test_a_number_for_a_sheet_is_rounded_half_up(number: Fraction, shown: str) -> None:
    assert str(rounded(number)) == shown
