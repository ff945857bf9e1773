"""Regions are changed by two people at once, and while somebody files: one order holds. On both databases."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from platforms.applications.services import drafts
from platforms.choices import PlatformType
from platforms.models import Application, Region, RegionChange, Round, User
from tests import factories
from tests.platforms.region_changes.changes import carried_out, wanted
from tests.platforms.test_concurrency import at_once, split

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T46")]


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    connection.close()


def test_the_same_merger_is_carried_out_once(
    regions: dict[str, Region], city: User, city2: User, yinzhou: User, now: datetime
) -> None:
    asked = wanted(regions["330212"], main=regions["330282"])
    done, refused = split(at_once(*[lambda by=by: carried_out(asked, by, now) for by in (city, city2)]))
    assert (len(done), len(refused), RegionChange.objects.count()) == (1, 1, 1)


def test_of_two_mergers_of_one_region_one_holds(
    regions: dict[str, Region], city: User, city2: User, now: datetime
) -> None:
    one, first, second = regions["330212"], regions["330282"], regions["330281"]
    done, refused = split(
        at_once(
            lambda: carried_out(wanted(one, main=first), city, now),
            lambda: carried_out(wanted(one, main=second), city2, now),
        )
    )
    assert (len(done), len(refused)) == (1, 1)
    assert [region.pk for region in Region.objects.all() if one.pk in region.inherits] == [done[0].main_id]


def test_what_is_filed_at_the_same_moment_goes_along_or_is_refused(
    regions: dict[str, Region], city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    town = factories.town(one)
    at_once(
        lambda: drafts.create(round=round_2026, type=PlatformType.TOWN, region=one, town=town, by=yinzhou, at=now),
        lambda: carried_out(wanted(one, main=other), city, now),
    )
    merged = Region.objects.get(pk=one.pk).valid_until is not None
    assert set(Application.objects.values_list("region", flat=True)) <= ({other.pk} if merged else {one.pk})
