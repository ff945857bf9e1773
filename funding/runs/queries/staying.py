"""What was computed for a region stays with it when it ends."""

from collections.abc import Collection, Iterable

from funding.models import AllocationRun
from platforms.region_changes.queries.plan import Item


def computed(regions: Collection[int]) -> Iterable[Item]:
    """Yield the allocation runs with a row of ``regions`` (their keys)."""
    yield Item("资金分配", AllocationRun.objects.filter(rows__region__in=regions).distinct().count(), unit="次")
