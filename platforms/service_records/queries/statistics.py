"""What is known of the services without reading a record: everything comes from the rollups."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from platforms.applications.models.platform import SITE
from platforms.applications.queries.standings import in_operation
from platforms.models import Platform, PlatformMonth, PlatformReach, Region, RegionMonth, User

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


def per_platform(user: User, *, since: date, until: date) -> tuple[PlatformLine, ...]:
    """Return the platforms in operation on ``until`` that ``user`` sees, by code, with their numbers in these months.

    One that is not any more is there while it has numbers of these months.
    """
    summed = _within(PlatformMonth.objects.visible_to(user), since, until).values("platform").annotate(**_sums())
    numbers = {row["platform"]: _numbers(row) for row in summed.order_by()}
    at_work = in_operation(Platform.objects.visible_to(user), until)
    platforms = Platform.objects.visible_to(user).filter(Q(pk__in=at_work.values("pk")) | Q(pk__in=numbers))
    platforms = platforms.select_related(*SITE).order_by("code")
    return tuple(PlatformLine(each, numbers.get(each.pk, Numbers())) for each in platforms)


def reached_per_platform(user: User, *, year: int) -> dict[int, int]:
    """Return by key of the platform how many enterprises it served in ``year``; those without any are left out."""
    rows = PlatformReach.objects.visible_to(user).filter(year=year).values("platform").annotate(n=Count("pk"))
    return {row["platform"]: row["n"] for row in rows.order_by()}


def _place(region: Region | str) -> Region | None:
    return region if isinstance(region, Region) else None


def _within(rows: Any, since: date, until: date) -> QuerySet:
    found: QuerySet = rows.filter(month__gte=since.replace(day=1), month__lte=until)
    return found


def _sums() -> dict[str, Sum]:
    return {f"n_{name}": Sum(name) for name in _SUMMED}


def _numbers(row: dict[str, Any]) -> Numbers:
    return Numbers(**{name: row[f"n_{name}"] for name in _SUMMED})
