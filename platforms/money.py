"""An amount as people type it, read in exactly one way (T15); knows no Django.

``15,000,000``, ``15，000，000``, ``15 000 000``, ``１５０００００``, ``¥15,000,000.00``, ``1500万元`` and ``30 元`` are
amounts. A separator stands before each three digits and nowhere else: ``1500,0000`` and ``15,00`` could be slips of the
finger and are none. Signs other than a minus, exponents and other letters are none either.
"""

import re
import unicodedata
from decimal import Decimal

YUAN, WAN = "元", "万元"
_AMOUNT = re.compile(
    r"[¥]?\s*(-?)(0|[1-9]\d{0,17}|[1-9]\d{0,2}(?:,\d{3}){1,5}|[1-9]\d{0,2}(?: \d{3}){1,5})(\.\d{1,9})?\s*(元|万元|万)?",
    re.ASCII,
)
_IN_YUAN = {YUAN: 1, WAN: 10_000, "万": 10_000}


def read_amount(text: str, unit: str = YUAN) -> Decimal | None:
    """Return what ``text`` says in ``unit`` (``YUAN`` or ``WAN``); None where it is no amount.

    A number without a unit of its own is in ``unit``.
    """
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    sign, whole, part, own = found.groups()
    number = Decimal(f"{sign}{whole.replace(',', '').replace(' ', '')}{part or ''}")
    return number if own is None else number * _IN_YUAN[own] / _IN_YUAN[unit]


def plain_amount(text: str, unit: str = YUAN) -> str:
    """Return the amount in plain digits, such as ``1234.5``; what is no amount comes back as it is."""
    number = read_amount(text, unit)
    if number is None:
        return text
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
