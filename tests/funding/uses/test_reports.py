"""What counties report of the use of funds: saved, handed in, returned, accepted."""

# ruff: noqa: S608 - the table names are constants

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from funding.models import AllocationRelease, UseItem, UseReport
from funding.uses.choices import ReportStatus
from funding.uses.queries import duties, lines_for, overdue_first
from funding.uses.services import accept, add_file, save, send_back, submit
from platforms.calendar.queries.calendar import entries
from platforms.calendar.services.reminders import remind_of_due
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, Platform, Region, Round, User
from platforms.workbench.queries.todo import counts_by_noun, todo_for
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.runs.test_concurrency import at_once
from tests.funding.uses.using import AT, CIXI, PAID, YINZHOU, item, paid_round, saved, submitted
from tests.funding.worked import USE_DUE_ON, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(finance: User, finance2: User, yinzhou: User, cixi: User) -> AllocationRelease:
    return paid_round(finance, finance2)


def test_a_report_goes_from_draft_to_accepted(release: AllocationRelease, yinzhou: User, finance: User) -> None:
    round_ = release.run.round
    report = saved(round_, yinzhou, item(400), item(600, "培训"), text="已全部支出")
    assert (report.status, report.revision, report.items.count()) == (ReportStatus.DRAFT, 1, 2)
    report = submit(report=report, revision=1, by=yinzhou, at=AT)
    assert (report.status, report.submitted_by) == (ReportStatus.SUBMITTED, yinzhou)
    report = send_back(report=report, reason="请附发票", revision=report.revision, by=finance, at=AT)
    assert (report.status, report.settled_reason) == (ReportStatus.RETURNED, "请附发票")
    report = saved(round_, yinzhou, item(500), text="补正", revision=1)
    assert (report.revision, report.items.get().amount_yuan) == (2, 500)
    report = submit(report=report, revision=2, by=yinzhou, at=AT)
    assert (report.settled_by, report.settled_reason) == (None, "")
    report = accept(report=report, revision=report.revision, by=finance, at=AT)
    assert (report.status, report.settled_by) == (ReportStatus.ACCEPTED, finance)
    verbs = AuditEvent.objects.filter(verb__contains="资金使用情况报告").order_by("serial").values_list("verb", "actor")
    assert list(verbs) == [
        ("保存资金使用情况报告", "yinzhou"),
        ("报送资金使用情况报告", "yinzhou"),
        ("退回资金使用情况报告", "finance"),
        ("保存资金使用情况报告", "yinzhou"),
        ("报送资金使用情况报告", "yinzhou"),
        ("通过资金使用情况报告", "finance"),
    ]


@pytest.mark.trust("T11")
def test_nobody_settles_what_they_have_not_seen(release: AllocationRelease, yinzhou: User, finance: User) -> None:
    round_ = release.run.round
    seen = submitted(round_, yinzhou, item(400))
    send_back(report=seen, reason="请附发票", revision=1, by=finance, at=AT)
    saved(round_, yinzhou, item(700), text="补正", revision=1)
    submit(report=seen, revision=2, by=yinzhou, at=AT)
    for act in (
        lambda: accept(report=seen, revision=seen.revision, by=finance, at=AT),
        lambda: send_back(report=seen, reason="有误", revision=seen.revision, by=finance, at=AT),
    ):
        with pytest.raises(StaleVersion):
            act()
    assert accept(report=seen, revision=2, by=finance, at=AT).status == ReportStatus.ACCEPTED


def test_what_is_handed_in_is_not_changed(release: AllocationRelease, yinzhou: User, finance: User) -> None:
    round_ = release.run.round
    report = submitted(round_, yinzhou, item())
    upload = SimpleUploadedFile("发票.pdf", factories.PDF)
    for act in (
        lambda: saved(round_, yinzhou, item(1), revision=1),
        lambda: submit(report=report, revision=1, by=yinzhou, at=AT),
        lambda: add_file(report=report, upload=upload, note="", by=yinzhou, at=AT),
    ):
        with pytest.raises(Gone):
            act()
    accept(report=report, revision=report.revision, by=finance, at=AT)
    for act in (
        lambda: accept(report=report, revision=report.revision, by=finance, at=AT),
        lambda: send_back(report=report, reason="有误", revision=report.revision, by=finance, at=AT),
    ):
        with pytest.raises(Gone, match="现为“已通过”"):
            act()


def test_who_saves_over_another_is_told(release: AllocationRelease, yinzhou: User) -> None:
    round_ = release.run.round
    report = saved(round_, yinzhou, item())
    for seen in (0, 2):
        with pytest.raises(StaleVersion):
            saved(round_, yinzhou, item(1), revision=seen)
    with pytest.raises(StaleVersion):
        submit(report=report, revision=2, by=yinzhou, at=AT)
    assert UseItem.objects.get().amount_yuan == 400


def test_nobody_reports_for_another_and_nobody_settles_but_finance(
    release: AllocationRelease, yinzhou: User, cixi: User, city: User, finance: User
) -> None:
    round_ = release.run.round
    report = saved(round_, yinzhou, item())
    for person in (cixi, city, finance):
        with pytest.raises(Refusal, match="权限"):
            saved(round_, person, item(1), revision=1, region=yinzhou.region)
        with pytest.raises(Refusal, match="权限"):
            submit(report=report, revision=1, by=person, at=AT)
        with pytest.raises(Refusal, match="权限"):
            add_file(report=report, upload=SimpleUploadedFile("a.png", b""), note="", by=person, at=AT)
    report = submit(report=report, revision=1, by=yinzhou, at=AT)
    for person in (yinzhou, cixi, city):
        with pytest.raises(Refusal, match="您没有“审核通过”的权限。"):
            accept(report=report, revision=report.revision, by=person, at=AT)
        with pytest.raises(Refusal, match="您没有“退回补正”的权限。"):
            send_back(report=report, reason="有误", revision=report.revision, by=person, at=AT)


def test_what_cannot_be_is_refused(release: AllocationRelease, yinzhou: User, cixi: User) -> None:
    round_, other = release.run.round, Platform.objects.filter(region=cixi.region)[0]
    for wrong, sentence in (
        (item(0), "“购置设备”的金额应大于零。"),
        (item(1, " "), "请填写“用途”。"),
        (item(1, on=date(2020, 11, 3)), "“购置设备”的支出日期不能晚于今天。"),
        (type(item())("租金", 1, date(2020, 11, 2), other), "“租金”所选平台不属于鄞州区。"),
    ):
        with pytest.raises(Refusal, match=sentence):
            saved(round_, yinzhou, wrong)
    with pytest.raises(Refusal, match="支出明细最多 100 笔"):
        saved(round_, yinzhou, *[item(1)] * 101)
    assert saved(round_, yinzhou, *[item(1, on=date(2020, 11, 2))] * 100).items.count() == 100
    report = saved(round_, yinzhou, item(PAID), item(1), revision=1)
    with pytest.raises(Refusal, match="支出合计 1,001 元超过已拨付的 1,000 元"):
        submit(report=report, revision=2, by=yinzhou, at=AT)
    report = saved(round_, yinzhou, revision=2)
    with pytest.raises(Refusal, match="请至少填写一笔支出"):
        submit(report=report, revision=3, by=yinzhou, at=AT)
    report = saved(round_, yinzhou, text="尚在招标，明年支出", revision=3)
    assert submit(report=report, revision=4, by=yinzhou, at=AT).status == ReportStatus.SUBMITTED


def test_who_was_paid_nothing_reports_nothing(finance: User, finance2: User, yinzhou: User) -> None:
    release = released(published_round({YINZHOU: {"A": 1}}).round, finance, finance2)
    with pytest.raises(Refusal, match="尚未拨付资金，无须填报。"):
        saved(release.run.round, yinzhou, item())
    assert [(line.allocated, line.standing.paid) for line in lines_for(yinzhou)] == [(15_000_000, 0)]


def test_each_reads_its_own_and_finance_all_with_the_overdue_first(
    release: AllocationRelease, yinzhou: User, cixi: User, finance: User, city: User, auditor: User
) -> None:
    submitted(release.run.round, yinzhou, item(300))
    found = {who: [(line.region.code, line.standing.reported) for line in lines_for(who)] for who in (yinzhou, cixi)}
    assert found == {yinzhou: [(YINZHOU, 300)], cixi: [(CIXI, 0)]}
    assert [line.region.code for line in lines_for(finance)] == [YINZHOU, CIXI]
    late = overdue_first(lines_for(city), date(2021, 7, 1))
    assert [(line.region.code, line.standing.is_overdue(date(2021, 7, 1))) for line in late] == [
        (CIXI, True),
        (YINZHOU, False),
    ]
    assert lines_for(auditor) == []


def test_what_waits_for_whom(release: AllocationRelease, yinzhou: User, cixi: User, finance: User) -> None:
    def texts(person: User) -> set[str]:
        return {todo.text for todo in todo_for(person)} & {
            "报送资金使用情况", "补正资金使用情况报告", "审核资金使用情况报告",
        }  # fmt: skip

    # The due day is long past today.
    assert (texts(yinzhou), texts(cixi), texts(finance)) == ({"报送资金使用情况"}, {"报送资金使用情况"}, set())
    report = submitted(release.run.round, yinzhou, item())
    assert (texts(yinzhou), texts(finance)) == (set(), {"审核资金使用情况报告"})
    assert counts_by_noun(finance) == {"资金使用": 1}
    send_back(report=report, reason="请附发票", revision=report.revision, by=finance, at=AT)
    assert (texts(yinzhou), texts(finance)) == ({"补正资金使用情况报告"}, set())


def test_finance_watches_what_is_overdue(
    release: AllocationRelease, yinzhou: User, cixi: User, finance: User, browser_of: Any
) -> None:
    def watched() -> list[tuple[int, int, str, bool]]:
        return [(each.count, each.late, each.url, each.others) for each in todo_for(finance) if "逾期" in each.text]

    url = "/desk/fund-use/?state=late"
    assert watched() == [(2, 2, url, True)]
    assert len(browser_of(finance).get(url).context["rows"]) == 2
    submitted(release.run.round, cixi, item())
    assert watched() == [(1, 1, url, True)]
    saved(release.run.round, yinzhou, item())
    assert watched() == [(1, 1, url, True)]
    assert counts_by_noun(finance) == {"资金使用": 1}


@pytest.mark.parametrize(
    ("left", "reminded"),
    [
        (31, False),
        (30, True),
        (29, False),
        (7, True),
        (3, True),
        (1, True),
        (0, True),
        (-1, True),
        (-7, True),
        (-8, False),
    ],
)
def test_who_was_paid_is_reminded_on_set_days(
    release: AllocationRelease, yinzhou: User, cixi: User, left: int, reminded: bool
) -> None:
    on = USE_DUE_ON - timedelta(days=left)
    told = "报送2020年度资金使用情况"
    assert [(duty.region, duty.due_on, duty.text) for duty in duties(on)] == [
        (key, USE_DUE_ON, told) for key in sorted((yinzhou.region_id, cixi.region_id)) if reminded
    ]
    submitted(release.run.round, cixi, item())
    assert [duty.region for duty in duties(on)] == ([yinzhou.region_id] if reminded else [])


def test_what_an_ended_region_owed_is_asked_of_who_took_it_over(
    release: AllocationRelease, yinzhou: User, cixi: User, hzw: User
) -> None:
    Region.objects.filter(pk=hzw.region_id).update(inherits=[cixi.region_id])
    Region.objects.filter(pk=cixi.region_id).update(valid_until=USE_DUE_ON - timedelta(days=1))
    assert {duty.region for duty in duties(USE_DUE_ON)} == {yinzhou.region_id, hzw.region_id}


def test_a_report_that_is_due_is_reminded_of_in_the_mail_of_the_day(
    release: AllocationRelease, round_2026: Round, yinzhou: User
) -> None:
    mails = {mail.region: mail.body for mail in remind_of_due(on=USE_DUE_ON, at=AT)}
    assert "今天到期（2021年6月30日）：报送2020年度资金使用情况" in mails[yinzhou.region].splitlines()


def test_the_calendar_of_a_county_holds_the_day_of_its_report(
    release: AllocationRelease, yinzhou: User, cixi: User, city: User
) -> None:
    def found(person: User, day: date) -> list[tuple[str, str, bool]]:
        return [(each.title, each.url, each.is_done) for each in entries(person, day, day) if each.kind == "资金使用"]

    told, url = "报送2020年度资金使用情况", "/desk/fund-use/2020/330212/"
    assert found(yinzhou, USE_DUE_ON) == [(told, url, False)]
    assert found(yinzhou, USE_DUE_ON - timedelta(days=1)) == []
    submitted(release.run.round, yinzhou, item())
    assert found(yinzhou, USE_DUE_ON) == [(told, url, True)]
    assert found(cixi, USE_DUE_ON) == [(told, "/desk/fund-use/2020/330282/", False)]
    assert found(city, USE_DUE_ON) == []


def test_the_database_keeps_what_was_accepted(release: AllocationRelease, yinzhou: User, finance: User) -> None:
    report = submitted(release.run.round, yinzhou, item())
    report = accept(report=report, revision=report.revision, by=finance, at=AT)
    for statement in (
        f"UPDATE funding_usereport SET text = 'x' WHERE id = {report.pk}",
        f"DELETE FROM funding_usereport WHERE id = {report.pk}",
        f"UPDATE funding_useitem SET amount_yuan = 1 WHERE report_id = {report.pk}",
        f"DELETE FROM funding_useitem WHERE report_id = {report.pk}",
        "INSERT INTO funding_useitem (report_id, purpose, spent_on, amount_yuan)"
        f" VALUES ({report.pk}, 'x', '2020-10-30', 1)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (UseReport.objects.get().text, UseItem.objects.get().amount_yuan) == ("", 400)


def test_the_database_refuses_what_no_service_makes(release: AllocationRelease, yinzhou: User, cixi: User) -> None:
    round_ = release.run.round
    report = saved(round_, yinzhou, item())
    made = {"round": round_, "region": cixi.region, "made_at": AT, "made_by": cixi}
    handed = {"submitted_at": AT, "submitted_by": cixi}
    for values in (
        made | {"region": yinzhou.region},
        made | {"status": "submitted"} | handed,
        made | {"status": "lost"},
        made | handed,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            UseReport.objects.create(**values)
    for change in ({"status": "submitted"}, {"status": "accepted"} | handed, {"settled_at": AT}):
        with pytest.raises(DatabaseError), transaction.atomic():
            UseReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        UseReport.objects.filter(pk=report.pk).delete()
    for wrong in ({"amount_yuan": 0, "purpose": "x"}, {"amount_yuan": 1, "purpose": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            UseItem.objects.create(report=report, spent_on=date(2020, 10, 30), **wrong)


@pytest.mark.django_db(transaction=True)
@pytest.mark.trust("T11")
def test_two_who_write_at_once_keep_one(finance: User, finance2: User, yinzhou: User, cixi: User) -> None:
    round_ = paid_round(finance, finance2).run.round

    def first(amount: int) -> UseReport:
        return save(round=round_, region=yinzhou.region, text="", items=[item(amount)], revision=0, by=yinzhou, at=AT)

    done, refused = at_once(lambda: first(1), lambda: first(2))
    assert (len(done), len(refused), UseReport.objects.count(), UseItem.objects.count()) == (1, 1, 1, 1)
