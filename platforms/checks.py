"""Checks of single values, as people type them: credit codes, phones, e-mail, years; each says in Chinese what is wrong."""


def normalise_credit_code(text: str) -> str:
    """Return ``text`` in half-width capitals without blanks; look-alikes such as O and 0 are never guessed."""
    raise NotImplementedError


def check_credit_code(code: str) -> str | None:
    """Return what is wrong with the unified social credit code ``code`` (GB 32100-2015), or None."""
    raise NotImplementedError


def normalise_phones(text: str) -> str:
    """Return ``text`` in half-width characters without blanks, two numbers joined by 、."""
    raise NotImplementedError


def check_phones(text: str, *, mobile_only: bool = False) -> str | None:
    """Return what is wrong with one phone number or two joined by 、, mobile or landline, or None."""
    raise NotImplementedError


def check_email(text: str) -> str | None:
    """Return what is wrong with the e-mail address ``text``, or None."""
    raise NotImplementedError


def nature_mismatch(code: str, nature: str) -> str | None:
    """Return a warning where the first two characters of a credit code do not go with the nature of the unit, or None."""
    raise NotImplementedError
