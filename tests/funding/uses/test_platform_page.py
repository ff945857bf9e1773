"""What was used for a platform, on its page: once the report was handed in."""

from datetime import date

import pytest

from funding.uses.services import Item, submit
from platforms.models import Platform, User
from platforms.register.queries.life import life_of
from tests.funding.uses.using import AT, paid_round, saved

pytestmark = pytest.mark.django_db


def test_what_was_used_shows_once_it_was_handed_in(
    finance: User, finance2: User, yinzhou: User, cixi: User, city: User
) -> None:
    release = paid_round(finance, finance2)
    platform = Platform.objects.filter(region=yinzhou.region)[0]
    made = saved(release.run.round, yinzhou, Item("购置设备", 400, date(2020, 10, 30), platform))
    assert life_of(platform, yinzhou)["uses"] == []
    submit(report=made, revision=made.revision, by=yinzhou, at=AT)
    for person in (yinzhou, city):
        assert [(line.code, line.text) for line in life_of(platform, person)["uses"]] == [("购置设备", "400")]
    assert life_of(platform, cixi)["uses"] == []
