"""Receipts of those who have no account: a number that nobody guesses, and a secret lookup code kept as a hash."""

import hashlib
import unicodedata

from stdnum import luhn

from platforms.audit.services import numbering

_RANDOM = 9
_CODE_LENGTH = 10


def new_number(prefix: str) -> str:
    """Return a number that cannot be guessed from another; its last character catches a slip of the pen."""
    body = numbering.random_part(_RANDOM)
    return f"{prefix}{body}{luhn.calc_check_digit(body, numbering.CLEAR)}"


def new_code() -> str:
    """Return a lookup code, which is shown once."""
    return numbering.random_part(_CODE_LENGTH)


def has_valid_form(number: str, prefix: str) -> bool:
    """Say whether ``number`` can be one of ours at all: most slips of the pen are found without asking the database."""
    body = letters(number).upper().removeprefix(prefix)
    return len(body) == _RANDOM + 1 and set(body) <= set(numbering.CLEAR) and luhn.is_valid(body, numbering.CLEAR)


def as_stored(number: str) -> str:
    """Return ``number``, typed in any width and case and with blanks, as it is stored; empty for what is no number."""
    number = letters(number).upper()
    return number if number.isascii() and "\x00" not in number else ""


def lookup_hash(number: str, code: str) -> str:
    """Return what is kept of ``code``, typed in any width and case, for the stored ``number``."""
    return hash_of(number, letters(code).upper())


def letters(text: str) -> str:
    """Return ``text`` in half width without blanks, hyphens and characters that nobody sees."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(each for each in text if not each.isspace() and each != "-" and unicodedata.category(each) != "Cf")


def hash_of(*parts: str) -> str:
    """Return the SHA-256, in hex, over ``parts``."""
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
