"""Who of the regions has reported, how much, how late, and against which quota; and what one can report today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.filing_extensions import usable_for
from platforms.applications.queries.quotas import FILED
from platforms.models import Application, Batch, Liaison, Quota, Region, Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.regions import regions_of


@dataclass(frozen=True)
class RegionReport:
    """How one region stands with its reports in a round; ``region`` None is the city with its key industries.

    ``counts`` are applications by status, ``batches`` reports and ``reported`` applications in them, ``late`` says that
    a report came in, or is still missing, after the due day; ``over_reasons`` are the reasons given for going over the
    quota, each once.
    """

    region: Region | None
    places: int | None
    counts: Counter[str]
    batches: int
    reported: int
    first_at: datetime | None
    last_at: datetime | None
    late: bool
    over_reasons: tuple[str, ...]
    liaison: Liaison | None

    @property
    def name(self) -> str:
        return self.region.name if self.region else "市级（重点行业）"

    @property
    def has_reported(self) -> bool:
        return self.batches > 0

    @property
    def used(self) -> int:
        """What was filed and not withdrawn: what the quota is held against."""
        return sum(self.counts[status] for status in FILED)

    @property
    def left(self) -> int | None:
        """Places not used, never below zero; None without a quota."""
        return None if self.places is None else max(self.places - self.used, 0)

    @property
    def over(self) -> int:
        """By how many the region is over its quota."""
        return 0 if self.places is None else max(self.used - self.places, 0)


@dataclass(frozen=True)
class Totals:
    """The round in sum: what was filed and accepted against the target of the whole city and against all quotas."""

    target: int
    places: int
    counts: Counter[str]
    batches: int
    reported: int
    regions: int
    regions_reported: int

    @property
    def used(self) -> int:
        return sum(self.counts[status] for status in FILED)


def reports_of(round: Round, *, on: date) -> list[RegionReport]:
    """Return how each region stands in ``round`` on the day ``on``, by code, the city's own key industries last.

    For the city's eyes: no scope is applied.
    """
    counts: dict[int | None, Counter[str]] = {}
    rows = Application.objects.filter(round=round).order_by()
    for region, status, n in rows.values_list("region", "status").annotate(n=Count("pk")):
        counts.setdefault(region, Counter())[status] = n
    reasons: dict[int | None, dict[str, None]] = {}
    over = rows.filter(status__in=FILED).exclude(over_quota_reason="").order_by("number")
    for region, reason in over.values_list("region", "over_quota_reason"):
        reasons.setdefault(region, {})[reason] = None
    reported: dict[int | None, list[Any]] = {
        region: facts
        # By the region that the application lies in now: what a region reported before it came to another counts there.
        for region, *facts in Batch.objects.filter(round=round)
        .order_by()
        .values_list("items__application__region")
        .annotate(
            n=Count("pk", distinct=True),
            rows=Count("items"),
            first=Min("reported_at"),
            last=Max("reported_at"),
            late=Count("pk", filter=Q(is_late=True), distinct=True),
        )
    }
    places: dict[int | None, int] = dict(Quota.objects.filter(round=round).values_list("region", "places"))
    liaisons: dict[int | None, Liaison] = {each.region_id: each for each in Liaison.objects.filter(round=round)}
    found = []
    for region in [*regions_of(round), None]:
        key = region.pk if region else None
        n, items, first, last, late = reported.get(key, (0, 0, None, None, 0))
        owes = not n and region is not None and round.status != RoundStatus.PREPARING
        missing = owes and deadlines.is_late(round.report_due_on, on)
        found.append(
            RegionReport(
                region=region,
                places=places.get(key),
                counts=counts.get(key, Counter()),
                batches=n,
                reported=items,
                first_at=first,
                last_at=last,
                late=bool(late) or missing,
                over_reasons=tuple(reasons.get(key, ())),
                liaison=liaisons.get(key),
            )
        )
    return found


def unreported_regions(round: Round) -> QuerySet[Region]:
    """Return the regions of ``round`` that have not reported, as :func:`reports_of` says it."""
    reported = Batch.objects.filter(round=round, items__application__region__isnull=False)
    rows: QuerySet[Region] = regions_of(round)
    return rows.exclude(pk__in=reported.values("items__application__region"))


def totals_of(round: Round, reports: Sequence[RegionReport]) -> Totals:
    """Return the sums over ``reports``, which are all of ``round``."""
    regions = [each for each in reports if each.region is not None]
    return Totals(
        target=round.target,
        places=sum(each.places or 0 for each in reports),
        counts=sum((each.counts for each in reports), Counter()),
        batches=sum(each.batches for each in reports),
        reported=sum(each.reported for each in reports),
        regions=len(regions),
        regions_reported=sum(each.has_reported for each in regions),
    )


def can_report(round: Round | None, region: Region | None, *, on: date) -> bool:
    """Say whether ``region`` (None: the city) can report at all on the day ``on``: filing is open, or it has leave."""
    if round is None or round.status not in (RoundStatus.FILING, RoundStatus.EVALUATING):
        return False
    return round.status == RoundStatus.FILING or bool(usable_for(round=round, region=region, on=on))


def may_begin(round: Round | None, region: Region | None, *, on: date) -> bool:
    """Say whether ``region`` can begin a new application: filing is open, or it has leave that names no one draft."""
    if round is None or round.status not in (RoundStatus.FILING, RoundStatus.EVALUATING):
        return False
    if round.status == RoundStatus.FILING:
        return True
    return any(each.extension.application_id is None for each in usable_for(round=round, region=region, on=on))


@dataclass(frozen=True)
class Duty:
    """What a region still has to do before the due day: drafts not reported, whether anything was reported."""

    days: int
    drafts: int
    has_reported: bool


def duty_of(round: Round, user: User, *, on: date) -> Duty:
    """Return what is left for the person's region to report in ``round``; ``days`` are whole days to the due day."""
    drafts = Application.objects.visible_to(user).filter(round=round, status=ApplicationStatus.DRAFT).count()
    reported = Batch.objects.visible_to(user).filter(round=round).exists()
    return Duty((round.report_due_on - on).days, drafts, reported)
