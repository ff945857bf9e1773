"""The places that a region may choose from for a type (三), and what the rules need to know about a place."""

from datetime import date

from django.db.models import Q, QuerySet

from platforms.choices import ApplicationStatus, PlatformType, TownKind
from platforms.eligibility import BanFacts, Facts, RegionFacts, TownFacts
from platforms.models import Application, Park, Region, Round, Town
from platforms.models.platform import Site
from platforms.queries.bans import active_bans


def towns_for(*, type: str, region: Region) -> QuerySet[Town]:
    """Return the towns in which ``region`` may file a platform of ``type``; the same rule as ``allowed_town``."""
    if type == PlatformType.TOWN:
        return Town.objects.filter(region=region)
    if type != PlatformType.FUNCTIONAL_ZONE:
        return Town.objects.none()
    real = Town.objects.exclude(kind=TownKind.ZONE)
    governed = real.filter(zone=region)
    return governed if _has_towns(region) else real.filter(region=region.host_id, zone__isnull=True)


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
    return Q(type=PlatformType.FUNCTIONAL_ZONE, region=site.region_id, town__isnull=True)


def facts_of(application: Application, *, role: str, on: date) -> Facts:
    """Return what the rules ask about ``application``, saved or not, when somebody of ``role`` files it on ``on``."""
    region, town, park = application.region, application.town, application.park
    others = Application.objects.filter(same_place(application), round=application.round_id)
    bans = active_bans(operator_code=application.operator_code, site_key=application.site_key, on=on)
    return Facts(
        role=role,
        type=application.type,
        region=RegionFacts(region.code, region.kind, region.host.code if region.host else "") if region else None,
        town=TownFacts(town.region.code, town.kind, town.zone.code if town.zone else "") if town else None,
        park_region=park.region.code if park else None,
        association=application.association,
        industry_chain=application.industry_chain,
        zone_has_towns=bool(region and _has_towns(region)),
        taken=others.exclude(pk=application.pk).exclude(status=ApplicationStatus.WITHDRAWN).exists(),
        bans=tuple(BanFacts(_banned(ban.operator_code, ban.site_label, application), ban.ends_on) for ban in bans),
    )


def applications_at(site: Site, *, round: Round) -> QuerySet[Application]:
    """Return the applications of ``round`` for the same place as ``site`` that were not withdrawn."""
    return Application.objects.filter(same_place(site), round=round).exclude(status=ApplicationStatus.WITHDRAWN)


def _has_towns(region: Region) -> bool:
    return Town.objects.filter(zone=region).exclude(kind=TownKind.ZONE).exists()


def _banned(operator_code: str, site_label: str, application: Application) -> str:
    """Name what the ban meets in this application; what else the ban names is none of its business."""
    if operator_code and operator_code == application.operator_code:
        return application.operator_name or operator_code
    return site_label or application.site_name
