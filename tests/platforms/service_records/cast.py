"""Platforms that serve, and records as they come in."""

from datetime import UTC, date, datetime
from typing import Any

from platforms.models import Platform, Region
from tests import factories

#: 10 April 2026, 10:00 in Ningbo.
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)


def platform(region: Region | None, number: int = 1) -> Platform:
    """The platform ``number`` of ``region``: the zone itself and then its towns, or a city platform of an industry."""
    code = f"{region.code if region else 'HY'}-{number:03d}"
    place: dict[str, Any] = (
        {"type": "functional_zone", "region": region}
        if region
        else {"type": "industry", "association": f"协会{number}"}
    )
    if region and number > 1:
        place["town"] = factories.town(region, f"第{number}街道")
    made = Platform.objects.create(
        code=code,
        name=f"{region.name if region else '行业'}窗口平台{number}",
        operator_name=f"运营单位{number}",
        operator_code=factories.credit_code(number, "12330212"),
        accepted_on=date(2020, 9, 28),
        **place,
    )
    return factories.standing(made)


def row(number: int = 1, platform: str = "330212-001", **values: Any) -> dict[str, Any]:
    """A record as the interface gets it, by its external number."""
    return {
        "external_id": f"FW-{number}",
        "platform": platform,
        "enterprise_name": f"宁波企业{number % 7}有限公司",
        "enterprise_code": factories.credit_code(number % 7 + 1),
        "service_class": "information",
        "free_category": None,
        "served_on": "2026-04-01",
        "channel": "phone",
        "fee": "0",
        "satisfaction": None,
        "summary": "答复政策咨询",
    } | values
