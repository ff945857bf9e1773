"""Which places lie close to one another: degrees in, metres out, no database."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Mean radius of the earth in metres.
EARTH = 6_371_008.8


@dataclass(frozen=True)
class Spot:
    """A place by its ``key``, in degrees east and north."""

    key: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Near:
    """Two places, the smaller key first, and the metres between them."""

    first: int
    second: int
    metres: float


def metres(one: Spot, other: Spot) -> float:
    """Return the great-circle distance between two places in metres (haversine)."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    by_latitude = math.sin((north - south) / 2) ** 2
    by_longitude = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    half = by_latitude + math.cos(south) * math.cos(north) * by_longitude
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def pairs_within(spots: Iterable[Spot], limit: float) -> list[Near]:
    """Return the pairs of ``spots`` at most ``limit`` metres apart, the closest first; the keys are unique."""
    upwards = sorted(spots, key=lambda each: each.latitude)
    # No two places are closer than their parallels are; a hair more, since both are rounded.
    reach = math.degrees(limit / EARTH) * (1 + 1e-9) + 1e-9
    found = []
    for place, one in enumerate(upwards):
        for other in upwards[place + 1 :]:
            if other.latitude - one.latitude > reach:
                break
            apart = metres(one, other)
            if apart <= limit:
                found.append(Near(min(one.key, other.key), max(one.key, other.key), apart))
    return sorted(found, key=lambda each: (each.metres, each.first, each.second))
