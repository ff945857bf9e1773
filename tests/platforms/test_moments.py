"""A moment as lists say it, on both sides of midnight and of the turn of the year in Ningbo."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from platforms.moments import moment


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 29, 9, 53, tzinfo=UTC), "今天 17:53"),
        (datetime(2026, 11, 28, 16, 0, tzinfo=UTC), "今天 00:00"),
        (datetime(2026, 11, 28, 15, 59, tzinfo=UTC), "11-28 23:59"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "01-01 00:00"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31 23:59"),
        (None, ""),
    ],
)
def test_a_moment_is_short_and_names_the_year_only_where_it_is_another(
    at: datetime | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert moment(at) == words
