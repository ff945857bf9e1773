"""The sums of services that the public reads, and how the strong industrial towns are covered.

Counted are platforms whose result was published, from the rollups: no record of a service is read.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet, Value
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from evaluation.certification.queries.in_force import in_force
from evaluation.certification.queries.published import CITY_CODE
from evaluation.models import Result
from evaluation.statistics.small_cells import Sum, Told, told
from platforms.models import PlatformMonth, PlatformReach, Town

Years = Mapping[int, Told[str]]


@dataclass(frozen=True)
class Services:
    """The services of all platforms that were published, as far as they may be told.

    ``months`` are by the first day of each and by class; ``regions`` and ``types`` by year and code, the city's own
    under :data:`CITY_CODE`. ``reached`` is by year how many enterprises were served, each once, however many platforms
    served it; ``reached_regions`` and ``reached_types`` are the same for a part of the platforms, so that their sum is
    larger where one was served in two parts. ``counted_at`` is when that was read.
    """

    months: Mapping[date, Told[str]] = field(default_factory=dict)
    regions: Years = field(default_factory=dict)
    types: Years = field(default_factory=dict)
    reached: Mapping[int, int] = field(default_factory=dict)
    reached_regions: Years = field(default_factory=dict)
    reached_types: Years = field(default_factory=dict)
    counted_at: datetime | None = field(default=None, compare=False)

    @cached_property
    def digest(self) -> str:
        """What tells these sums from others, whenever they were counted."""
        sums = [getattr(self, each.name) for each in fields(self) if each.compare]
        return hashlib.sha256(repr(sums).encode()).hexdigest()

    @property
    def years(self) -> tuple[int, ...]:
        """The years of which something is told, the latest first."""
        return tuple(sorted({month.year for month, sums in self.months.items() if sums.total.services}, reverse=True))


@dataclass(frozen=True)
class Coverage:
    """How many strong industrial towns there are, and in how many a platform's certificate is in force."""

    covered: int
    towns: int


def coverage(on: date) -> Coverage:
    """Return how the strong industrial towns stand on the day ``on``; which ones they are is not public."""
    towns = Town.objects.filter(is_strong=True)
    covered = towns.filter(pk__in=Result.objects.filter(certification__in=in_force(on)).values("platform__town"))
    return Coverage(covered.count(), towns.count())


def grades() -> dict[int, dict[str, int]]:
    """Return how many platforms had each grade in each published round, by year and code of the grade."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Result.objects.current().order_by().values_list("publication__round__year", "grade")
    for year, grade, number in rows.annotate(number=Count("pk")).order_by("publication__round__year", "grade"):
        found[year][grade] = number
    return dict(found)


def count_services(at: datetime) -> Services:
    """Return the sums of services as the rollups have them at the moment ``at``."""
    months = _published(PlatformMonth.objects.filter(records__gt=0)).order_by()
    reach = _published(PlatformReach.objects.all()).order_by()
    by_month: dict[date, dict[str, Sum]] = defaultdict(dict)
    for month, kind, *sums in (
        months.values_list("month", "service_class").annotate(**_SUMS).order_by("month", "service_class")
    ):
        by_month[month][kind] = Sum(*sums)
    by_year = months.annotate(year=ExtractYear("month"))
    reached = reach.values_list("year").annotate(**_REACHED).order_by("year")
    return Services(
        months={month: told(sums, apart=False) for month, sums in by_month.items()},
        regions=_by_year(by_year, _REGION),
        types=_by_year(by_year, "platform__type"),
        reached={year: number for year, number, platforms in reached if _few(number, platforms).may_be_told},
        reached_regions=_reached_by(reach, _REGION),
        reached_types=_reached_by(reach, "platform__type"),
        counted_at=at,
    )


class KeptServices:
    """The sums of services, counted at most once an hour in this process; the moment moves only when they do.

    Meanwhile a service that is recorded changes no page: otherwise each would be built anew at every record.
    """

    def __init__(self) -> None:
        self._found: Services | None = None
        self._hour: datetime | None = None
        self._lock = Lock()

    def current(self) -> Services:
        """Return the sums of this hour, or those just read where pages are not kept either."""
        now = timezone.now()
        if not settings.PUBLIC_PAGES_KEPT:
            return count_services(now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        # Only who comes before anything was counted waits; all others are served what there is.
        if self._hour != hour and self._lock.acquire(blocking=self._found is None):
            try:
                if self._hour != hour:
                    found = count_services(now)
                    if found != self._found:
                        self._found = found
                    self._hour = hour
            finally:
                self._lock.release()
        assert self._found is not None  # whoever came first has counted
        return self._found


KEPT = KeptServices()


def edition() -> Hashable:
    """Return what the pages of the statistics are made of, in short; publications and certificates apart."""
    return KEPT.current().digest, Town.objects.filter(is_strong=True).count()


_SUMS: dict[str, Any] = {
    "services": Total("records"), "free": Total("free_records"), "platforms": Count("platform", distinct=True),
}  # fmt: skip
_REACHED: dict[str, Any] = {
    "enterprises": Count("enterprise", distinct=True), "platforms": Count("platform", distinct=True),
}  # fmt: skip
_REGION = Coalesce(F("platform__region__code"), Value(CITY_CODE))


def _published(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(platform__in=Result.objects.values("platform"))


def _by_year(rows: QuerySet[Any], key: Any) -> Years:
    found: dict[int, dict[str, Sum]] = defaultdict(dict)
    grouped = rows.annotate(key=F(key) if isinstance(key, str) else key).values_list("year", "key")
    for year, part, *sums in grouped.annotate(**_SUMS).order_by("year", "key"):
        found[year][part] = Sum(*sums)
    return {year: told(sums, apart=True) for year, sums in found.items()}


def _few(enterprises: int, platforms: int) -> Sum:
    """Return a number of enterprises as a sum that may be told where neither they nor the platforms are too few."""
    return Sum(services=enterprises, platforms=min(enterprises, platforms))


def _reached_by(rows: QuerySet[Any], key: Any) -> Years:
    rows = rows.annotate(key=F(key) if isinstance(key, str) else key)
    found: dict[int, dict[str, Sum]] = defaultdict(dict)
    for year, part, *sums in rows.values_list("year", "key").annotate(**_REACHED).order_by("year", "key"):
        found[year][part] = _few(*sums)
    made = {}
    for year, sums in found.items():
        made[year] = parts = told(sums, apart=True)
        if parts.rest:
            # One that several of the small ones served is one.
            both = rows.filter(year=year, key__in=parts.of).aggregate(**_REACHED)
            made[year] = replace(parts, rest=_few(both["enterprises"], both["platforms"]))
    return made
