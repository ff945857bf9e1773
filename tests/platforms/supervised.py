"""Platforms and service records put into the tables, for tests of what is done with them afterwards."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from platforms.choices import PlatformType
from platforms.models import Enterprise, Platform, Region, ServiceRecord
from tests import factories

AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


def platform_of(region: Region | None, name: str = "", *, stands: bool = True, **more: Any) -> Platform:
    """A platform of a town of ``region``, or of an industry without one, in operation unless it does not stand."""
    number = Platform.objects.count() + 1
    place: dict[str, Any] = (
        {"type": PlatformType.INDUSTRY, "association": f"第{number}协会"}
        if region is None
        else {"type": PlatformType.TOWN, "town": factories.town(region, f"第{number}街道")}
    )
    code = f"{region.code if region else 'HY'}-{number:03d}"
    made = Platform.objects.create(
        region=region, code=code, name=name or f"第{number}平台", operator_name="服务中心",
        operator_code=factories.credit_code(number), accepted_on=date(2026, 4, 1), **place, **more,
    )  # fmt: skip
    return factories.standing(made) if stands else made


def record_of(platform: Platform, number: int, enterprise: int = 0, **more: Any) -> ServiceRecord:
    """The record ``number`` of ``platform``, for an enterprise of its own or for the enterprise ``enterprise``."""
    code = factories.credit_code(enterprise or 1000 + number, "91330299MA")
    who, _ = Enterprise.objects.get_or_create(
        code=code, defaults={"name": f"企业{code[-4:]}", "first_name": f"企业{code[-4:]}", "first_seen_at": AT}
    )
    values: dict[str, Any] = {
        "service_class": "information", "free_category": "policy", "served_on": date(2026, 4, 1), "channel": "hall",
        "fee": Decimal(0), "satisfaction": 5, "summary": "政策辅导", "source": "test", "external_id": str(number),
        "received_at": AT,
    }  # fmt: skip
    return ServiceRecord.objects.create(platform=platform, enterprise=who, **values | more)
