"""Links at the desk: for the whole form or one section, looked after on one page, sent with a message at hand."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.services import filing, fill_links
from platforms.models import Application, FillLink, Round, User
from tests import factories
from tests.platforms.applications.test_desk_attachments import words_of


def issue(
    row: Application, recipient: str = "甲单位", days: int = 14, section: str = "", at: Any = None
) -> tuple[FillLink, str]:
    return fill_links.issue(
        application=row, recipient=recipient, days=days, by=row.created_by, at=at or timezone.now(), section=section
    )  # fmt: skip


def links_page(browser: Client, row: Application, **sent: Any) -> Any:
    address = reverse("desk:fill_links", args=[row.number])
    return browser.post(address, sent) if sent else browser.get(address)


def listed(browser: Client, query: str = "") -> list[list[str]]:
    """The cells of the list, as text."""
    page = browser.get(reverse("desk:fill_link_list") + query).content.decode()
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [
        [words_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows
    ]


def test_a_fresh_link_comes_with_a_message_to_send(draft: Application, desk: Client) -> None:
    sent = links_page(desk, draft, recipient="甲单位", days=14, section="venue")
    page = sent.content.decode()
    link = FillLink.objects.get()
    address = re.search(r'value="(http://testserver/fill/[\w-]{43}/)"', page)
    assert address is not None
    message = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert message is not None
    until = timezone.localtime(link.expires_at)
    assert message[1] == (
        f"甲单位：请填写“{draft.name}”建设运营申报表（编号 {draft.number}）中的“场地设施”部分。"
        f"打开下面的地址即可填写，不需要账号，可以分多次填：\n{address[1]}\n"
        f"请在{until.year}年{until.month}月{until.day}日 {until:%H:%M}前填完，并按“交回”。"
        "知道地址的人都能填写，请勿转发给无关人员。（鄞州区）"
    )
    assert 'data-copy="fill-message"' in page
    assert fill_links.find(address[1].split("/")[4], timezone.now()) == link
    # It is there this once.
    token = address[1].split("/")[4]
    assert token not in links_page(desk, draft).content.decode()
    assert token not in sent.headers.get("Location", "")
    assert sent.headers["Cache-Control"] == "no-store, private"


def test_the_whole_form_is_what_is_sent_unless_a_part_is_chosen(draft: Application, desk: Client) -> None:
    links_page(desk, draft, recipient="甲单位", days=14)
    assert FillLink.objects.get().section == ""
    refused = links_page(desk, draft, recipient="甲单位", days=14, section="nonsense")
    assert "请从列出的选项中选择。" in refused.content.decode()
    assert FillLink.objects.count() == 1


def test_what_a_new_link_ends_is_said_before(draft: Application, desk: Client) -> None:
    issue(draft, "甲单位", section="venue")
    page = words_of(links_page(desk, draft).content.decode())
    assert "甲单位（场地设施），还有 14 天" in page
    assert "发出同一部分的新链接，原来的随即作废；发出全表的链接，其他链接都随即作废。" in page


def test_another_try_begins_with_what_the_earlier_one_was_for(
    draft: Application, desk: Client, cixi: User, round_2026: Round, now: datetime
) -> None:
    old, _ = issue(draft, "乙单位", days=30, section="staff")
    page = desk.get(reverse("desk:fill_links", args=[draft.number]), {"again": old.pk}).content.decode()
    assert ('value="乙单位"' in page, 'value="30"' in page) == (True, True)
    assert re.search(r'<option value="staff" selected>', page)
    foreign, _ = issue(factories.draft(cixi, round_2026, now), "慈溪单位")
    for asked in (foreign.pk, "x", "9" * 30, "-1"):
        page = desk.get(reverse("desk:fill_links", args=[draft.number]), {"again": asked})
        assert (page.status_code, "慈溪单位" in page.content.decode()) == (200, False)


def test_the_list_says_who_has_not_opened_and_who_has_not_handed_over(
    yinzhou: User, desk: Client, round_2026: Round, now: datetime
) -> None:
    at = timezone.now()
    made: dict[str, tuple[Application, FillLink]] = {}
    for name, days in (("未开", 2), ("在填", 9), ("交回", 9), ("到期", 9), ("作废", 9), ("已报", 9)):
        row = factories.draft(yinzhou, round_2026, now)
        made[name] = row, issue(row, name, days, at=at - timedelta(days=10) if name == "到期" else at)[0]
    for name in ("在填", "交回"):
        fill_links.open_link(link=made[name][1], at=at)
    fill_links.hand_over(link=made["交回"][1], at=at)
    fill_links.revoke(link=made["作废"][1], by=yinzhou, at=at)
    Application.objects.filter(pk=made["已报"][0].pk).update(status="submitted", submitted_at=at)
    rows = listed(desk)
    assert {row[1]: row[3] for row in rows} == {
        "未开": "未打开",
        "在填": "填写中",
        "交回": "已交回",
        "到期": "已到期",
        "作废": "已作废",
        "已报": "表已提交",
    }
    # What is open comes first, and of it what ends soonest.
    assert [row[1] for row in rows[:2]] == ["未开", "在填"]
    assert [row[7].endswith(left) for row, left in zip(rows, ("还有 2 天", "还有 9 天"), strict=False)] == [True, True]
    assert [row[8] for row in rows if row[1] in ("交回", "已报")] == ["", ""]
    assert [row[1] for row in listed(desk, "?state=unopened")] == ["未开"]
    assert [row[1] for row in listed(desk, "?state=handed")] == ["交回"]
    assert len(listed(desk, "?state=nonsense")) == 6
    page = words_of(desk.get(reverse("desk:fill_link_list")).content.decode())
    assert "未打开 1 个，填写中 1 个，已交回 1 个。" in page


def test_the_rail_marks_one_noun(draft: Application, desk: Client) -> None:
    for path, noun in ((reverse("desk:fill_link_list"), "填报链接"), (reverse("desk:home"), "申报")):
        rail = desk.get(path).context["rail"]
        assert [item.label for item in rail if item.active] == [noun]


def test_an_empty_list_says_what_to_do(yinzhou: User, desk: Client, round_2026: Round) -> None:
    page = words_of(desk.get(reverse("desk:fill_link_list")).content.decode())
    assert "2026年度尚未发出填报链接。" in page
    page = words_of(desk.get(reverse("desk:fill_link_list"), {"state": "expired"}).content.decode())
    assert "没有这种状态的链接。" in page


def test_without_a_round_there_are_no_links(yinzhou: User, desk: Client) -> None:
    assert desk.get(reverse("desk:fill_link_list")).status_code == 200


@pytest.mark.trust("T01")
def test_each_looks_after_its_own_links_only(
    draft: Application,
    desk: Client,
    cixi: User,
    city: User,
    round_2026: Round,
    now: datetime,
    browser_of: Callable[[User], Client],
) -> None:
    issue(draft, "鄞州单位")
    issue(factories.draft(cixi, round_2026, now), "慈溪单位")
    issue(factories.draft(city, round_2026, now, type="industry"), "市级协会")
    assert [row[1] for row in listed(desk)] == ["鄞州单位"]
    assert [row[1] for row in listed(browser_of(cixi))] == ["慈溪单位"]
    assert [row[1] for row in listed(browser_of(city))] == ["市级协会"]


def test_the_list_asks_as_often_for_thirty_links_as_for_one(
    yinzhou: User, desk: Client, round_2026: Round, now: datetime, django_assert_num_queries: Any
) -> None:
    issue(factories.draft(yinzhou, round_2026, now))
    listed(desk)
    with django_assert_num_queries(7):
        assert len(listed(desk)) == 1
    for _ in range(29):
        issue(factories.draft(yinzhou, round_2026, now))
    with django_assert_num_queries(7):
        assert len(listed(desk)) == 25


def test_the_page_of_an_application_asks_as_often_for_many_links(
    draft: Application, desk: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("desk:fill_links", args=[draft.number])
    issue(draft)
    desk.get(address)
    with django_assert_max_num_queries(7):
        desk.get(address)
    for _ in range(5):
        issue(draft)
    with django_assert_max_num_queries(7):
        assert desk.get(address).content.decode().count("已作废") == 5


def test_a_link_is_ended_after_a_question_that_says_which(draft: Application, desk: Client) -> None:
    link, _ = issue(draft, section="venue")
    page = words_of(desk.get(reverse("desk:fill_link_revoke", args=[link.pk])).content.decode())
    assert f"将作废发给“甲单位”的填报链接（场地设施），对方不能再打开申报表 {draft.number}。" in page


def test_no_link_is_sent_for_what_was_submitted(yinzhou: User, desk: Client, round_2026: Round, now: datetime) -> None:
    sent = factories.complete_application(yinzhou, round_2026, now)
    filing.submit(application=sent, version=sent.version, by=yinzhou, at=now)
    assert links_page(desk, sent).status_code == 403
    assert links_page(desk, sent, recipient="甲单位", days=14).status_code in (403, 409)
    assert FillLink.objects.count() == 0
