"""The places that a region may choose from for a type (三), and what the rules need to know about a place."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from platforms.applications.ban_reach import met
from platforms.applications.choices import ApplicationStatus
from platforms.applications.eligibility import Facts, RegionFacts, TownFacts
from platforms.applications.models.platform import Site
from platforms.applications.queries.bans import bans_on
from platforms.choices import PlatformType
from platforms.models import Application, Park, Region, Round, Town
from platforms.reference.choices import TownKind


def towns_for(*, type: str, region: Region) -> QuerySet[Town]:
    """Return the towns in which ``region`` may file a platform of ``type``; the same rule as ``allowed_town``."""
    if type == PlatformType.TOWN:
        return Town.objects.filter(Q(zone__isnull=True) | Q(open_to_host=True), region=region)
    if type != PlatformType.FUNCTIONAL_ZONE:
        return Town.objects.none()
    return Town.objects.filter(zone=region).exclude(kind=TownKind.ZONE)


def run_by(region: int) -> Q:
    """Return the condition that a town counts with the region of the key ``region``, as ``Town.run_by`` says."""
    return Q(zone=region) | Q(zone__isnull=True, region=region)


def parks_for(*, region: Region) -> QuerySet[Park]:
    """Return the parks on record in ``region`` (三·(三))."""
    return Park.objects.filter(region=region)


def same_place(site: Site) -> Q:
    """Return the condition that a row stands for the same place as ``site``."""
    if site.type == PlatformType.INDUSTRY:
        return Q(type=PlatformType.INDUSTRY, association=site.association)
    if site.park_id:
        return Q(park=site.park_id)
    if site.town_id:
        return Q(town=site.town_id, park__isnull=True)
    return _zone_itself(site.former_zone_id or site.region_id)


def _zone_itself(zone: int | None) -> Q:
    """Return the condition that a row stands for the zone with the key ``zone``, whoever took it over since."""
    own = Q(region=zone, former_zone__isnull=True) | Q(former_zone=zone)
    return Q(own, type=PlatformType.FUNCTIONAL_ZONE, town__isnull=True)


def facts_of(application: Application, *, role: str, on: date) -> Facts:
    """Return what the rules ask about ``application``, saved or not, when somebody of ``role`` files it on ``on``."""
    return facts_of_all([application], role=role, on=on)[0]


def facts_of_all(applications: Sequence[Application], *, role: str, on: date) -> list[Facts]:
    """Return the :func:`facts_of` each of ``applications``, in their order, with the queries of one."""
    bans = bans_on(
        operator_codes={each.operator_code for each in applications},
        site_keys={each.site_key for each in applications},
        on=on,
    )
    standing = _standing_at(applications)
    return [
        Facts(
            role=role,
            type=each.type,
            region=_region_facts(each),
            town=_town_facts(each),
            park_region=each.park.region.code if each.park else None,
            association=each.association,
            industry_chain=each.industry_chain,
            taken=bool(standing.get((each.round_id, *place_of(each)), set()) - {each.pk}),
            bans=met(bans, operator_code=each.operator_code, site_key=each.site_key, site_name=each.site_name),
        )
        for each in applications
    ]


def _region_facts(application: Application) -> RegionFacts | None:
    region = application.region
    return RegionFacts(region.code, region.kind) if region else None


def _town_facts(application: Application) -> TownFacts | None:
    town = application.town
    if town is None:
        return None
    return TownFacts(town.region.code, town.kind, town.zone.code if town.zone else "", town.open_to_host)


def place_of(site: Site) -> tuple[str, Any]:
    """Return what two rows of one round have in common when they stand for the same place; see :func:`same_place`."""
    if site.type == PlatformType.INDUSTRY:
        return "association", site.association
    if site.park_id:
        return "park", site.park_id
    return ("town", site.town_id) if site.town_id else ("zone", site.former_zone_id or site.region_id)


def _standing_at(applications: Sequence[Application]) -> dict[tuple[Any, ...], set[int]]:
    """Return which applications, not withdrawn, stand at the places of ``applications``, by round and place."""
    places = Q(pk__in=())
    for kind, value in {place_of(each) for each in applications}:
        if kind == "association":
            places |= Q(type=PlatformType.INDUSTRY, association=value)
        elif kind == "zone":
            places |= _zone_itself(value)
    named = {kind: [each for each in map(place_of, applications) if each[0] == kind] for kind in ("park", "town")}
    places |= Q(park__in=[value for _, value in named["park"]])
    places |= Q(town__in=[value for _, value in named["town"]], park__isnull=True)
    rows = Application.objects.filter(places, round__in={each.round_id for each in applications})
    found: dict[tuple[Any, ...], set[int]] = {}
    for row in rows.exclude(status=ApplicationStatus.WITHDRAWN).only(
        "round_id", "type", "region_id", "town_id", "park_id", "association", "former_zone_id"
    ):
        found.setdefault((row.round_id, *place_of(row)), set()).add(row.pk)
    return found


def applications_at(site: Site, *, round: Round) -> QuerySet[Application]:
    """Return the applications of ``round`` for the same place as ``site`` that were not withdrawn."""
    return Application.objects.filter(same_place(site), round=round).exclude(status=ApplicationStatus.WITHDRAWN)
