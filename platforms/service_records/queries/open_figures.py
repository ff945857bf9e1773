"""What everybody may read of the services of one platform: counts of finished months, and nothing of a single record.

Everything comes from the rollups, so that no name, no enterprise and no content of a service is touched.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Sum

from platforms.models import PlatformMonth, PlatformReach

#: Months that are shown, the last of them finished.
MONTHS = 12
#: With fewer ratings no mean is told: whoever knows two or three of the enterprises that were served would know from it
#: what one of the others gave. Ten is the least of which a mean, told to one decimal, names nobody.
FEWEST_RATINGS = 10


@dataclass(frozen=True)
class Served:
    """Services of one platform in the last :data:`MONTHS` finished months.

    ``months`` are first days with the number of services, oldest first, all of them, also those without any. ``free``
    of ``records`` were free of charge. ``satisfaction`` is the mean of 1 to 5, None with fewer than
    :data:`FEWEST_RATINGS`. ``enterprises`` were served in the year ``year`` so far, each counted once.
    """

    months: tuple[tuple[date, int], ...]
    records: int
    free: int
    satisfaction: Fraction | None
    year: int
    enterprises: int

    @property
    def free_share(self) -> Fraction | None:
        """What part of the services was free of charge (六·(三)), None without services."""
        return Fraction(self.free, self.records) if self.records else None


def served(platform: int, on: date) -> Served:
    """Return the services of ``platform`` as they are told on the day ``on``."""
    days = finished_months(on)
    rows = (
        PlatformMonth.objects.filter(platform=platform, month__gte=days[0], month__lte=days[-1])
        .order_by("month")
        .values("month")
        .annotate(
            n=Sum("records"), free=Sum("free_records"), sum=Sum("satisfaction_sum"), rated=Sum("satisfaction_count")
        )
    )
    found = {row["month"]: row for row in rows}
    sums = {name: sum(row[name] for row in found.values()) for name in ("n", "free", "sum", "rated")}
    return Served(
        months=tuple((day, found[day]["n"] if day in found else 0) for day in days),
        records=sums["n"],
        free=sums["free"],
        satisfaction=Fraction(sums["sum"], sums["rated"]) if sums["rated"] >= FEWEST_RATINGS else None,
        year=on.year,
        enterprises=PlatformReach.objects.filter(platform=platform, year=on.year).count(),
    )


def finished_months(on: date) -> list[date]:
    """Return the first days of the last :data:`MONTHS` months before that of ``on``, oldest first."""
    days, day = [], on
    for _ in range(MONTHS):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        days.append(day)
    return days[::-1]
