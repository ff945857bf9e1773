"""Where platforms stand and where they lack: strong industrial towns, platforms that lie close together (六·(一))."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Exists, OuterRef, Subquery

from platforms.choices import ApplicationStatus, PlatformType
from platforms.models import Application, Platform, Region, Round, Town, User
from platforms.overlap import Spot, pairs_within
from platforms.queries.coverage import FILED
from platforms.queries.sites import run_by

#: How a town stands: key → word, the best first.
BUILT, ON_FILE, LACKING = "built", "filed", "none"
STATES = {BUILT: "已建成", ON_FILE: "已申报", LACKING: "空缺"}

#: The types that must not overlap (六·(一)); key industries serve the whole city.
PLACED = (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN, PlatformType.PARK)


@dataclass(frozen=True)
class TownLine:
    """One strong industrial town, how it stands, and which platforms (or applications) that the person sees are why."""

    town: Town
    state: str
    platforms: tuple[Platform, ...]
    applications: tuple[Application, ...]


@dataclass(frozen=True)
class RegionLine:
    """The strong industrial towns of one region by state; ``lacking`` are those without platform and application."""

    region: Region
    towns: int
    built: int
    filed: int
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A platform, the town it lies in if that is known, and where it stands in degrees if that was filed."""

    platform: Platform
    town: Town | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Overlap:
    """Two platforms in one town or close together; ``metres`` is None where they lie too far apart or it is not known.

    ``town`` is the town that they share.
    """

    one: Place
    other: Place
    town: Town | None
    metres: float | None

    @property
    def regions(self) -> set[str]:
        """The codes of the regions of both."""
        return {each.platform.region.code for each in (self.one, self.other) if each.platform.region}

    @property
    def is_of_one_type(self) -> bool:
        return self.one.platform.type == self.other.platform.type


def strong_towns(*, user: User, round: Round | None) -> list[TownLine]:
    """Return the strong industrial towns that are ``user``'s to cover, by code, each with how it stands.

    Built is a town with a platform that was accepted in whatever round, filed one with an application that was handed
    in for ``round``. Whether a town is covered everybody may know; by which platform is the region's own.
    """
    standing = Platform.objects.filter(town=OuterRef("pk"))
    filed = Application.objects.filter(round=round, town=OuterRef("pk"), status__in=FILED)
    towns = Town.objects.visible_to(user).filter(is_strong=True)
    if user.region_id:
        towns = towns.filter(run_by(user.region_id))
    towns = towns.annotate(is_built=Exists(standing), is_filed=Exists(filed))
    rows = list(towns.select_related("region", "zone").order_by("region__code", "code"))
    platforms: dict[int, list[Platform]] = defaultdict(list)
    for platform in Platform.objects.visible_to(user).filter(town__in=rows).order_by("code"):
        platforms[platform.town_id or 0].append(platform)
    on_file: dict[int, list[Application]] = defaultdict(list)
    seen = Application.objects.visible_to(user).filter(round=round, town__in=rows, status__in=FILED)
    for application in seen.order_by("number"):
        on_file[application.town_id or 0].append(application)
    return [
        TownLine(
            town,
            BUILT if town.is_built else ON_FILE if town.is_filed else LACKING,
            tuple(platforms[town.pk]),
            tuple(on_file[town.pk]),
        )
        for town in rows
    ]


def by_region(lines: Iterable[TownLine]) -> list[RegionLine]:
    """Count ``lines`` by region, in the order in which the regions come."""
    found: dict[Region, list[TownLine]] = {}
    for line in lines:
        found.setdefault(line.town.run_by, []).append(line)
    return [
        RegionLine(
            region,
            len(own),
            sum(each.state == BUILT for each in own),
            sum(each.state == ON_FILE for each in own),
            tuple(each.town.name for each in own if each.state == LACKING),
        )
        for region, own in sorted(found.items(), key=lambda each: each[0].code)
    ]


def places(user: User) -> list[Place]:
    """Return the platforms of zones, towns and parks that ``user`` may see, by code.

    A park lies in its town; where a platform stands is what the latest accepted application says.
    """
    latest = Application.objects.filter(platform=OuterRef("pk"), status=ApplicationStatus.ACCEPTED)
    latest = latest.order_by("-round__year", "-pk")
    rows = (
        Platform.objects.visible_to(user)
        .filter(type__in=PLACED)
        .annotate(
            longitude=Subquery(latest.values("longitude")[:1]),
            latitude=Subquery(latest.values("latitude")[:1]),
        )
        .select_related("region", "town", "park__town")
        .order_by("code")
    )
    return [
        Place(
            each,
            each.town or (each.park.town if each.park else None),
            None if each.longitude is None else float(each.longitude),
            None if each.latitude is None else float(each.latitude),
        )
        for each in rows
    ]


def overlaps(found: Sequence[Place], *, limit: float) -> list[Overlap]:
    """Return the pairs of ``found`` in one town or at most ``limit`` metres apart: by region, the closest first."""
    by_key = {each.platform.pk: each for each in found}
    spots = [
        Spot(each.platform.pk, each.longitude, each.latitude)
        for each in found
        if each.longitude is not None and each.latitude is not None
    ]
    apart = {(near.first, near.second): near.metres for near in pairs_within(spots, limit)}
    members: dict[Town, list[int]] = defaultdict(list)
    for each in found:
        if each.town is not None:
            members[each.town].append(each.platform.pk)
    shared = {(min(pair), max(pair)): town for town, keys in members.items() for pair in combinations(keys, 2)}
    pairs = [
        Overlap(*_by_code(by_key[one], by_key[other]), shared.get((one, other)), apart.get((one, other)))
        for one, other in {*apart, *shared}
    ]
    return sorted(pairs, key=_order)


def marked_towns() -> int:
    """Return how many strong industrial towns are marked in the whole city."""
    return Town.objects.filter(is_strong=True).count()


def _by_code(one: Place, other: Place) -> tuple[Place, Place]:
    return (one, other) if one.platform.code < other.platform.code else (other, one)


def _order(pair: Overlap) -> tuple[str, float, str, str]:
    region = pair.one.platform.region
    distance = float("inf") if pair.metres is None else pair.metres
    return (region.code if region else "", distance, pair.one.platform.code, pair.other.platform.code)
