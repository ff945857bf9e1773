"""What is known of the services without reading a record: everything comes from the rollups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from platforms.applications.queries.standings import in_operation
from platforms.models import Platform, PlatformMonth, PlatformReach, Region, RegionMonth, ServiceRecord, User

_SUMMED = (
    "records",
    "free_records",
    "public_records",
    "flagged",
    "fees",
    "satisfaction_sum",
    "satisfaction_count",
)


@dataclass(frozen=True)
class Numbers:
    """Counts of records; ``fees`` in yuan."""

    records: int = 0
    free_records: int = 0
    public_records: int = 0
    flagged: int = 0
    fees: Decimal = Decimal(0)
    satisfaction_sum: int = 0
    satisfaction_count: int = 0

    @property
    def satisfaction(self) -> Fraction | None:
        """The mean of 1 to 5 over the records that have one."""
        return Fraction(self.satisfaction_sum, self.satisfaction_count) if self.satisfaction_count else None

    @property
    def free_share(self) -> Fraction | None:
        """What part of the services was free of charge (六·(三)), None without services."""
        return Fraction(self.free_records, self.records) if self.records else None

    @property
    def public_share(self) -> Fraction | None:
        """What part of the services was of the three free categories, None without services."""
        return Fraction(self.public_records, self.records) if self.records else None


@dataclass(frozen=True)
class MonthLine:
    """One month (its first day) and class."""

    month: date
    service_class: str
    numbers: Numbers


@dataclass(frozen=True)
class PlatformLine:
    """One platform, also where it has no record at all."""

    platform: Platform
    numbers: Numbers


@dataclass(frozen=True)
class RegionLine:
    """One region, None for the city's own platforms."""

    region: Region | None
    numbers: Numbers


@dataclass(frozen=True)
class Silence:
    """A platform without a service since ``last_on`` (None: it never had one), for ``days`` days."""

    platform: Platform
    last_on: date | None
    days: int | None


def by_month(
    user: User,
    *,
    platform: Platform | None = None,
    region: Region | str | None = None,
    since: date,
    until: date,
) -> tuple[MonthLine, ...]:
    """Return the numbers by month and class, oldest first, of one platform, one region, or all that ``user`` may see.

    ``region`` is a region or :data:`CITYS_OWN`; ``since`` and ``until`` are days of the first and last month. A month
    or class without records has no line.
    """
    rows: QuerySet
    if platform is not None:
        rows = PlatformMonth.objects.visible_to(user).filter(platform=platform)
    else:
        rows = RegionMonth.objects.visible_to(user)
        if region is not None:
            rows = rows.filter(region=_place(region))
    summed = _within(rows, since, until).values("month", "service_class").annotate(**_sums())
    return tuple(
        MonthLine(row["month"], row["service_class"], _numbers(row))
        for row in summed.order_by("month", "service_class")
        if row["n_records"]
    )


def total(lines: Iterable[MonthLine | PlatformLine | RegionLine]) -> Numbers:
    """Add up the numbers of ``lines``."""
    together = [line.numbers for line in lines]
    return Numbers(**{name: sum((getattr(each, name) for each in together), start=0) for name in _SUMMED})


def per_platform(user: User, *, since: date, until: date) -> tuple[PlatformLine, ...]:
    """Return the platforms in operation on ``until`` that ``user`` sees, by code, with their numbers in these months.

    One that is not any more is there while it has numbers of these months.
    """
    summed = _within(PlatformMonth.objects.visible_to(user), since, until).values("platform").annotate(**_sums())
    numbers = {row["platform"]: _numbers(row) for row in summed.order_by()}
    at_work = in_operation(Platform.objects.visible_to(user), until)
    platforms = Platform.objects.visible_to(user).filter(Q(pk__in=at_work.values("pk")) | Q(pk__in=numbers))
    platforms = platforms.select_related("region").order_by("code")
    return tuple(PlatformLine(each, numbers.get(each.pk, Numbers())) for each in platforms)


def per_region(user: User, *, since: date, until: date) -> tuple[RegionLine, ...]:
    """Return every region that ``user`` may see records of, by code, with its numbers; the city's own come last."""
    summed = _within(RegionMonth.objects.visible_to(user), since, until).values("region").annotate(**_sums())
    numbers = {row["region"]: _numbers(row) for row in summed.order_by()}
    regions = Region.objects.filter(platform__in=Platform.objects.visible_to(user)).distinct().order_by("code")
    lines = [RegionLine(each, numbers.get(each.pk, Numbers())) for each in regions]
    return (*lines, RegionLine(None, numbers[None])) if None in numbers else tuple(lines)


def silent(user: User, *, days: int, on: date) -> tuple[Silence, ...]:
    """Return the platforms in operation without a service in ``days`` days before ``on``, the longest silent first."""
    last = (
        ServiceRecord.objects.filter(platform=OuterRef("pk"), cancelled_at__isnull=True)
        .order_by("-served_on", "-pk")
        .values("served_on")[:1]
    )
    platforms = in_operation(Platform.objects.visible_to(user), on).select_related("region")
    platforms = platforms.annotate(last_on=Subquery(last))
    found = [
        Silence(each, each.last_on, (on - each.last_on).days if each.last_on else None)
        for each in platforms.order_by("code")
        if each.last_on is None or each.last_on <= on - timedelta(days=days)
    ]
    return tuple(sorted(found, key=lambda each: each.last_on or date.min))


def reached(user: User, *, year: int, region: Region | str | None = None) -> int:
    """Return how many enterprises were served in ``year``, each once however many platforms served it."""
    rows = PlatformReach.objects.visible_to(user).filter(year=year)
    if region is not None:
        rows = rows.filter(platform__region=_place(region))
    return int(rows.aggregate(n=Count("enterprise", distinct=True))["n"])


def reached_per_platform(user: User, *, year: int) -> dict[int, int]:
    """Return by key of the platform how many enterprises it served in ``year``; those without any are left out."""
    rows = PlatformReach.objects.visible_to(user).filter(year=year).values("platform").annotate(n=Count("pk"))
    return {row["platform"]: row["n"] for row in rows.order_by()}


def free_share(user: User, *, since: date, until: date) -> dict[int, Fraction]:
    """Return by key of the platform what part of its services was free (六·(三)); those without any are left out."""
    lines = per_platform(user, since=since, until=until)
    return {line.platform.pk: line.numbers.free_share for line in lines if line.numbers.free_share is not None}


def _place(region: Region | str) -> Region | None:
    return region if isinstance(region, Region) else None


def _within(rows: Any, since: date, until: date) -> QuerySet:
    found: QuerySet = rows.filter(month__gte=since.replace(day=1), month__lte=until)
    return found


def _sums() -> dict[str, Sum]:
    return {f"n_{name}": Sum(name) for name in _SUMMED}


def _numbers(row: dict[str, Any]) -> Numbers:
    return Numbers(**{name: row[f"n_{name}"] for name in _SUMMED})
