"""Which regions there are on a day: regions are merged, founded and dissolved."""

from datetime import date

from django.db.models import Q, QuerySet

from platforms.models import Region


def regions_on(day: date) -> QuerySet[Region]:
    """Return the regions that are there on ``day``, by code; the first and the last day of each count."""
    return regions_between(day, day)


def regions_between(first: date, last: date) -> QuerySet[Region]:
    """Return the regions that are there on any day from ``first`` to ``last``, by code."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    return Region.objects.filter(begun, not_over).order_by("code")
