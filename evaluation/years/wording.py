"""Figures as people read them, in tables, charts and files alike."""

from decimal import Decimal
from fractions import Fraction

from platforms.figures import rounded

NOTHING = "—"


def number(value: Fraction | None) -> int | Decimal | str:
    """Return a number in hundredths that a sheet can reckon with, a dash for none."""
    return NOTHING if value is None else rounded(value)


def signed(value: Fraction) -> str:
    """Return a difference with its sign, for a sentence."""
    return f"+{number(value)}" if value > 0 else str(number(value))
