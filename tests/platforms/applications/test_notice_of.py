"""Which notice a platform is under on a day: that of its certificate, whatever notice is in use by now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from platforms.applications.queries.standings import notice_of, notices_of
from platforms.errors import Refusal
from platforms.models import Notice, Platform, Region, Round, User
from tests import factories
from tests.platforms.cases.noticed import another_notice
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST, SECOND, LAST = date(2020, 9, 28), date(2023, 9, 28), date(2025, 9, 27)


@pytest.fixture
def another(db: None) -> Notice:
    return another_notice()


@pytest.fixture
def twice(regions: dict[str, Region], another: Notice, city: User) -> Platform:
    """A platform with a certificate of 2020 that one under the second notice replaced."""
    made = platform_of(regions["330212"], stands=False)
    factories.standing(
        made, starts_on=FIRST, ends_on=SECOND + DAY, certificate="NB-1", ended_on=SECOND, ended_why="replaced",
        ended_at=datetime(2023, 9, 28, 2, tzinfo=UTC), ended_by=city,
    )  # fmt: skip
    return factories.standing(made, starts_on=SECOND, ends_on=LAST, certificate="NB-2", notice=another)


def test_a_day_is_under_the_certificate_that_was_held_on_it(twice: Platform, another: Notice) -> None:
    old, new = factories.notice().pk, another.pk
    days = [FIRST, SECOND - DAY, SECOND, LAST]
    assert [notice_of(twice.pk, day) for day in days] == [old, old, new, new]


def test_a_day_without_a_certificate_is_under_the_latest_one(twice: Platform, another: Notice) -> None:
    assert [notice_of(twice.pk, day) for day in (FIRST - DAY, LAST + DAY)] == [another.pk, another.pk]


def test_a_platform_that_was_never_certified_is_under_the_notice_in_use(
    regions: dict[str, Region], another: Notice
) -> None:
    candidate = platform_of(regions["330212"], stands=False)
    # Of the two, that of 2020 was issued last.
    assert notice_of(candidate.pk, FIRST) == factories.notice().pk
    factories.round_of(2026, notice=another)
    assert notice_of(candidate.pk, FIRST) == another.pk


def test_without_any_notice_it_is_said_aloud(regions: dict[str, Region]) -> None:
    candidate = platform_of(regions["330212"], stands=False)
    with pytest.raises(Refusal, match="尚无已批准的通知，请先录入并批准通知。"):
        notice_of(candidate.pk, FIRST)


def test_thirty_days_cost_as_much_as_one(
    twice: Platform, round_2026: Round, regions: dict[str, Region], django_assert_num_queries: Any
) -> None:
    candidate = platform_of(regions["330212"], stands=False)
    for days in (1, 30):
        with django_assert_num_queries(1):
            notices_of((twice.pk, FIRST + number * DAY) for number in range(days))
        with django_assert_num_queries(2):
            notices_of((pk, FIRST + number * DAY) for number in range(days) for pk in (twice.pk, candidate.pk))
    with django_assert_num_queries(0):
        assert notices_of([]) == {}
