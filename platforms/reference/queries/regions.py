"""Which regions there are on a day: regions are merged, founded and dissolved."""

from datetime import date

from django.db.models import Q, QuerySet

from platforms.models import Region


def regions_on(day: date) -> QuerySet[Region]:
    """Return the regions that are there on ``day``, by code; the first and the last day of each count."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    going_on = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return Region.objects.filter(begun, going_on).order_by("code")
