"""Invented numbers, people and places: valid in form, the same for the same seed, never twice the same code."""

import json
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from stdnum.cn import uscc

from ningbo_windows.demo import words
from ningbo_windows.demo.stage import staged
from platforms.identity import ours

T = TypeVar("T")
Ring = Sequence[Sequence[float]]

#: How far platforms lie from the middle of their county and of their zone, in degrees.
COUNTY_SPREAD, ZONE_SPREAD = 0.09, 0.012
_TRIES = 60


class Draw(random.Random):
    """A seeded source of everything that is made up; it never asks the clock or the system."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._codes: set[str] = set()

    def one(self, values: Sequence[T]) -> T:
        """Return one of ``values``."""
        return values[int(self.random() * len(values))]

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def person(self) -> str:
        """Return a name of two or three characters."""
        return self.one(words.SURNAMES) + self.one(words.GIVEN)

    def mobile(self) -> str:
        """Return a mobile number of valid form."""
        return f"1{self.one('35789')}{self.between(0, 9)}{self.between(0, 99_999_999):08d}"

    def phone(self) -> str:
        """Return an office number with the area code of the city."""
        return f"{ours().phone_area}-8{self.between(1_000_000, 9_999_999)}"

    def credit_code(self, prefix: str, area: str) -> str:
        """Return a credit code with a right check character: two characters of kind, six of area, ten of unit."""
        while True:
            body = f"{prefix}{area}{self.one('ABCDEFGHJKLMNPQRTUWXY')}{self.between(0, 99_999_999):08d}"
            code = body + uscc.calc_check_digit(body)
            if code not in self._codes:
                self._codes.add(code)
                return code

    def brand(self) -> str:
        """Return the distinctive part of the name of a company."""
        return self.one(staged().brands) + self.one(words.BRANDS_LAST)


class Outline:
    """The shapes of the counties, to put platforms inside the right one."""

    def __init__(self, path: Path) -> None:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        self._rings = {str(f["properties"]["adcode"]): _rings(f["geometry"]) for f in features}
        self._centres = {str(f["properties"]["adcode"]): tuple(f["properties"]["center"]) for f in features}

    def point(self, draw: Draw, region: str) -> tuple[Decimal, Decimal]:
        """Return longitude and latitude of a place in ``region``: near its middle, inside its outline if it has one."""
        cast = staged().everywhere[region]
        spread = ZONE_SPREAD if cast.is_zone else COUNTY_SPREAD
        x, y = cast.centre or self._centres.get(region) or self._beside(cast.host)
        for _ in range(_TRIES):
            place = (draw.gauss(x, spread), draw.gauss(y, spread * 0.85))
            if region not in self._rings or self.holds(region, place):
                return _decimal(place[0]), _decimal(place[1])
        return _decimal(x), _decimal(y)

    def _beside(self, county: str) -> tuple[float, float]:
        """Return a point to the north-east of the middle of ``county``, for a zone of which nobody says where it is."""
        x, y = self._centres[county]
        return x + COUNTY_SPREAD, y + COUNTY_SPREAD

    def holds(self, region: str, place: tuple[float, float]) -> bool:
        """Say whether ``place`` lies inside ``region``."""
        return any(_inside(ring, place) for ring in self._rings[region])


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    """Return the outer rings of a polygon or of several."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [part[0] for part in parts]


def _inside(ring: Ring, place: tuple[float, float]) -> bool:
    x, y = place
    found = False
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
