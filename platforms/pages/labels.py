"""Labels that pages of several rooms share."""

from decimal import Decimal

from django.utils import timezone

from platforms.reference.choices import CITYS_OWN
from platforms.reference.queries.regions import regions_on


def yuan(amount: Decimal) -> str:
    """Return a fee as people say it."""
    return f"{amount:,.2f} 元" if amount else "免费"


def all_regions() -> list[tuple[str, str]]:
    """Return code and name of each region that is there today, the city's own last."""
    return [*regions_on(timezone.localdate()).values_list("code", "name"), (CITYS_OWN, "市级重点行业")]
