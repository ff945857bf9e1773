"""People shown to officers of other places: enough to tell two apart, not enough to reach or name one."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from platforms.choices import Role
from platforms.unreadable import KEY

_DIGITS = re.compile(r"\d{7,}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_AT = re.compile(r"^(.)[^@]*(@.+)$")


def may_see_people(*, role: str, own_regions: Collection[int], row_region: int | None) -> bool:
    """Say whether names and mobiles of a row are shown in full.

    They stay inside the region and those that take it over (``own_regions``); rows without a region are key industries
    and belong to the city.
    """
    if row_region is None:
        return role == Role.CITY
    return role == Role.COUNTY and row_region in own_regions


def mask_name(name: str) -> str:
    """Return the family name and a star: 张*; 欧阳 keeps its first character only, like the others."""
    stripped = name.strip()
    return f"{stripped[0]}*" if stripped else ""


def mask_phone(text: str) -> str:
    """Return ``text`` with the middle of each number starred: 138****5678; nothing else is changed."""
    return _DIGITS.sub(lambda found: _mask_digits(found[0]), text)


def mask_mobiles(text: str) -> str:
    """Return ``text`` with the mobiles in it starred; a phone of an office stays as it is."""
    return _MOBILE.sub(lambda found: _mask_digits(found[0]), text)


def mask_email(text: str) -> str:
    """Return the address with its first character and its host only."""
    return _AT.sub(r"\1***\2", text.strip())


def _mask_digits(digits: str) -> str:
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[7:]}"
    return f"{digits[:2]}****{digits[-2:]}"


#: Fields of the application form that name or reach a person.
PEOPLE: Mapping[str, Callable[[str], str]] = {
    "legal_representative": mask_name,
    "person_in_charge": mask_name,
    "contact_name": mask_name,
    "contact_mobile": mask_phone,
    "contact_email": mask_email,
}
STAFF: Mapping[str, Callable[[str], str]] = {"name": mask_name, "mobile": mask_phone}


def mask_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form of an application (see ``queries.forms.form_data``) with its people masked.

    What is typed wrong in a draft may name anybody, wherever it stands, and is left out.
    """
    masked = {name: value for name, value in form.items() if name != KEY}
    masked["operator"] = _mask_fields(form.get("operator", {}), PEOPLE)
    masked["staff"] = [_mask_fields(row, STAFF) for row in form.get("staff", ())]
    return masked


def _mask_fields(values: Mapping[str, Any], masks: Mapping[str, Callable[[str], str]]) -> dict[str, Any]:
    return {
        name: masks[name](value) if name in masks and value else value for name, value in values.items() if name != KEY
    }
