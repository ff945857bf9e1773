"""The places that a person may file for, by the names that stand in the drop-downs."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from platforms.choices import PlatformType
from platforms.eligibility import allowed_types
from platforms.models import Park, Town, User
from platforms.queries.sites import parks_for, towns_for

Row = TypeVar("Row", Town, Park)


@dataclass
class Places:
    """Towns (of the one type that the region files in towns) and parks on record of the person's region."""

    towns: Sequence[Town] = ()
    parks: Sequence[Park] = ()
    _towns: dict[str, list[Town]] = field(default_factory=dict)
    _parks: dict[str, list[Park]] = field(default_factory=dict)

    def town(self, text: str) -> list[Town]:
        """Return the towns that ``text`` names, by name or code; one if all is well."""
        return _found(self._towns, text)

    def park(self, text: str) -> list[Park]:
        """Return the parks that ``text`` names, by name or number on record."""
        return _found(self._parks, text)


def places_of(user: User) -> Places:
    """Return the places of ``user``; none for the city, whose platforms stand with associations."""
    region = user.region
    if region is None:
        return Places()
    types = allowed_types(user.role, region.kind)
    type = PlatformType.TOWN if PlatformType.TOWN in types else PlatformType.FUNCTIONAL_ZONE
    towns = list(towns_for(type=type, region=region).select_related("region", "zone").order_by("code"))
    parks = list(parks_for(region=region).select_related("region").order_by("code"))
    return Places(towns, parks, _index(towns), _index(parks))


def plain(text: str) -> str:
    """Return a name as it is compared: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _index(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        for word in {plain(row.name), plain(row.code)}:
            found.setdefault(word, []).append(row)
    return found


def _found(index: dict[str, list[Row]], text: str) -> list[Row]:
    return index.get(plain(text), [])
