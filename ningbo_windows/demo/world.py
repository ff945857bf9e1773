"""What all rounds of the demo share: people, places, units that stay the same, and the source of all that is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from ningbo_windows.demo import plans
from ningbo_windows.demo.calendar import SET_UP_ON, at
from ningbo_windows.demo.drawing import Draw, Outline
from ningbo_windows.demo.ledger import Ledger
from ningbo_windows.demo.people import OFFICES
from ningbo_windows.demo.stage import CITY_CODE, Stage, staged
from ningbo_windows.demo.units import Unit, draw_unit
from platforms.choices import PlatformType, Role
from platforms.identity import ours
from platforms.models import Notice, Park, Platform, Region, Town, User
from platforms.notices.queries import latest_approved
from platforms.reference.choices import ParkRating, RegionKind, TownKind

#: A place beyond the named ones, for a demo of several times the size.
MORE = "扩"
_ACCOUNTS_MADE = at(SET_UP_ON, 9, 30)


@dataclass
class World:
    """The stage; ``scale`` says how many times as many platforms, ``today`` is the day that the demo is made for."""

    today: date
    scale: int
    draw: Draw
    ledger: Ledger = field(default_factory=Ledger)
    notice: Notice = field(default_factory=Notice)
    regions: dict[str, Region] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    officers: dict[str, User] = field(default_factory=dict)
    _units: dict[str, Unit] = field(default_factory=dict)
    _towns: dict[tuple[str, str], Town] = field(default_factory=dict)
    _parks: dict[tuple[str, str], Park] = field(default_factory=dict)
    stage: Stage = field(default_factory=staged)
    _outline: Outline = field(default_factory=lambda: Outline(settings.MAP_OUTLINE))

    def set_up(self, password: str) -> None:
        """Make the accounts, mark towns and put parks on record; ``password`` is hashed already."""
        self.regions = {region.code: region for region in Region.objects.select_related("host")}
        self._make_people(password)
        self.look_around()
        self._note_people()
        self._mark_towns()
        self._make_parks()
        self.ledger.write()

    def look_around(self) -> None:
        """Learn the notice, regions, towns and people that are there."""
        self.notice = Notice.objects.get(pk=latest_approved() or 0)
        self.regions = {region.code: region for region in Region.objects.select_related("host")}
        self._towns = {(town.region.code, town.name): town for town in Town.objects.select_related("region", "zone")}
        self.people = {user.username: user for user in User.objects.select_related("region")}
        self.officers = {person.region: self.people[person.username] for person in self.stage.officers}

    def expanded(self, plan: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
        """Return a plan as pairs of place and outcome by the code of the region, ``scale`` times as long."""
        found: dict[str, list[tuple[str, str]]] = {}
        for code, pairs in self.stage.plan(plan).items():
            more = [
                (f"{MORE}{number * len(pairs) + index}", outcome)
                for number in range(self.scale - 1)
                for index, (_, outcome) in enumerate(pairs, start=1)
            ]
            found[code] = pairs + more
        return found

    def site(self, code: str, place: str) -> Platform:
        """Return the place called ``place`` in the region ``code`` as an unsaved row."""
        if code == CITY_CODE:
            name, chain = self._association(place)
            return Platform(type=PlatformType.INDUSTRY, association=name, industry_chain=chain)
        region = self.regions[code]
        if (code, place) in self._parks:
            return Platform(type=PlatformType.PARK, region=region, park=self._parks[code, place])
        zone = region.kind == RegionKind.ZONE
        town = None if place == "本区" else self._towns[region.host.code if zone and region.host else code, place]
        return Platform(type=PlatformType.FUNCTIONAL_ZONE if zone else PlatformType.TOWN, region=region, town=town)

    def unit(self, site: Platform) -> Unit:
        """Return the unit that runs the platform at ``site``, the same in each round."""
        key = site.site_key
        if key not in self._units:
            town = site.park.town if site.park else site.town
            seat = town.name if town else "" if site.region else self.stage.regions["甲"].name
            self._units[key] = draw_unit(self.draw, self._outline, site, seat=seat)
        return self._units[key]

    def officer(self, site: Platform) -> User:
        """Return the person who files for ``site``."""
        return self.officers[site.region.code] if site.region else self.people["city"]

    def _make_people(self, password: str) -> None:
        User.objects.bulk_create(
            User(
                username=person.username,
                name=person.name,
                role=person.role,
                region=self.regions[person.region] if person.region else None,
                phone=self.draw.phone(),
                password=password,
                must_change_password=False,
            )
            for person in (*OFFICES, *self.stage.officers)
        )
        # Set to the moment of writing by the field itself.
        User.objects.update(created_at=_ACCOUNTS_MADE)

    def _note_people(self) -> None:
        for user in self.people.values():
            facts = {"角色": ["", Role(user.role).label], "地区": ["", str(user.region or "")]}
            self.ledger.note(_ACCOUNTS_MADE, "建立账号", None, user, user.username, actor="命令行", changes=facts)

    def _mark_towns(self) -> None:
        for part, names in plans.STRONG_TOWNS.items():
            for spot in self.stage.spots([(part, name) for name in names.split()]):
                self._towns[spot].is_strong = True
        zones = [each for each in self.stage.regions.values() if each.is_zone]
        for each in zones:
            for name in each.towns:
                self._towns[each.host, name].zone = self.regions[each.code]
        if run := [(each.host, name) for each in zones for name in each.towns]:
            # The city opened one of them to its county as well.
            self._towns[run[-1]].open_to_host = True
        Town.objects.bulk_update(self._towns.values(), ["is_strong", "zone", "open_to_host"])
        county = self.stage.regions.get(plans.ENTERS_A_ZONE) or self.stage.regions["甲"]
        code, name = county.code, f"{county.short}演示经济开发区"
        entered = Town.objects.create(
            code=f"{code}K01", name=name, kind=TownKind.ZONE, region=self.regions[code], is_proposed=True
        )
        self.ledger.note(
            at(SET_UP_ON, 11), "登记独立运行的开发区", self.officers[code], entered, entered.code, reason=name
        )
        some = next(iter(self._towns.values()))
        counts = {"工业强镇": [0, sum(town.is_strong for town in self._towns.values())]}
        self.ledger.note(at(SET_UP_ON, 10), "导入乡镇（街道）", self.people["city"], some, "", changes=counts)

    def _make_parks(self) -> None:
        rows: list[tuple[str, str, Park]] = []
        for part in plans.PARKS:
            code = self.stage.code(part)
            rows += [
                (code, f"园{number}", self._park(code, number, name, self._towns.get((code, town))))
                for number, (town, name) in enumerate(self.stage.regions[part].parks if code else (), start=1)
            ]
        all_plans = [self.stage.plan(each) for each in (plans.FIRST, plans.SMALL, plans.LAST, plans.CURRENT)]
        longest = {code: max(len(plan.get(code, ())) for plan in all_plans) for code in self.regions}
        for code, region in self.regions.items():
            first = len(self.stage.everywhere[code].parks) + 1
            for number in range(1, longest[code] * (self.scale - 1) + 1):
                name = f"{region.name}第{number}小微企业园"
                rows.append((code, f"{MORE}{number}", self._park(code, first + number - 1, name, None)))
        Park.objects.bulk_create([park for _, _, park in rows], batch_size=500)
        self._parks = {(code, place): park for code, place, park in rows}
        counts = {"新增": [0, len(rows)]}
        self.ledger.note(at(SET_UP_ON, 10, 20), "导入小微企业园", self.people["city"], rows[0][2], "", changes=counts)

    def _park(self, code: str, number: int, name: str, town: Town | None) -> Park:
        return Park(
            code=f"演示-{code}-{number:02d}",
            name=name,
            region=self.regions[code],
            town=town,
            manager=f"{ours().city.short}{self.draw.brand()}园区运营管理有限公司",
            recorded_on=date(2019, self.draw.between(3, 12), self.draw.between(1, 28)),
            rating=self.draw.one(tuple(ParkRating)[:3]).value,
            rating_year=2019,
        )

    def _association(self, place: str) -> tuple[str, str]:
        number, known = int(place[1:]), self.stage.associations
        if place.startswith(MORE):
            return f"{ours().city.name}演示产业第{number}促进会", known[number % len(known)][1]
        return known[number - 1]
