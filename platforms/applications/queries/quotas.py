"""Quotas (三, attachment 1) against what was filed: guidance for the counties, never a bar."""

from dataclasses import dataclass

from django.db.models import Count, Q

from platforms.applications.choices import ApplicationStatus
from platforms.models import Application, Quota, Region, Round, User
from platforms.rounds.queries.regions import regions_of
from platforms.scope import regions_of_officer

FILED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED)


@dataclass(frozen=True)
class QuotaUse:
    """How a region stands in a round: ``places`` None without a quota, ``used`` what was filed and not withdrawn."""

    region: Region
    places: int | None
    used: int

    @property
    def left(self) -> int | None:
        """Places not used yet, never below zero; None without a quota."""
        return None if self.places is None else max(self.places - self.used, 0)

    @property
    def over(self) -> int:
        """By how many the region is over its quota."""
        return 0 if self.places is None else max(self.used - self.places, 0)

    def over_after(self, more: int) -> int:
        """Return by how many the region would be over its quota after ``more`` submissions; those alone count."""
        return 0 if self.places is None else min(more, max(self.used + more - self.places, 0))

    @property
    def next_is_over(self) -> bool:
        """Whether one more submission goes over the quota and so needs a reason."""
        return self.places is not None and self.used >= self.places


def quota_use(*, round: Round, region: Region) -> QuotaUse:
    """Return how ``region`` stands in ``round``."""
    places = Quota.objects.filter(round=round, region=region).values_list("places", flat=True).first()
    return QuotaUse(region, places, Application.objects.filter(round=round, region=region, status__in=FILED).count())


def quota_table(*, round: Round, user: User) -> list[QuotaUse]:
    """Return the standing of every region of ``round`` that ``user`` may see the quota of, by region code."""
    quotas = Quota.objects.visible_to(user).filter(round=round)
    places = dict(quotas.values_list("region", "places"))
    filed = Count("application", filter=Q(application__round=round, application__status__in=FILED))
    regions = (regions_of(round) & Region.objects.visible_to(user)).annotate(filed=filed)
    if own := regions_of_officer(user):
        regions = regions.filter(pk__in=own)
    return [QuotaUse(region, places.get(region.pk), region.filed) for region in regions]
