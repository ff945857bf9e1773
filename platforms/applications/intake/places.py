"""The places that a person may file for, by the names that stand in the drop-downs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from platforms.applications.eligibility import allowed_types
from platforms.applications.queries.sites import parks_for, towns_for
from platforms.choices import PlatformType
from platforms.models import Park, Region, Town, User
from platforms.reference.queries.named import Named


@dataclass
class Places:
    """Towns (of the one type that the region files in towns) and parks on record of the person's region."""

    towns: Sequence[Town] = ()
    parks: Sequence[Park] = ()
    _towns: Named[Town] = field(default_factory=lambda: Named(()))
    _elsewhere: Named[Town] = field(default_factory=lambda: Named(()))
    _parks: Named[Park] = field(default_factory=lambda: Named(()))

    def town(self, text: str) -> list[Town]:
        """Return the towns that ``text`` names, by name or code; one if all is well."""
        return self._towns.find(text)

    def nearest_town(self, text: str) -> str:
        """Return in a half sentence which town ``text`` may mean; "" if there is none like it."""
        return self._towns.proposal(text)

    def filed_elsewhere(self, text: str) -> Town | None:
        """Return the town of the county that ``text`` names where a zone committee files for it (三·(一))."""
        return next(iter(self._elsewhere.find(text)), None)

    def park(self, text: str) -> list[Park]:
        """Return the parks that ``text`` names, by name or number on record."""
        return self._parks.find(text)


def places_of(user: User) -> Places:
    """Return the places of ``user``; none for the city, whose platforms stand with associations."""
    region = user.region
    if region is None:
        return Places()
    types = allowed_types(user.role, region.kind)
    type = PlatformType.TOWN if PlatformType.TOWN in types else PlatformType.FUNCTIONAL_ZONE
    towns = list(towns_for(type=type, region=region).select_related("region", "zone").order_by("code"))
    parks = list(parks_for(region=region).select_related("region").order_by("code"))
    return Places(towns, parks, Named(towns), Named(_elsewhere(region, type)), Named(parks))


def _elsewhere(region: Region, type: str) -> QuerySet[Town]:
    towns = Town.objects.filter(region=region, zone__isnull=False, open_to_host=False)
    return towns.select_related("region", "zone") if type == PlatformType.TOWN else Town.objects.none()
