"""Certificate numbers: NB2020-037-H7KQ3 is number 37 of 2020, four random characters and one that checks the rest.

A notice says how its numbers are written (``terms.number_pattern``); year, serial and check mean the same in each.
The random part keeps a neighbour's number from being guessed; the check character (ISO 7064, MOD 27,26) finds every
single wrong character before anybody looks in the database.
"""

import re
import unicodedata
from collections.abc import Iterable

#: Capital letters and digits that cannot be taken for one another; the same as
# ``platforms.audit.services.numbering.CLEAR``.
ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
#: How reports and letters are numbered, whatever the notice.
REPORT_PATTERN = "BG{year}-{serial}-{check}"
LETTER_PATTERN = "TZ{year}-{serial}-{check}"
RANDOM_LENGTH = 4
LONGEST_INPUT = 60

# What people type for a digit, and for a letter of the alphabet that looks the same.
FOR_DIGITS = str.maketrans("OQDILZSB", "00011258")
FOR_LETTERS = str.maketrans("I1", "LL")

_BRACKETS = ("()", "（）", "〔〕", "[]")
_HALF_WIDTH = str.maketrans("（）〔〕[]", "()()()")


def alike(text: str) -> str:
    """Return what two numbers have in common that people take for the same: letters, width, blanks and brackets."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).translate(_HALF_WIDTH)


def spellings(text: str) -> tuple[str, ...]:
    """Return ``text`` in capitals with each kind of brackets, as numbers that are :func:`alike` may be stored."""
    plain = alike(text)
    return tuple(dict.fromkeys(plain.translate(str.maketrans("()", pair)) for pair in _BRACKETS))


def compose(pattern: str, *, year: int, serial: int, random: str) -> str:
    """Return the number of certificate ``serial`` of ``year``; ``random`` are four characters of the alphabet."""
    digits = f"{year:04d}{serial:03d}"
    return pattern.format(year=digits[:4], serial=digits[4:], check=random + check_character(digits, random))


def check_character(digits: str, random: str) -> str:
    """Return the check character over the digits of year and serial and the random part."""
    modulus = len(ALPHABET)
    product = modulus
    for value in [*(int(digit) for digit in digits), *(ALPHABET.index(letter) for letter in random)]:
        product = ((product + value) % modulus or modulus) * 2 % (modulus + 1)
    return ALPHABET[(modulus + 1 - product) % modulus]


def normalise(text: str, patterns: Iterable[str]) -> str:
    """Return ``text`` as a certificate number of one of ``patterns`` is written, or nothing if it cannot be one.

    Full-width and small letters, blanks, any hyphens and look-alikes (O for 0, I for 1 or L) are put right.
    """
    if len(text) > LONGEST_INPUT:
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isascii() and c.isalnum())
    return next((number for pattern in patterns if (number := _as_written(bare, pattern))), "")


def _as_written(bare: str, pattern: str) -> str:
    letters_first = pattern.partition("{")[0].replace("-", "")
    found = re.fullmatch(rf"{letters_first}(\w{{4}})(\w{{3,6}})(\w{{{RANDOM_LENGTH}}})(\w)", bare)
    if not found:
        return ""
    year, serial, random, check = found.groups()
    digits = (year + serial).translate(FOR_DIGITS)
    letters = (random + check).translate(FOR_LETTERS)
    if not digits.isdigit() or any(letter not in ALPHABET for letter in letters):
        return ""
    if check_character(digits, letters[:-1]) != letters[-1]:
        return ""
    return pattern.format(year=digits[:4], serial=digits[4:], check=letters)
