"""Three years without applications after a revocation (五)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from platforms.models import Ban, User


def active_bans(*, operator_code: str, site_key: str, on: date) -> QuerySet[Ban]:
    """Return the bans that meet the operator or the place on the day ``on``; first and last day count. Empty keys meet none."""
    raise NotImplementedError


@transaction.atomic
def ban(
    *, operator_code: str, site_key: str, site_label: str, starts_on: date, reason: str, by: User, at: datetime
) -> Ban:
    """Ban an operator, a place or both for three years from ``starts_on``.

    Raises:
        Refusal: ``by`` may not revoke, or neither operator nor place is named.
    """
    raise NotImplementedError
