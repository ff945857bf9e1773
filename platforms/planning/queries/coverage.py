"""How far a round is against its target, and how the strong industrial towns stand (三·(二)1).

One query answers planning, charts, workbench and the page of a round, so that they show the same figures.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from platforms.applications.choices import ApplicationStatus, EndedWhy
from platforms.applications.queries.bans import bans_on, notes_of
from platforms.applications.queries.sites import run_by
from platforms.applications.standing import Past, Period, last_of, may_apply_from
from platforms.models import Application, Platform, Region, Round, Standing, Town, User
from platforms.rounds.choices import RoundStatus

#: 三·(二)1: 全市29个工业强镇必须建设全覆盖; which ones they are is imported, the list is not public.
STRONG_TOWNS = 29
#: What counts as filed: handed in and not taken back.
FILED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED)


#: How a town stands: key → word, the best first. Built is a certificate in force and nothing else; what was revoked,
#: ran out or was given up is named as what it is, and none of them covers a town.
BUILT, ON_FILE, LACKING = "built", "filed", "none"
REVOKED, EXPIRED = "revoked", "expired"
STATES = {BUILT: "已建成", ON_FILE: "已申报", LACKING: "空缺", REVOKED: "已撤销", EXPIRED: "到期或放弃"}
#: Those in which a town is not covered and nobody applied for it.
UNCOVERED = (LACKING, REVOKED, EXPIRED)
_CAME_TO: dict[str, str] = {EndedWhy.REVOKED: REVOKED, EndedWhy.EXPIRED: EXPIRED, EndedWhy.GIVEN_UP: EXPIRED}


@dataclass(frozen=True)
class TownLine:
    """One strong industrial town, how it stands, and which platforms (or applications) that the person sees are why.

    ``past`` says how the last certificate ended where that is the state, ``apply_from`` the first day on which an
    application for the town is possible then (五). ``ban`` says in a sentence that nobody may apply for it, or that it
    was released for another operator.
    """

    town: Town
    state: str
    platforms: tuple[Platform, ...]
    applications: tuple[Application, ...]
    past: Past | None = None
    apply_from: date | None = None
    ban: str = ""


@dataclass(frozen=True)
class RegionLine:
    """The strong industrial towns of one region, how many of each state; ``uncovered`` names those to be covered."""

    region: Region
    towns: int
    counts: dict[str, int]
    uncovered: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """Applications of a round that the person sees, against the target of the whole city (N07)."""

    target: int
    filed: int
    accepted: int

    @property
    def percent(self) -> int:
        """Accepted platforms in whole per cent of the target, rounded down."""
        return self.accepted * 100 // self.target if self.target else 0


def progress(*, round: Round, user: User) -> Progress:
    """Return how many applications of ``round`` the person's scope holds."""
    found = (
        Application.objects.visible_to(user)
        .filter(round=round)
        .aggregate(
            filed=Count("pk", filter=Q(status__in=FILED)),
            accepted=Count("pk", filter=Q(status=ApplicationStatus.ACCEPTED)),
        )
    )
    return Progress(round.target, found["filed"], found["accepted"])


def strong_towns(*, user: User, round: Round | None, on: date) -> list[TownLine]:
    """Return the strong industrial towns that are ``user``'s to cover, by code, each with how it stands on ``on``.

    Built is a town with a platform that stands under a certificate; else filed, one with an application handed in for
    ``round`` while that is not published; else it is to be covered, and where a platform stood once, it says how that
    ended. How a town stands everybody may know; which platform it is about is the region's own. A town counts with the
    zone committee that runs it, else with its county.
    """
    towns = Town.objects.visible_to(user).filter(is_strong=True)
    if user.region_id:
        towns = towns.filter(run_by(user.region_id))
    rows = sorted(towns.select_related("region", "zone"), key=lambda town: (town.run_by.code, town.code))
    keys = [town.pk for town in rows]
    periods: dict[int, list[Period]] = defaultdict(list)
    stood = Standing.objects.filter(platform__town__in=keys).select_related("platform")
    for standing in stood:
        periods[standing.platform.town_id or 0].append(standing.period)
    place_of = {f"town:{pk}": pk for pk in keys}
    bans = bans_on(operator_codes=(), site_keys=place_of, on=on)
    notes = notes_of(bans)
    banned: dict[int, list[date]] = defaultdict(list)
    for ban in bans:
        if ban.bars_place(ban.site_key):
            banned[place_of[ban.site_key]].append(ban.ends_on)
    filed = _of_round(round).filter(town__in=keys)
    filed_for = set(filed.order_by().values_list("town", flat=True))
    platforms: dict[int, list[Platform]] = defaultdict(list)
    for platform in Platform.objects.visible_to(user).filter(town__in=keys).order_by("code"):
        platforms[platform.town_id or 0].append(platform)
    on_file: dict[int, list[Application]] = defaultdict(list)
    for application in (filed & Application.objects.visible_to(user)).order_by("number"):
        on_file[application.town_id or 0].append(application)
    found = []
    for town in rows:
        own, past = periods[town.pk], last_of(periods[town.pk], on)
        if any(each.stands(on) for each in own):
            state = BUILT
        elif town.pk in filed_for or any(on < each.starts_on < each.over_on for each in own):
            # Published with a first day that lies ahead, it is decided and not in force yet.
            state = ON_FILE
        else:
            state = _CAME_TO.get(past.why, LACKING) if past else LACKING
        told = past if state in (REVOKED, EXPIRED) else None
        apply_from = may_apply_from(told, banned[town.pk]) if told else None
        note = notes.get(f"town:{town.pk}", "")
        found.append(TownLine(town, state, tuple(platforms[town.pk]), tuple(on_file[town.pk]), told, apply_from, note))
    return found


def by_region(lines: Iterable[TownLine]) -> list[RegionLine]:
    """Count ``lines`` by region, in the order in which the regions come."""
    found: dict[Region, list[TownLine]] = {}
    for line in lines:
        found.setdefault(line.town.run_by, []).append(line)
    return [
        RegionLine(
            region,
            len(own),
            tally(own),
            tuple(each.town.name for each in own if each.state in UNCOVERED),
        )
        for region, own in found.items()
    ]


def tally(lines: Iterable[TownLine]) -> dict[str, int]:
    """Return how many of ``lines`` stand in each of :data:`STATES`, in their order."""
    counts = dict.fromkeys(STATES, 0)
    for line in lines:
        counts[line.state] += 1
    return counts


def uncovered(counts: dict[str, int]) -> int:
    """Return how many towns of a :func:`tally` are to be covered and not applied for."""
    return sum(counts[state] for state in UNCOVERED)


def marked_towns() -> int:
    """Return how many strong industrial towns are marked in the whole city."""
    return Town.objects.filter(is_strong=True).count()


def _of_round(round_: Round | None) -> QuerySet[Application]:
    """Return what was handed in for ``round_`` and is not decided; a published round has nothing under way."""
    rows: QuerySet[Application] = Application.objects.all()
    if round_ is None or round_.status == RoundStatus.PUBLISHED:
        return rows.none()
    return rows.filter(round=round_, status__in=FILED)
