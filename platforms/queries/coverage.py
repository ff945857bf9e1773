"""How far a round is: platforms against its target, strong industrial towns that still lack one."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from platforms.choices import ApplicationStatus
from platforms.models import Application, Region, Round, Town, User
from platforms.queries.sites import run_by

#: 三·(二)1: 全市29个工业强镇必须建设全覆盖; which ones they are is imported, the list is not public.
STRONG_TOWNS = 29
#: What counts as filed: handed in and not taken back.
FILED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED)


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


@dataclass(frozen=True)
class RegionCoverage:
    """The strong industrial towns of one region: how many there are, and which have no application yet (N11)."""

    region: Region
    strong: int
    missing: tuple[str, ...]

    @property
    def covered(self) -> int:
        return self.strong - len(self.missing)


def progress(*, round: Round, user: User) -> Progress:
    """Return how many applications of ``round`` the person's scope holds."""
    rows = Application.objects.visible_to(user).filter(round=round)
    return Progress(
        round.target,
        rows.filter(status__in=FILED).count(),
        rows.filter(status=ApplicationStatus.ACCEPTED).count(),
    )


def coverage(*, round: Round, user: User) -> list[RegionCoverage]:
    """Return each region with strong industrial towns and which of them nobody filed for in ``round``, by code.

    A town counts with the zone committee that runs it, else with its county. An officer sees the own towns only, since
    what others filed is theirs.
    """
    filed = Application.objects.filter(round=round, town=OuterRef("pk"), status__in=FILED)
    towns = Town.objects.visible_to(user).filter(is_strong=True).annotate(has_filed=Exists(filed))
    if user.region_id:
        towns = towns.filter(run_by(user.region_id))
    found: dict[Region, list[Town]] = {}
    for town in towns.select_related("region", "zone").order_by("region__code", "code"):
        found.setdefault(town.run_by, []).append(town)
    return [
        RegionCoverage(region, len(own), tuple(town.name for town in own if not getattr(town, "has_filed", False)))
        for region, own in sorted(found.items(), key=lambda each: each[0].code)
    ]
