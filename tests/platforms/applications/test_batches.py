"""The county's report (上报): one transaction, one receipt, the same report never twice."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from platforms.applications.queries.batches import candidates, lines_of, own_drafts
from platforms.applications.queries.forms import form_data, forms_of
from platforms.applications.queries.sites import facts_of, facts_of_all
from platforms.applications.services import batches, filing
from platforms.applications.services.filing import OverQuota
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import (
    Application,
    ApplicationMove,
    ApplicationVersion,
    AuditEvent,
    Batch,
    BatchItem,
    Liaison,
    Mail,
    Quota,
    Round,
    User,
)
from platforms.periodic_reports.services import acceptance
from tests import factories
from tests.copies import copies_of
from tests.kept_rows import once

pytestmark = pytest.mark.django_db


def report(by: User, round_: Round, rows: Iterable[Application], at: datetime, **more: Any) -> Batch:
    shown = {row: row.version for row in rows}
    return batches.report(round=round_, region=by.region, applications=shown, by=by, at=at, **more)


def _three(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    first = factories.complete_application(yinzhou, round_2026, now)
    return [first, *copies_of(first, 2)]


@pytest.fixture
def three(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    """Three complete drafts of 鄞州区, the liaison officer named."""
    return once(_three, yinzhou, round_2026, now)


def nothing_done() -> bool:
    return not any(model.objects.exists() for model in (Batch, BatchItem, ApplicationMove, ApplicationVersion, Mail))


# What a report is


@pytest.mark.clause("N17")
def test_a_report_takes_everything_in_together_and_gives_a_receipt(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    batch = report(yinzhou, round_2026, three, now, note="第一批")
    assert (batch.number, batch.sequence, batch.is_late) == ("SB2026-330212-01", 1, False)
    assert (batch.liaison_name, batch.liaison_post, batch.liaison_phone) == ("赵联络", "科长", "0574-88000000")
    assert (batch.reported_at, batch.reported_by, batch.note) == (now, yinzhou, "第一批")
    rows = list(Application.objects.order_by("number"))
    assert [(row.status, row.submitted_at, row.is_late) for row in rows] == [("submitted", now, False)] * 3
    lines = lines_of(batch)
    assert [line.item.application for line in lines] == rows
    assert [line.item.position for line in lines] == [1, 2, 3]
    assert [line.item.version.data for line in lines] == [form_data(row) for row in rows]
    assert len({line.check_code for line in lines}) == 3
    events = AuditEvent.objects.order_by("-serial").values_list("verb", "object_code", "reason", "changes")
    assert events[0] == ("上报", "SB2026-330212-01", "第一批", {"申报表（份）": [None, 3]})
    assert [verb for verb, *_ in events[1:4]] == ["提交申报表"] * 3
    assert list(audit.breaks()) == []


@pytest.mark.clause("N17")
def test_a_later_report_is_a_supplementary_one_with_the_next_number(
    yinzhou: User, cixi: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    report(yinzhou, round_2026, three[:1], now)
    second = report(yinzhou, round_2026, three[1:], now)
    assert (second.number, second.sequence) == ("SB2026-330212-02", 2)
    assert AuditEvent.objects.filter(verb="补充上报").count() == 1
    theirs = report(cixi, round_2026, [factories.complete_application(cixi, round_2026, now)], now)
    assert (theirs.number, theirs.sequence) == ("SB2026-330282-01", 1)


@pytest.mark.clause("N14")
def test_the_city_reports_its_key_industries_itself(city: User, round_2026: Round, now: datetime) -> None:
    rows = [factories.complete_application(city, round_2026, now, type="industry")]
    batch = report(city, round_2026, rows, now)
    assert (batch.number, batch.region, batch.liaison_name) == ("SB2026-HY-01", None, "")
    assert Mail.objects.count() == 0


def test_the_liaison_officer_gets_the_receipt(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    Liaison.objects.update(email="zhao@example.cn")
    batch = report(yinzhou, round_2026, three, now)
    mail = Mail.objects.get()
    assert (mail.kind, mail.address, mail.region, mail.round) == (
        "received", "zhao@example.cn", yinzhou.region, round_2026,
    )  # fmt: skip
    assert (batch.number in mail.subject, "申报表 3 份" in mail.body) == (True, True)


# All or nothing


@pytest.mark.trust("T42")
def test_one_application_that_is_not_complete_keeps_all_of_them_out(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    Application.objects.filter(pk=three[1].pk).update(address="", opening_hours="")
    with pytest.raises(Refusal) as refused:
        report(yinzhou, round_2026, three, now)
    assert str(refused.value) == (
        f"申报表 {three[1].number}“{three[1].name}”不能上报，本次全部没有上报。"
        "申报表还有 2 处需要补充或更正：请填写平台地址。请填写开放时间。"
    )
    assert refused.value.about == three[1]
    assert nothing_done()
    assert set(Application.objects.values_list("status", flat=True)) == {"draft"}


@pytest.mark.trust("T11")
def test_what_was_saved_since_it_was_shown_is_not_reported_unseen(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    Application.objects.filter(pk=three[2].pk).update(version=99)
    with pytest.raises(StaleVersion, match=f"申报表 {three[2].number}“.*”不能上报，本次全部没有上报。您打开页面之后"):
        report(yinzhou, round_2026, three, now)
    assert nothing_done()


@pytest.mark.clause("N16")
def test_without_a_liaison_officer_nothing_is_reported(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    Liaison.objects.all().delete()
    with pytest.raises(Refusal, match=r"^本地区尚未明确2026年度的工作联络员，请先填写联络员再提交。$"):
        report(yinzhou, round_2026, three, now)
    assert nothing_done()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("preparing", "2026年度尚未开始受理申报。"), ("evaluating", "2026年度申报已截止，不再受理新的申报表"),
     ("published", "2026年度结果已公布，申报表不能再变动。")],
)  # fmt: skip
def test_nothing_is_reported_outside_of_the_filing(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime, status: str, sentence: str
) -> None:
    Round.objects.update(status=status)
    with pytest.raises(Refusal, match=sentence):
        report(yinzhou, round_2026, three, now)
    assert nothing_done()


@pytest.mark.trust("T05")
def test_who_may_not_report_is_refused(
    yinzhou: User, cixi: User, city: User, finance: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    shown = {row: row.version for row in three}
    for person, region, sentence in (
        (cixi, yinzhou.region, "只能上报本地区的申报表。"),
        (cixi, cixi.region, f"申报表 {three[0].number} 不属于本次上报的地区和年度。"),
        (city, yinzhou.region, "只能上报本地区的申报表。"),
        (city, None, f"申报表 {three[0].number} 不属于本次上报的地区和年度。"),
        (yinzhou, None, "只能上报本地区的申报表。"),
        (finance, None, "您没有上报申报表的权限。"),
    ):
        with pytest.raises(Refusal) as refused:
            batches.report(round=round_2026, region=region, applications=shown, by=person, at=now)
        assert str(refused.value) == sentence
    assert nothing_done()


def test_an_empty_and_an_endless_report_are_refused(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refusal, match="请至少选择一份申报表。"):
        report(yinzhou, round_2026, [], now)
    monkeypatch.setattr(batches, "MOST_ITEMS", 2)
    with pytest.raises(Refusal, match="一次最多上报 2 份申报表，请分批上报。"):
        report(yinzhou, round_2026, three, now)
    with pytest.raises(Refusal, match="“说明”最多 400 个字"):
        report(yinzhou, round_2026, three[:1], now, note="长" * 401)
    assert nothing_done()


# The same report again


@pytest.mark.trust("T12")
def test_the_same_report_sent_twice_leads_to_the_receipt_of_the_first(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    first = report(yinzhou, round_2026, three, now)
    with pytest.raises(batches.AlreadyReported) as refused:
        report(yinzhou, round_2026, three, now)
    assert str(refused.value) == "这些申报表已经上报，回执编号为 SB2026-330212-01，没有重复上报。"
    assert refused.value.batch == first
    assert (Batch.objects.count(), BatchItem.objects.count(), ApplicationVersion.objects.count()) == (1, 3, 3)


@pytest.mark.trust("T12")
def test_a_report_that_overlaps_with_a_colleagues_names_what_is_gone(
    yinzhou: User, yinzhou2: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    report(yinzhou, round_2026, three[:2], now)
    with pytest.raises(Gone) as refused:
        report(yinzhou2, round_2026, three[1:], now)
    assert str(refused.value) == (
        f"申报表 {three[1].number} 已由同事上报，回执编号为 SB2026-330212-01。请重新选择要上报的申报表。"
    )
    assert (Batch.objects.count(), BatchItem.objects.count()) == (1, 2)


@pytest.mark.trust("T12")
def test_a_report_is_not_replayed_after_a_return_or_a_withdrawal(
    yinzhou: User, city: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    report(yinzhou, round_2026, three, now)
    filing.return_for_correction(application=three[0], reason="请补充", by=city, at=now)
    acceptance.withdraw(application=three[1], reason="选址有变", by=yinzhou, at=now)
    with pytest.raises(batches.AlreadyReported):
        report(yinzhou, round_2026, three, now)
    assert sorted(Application.objects.values_list("status", flat=True)) == ["returned", "submitted", "withdrawn"]


def test_what_was_withdrawn_stays_in_the_receipt_marked(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    batch = report(yinzhou, round_2026, three, now)
    acceptance.withdraw(application=three[1], reason="选址有变", by=yinzhou, at=now)
    assert [line.item.application.status for line in lines_of(batch)] == ["submitted", "withdrawn", "submitted"]


@pytest.mark.trust("T17")
def test_a_report_cannot_be_changed_in_the_database(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    report(yinzhou, round_2026, three, now)
    for do in (
        lambda: Batch.objects.update(note="改"),
        lambda: BatchItem.objects.update(position=9),
        lambda: BatchItem.objects.all()._raw_delete("default"),
        lambda: Batch.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="上报记录不得修改或删除"), transaction.atomic():
            do()


# Late, and over the quota


@pytest.mark.clause("N17")
@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("at", "late"),
    [(datetime(2026, 4, 17, 15, 59, 59, tzinfo=UTC), False), (datetime(2026, 4, 17, 16, 0, tzinfo=UTC), True)],
    ids=["last second of the due day in Ningbo", "first second of the day after"],
)
def test_a_report_is_late_from_the_day_after_the_due_day(
    yinzhou: User, round_2026: Round, three: list[Application], at: datetime, late: bool
) -> None:
    assert round_2026.report_due_on == date(2026, 4, 17)
    batch = report(yinzhou, round_2026, three, at)
    assert (batch.is_late, set(Application.objects.values_list("is_late", flat=True))) == (late, {late})


@pytest.mark.clause("N09")
@pytest.mark.parametrize(("places", "with_reason"), [(None, 0), (4, 0), (3, 0), (2, 1), (1, 2), (0, 3)])
def test_only_those_beyond_the_quota_keep_the_reason(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime, places: int | None, with_reason: int
) -> None:
    if places is not None:
        Quota.objects.create(round=round_2026, region=yinzhou.region, places=places)
    if with_reason:
        with pytest.raises(OverQuota) as refused:
            report(yinzhou, round_2026, three, now, over_quota_reason="  ")
        assert str(refused.value) == (
            f"本地区名额为 {places} 个，已申报 0 个，本次上报 3 个。名额供参考，超出的请填写理由后提交。"
        )
        assert nothing_done()
    report(yinzhou, round_2026, three, now, over_quota_reason="企业集中")
    reasons = list(Application.objects.order_by("number").values_list("over_quota_reason", flat=True))
    assert reasons == [""] * (3 - with_reason) + ["企业集中"] * with_reason


# How much is asked of the database


def test_many_forms_and_facts_are_those_of_each(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    draft = factories.draft(yinzhou, round_2026, now, type="park")
    rows = list(Application.objects.order_by("number"))
    assert draft in rows
    assert forms_of(rows) == {row.pk: form_data(row) for row in rows}
    day = date(2026, 4, 10)
    assert facts_of_all(rows, role="county", on=day) == [facts_of(row, role="county", on=day) for row in rows]


def test_the_checklist_says_what_each_draft_lacks(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    Application.objects.filter(pk=three[1].pk).update(address="")
    Application.objects.filter(pk=three[2].pk).update(
        checked_version=three[2].version, checked_at=now, checked_by=yinzhou
    )
    found = candidates(list(own_drafts(yinzhou, round_2026)), role="county", on=date(2026, 4, 10))
    assert [each.is_ready for each in found] == [True, False, True]
    assert [gap.message for gap in found[1].gaps] == ["请填写平台地址。"]
    assert [each.checked for each in found] == [None, None, True]
    assert [each.stamped for each in found] == [None, None, None]
    assert {each.against for each in found} == {()}


def queries(do: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        do()
    return len(asked)


def test_a_report_of_thirty_asks_seven_questions_more_per_application(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    """Four to move and freeze each, two around its documents; checks, receipt and log are for all at once."""
    many = copies_of(three[0], 30)
    report(yinzhou, round_2026, three[:1], now)
    one = queries(lambda: report(yinzhou, round_2026, three[1:2], now))
    thirty = queries(lambda: report(yinzhou, round_2026, many, now))
    assert (one, thirty) == (50, 253)
    assert thirty - one == 29 * 7


def test_the_checklist_costs_the_same_for_one_draft_and_for_thirty(
    yinzhou: User, round_2026: Round, three: list[Application], now: datetime
) -> None:
    copies_of(three[0], 27)
    rows = list(own_drafts(yinzhou, round_2026))
    assert len(rows) == 30
    counts = [
        queries(lambda some=some: candidates(some, role="county", on=date(2026, 4, 10))) for some in (rows[:1], rows)
    ]
    assert counts[0] == counts[1]
