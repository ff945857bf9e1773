"""Which bans are in force (五: 3年内不受理认定申报)."""

from datetime import date

from django.db.models import Q, QuerySet

from platforms.models import Ban


def active_bans(*, operator_code: str, site_key: str, on: date) -> QuerySet[Ban]:
    """Return the bans that meet the operator or the place on the day ``on``; first and last day count.

    An empty code or key meets no ban.
    """
    met = Q(pk__in=())
    if operator_code:
        met |= Q(operator_code=operator_code)
    if site_key:
        met |= Q(site_key=site_key)
    return Ban.objects.filter(met, starts_on__lte=on, ends_on__gte=on)
