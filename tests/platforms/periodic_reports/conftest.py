"""A schedule of monthly reports that three platforms of two counties owe."""

from datetime import date, datetime
from typing import Any

import pytest

from platforms.models import Region, ReturnSchedule, Round, User
from platforms.periodic_reports.services import reports as service
from tests.evaluation.stage import published_round
from tests.kept_rows import once


def values(**more: Any) -> dict[str, Any]:
    return {
        "title": "服务月报", "what": "报送上月服务情况。", "wants_text": True, "figures": "服务企业（家）\n活动（场）",
        "wants_file": False, "for_functional_zone": True, "for_town": True, "for_park": True, "for_industry": True,
        "period": "monthly", "due_day": 5, "starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30),
    } | more  # fmt: skip


@pytest.fixture
def schedule(city: User, round_2026: Round, regions: dict[str, Region], now: datetime) -> ReturnSchedule:
    once(published_round, {"330212": {"A": 2}, "330282": {"A": 1}}, year=2025)
    return service.add(round=round_2026, values=values(), by=city, at=now)
