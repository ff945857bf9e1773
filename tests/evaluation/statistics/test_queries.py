"""Sums of the services of published platforms, from the rollups, at most once an hour."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.certification.queries.published import CITY_CODE
from evaluation.models import Certification, Publication
from evaluation.statistics import queries
from evaluation.statistics.queries import Coverage, KeptServices, count_services, coverage, grades
from evaluation.statistics.small_cells import Sum, Told
from platforms.models import Enterprise, Platform, PlatformMonth, PlatformReach, Region, Town
from tests import factories
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import graded_round, published_round

pytestmark = pytest.mark.django_db

AT = datetime(2026, 10, 10, 2, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def publication(regions: dict[str, Region]) -> Publication:
    """Four platforms in 鄞州区, one in 慈溪市, one of the city."""
    return published_round({"330212": {"A": 3, "D": 1}, "330282": {"A": 1}, "HY": {"B": 1}}, year=2025)


def served(platform: Platform, month: date, services: int, free: int, kind: str = "information") -> None:
    PlatformMonth.objects.create(
        platform=platform, month=month, service_class=kind, records=services, free_records=free
    )


def reached(platform: Platform, *numbers: int, year: int = 2026) -> None:
    for number in numbers:
        code, known = factories.credit_code(number), {"name": f"企业{number}", "first_seen_at": AT}
        enterprise, _ = Enterprise.objects.get_or_create(code=code, defaults=known)
        PlatformReach.objects.create(platform=platform, enterprise=enterprise, year=year, records=1)


def of(region: str) -> list[Platform]:
    return list(Platform.objects.filter(code__startswith=region).order_by("code"))


@pytest.mark.clause("N40")
def test_services_are_summed_by_month_class_region_and_type(publication: Publication) -> None:
    for at, platform in enumerate(of("330212")):
        served(platform, MARCH, 10 + at, 5)
        served(platform, APRIL, 2, 0, kind="finance")
    for platform in of("330282") + of("HY"):
        served(platform, APRIL, 4, 4)
    found = count_services(AT)
    assert found.months == {
        MARCH: Told({"information": Sum(46, 20, 4)}),
        # Of two platforms only: with the other class it is of four.
        APRIL: Told({}, Sum(16, 8, 4), frozenset({"finance", "information"})),
    }
    # 慈溪市 and the city itself have a platform each: with 鄞州区 only, or they would be what is left of the whole.
    assert found.regions == {2026: Told({}, Sum(62, 28, 6), frozenset({"330212", "330282", CITY_CODE}))}
    assert found.years == (2026,)


def test_platforms_that_were_never_published_are_in_no_sum(publication: Publication) -> None:
    graded_round({"330211": {"A": 3}}, year=2026)
    for platform in of("330211"):
        served(platform, MARCH, 100, 100)
        reached(platform, 1, 2, 3)
    assert count_services(AT) == queries.Services()


def test_an_enterprise_that_several_served_is_one_of_the_city_and_one_of_each_part(publication: Publication) -> None:
    first, second, third, _ = of("330212")
    reached(first, 1, 2, 3)
    reached(second, 3, 4)
    reached(third, 5)
    reached(of("330282")[0], 5, 6)
    reached(of("HY")[0], 6, 7)
    found = count_services(AT)
    assert found.reached == {2026: 7}
    assert found.reached_regions == {2026: Told({}, Sum(7, 0, 5), frozenset({"330212", "330282", CITY_CODE}))}


@pytest.mark.parametrize(("platforms", "enterprises", "told"), [(3, 3, True), (2, 3, False), (3, 2, False)])
def test_few_enterprises_or_enterprises_of_few_platforms_are_not_told(
    publication: Publication, platforms: int, enterprises: int, told: bool
) -> None:
    for platform in of("330212")[:platforms]:
        reached(platform, *range(1, enterprises + 1))
    assert (2026 in count_services(AT).reached) is told


def test_a_strong_town_is_covered_while_a_certificate_is_in_force(publication: Publication) -> None:
    assert coverage(date(2026, 10, 10)) == Coverage(0, 0)
    one, *_ = Certification.objects.filter(result__region__code="330212").select_related("result__platform")
    town = one.result.platform.town
    assert town is not None
    Town.objects.filter(pk=town.pk).update(is_strong=True)
    other = factories.town(one.result.region, "另一镇")
    Town.objects.filter(pk=other.pk).update(is_strong=True)
    assert coverage(date(2026, 10, 10)) == Coverage(1, 2)
    assert coverage(date(2028, 9, 27)) == Coverage(1, 2)
    assert coverage(date(2028, 9, 28)) == Coverage(0, 2)
    revoked(one, "other", on=date(2026, 10, 10), at=timezone.now())
    assert coverage(date(2026, 10, 10)) == Coverage(0, 2)


def test_grades_are_counted_by_year(publication: Publication) -> None:
    published_round({"330282": {"C": 1}}, year=2026)
    assert grades() == {2025: {"A": 4, "B": 1, "D": 1}, 2026: {"C": 1}}


class Clock:
    """Moments that stand still until they are moved, as the database guards demand with a tick between."""

    def __init__(self) -> None:
        self.now = AT
        self.ticks: Iterator[int] = itertools.count()

    def __call__(self) -> datetime:
        return self.now + timedelta(microseconds=next(self.ticks))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


def test_sums_are_counted_once_an_hour_and_their_moment_moves_only_with_them(
    publication: Publication, clock: Clock, settings: Any
) -> None:
    settings.PUBLIC_PAGES_KEPT = 10
    kept = KeptServices()
    first = kept.current()
    for platform in of("330212"):
        served(platform, MARCH, 10, 5)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert kept.current() is first
    assert len(asked) == 0
    clock.now += timedelta(minutes=59)
    assert kept.current() is first
    clock.now += timedelta(minutes=1)
    second = kept.current()
    assert second.years == (2026,)
    assert second.counted_at is not None
    assert second.counted_at >= clock.now
    clock.now += timedelta(hours=1)
    assert kept.current() is second


def test_where_pages_are_not_kept_sums_are_not_either(publication: Publication, settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 0
    kept = KeptServices()
    assert kept.current().years == ()
    for platform in of("330212"):
        served(platform, MARCH, 10, 5)
    assert kept.current().years == (2026,)


def test_marking_a_strong_town_makes_an_edition(publication: Publication, settings: Any, monkeypatch: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 10
    monkeypatch.setattr(queries, "KEPT", KeptServices())
    before = queries.edition()
    assert queries.edition() == before
    Town.objects.filter(pk=factories.town(Region.objects.get(code="330212"), "强镇").pk).update(is_strong=True)
    assert queries.edition() != before
