"""The desk of who checks: lists, links, checking and sending back, one by one and in bulk; nothing of scores."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Assessment, Evaluation, SelfReport, SelfReportLeave, SelfReportLink
from evaluation.self_reports.services.links import Sent
from platforms.models import Application, Mail, User
from tests.evaluation.self_reports.writing import report_of

Browser = Callable[[User], Client]
DAY = timedelta(days=1)


def address(name: str, *args: Any) -> str:
    return reverse(f"self_reports:{name}", args=args)


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_county_sees_its_own_and_the_city_all(
    browser_of: Browser, evaluation: Evaluation, yinzhou: User, city: User
) -> None:
    numbers = list(SelfReport.objects.values_list("assessment__application__name", flat=True))
    found = {
        person.role: sum(name in shown(browser_of(person).get(address("index"))) for name in numbers)
        for person in (yinzhou, city)
    }
    assert found == {"county": 2, "city": 4}


@pytest.mark.parametrize(("state", "count"), [("unsent", 1), ("handed_in", 1), ("checked", 0), ("missing", 0)])
def test_the_list_is_narrowed_by_state(
    browser_of: Browser, handed_in: SelfReport, yinzhou: User, state: str, count: int
) -> None:
    answer = browser_of(yinzhou).get(f"{address('index')}?state={state}")
    assert len(answer.context["rows"]) == count


def test_the_list_is_narrowed_by_region_leave_and_words(
    browser_of: Browser, report: SelfReport, city: User, yinzhou: User, at: datetime
) -> None:
    desk = browser_of(city)

    def rows(query: str) -> int:
        return len(desk.get(f"{address('index')}?{query}").context["rows"])

    until = report.assessment.evaluation.self_reports_by + DAY
    SelfReport.objects.filter(pk=report.pk).update(leave_until=until)
    assert [rows(query) for query in ("region=330282", "region=city", "leave=yes", f"q={report.number}", "q=x")] == [
        1, 1, 1, 1, 0,
    ]  # fmt: skip


def test_the_file_holds_what_the_list_shows(browser_of: Browser, handed_in: SelfReport, city: User) -> None:
    answer = browser_of(city).get(address("list", "csv") + "?state=handed_in")
    text = b"".join(answer.streaming_content).decode() if answer.streaming else shown(answer)
    assert (handed_in.number in text, handed_in.receipt in text, text.count("SB2020")) == (True, True, 1)


def test_without_an_evaluation_the_list_says_why_it_is_empty(browser_of: Browser, yinzhou: User) -> None:
    assert "暂无需要填报的自评" in shown(browser_of(yinzhou).get(address("index")))


def test_one_link_is_sent_and_shown_once(browser_of: Browser, report: SelfReport, yinzhou: User) -> None:
    desk, where = browser_of(yinzhou), address("send", report.number)
    assert "unit@example.cn" in shown(desk.get(where))
    answer = desk.post(where)
    link = SelfReportLink.objects.get()
    assert (answer.status_code, "/fill/report/" in shown(answer), link.sent_by) == (200, True, yinzhou)
    assert "原链接随即作废" in shown(desk.get(where))


def test_without_an_address_the_page_says_that_the_link_is_passed_on_by_hand(
    browser_of: Browser, report: SelfReport, yinzhou: User
) -> None:
    Application.objects.update(contact_email="")
    desk = browser_of(yinzhou)
    assert "没有填写联系邮箱" in shown(desk.get(address("send", report.number)))
    assert "2 个平台的申报表没有填写联系邮箱" in shown(desk.get(address("send_all")))
    assert "请复制转发" in shown(desk.post(address("send", report.number)))
    assert Mail.objects.filter(kind="self_report").count() == 0


def test_all_links_of_a_county_are_sent_at_once(browser_of: Browser, evaluation: Evaluation, yinzhou: User) -> None:
    desk = browser_of(yinzhou)
    assert "发送自评链接（2 个）" in shown(desk.get(address("index")))
    assert "为 2 个平台各生成一个" in shown(desk.get(address("send_all")))
    answer = desk.post(address("send_all"))
    assert (answer.status_code, SelfReportLink.objects.count(), Mail.objects.filter(kind="self_report").count()) == (
        200, 2, 2,
    )  # fmt: skip
    assert desk.post(address("send_all")).url == address("index")
    assert desk.get(address("send_all")).url == address("index")


def test_a_link_that_can_no_longer_be_sent_is_refused_on_the_page(
    browser_of: Browser, handed_in: SelfReport, yinzhou: User
) -> None:
    answer = browser_of(yinzhou).post(address("send", handed_in.number))
    assert (answer.status_code, "自评已提交" in shown(answer)) == (409, True)


def test_a_report_is_read_with_what_was_stated_and_no_score(
    browser_of: Browser, handed_in: SelfReport, yinzhou: User, city: User
) -> None:
    Assessment.objects.update(points="87.65", proposed_grade="B")
    own, other = (shown(browser_of(person).get(address("report", handed_in.number))) for person in (yinzhou, city))
    assert [word in own for word in ("186", "−174", "https://www.example.cn/proof.html", "王填报")] == [True] * 4
    assert [word in own for word in ("87.65", "得分", "B 档", "建议档次")] == [False] * 4
    assert ("王填报" in other, "王*" in other) == (False, True)


def test_a_report_is_checked_one_by_one(browser_of: Browser, handed_in: SelfReport, yinzhou: User) -> None:
    desk, where = browser_of(yinzhou), address("move", handed_in.number, "check")
    assert "审核通过" in shown(desk.get(where))
    answer = desk.post(where, {"version": handed_in.version})
    assert (answer.url, SelfReport.objects.get(pk=handed_in.pk).status) == (
        address("report", handed_in.number), "checked",
    )  # fmt: skip
    assert "yinzhou" in shown(desk.get(answer.url))


def test_a_report_is_sent_back_with_a_word_for_an_indicator(
    browser_of: Browser, handed_in: SelfReport, yinzhou: User
) -> None:
    desk, where = browser_of(yinzhou), address("move", handed_in.number, "return")
    empty = desk.post(where, {"version": handed_in.version})
    assert (empty.status_code, "至少写明一处" in shown(empty)) == (200, True)
    answer = desk.post(where, {"version": handed_in.version, "question-enterprises": "与台账不符"})
    assert answer.url == address("report", handed_in.number)
    text = shown(desk.get(answer.url))
    assert ("与台账不符" in text, "已退回" in text) == (True, True)


def test_all_that_wait_are_checked_at_once(browser_of: Browser, handed_in: SelfReport, yinzhou: User) -> None:
    desk = browser_of(yinzhou)
    assert "提交 1 份自评" in shown(desk.get(address("check_all")))
    assert desk.post(address("check_all"), {"seen": [handed_in.pk, "x"]}).url == address("index")
    assert SelfReport.objects.get(pk=handed_in.pk).status == "checked"
    assert desk.get(address("check_all")).url == address("index")


def test_what_came_in_after_the_page_was_shown_is_not_checked_with_it(
    browser_of: Browser, handed_in: SelfReport, yinzhou: User
) -> None:
    browser_of(yinzhou).post(address("check_all"), {"seen": []})
    assert SelfReport.objects.get(pk=handed_in.pk).status == "handed_in"


def test_one_that_cannot_be_checked_stops_all(browser_of: Browser, handed_in: SelfReport, yinzhou: User) -> None:
    Assessment.objects.update(status="scored")
    answer = browser_of(yinzhou).post(address("check_all"), {"seen": [handed_in.pk]})
    assert (answer.status_code, handed_in.number in shown(answer)) == (409, True)


def test_a_unit_is_let_in_later(browser_of: Browser, report: SelfReport, yinzhou: User) -> None:
    desk, where = browser_of(yinzhou), address("let_in", report.number)
    until = report.assessment.evaluation.self_reports_by + DAY
    assert desk.get(where).status_code == 200
    early = desk.post(where, {"until": until - DAY, "reason": "填报人生病"})
    assert (early.status_code, "延期须晚于" in shown(early), "填报人生病" in shown(early)) == (200, True, True)
    answer = desk.post(where, {"until": until, "reason": "填报人生病"})
    assert (answer.url, SelfReportLeave.objects.count()) == (address("report", report.number), 1)
    assert "填报人生病" in shown(desk.get(answer.url))


def test_what_was_handed_in_is_not_let_in(browser_of: Browser, handed_in: SelfReport, yinzhou: User) -> None:
    desk, where = browser_of(yinzhou), address("let_in", handed_in.number)
    assert desk.get(where).url == address("report", handed_in.number)
    until = handed_in.assessment.evaluation.self_reports_by + DAY
    answer = desk.post(where, {"until": until, "reason": "填报人生病"})
    assert (answer.status_code, "填报人生病" in shown(answer)) == (409, True)


def test_the_city_settles_who_reported_nothing(
    browser_of: Browser, sent: Sent, city: User, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    desk = browser_of(city)
    assert desk.get(address("settle")).url == address("index")
    monkeypatch.setattr(timezone, "now", lambda: at + 15 * DAY)
    desk = browser_of(city)
    assert "登记未自评（4 个）" in shown(desk.get(address("index")))
    assert "登记 4 个平台未自评" in shown(desk.get(address("settle")))
    assert desk.post(address("settle")).url == address("index")
    assert Assessment.objects.filter(unreported_at__isnull=True).count() == 0
    assert "未自评登记" in shown(desk.get(address("report", sent.link.report.number)))


def test_after_the_day_only_a_leave_is_offered(
    browser_of: Browser, report: SelfReport, yinzhou: User, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at + 15 * DAY)
    answer = browser_of(yinzhou).get(address("report", report.number))
    assert [each["label"] for each in answer.context["moves"]] == ["准予延期"]


def test_what_is_anothers_is_not_there_and_what_is_seen_only_is_forbidden(
    browser_of: Browser, handed_in: SelfReport, cixi: User, city: User
) -> None:
    number = handed_in.number
    pages = [address("send", number), address("let_in", number), address("move", number, "check")]
    assert [browser_of(cixi).get(each).status_code for each in pages] == [404] * 3
    assert [browser_of(city).get(each).status_code for each in pages] == [403] * 3
    assert browser_of(cixi).get(address("report", number)).status_code == 404


def test_a_county_opens_the_city_page_of_settling_not_at_all(browser_of: Browser, yinzhou: User) -> None:
    assert browser_of(yinzhou).get(address("settle")).status_code == 403


def test_the_key_industries_are_the_citys_own(browser_of: Browser, evaluation: Evaluation, city: User) -> None:
    assert "发送自评链接（1 个）" in shown(browser_of(city).get(address("index")))
    assert report_of("330212").status == "waiting"
