"""What was published of a region stays with it when it ends."""

from collections.abc import Collection, Iterable

from evaluation.models import Certification, Result
from platforms.region_changes.queries.plan import Item


def published(regions: Collection[int]) -> Iterable[Item]:
    """Yield the published results and the certificates of ``regions`` (their keys)."""
    yield Item("已公布的认定结果", Result.objects.current().filter(region__in=regions).count(), unit="项")
    yield Item("认定证书", Certification.objects.filter(result__region__in=regions).count(), unit="份")
