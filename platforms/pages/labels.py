"""Labels that pages of several rooms share."""

from decimal import Decimal

from platforms.models import Region
from platforms.reference.choices import CITYS_OWN


def yuan(amount: Decimal) -> str:
    """Return a fee as people say it."""
    return f"{amount:,.2f} 元" if amount else "免费"


def all_regions() -> list[tuple[str, str]]:
    """Return code and name of each region, the city's own last."""
    return [*Region.objects.order_by("code").values_list("code", "name"), (CITYS_OWN, "市级重点行业")]
