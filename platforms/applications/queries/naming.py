"""The real places of each platform type, and what a naming rule would call them."""

from collections.abc import Mapping
from dataclasses import dataclass

from platforms.applications import naming
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import naming_rules
from platforms.choices import PlatformType
from platforms.identity import ours
from platforms.models import Application, Park, Platform, Region, Town
from platforms.reference.choices import RegionKind, TownKind

#: Stands for an association while none has filed yet.
ASSOCIATION = f"{ours().city.name}某某行业协会"


@dataclass(frozen=True)
class Called:
    """A place (``region`` empty for associations) and the name that a rule gives it."""

    region: str
    site: str
    name: str


def places_of(type: str) -> list[tuple[str, str]]:
    """Return region and site of every place that could file as ``type``, in the order of codes."""
    if type == PlatformType.TOWN:
        return list(Town.objects.exclude(kind=TownKind.ZONE).values_list("region__name", "name"))
    if type == PlatformType.PARK:
        return list(Park.objects.values_list("region__name", "name"))
    if type == PlatformType.FUNCTIONAL_ZONE:
        going_on = Region.objects.filter(kind=RegionKind.ZONE, valid_until__isnull=True)
        zones = [(name, name) for name in going_on.values_list("name", flat=True)]
        governed = Town.objects.filter(zone__isnull=False).exclude(kind=TownKind.ZONE)
        return zones + list(governed.values_list("zone__name", "name"))
    associations = {
        name
        for model in (Platform, Application)
        for name in model.objects.filter(type=type).values_list("association", flat=True)
    }
    return [("", name) for name in sorted(associations) or [ASSOCIATION]]


def called(type: str, pattern: str, places: list[tuple[str, str]] | None = None) -> list[Called]:
    """Return what ``pattern`` calls each of ``places``, all places of ``type`` where none are given."""
    rules = {type: pattern}
    pairs = places_of(type) if places is None else places
    return [Called(region, site, naming.propose(type, region, site, rules)) for region, site in pairs]


def wrong_with(type: str, pattern: str) -> str | None:
    """Return what is wrong with the names that ``pattern`` gives to the real places of ``type``, or None."""
    seen: dict[str, str] = {}
    for each in called(type, pattern):
        place = each.site if each.site.startswith(each.region) else each.region + each.site
        if wrong := naming.check(each.name):
            return f"按此规则，“{place}”的平台名称为“{each.name}”。{wrong}"
        if each.name in seen:
            return f"按此规则，“{seen[each.name]}”和“{place}”的平台名称相同，都是“{each.name}”。"
        seen[each.name] = place
    return None


def renamed_drafts(type: str, pattern: str) -> int:
    """Return how many open forms (drafts and returned ones) of ``type`` would be asked why their name differs.

    Those are the forms that are called by the rule in force and would not be by ``pattern``.
    """
    now: Mapping[str, str] = naming_rules()
    rows = Application.objects.filter(
        type=type, status__in=(ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
    ).select_related("region", "town", "park")
    count = 0
    for row in rows:
        region = row.region.name if row.region else ""
        old, new = (naming.propose(type, region, row.site_name, {type: each}) for each in (now[type], pattern))
        count += row.name == old != new
    return count
