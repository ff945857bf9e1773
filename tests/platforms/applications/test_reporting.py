"""Who of the 17 has reported, how much and how late; and the reminders to the others."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms.applications.excel.reporting import COLUMNS, rows
from platforms.applications.queries.reporting import RegionReport, reports_of, totals_of
from platforms.applications.services import batches
from platforms.calendar.services import reminders
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Liaison, Mail, Quota, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories
from tests.copies import copies_of

pytestmark = pytest.mark.django_db
DUE, AFTER = date(2026, 4, 17), date(2026, 4, 18)


@pytest.fixture
def reported(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    """鄞州区 reported two of its three complete drafts, one beyond its quota of one, and withdrew none."""
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=1)
    first = factories.complete_application(yinzhou, round_2026, now)
    drafts = [first, *copies_of(first, 2)]
    batches.report(
        round=round_2026, region=yinzhou.region, applications={row: row.version for row in drafts[:2]},
        over_quota_reason="企业集中", by=yinzhou, at=now,
    )  # fmt: skip
    return drafts


def by_code(round_: Round, on: date) -> dict[str, RegionReport]:
    return {each.region.code if each.region else "HY": each for each in reports_of(round_, on=on)}


@pytest.mark.clause("N09")
@pytest.mark.clause("N17")
def test_every_region_stands_in_the_table_with_what_it_did(
    round_2026: Round, reported: list[Application], yinzhou: User, now: datetime
) -> None:
    table = by_code(round_2026, DUE)
    assert len(table) == 18
    own = table["330212"]
    assert (own.has_reported, own.batches, own.reported, own.late) == (True, 1, 2, False)
    assert (own.first_at, own.last_at) == (now, now)
    assert own.counts == Counter(submitted=2, draft=1)
    assert (own.places, own.used, own.left, own.over, own.over_reasons) == (1, 2, 0, 1, ("企业集中",))
    assert own.liaison == Liaison.objects.get()
    other = table["330282"]
    assert (other.has_reported, other.late, other.used, other.places, other.liaison) == (False, False, 0, None, None)
    totals = totals_of(round_2026, list(table.values()))
    assert (totals.regions, totals.regions_reported, totals.batches, totals.reported) == (17, 1, 1, 2)
    assert (totals.target, totals.places, totals.used) == (100, 1, 2)


@pytest.mark.clause("N17")
def test_who_has_not_reported_is_late_from_the_day_after_the_due_day(
    round_2026: Round, reported: list[Application]
) -> None:
    assert [each.late for each in by_code(round_2026, DUE).values()] == [False] * 18
    after = by_code(round_2026, AFTER)
    assert (after["330212"].late, after["330282"].late, after["HY"].late) == (False, True, False)


def test_a_late_report_is_late_whenever_one_looks(
    round_2026: Round, reported: list[Application], yinzhou: User
) -> None:
    at = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
    batches.report(
        round=round_2026, region=yinzhou.region, applications={reported[2]: reported[2].version},
        over_quota_reason="补报", by=yinzhou, at=at,
    )  # fmt: skip
    own = by_code(round_2026, DUE)["330212"]
    assert (own.late, own.batches, own.reported, own.last_at) == (True, 2, 3, at)
    assert own.over_reasons == ("企业集中", "补报")


def test_what_was_withdrawn_gives_its_place_back(
    round_2026: Round, reported: list[Application], yinzhou: User, now: datetime
) -> None:
    acceptance.withdraw(application=reported[1], reason="选址有变", by=yinzhou, at=now)
    own = by_code(round_2026, DUE)["330212"]
    assert (own.used, own.over, own.over_reasons, own.reported) == (1, 0, (), 2)


def test_the_table_costs_the_same_whatever_is_in_it(round_2026: Round, reported: list[Application]) -> None:
    with CaptureQueriesContext(connection) as few:
        reports_of(round_2026, on=DUE)
    copies_of(reported[2], 28)
    with CaptureQueriesContext(connection) as many:
        reports_of(round_2026, on=DUE)
    assert (len(few), len(many)) == (6, 6)


def test_the_file_holds_what_the_table_shows(round_2026: Round, reported: list[Application]) -> None:
    Liaison.objects.update(name="=1+1")
    lines = list(rows(reports_of(round_2026, on=DUE)))
    assert lines[0] == list(COLUMNS)
    own = dict(zip(COLUMNS, next(line for line in lines if line[0] == "鄞州区"), strict=True))
    # A sheet has moments as local time without a zone, so that they can be sorted and narrowed.
    reported_at = datetime(2026, 4, 10, 10)  # noqa: DTZ001
    assert (own["是否上报"], own["是否逾期"], own["首次上报时间"]) == ("是", "否", reported_at)
    assert (own["草稿（份）"], own["已提交（份）"], own["名额（个）"], own["超出（个）"]) == (1, 2, 1, 1)
    assert own["联络员"] == "'=1+1"


def test_reminders_are_written_once_to_whom_they_are_for(
    round_2026: Round, reported: list[Application], yinzhou: User, cixi: User, city: User, now: datetime
) -> None:
    Liaison.objects.update(email="zhao@example.cn")
    regions = [yinzhou.region, cixi.region]
    written = reminders.remind(round=round_2026, regions=regions, by=city, at=now)
    assert [(mail.kind, mail.address) for mail in written] == [("reminder", "zhao@example.cn"), ("reminder", "")]
    assert "2026年4月17日" in written[0].subject
    event = AuditEvent.objects.get(verb="生成催报提醒")
    assert (event.reason, event.changes) == ("鄞州区、慈溪市", {"地区（个）": [None, 2]})
    assert reminders.remind(round=round_2026, regions=regions, by=city, at=now) == []
    assert Mail.objects.filter(kind="reminder").count() == 2


def test_reminders_are_refused_where_there_is_nothing_to_be_reminded_of(
    round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    with pytest.raises(Refusal, match="您没有催报的权限。"):
        reminders.remind(round=round_2026, regions=[yinzhou.region], by=yinzhou, at=now)
    with pytest.raises(Refusal, match="请至少选择一个地区。"):
        reminders.remind(round=round_2026, regions=[], by=city, at=now)
    Round.objects.update(status="evaluating")
    with pytest.raises(Refusal, match="2026年度现为“申报已截止”，不需要催报。"):
        reminders.remind(round=round_2026, regions=[yinzhou.region], by=city, at=now)
