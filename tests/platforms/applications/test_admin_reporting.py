"""The city's side of the reports: the table of the regions, reminders, leave to come late, the round's own history."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from platforms.applications.services import batches, filing_extensions
from platforms.models import (
    Application,
    AuditEvent,
    Batch,
    FilingException,
    FilingExceptionUse,
    Liaison,
    Mail,
    Quota,
    Round,
    User,
)
from platforms.rounds.services import rounds
from tests import factories

PROGRESS = reverse("admin:platforms_batch_progress")
REMIND = reverse("admin:platforms_batch_remind")
GRANT = reverse("admin:platforms_filingexception_add")


@pytest.fixture
def office(city: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(city)


@pytest.fixture
def reported(yinzhou: User, round_2026: Round, now: datetime) -> Batch:
    """鄞州区 reported one application, one more than its quota."""
    Round.objects.update(report_due_on=timezone.localdate() + timedelta(days=5))
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=0)
    row = factories.complete_application(yinzhou, round_2026, now)
    return batches.report(
        round=round_2026, region=yinzhou.region, applications={row: row.version}, over_quota_reason="企业集中",
        by=yinzhou, at=now,
    )  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.content.decode())


def shown(answer: Any) -> list[str]:
    return [row["report"].name for row in answer.context["rows"]]


# The table


@pytest.mark.clause("N17")
def test_the_city_sees_all_regions_and_narrows_them(office: Client, reported: Batch) -> None:
    page = office.get(PROGRESS)
    assert len(shown(page)) == 18
    assert ("1 / 17 个" in text(page), "100 个左右，各地名额合计 0 个" in text(page)) == (True, True)
    assert "赵联络（科长）" in text(page)
    assert ("超出 1 个" in text(page), "理由：企业集中" in text(page)) == (True, True)
    assert shown(office.get(f"{PROGRESS}?show=reported")) == ["鄞州区"]
    # What is of the whole city reports to nobody and is reminded by nobody.
    missing = shown(office.get(f"{PROGRESS}?show=missing"))
    assert (len(missing), "鄞州区" in missing, shown(page)[-1] in missing) == (16, False, False)
    assert shown(office.get(f"{PROGRESS}?show=over")) == ["鄞州区"]
    assert shown(office.get(f"{PROGRESS}?show=late")) == []
    Round.objects.update(report_due_on=timezone.localdate() - timedelta(days=1))
    assert len(shown(office.get(f"{PROGRESS}?show=late"))) == 16
    assert len(shown(office.get(f"{PROGRESS}?show=nonsense"))) == 18


def test_a_year_that_is_not_there_is_not_found(office: Client, reported: Batch) -> None:
    for year in ("2031", "x", "99999", "２０２６"):
        assert office.get(f"{PROGRESS}?year={year}").status_code == 404
    assert office.get(f"{PROGRESS}?year=2026").status_code == 200


def test_without_a_round_the_table_says_so(office: Client, regions: dict) -> None:
    assert "暂无受理过申报的年度。" in text(office.get(PROGRESS))
    for address in (REMIND, reverse("admin:platforms_batch_progress_file", args=["csv"])):
        assert office.get(address).status_code == 404


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["county", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_sees_the_table(
    role: str, yinzhou: User, reported: Batch, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(yinzhou if role == "county" else factories.person(role, role))
    for address in (PROGRESS, REMIND, GRANT, reverse("admin:platforms_batch_progress_file", args=["xlsx"])):
        assert (browser.get(address).status_code, browser.post(address).status_code) == (403, 403)


def test_the_table_is_exported_as_it_is_narrowed(office: Client, reported: Batch) -> None:
    answer = office.get(reverse("admin:platforms_batch_progress_file", args=["csv"]) + "?show=over")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["地区", "鄞州区"]
    book = load_workbook(io.BytesIO(office.get(reverse("admin:platforms_batch_progress_file", args=["xlsx"])).content))
    assert book["上报进度"].max_row == 19
    events = AuditEvent.objects.filter(verb="导出上报进度").order_by("serial").values_list("changes", flat=True)
    assert list(events) == [{"地区（个）": [None, 1]}, {"地区（个）": [None, 18]}]


# Reminders


def test_reminders_are_read_before_they_are_written(office: Client, reported: Batch, cixi: User, now: datetime) -> None:
    factories.liaison(reported.round, cixi.region, cixi, now)
    Liaison.objects.filter(region=cixi.region).update(email="cixi@example.cn")
    page = office.get(REMIND)
    assert len(page.context["rows"]) == 16
    assert "慈溪市工作联络员 赵联络，cixi@example.cn" in text(page)
    assert Mail.objects.filter(kind="reminder").count() == 0
    done = office.post(REMIND, {"region": ["330282", "HZW"]}, follow=True)
    assert "已生成 2 封催报提醒，请在下面核对后发送，或复制文本用其他方式发送。" in text(done)
    assert set(Mail.objects.filter(kind="reminder").values_list("region__code", "address")) == {
        ("330282", "cixi@example.cn"), ("HZW", ""),
    }  # fmt: skip
    again = office.post(REMIND, {"region": ["330282"]}, follow=True)
    assert "另有 1 个地区的提醒已在待发送的邮件中，没有重复生成。" in text(again)
    assert text(office.get(REMIND)).count("已有一封催报提醒等待发送，不再重复生成。") == 2


def test_one_region_is_reminded_alone(office: Client, reported: Batch) -> None:
    assert [row["region"].code for row in office.get(f"{REMIND}?region=330212").context["rows"]] == ["330212"]
    assert office.get(f"{REMIND}?region=nowhere").context["rows"] == []


def test_reminders_of_nobody_or_after_the_closing_lead_back(office: Client, reported: Batch) -> None:
    back = f"{PROGRESS}?year=2026"
    sent = office.post(REMIND, follow=True)
    assert (sent.redirect_chain, "请至少选择一个地区。" in text(sent)) == ([(back, 302)], True)
    Round.objects.update(status="evaluating")
    sent = office.get(REMIND, follow=True)
    assert (sent.redirect_chain, "不需要催报" in text(sent)) == ([(back, 302)], True)
    assert REMIND not in text(office.get(PROGRESS))


# Reports


def test_a_report_is_shown_and_never_edited(office: Client, reported: Batch) -> None:
    listing = reverse("admin:platforms_batch_changelist")
    page = text(office.get(f"{listing}?round__id__exact={reported.round_id}&is_late__exact=0"))
    assert (reported.number in page, "首次上报" in page, PROGRESS in page) == (True, True, True)
    one = reverse("admin:platforms_batch_change", args=[reported.pk])
    assert reverse("desk:batch_summary", args=[reported.number]) in text(office.get(one))
    assert office.post(one, {"note": "改"}).status_code == 403


# Leave to come late


@pytest.fixture
def closed(reported: Batch, yinzhou: User, now: datetime) -> Application:
    """A complete draft of 鄞州区 that stayed behind when the filing was closed."""
    row = factories.complete_application(yinzhou, reported.round, now)
    Round.objects.update(status="evaluating")
    return row


def sent(round_: Round, **changes: Any) -> dict[str, Any]:
    until = timezone.localdate() + timedelta(days=3)
    return {
        "round": round_.pk, "region": "330212", "application": "", "uses_allowed": "2", "ends_on": until.isoformat(),
        "reason": "场地验收推迟",
    } | changes  # fmt: skip


def test_leave_is_granted_after_it_was_said_what_it_means(
    office: Client, closed: Application, city: User, yinzhou: User
) -> None:
    facts = sent(closed.round)
    asked = text(office.post(GRANT, facts))
    until = timezone.localdate() + timedelta(days=3)
    day = f"{until.year}年{until.month}月{until.day}日"
    assert f"将许可鄞州区在2026年度申报截止后提交 2 份申报表，至{day}（含当日）。" in asked
    assert FilingException.objects.count() == 0
    done = text(office.post(GRANT, facts | {"confirmed": "yes"}, follow=True))
    made = FilingException.objects.get()
    assert (made.region, made.uses_allowed, made.ends_on, made.reason, made.granted_by) == (
        yinzhou.region, 2, until, "场地验收推迟", city,
    )  # fmt: skip
    assert f"已许可鄞州区延期申报 2 份，至{day}（含当日）。" in done
    assert ("可提交 2 份，已用 0 份" in done, "尚未使用。" in done) == (True, True)
    assert Mail.objects.filter(kind="exception", region=yinzhou.region).count() == 1


def test_going_back_from_the_question_loses_nothing(office: Client, closed: Application) -> None:
    asked = office.post(GRANT, sent(closed.round))
    page = text(office.get(asked.context["cancel_url"]))
    assert ("场地验收推迟</textarea>" in page, '<option value="330212" selected>' in page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "请填写。"),
        ({"region": "nowhere"}, "请从列出的地区中选择。"),
        ({"round": "999999"}, "请从列出的年度中选择。"),
        ({"ends_on": "2026-02-30"}, "日期的写法应为 2020-03-18。"),
        ({"uses_allowed": "51"}, "应在 1 至 50 之间，请核对。"),
        ({"uses_allowed": "x"}, "请只填写整数，不要带逗号、单位或其他文字。"),
        ({"application": "2026-9999"}, "所选地区2026年度没有这个编号的申报表，请核对。"),
        ({"application": "2026-0002", "uses_allowed": "2"}, "只许可一份申报表时，份数只能是 1。"),
        ({"application": "2026-0002", "uses_allowed": "1", "region": "330282"},
         "所选地区2026年度没有这个编号的申报表，请核对。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_grant_is_said_at_its_place(
    office: Client, closed: Application, changes: dict[str, str], sentence: str
) -> None:
    assert closed.number == "2026-0002"
    page = text(office.post(GRANT, sent(closed.round, **changes, confirmed="yes")))
    assert sentence in page
    assert FilingException.objects.count() == 0


def test_a_day_too_far_is_refused_by_the_service_and_nothing_is_lost(office: Client, closed: Application) -> None:
    far = (timezone.localdate() + timedelta(days=91)).isoformat()
    page = text(office.post(GRANT, sent(closed.round, ends_on=far, confirmed="yes"), follow=True))
    assert ("有效期须在今天至 90 天之内。" in page, "场地验收推迟</textarea>" in page) == (True, True)


def test_while_no_filing_is_closed_there_is_nothing_to_grant(office: Client, reported: Batch) -> None:
    page = text(office.get(GRANT, follow=True))
    assert "现在没有申报已截止、结果尚未公布的年度，不需要延期申报许可。" in page


def test_leave_for_one_draft_its_use_and_its_end(
    office: Client, closed: Application, city: User, yinzhou: User
) -> None:
    office.post(GRANT, sent(closed.round, application=f" {closed.number} ", uses_allowed="１", confirmed="yes"))
    made = FilingException.objects.get()
    assert (made.application, made.uses_allowed) == (closed, 1)
    one = reverse("admin:platforms_filingexception_change", args=[made.pk])
    assert reverse("admin:platforms_filingexception_revoke", args=[made.pk]) in text(office.get(one))
    batches.report(
        round=closed.round, region=yinzhou.region, applications={closed: closed.version}, over_quota_reason="补报",
        by=yinzhou, at=timezone.now(),
    )  # fmt: skip
    assert FilingExceptionUse.objects.get().application == closed
    page = text(office.get(one))
    assert (closed.number in page, "已用完" in page, "撤销许可" in page) == (True, True, False)
    assert "1 / 1 份" in text(office.get(reverse("admin:platforms_filingexception_changelist")))
    assert office.post(one, {"reason": "改"}).status_code == 403


def test_leave_is_taken_back_with_a_reason(office: Client, closed: Application, city: User) -> None:
    office.post(GRANT, sent(closed.round, confirmed="yes"))
    made = FilingException.objects.get()
    address = reverse("admin:platforms_filingexception_revoke", args=[made.pk])
    assert "将撤销鄞州区的延期申报许可，其余 2 份不能再提交。" in text(office.get(address))
    assert office.post(address, {"reason": " "}).status_code == 200
    assert FilingException.objects.get().revoked_at is None
    done = text(office.post(address, {"reason": "材料不实"}, follow=True))
    assert ("已撤销鄞州区延期申报许可。" in done, "材料不实" in done) == (True, True)
    again = text(office.post(address, {"reason": "再次"}, follow=True))
    assert "这项许可已经撤销，请刷新页面查看。" in again


@pytest.mark.trust("T01")
def test_a_county_reads_its_own_leave_and_no_others(
    closed: Application, city: User, yinzhou: User, cixi: User, browser_of: Callable[[User], Client]
) -> None:
    for region, reason in ((yinzhou.region, "自己的理由"), (cixi.region, "别人的理由")):
        filing_extensions.grant(
            round=closed.round, region=region, reason=reason, ends_on=timezone.localdate(), by=city, at=timezone.now()
        )
    page = text(browser_of(yinzhou).get(reverse("admin:platforms_filingexception_changelist")))
    assert ("自己的理由" in page, "别人的理由" in page) == (True, False)


# The round


def test_the_round_tells_who_closed_and_opened_it_again_when_and_why(
    office: Client, reported: Batch, city: User, now: datetime
) -> None:
    for name, reason in (("close_filing", "已到期"), ("reopen_filing", "三个地区受台风影响")):
        rounds.move_round(round=reported.round, name=name, by=city, at=now, reason=reason)
    page = office.get(reverse("admin:platforms_round_change", args=[reported.round_id]))
    assert [(event["what"], event["why"]) for event in page.context["events"]] == [
        ("重新受理申报", "三个地区受台风影响"), ("截止申报", "已到期"),
    ]  # fmt: skip
    address = f"{reverse('admin:platforms_round_change', args=[reported.round_id])}?tab=progress"
    assert f"{PROGRESS}?year=2026" in text(office.get(address))


def test_after_reopening_the_desk_is_open_by_itself(
    reported: Batch, city: User, cixi: User, now: datetime, browser_of: Callable[[User], Client]
) -> None:
    desk = browser_of(cixi)
    rounds.move_round(round=reported.round, name="close_filing", by=city, at=now, reason="已到期")
    assert "不受理新的申报" in text(desk.get(reverse("desk:new")))
    rounds.move_round(round=reported.round, name="reopen_filing", by=city, at=now, reason="补报")
    assert "不受理新的申报" not in text(desk.get(reverse("desk:new")))
    assert "不能再上报" not in text(desk.get(reverse("desk:batch_new")))
