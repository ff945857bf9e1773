"""Reporting at the desk: the checklist, the last question, the receipt, the summary sheet."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from platforms.applications.excel.summary import COLUMNS
from platforms.applications.services import batches, filing_extensions
from platforms.models import Application, AuditEvent, Batch, Liaison, Quota, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories
from tests.copies import copies_of

NEW, HOME = reverse("desk:batch_new"), reverse("desk:home")


@pytest.fixture
def three(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    """Three complete drafts; reports are due ten days from today."""
    Round.objects.update(report_due_on=timezone.localdate() + timedelta(days=10))
    first = factories.complete_application(yinzhou, round_2026, now)
    return [first, *copies_of(first, 2)]


def values(rows: list[Application]) -> list[str]:
    return [f"{row.number}:{row.version}" for row in rows]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def ticked(browser: Client) -> list[str]:
    return [line["application"].number for line in browser.get(NEW).context["lines"] if line["ticked"]]


# Before


def test_all_complete_drafts_are_ticked_and_the_others_say_what_they_lack(
    desk: Client, three: list[Application]
) -> None:
    Application.objects.filter(pk=three[1].pk).update(address="")
    answer = desk.get(NEW)
    assert [(line["ticked"], line["may"]) for line in answer.context["lines"]] == [
        (True, True), (False, False), (True, True),
    ]  # fmt: skip
    page = text(answer)
    assert "3 份，其中可以上报 2 份" in page
    assert f'href="{reverse("desk:section", args=[three[1].number, "platform"])}#id_address">请填写平台地址。' in page


def test_the_page_names_the_officer_the_quota_and_the_lateness(
    desk: Client, three: list[Application], yinzhou: User, round_2026: Round
) -> None:
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=2)
    page = text(desk.get(NEW))
    assert ("赵联络（科长）0574-88000000" in page, "2 个，已申报 0 个，剩余 2 个" in page) == (True, True)
    assert "现在上报的将标记为逾期" not in page
    Round.objects.update(report_due_on=timezone.localdate() - timedelta(days=1))
    assert "已过上报截止日期，现在上报的将标记为逾期。" in text(desk.get(NEW))


def test_drafts_of_others_are_neither_shown_nor_taken(
    desk: Client, three: list[Application], cixi: User, round_2026: Round, now: datetime
) -> None:
    theirs = factories.complete_application(cixi, round_2026, now)
    assert theirs.number not in text(desk.get(NEW))
    for number in (theirs.number, "2026-9999"):
        answer = desk.post(NEW, {"application": f"{number}:1", "step": "report"})
        assert answer.status_code == 409
        assert "所选的申报表中有的已被删除，或不是本地区2026年度的申报表。请重新选择。" in text(answer)
        assert theirs.name not in text(answer)
    assert Batch.objects.count() == 0


@pytest.mark.parametrize(
    "sent", [{}, {"application": "x"}, {"application": "2026-0001"}, {"application": "2026-0001:-1"}]
)
def test_nothing_or_nonsense_leads_back_to_the_list(desk: Client, three: list[Application], sent: dict) -> None:
    answer = desk.post(NEW, sent | {"step": "report"})
    assert answer.status_code == 409
    assert [line["ticked"] for line in answer.context["lines"]] == [False] * 3


def test_what_was_saved_since_or_is_gone_is_told_before_the_last_question(
    desk: Client, three: list[Application], yinzhou: User, now: datetime
) -> None:
    sent = values(three)
    Application.objects.filter(pk=three[0].pk).update(version=99)
    answer = desk.post(NEW, {"application": sent})
    assert (answer.status_code, f"申报表 {three[0].number}：您打开页面之后" in text(answer)) == (409, True)
    batches.report(
        round=three[1].round, region=yinzhou.region, applications={three[1]: three[1].version}, by=yinzhou, at=now
    )
    answer = desk.post(NEW, {"application": sent[1:]})
    assert f"申报表 {three[1].number} 现为“已提交”，不能再上报。请重新选择。" in text(answer)
    Application.objects.filter(pk=three[2].pk).update(address="")
    answer = desk.post(NEW, {"application": sent[2:]})
    assert "不能上报：还有 1 处需要补充或更正。" in text(answer)


# The last question


@pytest.mark.clause("N17")
def test_the_last_page_says_exactly_what_goes_in_and_the_receipt_says_it_again(
    desk: Client, three: list[Application]
) -> None:
    asked = text(desk.post(NEW, {"application": values(three)}))
    assert "将向市经信局上报 3 份2026年度申报表。" in asked
    assert all(f"{row.number}　{row.name}" in asked for row in three)
    assert Batch.objects.count() == 0
    done = desk.post(NEW, {"application": values(three), "step": "report", "note": "第一批"}, follow=True)
    batch = Batch.objects.get()
    assert done.redirect_chain == [(reverse("desk:batch", args=[batch.number]), 302)]
    page = text(done)
    assert f"已上报 3 份申报表，回执编号 {batch.number}。" in page
    assert ("首次上报" in page, "3 份" in page, "第一批" in page, "赵联络（科长）" in page) == (True,) * 4
    assert all(row.number in page for row in three)
    assert batch.number in text(desk.get(reverse("desk:batches")))
    assert batch.number in text(desk.get(reverse("desk:application", args=[three[0].number])))


@pytest.mark.trust("T12")
def test_the_same_report_sent_twice_leads_to_its_receipt(desk: Client, three: list[Application]) -> None:
    sent = {"application": values(three), "step": "report"}
    desk.post(NEW, sent)
    again = desk.post(NEW, sent, follow=True)
    batch = Batch.objects.get()
    assert again.redirect_chain == [(reverse("desk:batch", args=[batch.number]), 302)]
    assert f"这些申报表已经上报，回执编号为 {batch.number}，没有重复上报。" in text(again)


@pytest.mark.trust("T11")
def test_a_colleague_who_was_quicker_is_named_and_the_texts_are_kept(
    desk: Client, three: list[Application], yinzhou2: User, now: datetime
) -> None:
    sent = {"application": values(three), "step": "report", "note": "写了很久的说明"}
    batches.report(
        round=three[0].round, region=yinzhou2.region, applications={three[0]: three[0].version}, by=yinzhou2, at=now
    )
    answer = desk.post(NEW, sent)
    assert answer.status_code == 409
    assert f"申报表 {three[0].number} 已由同事上报，回执编号为 SB2026-330212-01。" in text(answer)
    assert '<input type="hidden" name="note" value="写了很久的说明">' in text(answer)
    asked = text(desk.post(NEW, {"application": values(three[1:]), "note": "写了很久的说明"}))
    assert "写了很久的说明</textarea>" in asked


@pytest.mark.clause("N09")
def test_over_the_quota_a_reason_is_asked_for_once_for_all(
    desk: Client, three: list[Application], yinzhou: User, round_2026: Round
) -> None:
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=2)
    assert "超出名额的理由" not in text(desk.post(NEW, {"application": values(three[:2])}))
    asked = text(desk.post(NEW, {"application": values(three)}))
    assert "本地区名额 2 个，已申报 0 个，本次上报 3 个，将超出 1 个。" in asked
    assert "超出名额的理由" in asked
    sent = {"application": values(three), "step": "report", "note": "说明还在"}
    empty = desk.post(NEW, sent | {"reason": " "})
    assert (empty.status_code, Batch.objects.count(), "说明还在</textarea>" in text(empty)) == (200, 0, True)
    desk.post(NEW, sent | {"reason": "企业集中"})
    assert list(Application.objects.order_by("number").values_list("over_quota_reason", flat=True)) == [
        "", "", "企业集中",
    ]  # fmt: skip


@pytest.mark.clause("N16")
def test_without_a_liaison_officer_the_way_leads_to_naming_one_and_back(desk: Client, three: list[Application]) -> None:
    Liaison.objects.all().delete()
    naming = reverse("desk:liaison") + "?back=report"
    assert naming in text(desk.get(NEW))
    refused = desk.post(NEW, {"application": values(three), "step": "report"})
    assert (refused.status_code, naming in text(refused)) == (409, True)
    assert "本地区尚未明确2026年度的工作联络员，请先填写联络员再提交。" in text(refused)
    person = {"name": "赵一", "post": "科长", "phone": "0574-87654321", "email": "zhao@example.cn"}
    assert desk.post(naming, person)["Location"] == NEW
    assert Liaison.objects.get().email == "zhao@example.cn"
    assert 'value="zhao@example.cn"' in text(desk.get(naming))
    wrong = desk.post(naming, person | {"email": "zhao@"})
    assert (wrong.status_code, "电子邮箱的格式不正确，应如 name@example.cn。" in text(wrong)) == (200, True)


@pytest.mark.trust("T33")
def test_the_way_back_is_never_an_address_from_outside(desk: Client, round_2026: Round) -> None:
    sent = desk.post(
        reverse("desk:liaison") + "?back=//evil.example", {"name": "赵一", "post": "科长", "phone": "0574-87654321"}
    )
    assert sent["Location"] == HOME


# When


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("published", "2026年度现为“已公布”，不能上报。"),
        ("evaluating", "2026年度申报已截止，不能再上报。确有特殊情况的，请联系市经信局办理延期申报许可。"),
    ],
)
def test_outside_of_the_filing_the_page_says_why(
    desk: Client, three: list[Application], status: str, sentence: str
) -> None:
    Round.objects.update(status=status)
    page = text(desk.get(NEW))
    assert (sentence in page, "下一步" in page) == (True, False)
    assert NEW not in text(desk.get(HOME)).split("上报回执")[0]


def test_without_a_round_there_is_nothing_to_report(desk: Client, regions: dict) -> None:
    assert "市经信局尚未开始受理申报。" in text(desk.get(NEW))
    assert "市经信局尚未开始受理申报。" in text(desk.post(NEW, {"application": "2026-0001:1"}))


def test_leave_to_come_late_is_shown_and_only_that_much_is_ticked(
    desk: Client, three: list[Application], yinzhou: User, city: User
) -> None:
    Round.objects.update(status="evaluating")
    until = timezone.localdate() + timedelta(days=3)
    filing_extensions.grant(
        round=three[0].round, region=yinzhou.region, reason="验收推迟", ends_on=until, uses_allowed=2, by=city,
        at=timezone.now(),
    )  # fmt: skip
    year = "" if until.year == 2026 else f"{until.year}年"
    sentence = f"已许可延期申报 2 份，至{year}{until.month}月{until.day}日（含当日），已用 0 份。"
    assert ticked(desk) == [three[0].number, three[1].number]
    assert (sentence in text(desk.get(NEW)), sentence in text(desk.get(HOME))) == (True, True)
    assert reverse("desk:new") in text(desk.get(HOME))
    asked = text(desk.post(NEW, {"application": values(three[:2])}))
    assert "申报已截止，每份各使用延期申报许可 1 份，本次共使用 2 份。" in asked
    desk.post(NEW, {"application": values(three[:2]), "step": "report"})
    # It is before the day on which reports are due.
    assert not Batch.objects.get().is_late
    assert "已用 2 份，已用完。" in text(desk.get(HOME))
    assert "不能再上报" in text(desk.get(NEW))


def test_leave_for_one_draft_lets_that_one_in_and_begins_no_other(
    desk: Client, three: list[Application], yinzhou: User, city: User
) -> None:
    Round.objects.update(status="evaluating")
    filing_extensions.grant(
        round=three[0].round, region=yinzhou.region, application=three[2], reason="验收推迟",
        ends_on=timezone.localdate(), by=city, at=timezone.now(),
    )  # fmt: skip
    assert ticked(desk) == [three[2].number]
    assert f"（仅限申报表 {three[2].number}）" in text(desk.get(NEW))
    assert text(desk.get(NEW)).count("不在许可之内") == 2
    assert reverse("desk:new") not in text(desk.get(HOME))
    assert "不受理新的申报" in text(desk.get(reverse("desk:new")))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (8, ""),
        (7, "距上报截止日期还有 7 天，本地区尚未上报，还有 3 份草稿没有上报。"),
        (0, "今天是上报截止日期，本地区尚未上报，还有 3 份草稿没有上报。"),
        (-2, "上报截止日期已过 2 天，现在上报的将标记为逾期，本地区尚未上报，还有 3 份草稿没有上报。"),
    ],
)
def test_the_last_days_have_a_banner(desk: Client, three: list[Application], days: int, sentence: str) -> None:
    Round.objects.update(report_due_on=timezone.localdate() + timedelta(days=days))
    assert desk.get(HOME).context["reminder"].get("text", "") == sentence


def test_what_can_be_reported_and_who_is_missing_wait_among_the_todo(desk: Client, three: list[Application]) -> None:
    def waiting() -> dict[str, int]:
        return {each.text: each.count for part in desk.get(HOME).context["todo"] for each in part.lines}

    assert waiting()["上报填写完整的申报表"] == 3
    assert "明确本年度工作联络员" not in waiting()
    Liaison.objects.all().delete()
    assert waiting()["明确本年度工作联络员"] == 1
    Round.objects.update(status="published")
    assert "上报填写完整的申报表" not in waiting()


# After


@pytest.fixture
def reported(three: list[Application], yinzhou: User, now: datetime) -> Batch:
    shown = {row: row.version for row in three[:2]}
    return batches.report(round=three[0].round, region=yinzhou.region, applications=shown, by=yinzhou, at=now)


def test_a_withdrawn_application_stays_in_the_receipt_marked(
    desk: Client, three: list[Application], reported: Batch, yinzhou: User, now: datetime
) -> None:
    acceptance.withdraw(application=three[0], reason="选址有变", by=yinzhou, at=now)
    page = desk.get(reverse("desk:batch", args=[reported.number]))
    states = [cell["label"] for row in page.context["rows"] for cell in row["cells"] if isinstance(cell, dict)]
    assert states == ["已撤回", "已提交"]
    assert "2 份，其中 1 份已撤回" in text(page)
    assert "（1 份已撤回）" in text(desk.get(reverse("desk:batches")))


def test_the_receipt_costs_the_same_for_two_lines_and_for_thirty(
    desk: Client, three: list[Application], reported: Batch, yinzhou: User, now: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    many = [three[2], *copies_of(three[2], 29)]
    second = batches.report(
        round=three[0].round, region=yinzhou.region, applications={row: row.version for row in many}, by=yinzhou, at=now
    )
    desk.get(HOME)
    for batch in (reported, second):
        with django_assert_num_queries(6):
            assert desk.get(reverse("desk:batch", args=[batch.number])).status_code == 200


def test_the_checklist_page_costs_the_same_for_one_draft_and_for_thirty(
    desk: Client, three: list[Application], django_assert_num_queries: Callable[..., Any]
) -> None:
    Application.objects.exclude(pk=three[0].pk).update(round=factories.round_of(2025))
    desk.get(HOME)
    with django_assert_num_queries(14):
        assert len(desk.get(NEW).context["lines"]) == 1
    copies_of(three[0], 29)
    with django_assert_num_queries(14):
        assert len(desk.get(NEW).context["lines"]) == 30


@pytest.mark.clause("N17")
def test_the_summary_sheet_holds_exactly_what_was_reported_as_it_was(
    desk: Client, three: list[Application], reported: Batch, yinzhou: User, now: datetime
) -> None:
    Application.objects.filter(pk=three[0].pk).update(operator_name="后来改的名称")
    acceptance.withdraw(application=three[1], reason="选址有变", by=yinzhou, at=now)
    answer = desk.get(reverse("desk:batch_summary", args=[reported.number]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A2"].value.startswith("推荐单位（盖章）：")
    assert sheet["A2"].value.endswith(f"填表日期：2026年4月10日　　　　　　回执编号：{reported.number}")
    assert [cell.value for cell in sheet[3]] == [head for head, _ in COLUMNS]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5)]
    assert [line[:2] for line in lines] == [[1, three[0].name], [2, three[1].name]]
    assert lines[0][2:9] == [
        "乡镇（街道）窗口平台", "测试服务中心", factories.OPERATOR["operator_code"], "鄞州区", "测试1街道", "直接运营",
        "张联系",
    ]  # fmt: skip
    assert lines[0][9:] == [
        "13800138000", 120.5, 1, 2, "三项公益性服务、投融资服务", "2026年4月10日", None,
    ]  # fmt: skip
    assert lines[1][-1] == "已撤回"
    foot = sheet["A6"].value
    assert foot.startswith("共 2 个平台　")
    assert ("工作联络员：赵联络（科长）0574-88000000" in foot, foot.endswith("盖章日期：　　　年　　月　　日")) == (
        True,
        True,
    )
    assert sheet.print_area == "'汇总表'!$A$1:$P$6"
    assert sheet.print_title_rows == "$1:$3"
    assert AuditEvent.objects.filter(verb="下载汇总表", object_code=reported.number).count() == 1


@pytest.mark.trust("T01")
def test_the_city_reads_the_people_on_the_sheet_with_stars(
    reported: Batch, city: User, browser_of: Callable[[User], Client]
) -> None:
    answer = browser_of(city).get(reverse("desk:batch_summary", args=[reported.number]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [sheet.cell(4, column).value for column in (9, 10)] == ["张*", "138****8000"]


@pytest.mark.clause("N14")
def test_the_city_reports_its_key_industries_at_the_desk(
    city: User, round_2026: Round, now: datetime, browser_of: Callable[[User], Client]
) -> None:
    row, desk = factories.complete_application(city, round_2026, now, type="industry"), browser_of(city)
    assert "工作联络员" not in text(desk.get(NEW))
    done = desk.post(NEW, {"application": values([row]), "step": "report"}, follow=True)
    assert "市经信局（重点行业）" in text(done)
    assert Batch.objects.get().region is None


def test_one_application_submitted_alone_has_a_receipt_too(desk: Client, three: list[Application]) -> None:
    address = reverse("desk:submit", args=[three[0].number])
    done = text(desk.post(address, {"version": three[0].version}, follow=True))
    batch = Batch.objects.get()
    assert f"上报回执编号 {batch.number}，可在“上报回执”中查看和打印。" in done
    assert [item.application for item in batch.items.all()] == [three[0]]


def test_one_application_submitted_alone_after_the_closing_says_what_it_uses(
    desk: Client, three: list[Application], yinzhou: User, city: User
) -> None:
    Round.objects.update(status="evaluating")
    address = reverse("desk:submit", args=[three[0].number])
    refused = desk.post(address, {"version": three[0].version})
    assert (refused.status_code, "2026年度申报已截止，不再受理新的申报表" in text(refused)) == (409, True)
    filing_extensions.grant(
        round=three[0].round, region=yinzhou.region, reason="验收推迟", ends_on=timezone.localdate(), by=city,
        at=timezone.now(),
    )  # fmt: skip
    assert "申报已截止，将使用延期申报许可 1 份。" in text(desk.get(address))
    desk.post(address, {"version": three[0].version})
    # It is before the day on which reports are due.
    assert not Batch.objects.get().is_late


def test_an_unknown_receipt_and_another_regions_are_the_same_404(
    reported: Batch, cixi: User, browser_of: Callable[[User], Client]
) -> None:
    desk = browser_of(cixi)
    for name in ("desk:batch", "desk:batch_summary"):
        answers = [desk.get(reverse(name, args=[number])) for number in (reported.number, "SB2026-330212-99")]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert reported.number not in text(desk.get(reverse("desk:batches")))
    assert date(2026, 4, 10) == timezone.localdate(reported.reported_at)
