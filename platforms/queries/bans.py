"""Which bans are in force (五: 3年内不受理认定申报)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from platforms.models import Ban


def active_bans(*, operator_code: str, site_key: str, on: date) -> QuerySet[Ban]:
    """Return the bans that meet the operator or the place on the day ``on``; first and last day count.

    An empty code or key meets no ban.
    """
    return bans_on(operator_codes={operator_code}, site_keys={site_key}, on=on)


def bans_on(*, operator_codes: Collection[str], site_keys: Collection[str], on: date) -> QuerySet[Ban]:
    """Return the bans that meet any of the operators or places on the day ``on``; empty codes and keys meet none."""
    met = Q(pk__in=())
    if codes := set(operator_codes) - {""}:
        met |= Q(operator_code__in=codes)
    if keys := set(site_keys) - {""}:
        met |= Q(site_key__in=keys)
    return Ban.objects.filter(met, starts_on__lte=on, ends_on__gte=on)
