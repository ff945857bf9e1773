"""People shown to officers of other places: enough to tell two apart, not enough to reach or name one."""

import re

from platforms.choices import Role

_DIGITS = re.compile(r"\d{7,}")
_AT = re.compile(r"^(.)[^@]*(@.+)$")


def may_see_people(*, role: str, own_region: int | None, row_region: int | None) -> bool:
    """Say whether names and mobiles of a row are shown in full.

    They stay inside the region; rows without a region are key industries and belong to the city.
    """
    if row_region is None:
        return role == Role.CITY
    return role == Role.COUNTY and own_region == row_region


def mask_name(name: str) -> str:
    """Return the family name and a star: 张*; 欧阳 keeps its first character only, like the others."""
    stripped = name.strip()
    return f"{stripped[0]}*" if stripped else ""


def mask_phone(text: str) -> str:
    """Return ``text`` with the middle of each number starred: 138****5678; nothing else is changed."""
    return _DIGITS.sub(lambda found: _mask_digits(found[0]), text)


def mask_email(text: str) -> str:
    """Return the address with its first character and its host only."""
    return _AT.sub(r"\1***\2", text.strip())


def _mask_digits(digits: str) -> str:
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[7:]}"
    return f"{digits[:2]}****{digits[-2:]}"
