"""Two officers report at once: overlapping sets go in once, the last use of an extension is used once."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection

from platforms.applications.services import batches, filing_extensions
from platforms.audit.services import audit
from platforms.calendar.services import reminders
from platforms.errors import Gone, Refusal
from platforms.models import (
    Application,
    ApplicationMove,
    ApplicationVersion,
    Batch,
    BatchItem,
    FilingExceptionUse,
    Mail,
    Round,
    User,
)
from tests import factories
from tests.copies import copies_of
from tests.platforms.test_concurrency import at_once, split

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    connection.close()


@pytest.fixture
def four(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    first = factories.complete_application(yinzhou, round_2026, now)
    return [first, *copies_of(first, 3)]


def report(by: User, rows: list[Application], at: datetime) -> Batch:
    shown = {row: row.version for row in rows}
    return batches.report(round=rows[0].round, region=by.region, applications=shown, by=by, at=at)


@pytest.mark.trust("T12")
@pytest.mark.trust("T46")
def test_overlapping_reports_go_in_once(yinzhou: User, yinzhou2: User, four: list[Application], now: datetime) -> None:
    """Locked in opposite order by those who picked them; neither waits for the other for good."""
    done, refused = split(
        at_once(lambda: report(yinzhou, four[:3], now), lambda: report(yinzhou2, list(reversed(four[1:])), now))
    )
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], Gone)
    assert "已由同事上报，回执编号为 SB2026-330212-01。" in str(refused[0])
    assert (Batch.objects.count(), BatchItem.objects.count(), ApplicationVersion.objects.count()) == (1, 3, 3)
    assert ApplicationMove.objects.count() == 3
    assert Application.objects.filter(status="draft").count() == 1
    assert list(audit.breaks()) == []


@pytest.mark.trust("T12")
def test_four_clicks_make_one_receipt(yinzhou: User, four: list[Application], now: datetime) -> None:
    done, refused = split(at_once(*[lambda: report(yinzhou, four, now) for _ in range(4)]))
    assert len(done) == 1
    assert {type(each) for each in refused} == {batches.AlreadyReported}
    assert (Batch.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.trust("T46")
def test_reports_side_by_side_get_numbers_without_a_gap(
    yinzhou: User, yinzhou2: User, four: list[Application], now: datetime
) -> None:
    done, refused = split(
        at_once(
            lambda: report(yinzhou, four[:1], now),
            lambda: report(yinzhou2, four[1:2], now),
            lambda: report(yinzhou, four[2:3], now),
            lambda: report(yinzhou2, four[3:], now),
        )
    )
    assert (len(done), refused) == (4, [])
    assert sorted(Batch.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]


@pytest.mark.trust("T46")
def test_the_last_use_of_an_exception_is_used_once(
    yinzhou: User, yinzhou2: User, city: User, four: list[Application], now: datetime
) -> None:
    Round.objects.update(status="evaluating")
    filing_extensions.grant(
        round=four[0].round, region=yinzhou.region, reason="推迟", ends_on=date(2026, 4, 30), uses_allowed=2, by=city,
        at=now,
    )  # fmt: skip
    done, refused = split(
        at_once(
            *[
                lambda row=row, by=by: report(by, [row], now)
                for row, by in zip(four, [yinzhou, yinzhou2] * 2, strict=True)
            ]
        )
    )
    assert (len(done), len(refused)) == (2, 2)
    assert {type(each) for each in refused} == {Refusal}
    assert "延期申报许可的 2 份已经用完" in str(refused[0])
    assert FilingExceptionUse.objects.count() == Application.objects.filter(status="submitted").count() == 2


@pytest.mark.trust("T46")
def test_an_exception_is_revoked_or_used_never_both_ways(
    yinzhou: User, city: User, four: list[Application], now: datetime
) -> None:
    Round.objects.update(status="evaluating")
    made = filing_extensions.grant(
        round=four[0].round, region=yinzhou.region, reason="推迟", ends_on=date(2026, 4, 30), uses_allowed=1, by=city,
        at=now,
    )  # fmt: skip
    at_once(
        lambda: report(yinzhou, four[:1], now),
        lambda: filing_extensions.revoke(extension=made, reason="不再需要", by=city, at=now),
    )
    made.refresh_from_db()
    assert made.revoked_at == now
    assert FilingExceptionUse.objects.count() == Application.objects.filter(status="submitted").count()


@pytest.mark.trust("T46")
def test_two_city_officers_remind_once(
    yinzhou: User, city: User, city2: User, round_2026: Round, now: datetime
) -> None:
    regions = [yinzhou.region]
    done, _ = split(
        at_once(
            *[lambda by=by: reminders.remind(round=round_2026, regions=regions, by=by, at=now) for by in (city, city2)]
        )
    )
    assert sorted(len(each) for each in done) == [0, 1]
    assert Mail.objects.filter(kind="reminder").count() == 1
