import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from platforms.models import Region, Town
from tests import factories
from tests.evaluation.taken_over.before import AT


@pytest.fixture(autouse=True)
def _the_day_of_going_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in force depends on the day: it is 10 April 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(microseconds=next(ticks)))


@pytest.fixture
def town(regions: dict[str, Region]) -> Town:
    """东郊街道 of 鄞州区, where the platforms of the rows stand."""
    return factories.town(regions["330212"], "东郊街道")
