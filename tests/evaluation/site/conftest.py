import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.models import Publication
from platforms.models import Region
from tests.evaluation.site.rounds import DAY
from tests.evaluation.stage import published_round
from tests.kept_rows import once


@pytest.fixture(autouse=True)
def _a_day_of_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in force depends on the day: it is 10 October 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: DAY + timedelta(microseconds=next(ticks)))


@pytest.fixture
def publication(regions: dict[str, Region]) -> Publication:
    """A published round of 2025: ten platforms in 鄞州区, three in 慈溪市, one of the city."""
    return once(
        published_round,
        {"330212": {"A": 4, "B": 3, "C": 2, "D": 1}, "330282": {"A": 2, "D": 1}, "HY": {"B": 1}},
        year=2025,
    )
