"""What the parts of the plans are called in this city: its counties, zones, towns, parks and associations.

The plans name parts: ``甲`` to ``癸`` are counties, ``子`` to ``午`` zones, ``市`` is what the city files itself,
``镇3`` the third town of its region. ``demo.toml`` in the reference folder says which of the city's places plays which
part; without it places come in the order of the lists. A part for which the city has no place is left out.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pypinyin import lazy_pinyin

from ningbo_windows.demo import plans, words
from ningbo_windows.demo.people import COUNTY_OFFICERS, OFFICES, ZONE_OFFICERS, Person
from platforms.identity import ours
from platforms.reference.choices import RegionKind, TownKind

FILE = "demo.toml"
COUNTIES, ZONES, CITY = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午", "市"
#: What the city's own applications stand under, among the codes of regions.
CITY_CODE = "HY"
#: The zone itself, as a place.
ITSELF = "本区"
#: Officers who gave no address, by the part of their region.
WITHOUT_ADDRESS = ("丑", "午")


@dataclass(frozen=True)
class Cast:
    """One region: its places by number, and where its office stands (longitude, latitude) if that is known."""

    code: str
    name: str
    is_zone: bool
    host: str
    towns: tuple[str, ...] = ()
    parks: tuple[tuple[str, str], ...] = ()
    centre: tuple[float, float] | None = None

    @property
    def short(self) -> str:
        return self.name if self.is_zone or len(self.name) < 3 else self.name[:-1]

    @property
    def full_name(self) -> str:
        """How people write it in an address or the name of a unit."""
        if self.is_zone:
            return f"{ours().city.short}{self.name}"
        return f"{ours().city.name}{self.name}" if self.name.endswith("区") else self.name


@dataclass(frozen=True)
class Stage:
    """Who plays which part; ``regions`` holds those that have one, by part, ``people`` everybody with an account."""

    seed: str
    document: str
    roads: tuple[str, ...]
    brands: tuple[str, ...]
    associations: tuple[tuple[str, str], ...]
    regions: Mapping[str, Cast]
    everywhere: Mapping[str, Cast] = field(repr=False)
    officers: tuple[Person, ...] = field(repr=False)

    def code(self, part: str) -> str:
        """Return the code of the region that plays ``part``, or nothing."""
        if part == CITY:
            return CITY_CODE
        return self.regions[part].code if part in self.regions else ""

    def spot(self, part: str, place: str) -> tuple[str, str] | None:
        """Return code and name of ``place`` in the region that plays ``part``, or nothing where there is none."""
        code = self.code(part)
        if not code or (place[0] == "园" and int(place[1:]) > len(self.regions[part].parks)):
            return None
        if place[0] != "镇":
            return code, place
        number, towns = int(place[1:]), self.regions[part].towns
        return (code, towns[number - 1]) if number <= len(towns) else None

    def spots(self, parts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return what there is of ``parts``."""
        return tuple(spot for part, place in parts if (spot := self.spot(part, place)))

    def plan(self, plan: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
        """Return what a plan says as pairs of place and outcome, by the code of the region."""
        found: dict[str, list[tuple[str, str]]] = {}
        for part, text in plan.items():
            if code := self.code(part):
                pairs = [item.partition(":")[::2] for item in text.split()]
                found[code] = [(spot[1], outcome) for place, outcome in pairs if (spot := self.spot(part, place))]
        return found

    def quotas(self) -> dict[str, int]:
        """Return the places of each region, by its code."""
        return {self.code(part): places for part, places in plans.QUOTAS.items() if self.code(part)}


@cache
def staged() -> Stage:
    """Return the stage of the city that this process runs for."""
    return read_stage(settings.REFERENCE_DIR)


def read_stage(folder: Path) -> Stage:
    """Read the lists of ``folder``, and ``demo.toml`` where there is one."""
    told = tomllib.loads((folder / FILE).read_text(encoding="utf-8")) if (folder / FILE).exists() else {}
    towns = _rows(folder / "towns.csv")
    regions = [_cast(row, told, towns) for row in _rows(folder / "regions.csv")]
    counties = _in_order([each for each in regions if not each.is_zone], told.get("counties", ()))
    zones = _in_order([each for each in regions if each.is_zone], told.get("zones", ()))
    parts = {
        part: _with_parks(each, part, told)
        for parts, some in ((COUNTIES, counties), (ZONES, zones))
        for part, each in zip(parts, some, strict=False)
    }
    associations = tuple((each["name"], each["chain"]) for each in told.get("associations", ())) or tuple(
        (f"{ours().city.name}{industry}产业联合会", f"{industry}产业链") for industry in words.INDUSTRIES
    )
    return Stage(
        seed=told.get("seed", ours().programme),
        document=told.get("document", f"{ours().city.short[0]}经信企服"),
        roads=(*words.ROADS, *told.get("roads", ())),
        brands=(*told.get("brands", ()), *words.BRANDS_FIRST),
        associations=associations,
        regions=parts,
        everywhere={each.code: each for each in regions} | {each.code: each for each in parts.values()},
        officers=tuple(_officers(regions, parts)),
    )


def _cast(row: Mapping[str, str], told: Mapping[str, Any], towns: list[dict[str, str]]) -> Cast:
    code, is_zone = row["code"], row["kind"] == RegionKind.ZONE
    said = _said(code, told)
    listed = [
        town["name"]
        for town in towns
        if (town["zone_code"] or town["region_code"]) == code and town["kind"] != TownKind.ZONE
    ]
    return Cast(
        code=code,
        name=row["name"],
        is_zone=is_zone,
        host=row["host_code"],
        towns=tuple(said["towns"].split() if "towns" in said else listed),
        centre=(said["centre"][0], said["centre"][1]) if "centre" in said else None,
    )


def _with_parks(cast: Cast, part: str, told: Mapping[str, Any]) -> Cast:
    """Give ``cast`` the parks of its ``part``: in the towns of the plans, under the names of the file or made up."""
    seats = [_seat(cast, place) for place in plans.PARKS.get(part, "").split()]
    names = _said(cast.code, told).get("parks", "").split() or [
        f"{_bare(seat) or cast.short}{words.TRADES_OF_PARKS[number % len(words.TRADES_OF_PARKS)]}小微企业园"
        for number, seat in enumerate(seats)
    ]
    return Cast(**(vars(cast) | {"parks": tuple(zip(seats, names, strict=True))}))


def _seat(cast: Cast, place: str) -> str:
    if place == ITSELF or not cast.towns:
        return ""
    return cast.towns[(int(place[1:]) - 1) % len(cast.towns)]


def _bare(town: str) -> str:
    for ending in ("街道", "镇", "乡"):
        if town.endswith(ending) and len(town) > len(ending) + 1:
            return town.removesuffix(ending)
    return town


def _in_order(regions: list[Cast], said: Sequence[Mapping[str, Any]]) -> list[Cast]:
    order = [each["code"] for each in said]
    return sorted(regions, key=lambda each: order.index(each.code) if each.code in order else len(order))


def _said(code: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((each for each in (*told.get("counties", ()), *told.get("zones", ())) if each["code"] == code), {})


def _officers(regions: Sequence[Cast], parts: Mapping[str, Cast]) -> Iterator[Person]:
    """Yield an officer of each region in the order of the list, called by the sound of its name."""
    taken = {person.username for person in OFFICES}
    part_of = {each.code: part for part, each in parts.items()}
    counted = {False: 0, True: 0}
    for region in regions:
        people = ZONE_OFFICERS if region.is_zone else COUNTY_OFFICERS
        number = counted[region.is_zone]
        counted[region.is_zone] += 1
        name, post = people[number % len(people)]
        if number >= len(people):
            name = words.SURNAMES[number % len(words.SURNAMES)] + words.GIVEN[number % len(words.GIVEN)]
        username = region.code.lower() if region.is_zone else "".join(lazy_pinyin(region.short))
        if username in taken:
            username = region.code.lower()
        taken.add(username)
        email = "" if part_of.get(region.code) in WITHOUT_ADDRESS else f"{username}@example.cn"
        yield Person(username, name, "county", region.code, post, email)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
