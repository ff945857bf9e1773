"""What everybody reads of the services of a platform: finished months, shares, and no mean that points at somebody."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from platforms.models import Platform, PlatformMonth, Region, User
from platforms.service_records.queries.open_figures import FEWEST_RATINGS, finished_months, served
from platforms.service_records.services import records as service_records
from tests.platforms.service_records.cast import AT, platform, row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N40")]
DAY = date(2026, 4, 10)


@pytest.fixture
def one(regions: dict[str, Region]) -> Platform:
    return platform(regions["330212"])


def month(of: Platform, day: date, records: int, **numbers: Any) -> None:
    PlatformMonth.objects.create(platform=of, month=day, service_class="law", records=records, **numbers)


def test_twelve_finished_months_are_counted_and_neither_this_one_nor_the_one_before_them(one: Platform) -> None:
    assert finished_months(DAY)[0] == date(2025, 4, 1)
    assert finished_months(DAY)[-1] == date(2026, 3, 1)
    assert finished_months(date(2026, 3, 31))[-1] == date(2026, 2, 1)
    for day, records in ((date(2025, 3, 1), 1), (date(2025, 4, 1), 2), (date(2026, 3, 1), 4), (date(2026, 4, 1), 8)):
        month(one, day, records)
    found = served(one.pk, DAY)
    assert (found.records, len(found.months)) == (6, 12)
    assert (found.months[0], found.months[1], found.months[-1]) == (
        (date(2025, 4, 1), 2), (date(2025, 5, 1), 0), (date(2026, 3, 1), 4),
    )  # fmt: skip


@pytest.mark.parametrize(("ratings", "told"), [(FEWEST_RATINGS - 1, None), (FEWEST_RATINGS, Fraction(4))])
def test_a_mean_of_fewer_ratings_than_ten_is_not_told(one: Platform, ratings: int, told: Fraction | None) -> None:
    month(one, date(2026, 1, 1), 6, satisfaction_sum=4 * 5, satisfaction_count=5)
    month(one, date(2026, 2, 1), 9, satisfaction_sum=4 * (ratings - 5), satisfaction_count=ratings - 5)
    assert served(one.pk, DAY).satisfaction == told


def test_nothing_served_has_no_share_and_no_mean(one: Platform) -> None:
    found = served(one.pk, DAY)
    assert (found.records, found.free_share, found.satisfaction, found.enterprises) == (0, None, None, 0)


def test_the_share_of_free_ones_and_the_enterprises_of_the_year_come_from_the_records(
    one: Platform, city: User
) -> None:
    """Of six services in March five were free; they were for five enterprises, one of them twice. 2025 is another
    year."""
    rows = [row(number, served_on="2026-03-05", fee="20" if number == 1 else "0") for number in (1, 2, 3, 4, 5, 8)]
    rows.append(row(6, served_on="2025-12-05"))
    service_records.take_in(rows=rows, source="hand:HY", platforms=Platform.objects.all(), by=city, at=AT)
    found = served(one.pk, DAY)
    assert (found.records, found.free_share) == (7, Fraction(6, 7))
    assert (found.year, found.enterprises) == (2026, 5)
