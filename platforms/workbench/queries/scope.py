"""What a figure of the workbench is, and whose: a number by region and the rows that it counts.

A figure counts exactly its rows: the pages link one to the other, and a test holds them equal. What is known from the
rollups is counted there, so that the page costs the same with ten million records.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Sum, Value

from platforms.models import Platform, PlatformMonth, Region, RegionMonth, Round, User
from platforms.reference.choices import CITYS_OWN

#: How many months, the running one among them, the figures of the services are over.
MONTHS = 12

COUNT, SHARE, MEAN = "count", "share", "mean"
#: The key of the whole in the numbers by region; a region is there by its key, None is the city's own.
ALL = "all"
Place = int | str | None

_SUMMED = ("records", "free_records", "public_records", "flagged", "satisfaction_sum", "satisfaction_count")


class Amount(NamedTuple):
    """What a figure comes to: ``top`` for a count, ``top`` of ``bottom`` for a share, their quotient for a mean."""

    top: int = 0
    bottom: int = 0


@dataclass(eq=False)
class Scope:
    """Whose figures: what ``user`` may see on the day ``on``, of one region, of the city's own or of one platform.

    ``place`` None is everything that the person sees; ``round`` is the one that is looked at. What was done counts in
    the :data:`MONTHS` months up to ``on``, or for an earlier round (``is_past``) in its calendar year; what stands and
    waits counts as on the day ``on``.
    """

    user: User
    round: Round | None
    on: date
    place: Region | str | None = None
    platform: Platform | None = None
    is_past: bool = False
    #: The year as the address names it, for the addresses of the figures.
    year: str = ""

    @property
    def until(self) -> date:
        """The last day of the services: the day itself, or the last one of an earlier round's year."""
        return min(self.on, date(self.round.year, 12, 31)) if self.is_past and self.round else self.on

    @property
    def since(self) -> date:
        """The first day of the first of the :data:`MONTHS` months."""
        back = self.until.year * 12 + self.until.month - MONTHS
        return date(back // 12, back % 12 + 1, 1)

    @property
    def before(self) -> date:
        """The first day after the last month."""
        return date(self.until.year + self.until.month // 12, self.until.month % 12 + 1, 1)

    def named(self, text: str) -> str:
        """Return the name of a figure or group, which says this year, as it reads for the round that is looked at."""
        if not self.is_past or self.round is None:
            return text
        year = f"{self.until.year}年"
        return text.replace(f"近{MONTHS}个月", year).replace("本年度", str(self.round)).replace("本年", year)

    def narrow(self, rows: Any, to_platform: str = "platform") -> Any:
        """Return ``rows`` of this region or platform; ``to_platform`` is the way to it, nothing for platforms."""
        prefix = f"{to_platform}__" if to_platform else ""
        if self.place == CITYS_OWN:
            rows = rows.filter(**{f"{prefix}region__isnull": True})
        elif self.place is not None:
            rows = rows.filter(**{f"{prefix}region": self.place})
        return rows if self.platform is None else rows.filter(**{to_platform or "pk": self.platform.pk})

    @cached_property
    def rollups(self) -> dict[tuple[int | None, str], dict[str, int]]:
        """The sums of the services by region and class, in one query."""
        rows: QuerySet[Any] = RegionMonth.objects.visible_to(self.user)
        region = "region"
        if self.platform is not None:
            rows = PlatformMonth.objects.visible_to(self.user).filter(platform=self.platform)
            region = "platform__region"
        if self.place == CITYS_OWN:
            rows = rows.filter(**{f"{region}__isnull": True})
        elif self.place is not None:
            rows = rows.filter(**{region: self.place})
        rows = rows.filter(month__gte=self.since, month__lt=self.before).order_by().values(region, "service_class")
        found = rows.annotate(**{f"n_{name}": Sum(name) for name in _SUMMED})
        return {(row[region], row["service_class"]): {name: row[f"n_{name}"] for name in _SUMMED} for row in found}


Counts = Mapping[Place, Amount]


@dataclass(frozen=True)
class Figure:
    """One figure: ``key`` in addresses, ``label`` and ``unit`` for people, the ``group`` that it stands in.

    ``rows`` are what it counts, in order; ``region`` is their way to the region. ``kind`` says what they are. Unless
    ``counts`` knows better, it is their number by region. ``bad``: there should be none.
    """

    key: str
    label: str
    unit: str
    group: str
    kind: str
    rows: Callable[[Scope], QuerySet]
    region: str = "platform__region"
    counts: Callable[[Scope], Counts] | None = None
    shown: str = COUNT
    bad: bool = False

    def tally(self, scope: Scope) -> QuerySet[Any]:
        """Return the key, the regions that have any rows, and how many each has."""
        rows = self.rows(scope).order_by().annotate(figure=Value(self.key), at=F(self.region)).values("figure", "at")
        counted: QuerySet[Any] = rows.annotate(n=Count("pk")).values_list("figure", "at", "n")
        return counted

    def numbers(self, scope: Scope, counted: Mapping[Place, Amount] | None = None) -> dict[Place, Amount]:
        """Return the amount of each region that has any, and of :data:`ALL` together.

        ``counted`` is what :meth:`tally` found where that was asked already.
        """
        if self.counts is not None:
            found = dict(self.counts(scope))
        elif counted is not None:
            found = dict(counted)
        else:
            found = {region: Amount(number) for _, region, number in self.tally(scope)}
        if ALL not in found:
            found[ALL] = Amount(sum(each.top for each in found.values()), sum(each.bottom for each in found.values()))
        return found

    def worth(self, amount: Amount) -> int | Fraction | None:
        """Return ``amount`` as a number, None for a part or a mean of nothing."""
        if self.shown == COUNT:
            return amount.top
        return Fraction(amount.top, amount.bottom) if amount.bottom else None

    def counted(self, amount: Amount) -> int:
        """Return how many rows are behind ``amount``."""
        return amount.bottom if self.shown == MEAN else amount.top
