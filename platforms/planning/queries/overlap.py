"""Platforms of zones, towns and parks that lie close together (六·(一))."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from django.db.models import OuterRef, Subquery

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.standings import in_operation
from platforms.choices import PlatformType
from platforms.models import Application, Platform, Town, User
from platforms.planning.overlap import Spot, pairs_within

#: The types that must not overlap (六·(一)); key industries serve the whole city.
PLACED = (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN, PlatformType.PARK)


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


def places(user: User, *, on: date) -> list[Place]:
    """Return the platforms of zones, towns and parks in operation on ``on`` that ``user`` may see, by code.

    A park lies in its town; where a platform stands is what the latest accepted application says.
    """
    latest = Application.objects.filter(platform=OuterRef("pk"), status=ApplicationStatus.ACCEPTED)
    latest = latest.order_by("-round__year", "-pk")
    rows = (
        in_operation(Platform.objects.visible_to(user), on)
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


def _by_code(one: Place, other: Place) -> tuple[Place, Place]:
    return (one, other) if one.platform.code < other.platform.code else (other, one)


def _order(pair: Overlap) -> tuple[str, float, str, str]:
    region = pair.one.platform.region
    distance = float("inf") if pair.metres is None else pair.metres
    return (region.code if region else "", distance, pair.one.platform.code, pair.other.platform.code)
