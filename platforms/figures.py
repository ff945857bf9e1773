"""Exact numbers as officers read them; no float on the way."""

from decimal import Decimal
from fractions import Fraction


def approximate(number: Fraction, places: int) -> str:
    """``number`` (not negative) in decimals, rounded half up; 约 stands before what is not exact: "4", "约2.67"."""
    scale = 10**places
    scaled = (number.numerator * scale * 2 + number.denominator) // (number.denominator * 2)
    text = _decimal(scaled, places)
    return text if number * scale == scaled else f"约{text}"


def percent(number: Fraction) -> str:
    """``number`` as a percentage cut down to two places, so that nothing below a line is shown as on it: "19.99%"."""
    return f"{_decimal(number.numerator * 10_000 // number.denominator, 2)}%"


def rounded(number: Fraction) -> int | Decimal:
    """``number`` rounded half up to hundredths, as a number that sheets reckon with: 4, Decimal("2.67")."""
    cents = (number.numerator * 200 + number.denominator) // (number.denominator * 2)
    return cents // 100 if cents % 100 == 0 else Decimal(cents).scaleb(-2).normalize()


def _decimal(scaled: int, places: int) -> str:
    whole, part = divmod(scaled, 10**places)
    return f"{whole:,}.{part:0{places}d}".rstrip("0").rstrip(".") if part else f"{whole:,}"
