"""What the database refuses to change of a public notice, at every door."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from evaluation.models import NoticeLine, PublicNotice
from evaluation.public_notice.services import notices
from platforms.models import User
from tests.evaluation import stage
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
AT = datetime(2020, 9, 8, 2, 0, tzinfo=UTC)
FIXED, KEPT, LINE = "公示批准后不得修改", "公示不得删除", "公示内容不得修改或删除，变动另列新版本"


@pytest.fixture
def proposed(city: User) -> PublicNotice:
    return stage.proposed(stage.confirmed_round({"330212": {"A": 1}}), by=city, at=AT)


def test_a_line_never_changes_and_never_goes(proposed: PublicNotice) -> None:
    stage.opened(proposed, at=AT)
    rows = NoticeLine.objects.all()
    for change in ({"grade": "B"}, {"reasons": "别的"}, {"is_public": False}, {"name": "别的"}, {}):
        refused(rows, LINE, **change)


def test_an_opened_notice_may_only_be_stopped(proposed: PublicNotice, city: User) -> None:
    refused(PublicNotice.objects.all(), KEPT)
    stage.opened(proposed, at=AT)
    rows = PublicNotice.objects.all()
    for change in (
        {"ends_on": date(2020, 9, 30)}, {"document_number": ""}, {"status": "proposed", "decided_at": None},
        {"status": "withdrawn"}, {"phone": "1"}, {"organiser": "别的"},
    ):  # fmt: skip
        refused(rows, FIXED, **change)
    notices.stop(notice=proposed, reason="有误", by=city, at=AT)
    refused(rows, FIXED, stop_reason="别的")
    refused(rows, KEPT)


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
def test_what_was_never_opened_stays_so(proposed: PublicNotice, city: User, city2: User, end: str) -> None:
    if end == "declined":
        notices.decline(notice=proposed, reason="有误", by=city2, at=AT)
    else:
        notices.withdraw(notice=proposed, by=city, at=AT)
    refused(PublicNotice.objects.all(), FIXED, status="opened", decided_by=city2)


def test_a_round_has_one_notice_at_a_time_and_a_change_has_its_reason(proposed: PublicNotice, city2: User) -> None:
    row = stage.opened(proposed, at=AT)
    row.pk, row.number = None, "GS-2020-0099"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    line = NoticeLine.objects.get()
    line.pk, line.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)
