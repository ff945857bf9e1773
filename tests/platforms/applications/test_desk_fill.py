"""The operating unit's link: given out once, opened, filled, handed over, ended."""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import RuleKind
from platforms.applications.services import fill_links
from platforms.log_filter import HideKeys
from platforms.models import Application, AuditEvent, FillLink, Round, User
from platforms.moments import moment
from tests import factories


@pytest.fixture
def token(draft: Application, yinzhou: User) -> str:
    return fill_links.issue(application=draft, recipient="测试单位", days=14, by=yinzhou, at=timezone.now())[1]


def test_the_address_is_shown_once(draft: Application, desk: Client, stranger: Client) -> None:
    address = reverse("desk:fill_links", args=[draft.number])
    shown = desk.post(address, {"recipient": "测试单位", "days": "14"}).content.decode()
    found = re.search(r"/fill/([\w-]{43})/", shown)
    assert found
    assert found[1] not in desk.get(address).content.decode()
    assert found[1] not in desk.get(reverse("desk:application", args=[draft.number])).content.decode()
    assert stranger.get(found[0]).status_code == 200


@pytest.mark.parametrize("days", ["0", "61", "", "x"])
def test_a_link_holds_from_one_to_sixty_days(draft: Application, desk: Client, days: str) -> None:
    desk.post(reverse("desk:fill_links", args=[draft.number]), {"recipient": "测试单位", "days": days})
    assert FillLink.objects.count() == 0


def test_the_unit_fills_and_hands_over(draft: Application, token: str, stranger: Client) -> None:
    start = stranger.get(reverse("fill:start", args=[token]))
    assert start["Referrer-Policy"] == "same-origin"
    assert start["Cache-Control"] == "no-store, private"
    section = reverse("fill:section", args=[token, "platform"])
    draft.refresh_from_db()
    sent = stranger.post(section, {"version": draft.version, "name": draft.name, "address": "测试路3号", "save": "1"})
    assert sent["Location"] == section
    draft.refresh_from_db()
    assert draft.address == "测试路3号"
    assert AuditEvent.objects.filter(actor="填报单位：测试单位").exists()
    done = stranger.post(reverse("fill:hand_over", args=[token]))
    assert "申报表已交回" in done.content.decode()
    assert stranger.get(section).status_code == 410
    after = {"version": draft.version, "name": draft.name, "address": "测试路4号", "save": "1"}
    assert stranger.post(section, after).status_code == 410
    draft.refresh_from_db()
    assert draft.address == "测试路3号"


@pytest.mark.trust("T13")
def test_the_county_opinion_is_not_the_units_to_write(draft: Application, token: str, stranger: Client) -> None:
    section = reverse("fill:section", args=[token, "commitment"])
    assert "县级审核意见" not in stranger.get(section).content.decode().replace("承诺与审核意见", "")
    sent = {"version": draft.version, "committed": "on", "county_opinion": "同意", "county_opinion_on": "2026-04-10"}
    stranger.post(section, sent)
    draft.refresh_from_db()
    assert (draft.committed, draft.county_opinion, draft.county_opinion_on) == (True, "", None)


def test_a_stale_form_of_the_unit_is_refused(draft: Application, token: str, stranger: Client) -> None:
    section = reverse("fill:section", args=[token, "platform"])
    assert stranger.post(section, {"version": "99", "name": "别名窗口平台"}).status_code == 409


@pytest.mark.trust("T12")
@pytest.mark.parametrize("end", ["revoke", "expire", "hand_over", "submit"])
def test_an_ended_link_opens_nothing(end: str, draft: Application, token: str, yinzhou: User, stranger: Client) -> None:
    link = FillLink.objects.get()
    if end == "revoke":
        fill_links.revoke(link=link, by=yinzhou, at=timezone.now())
    elif end == "expire":
        FillLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "hand_over":
        fill_links.hand_over(link=link, at=timezone.now())
    else:
        Application.objects.update(status="submitted", submitted_at=timezone.now())
    names = ("start", "hand_over")
    addresses = [reverse(f"fill:{name}", args=[token]) for name in names]
    addresses += [reverse("fill:section", args=[token, "platform"]), reverse("fill:attachment", args=[token, 1])]
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 410
        assert draft.number not in answer.content.decode()


def test_an_unknown_link_is_not_found(db: None, stranger: Client) -> None:
    for token in ("x" * 43, "..", "%F0%9F%98%80"):
        assert stranger.get(f"/fill/{token}/").status_code == 404


def test_a_link_reaches_no_file_of_another_application(
    draft: Application, token: str, yinzhou: User, round_2026: Round, now: datetime, stranger: Client
) -> None:
    other = factories.complete_application(yinzhou, round_2026, now)
    foreign = other.attachments.first()
    assert foreign is not None
    for name in ("attachment", "attachment_remove"):
        assert stranger.get(reverse(f"fill:{name}", args=[token, foreign.pk])).status_code == 404


def test_the_token_stands_in_no_log(
    draft: Application, token: str, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    FillLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    stranger.get(reverse("fill:start", args=[token]))
    assert token not in caplog.text
    assert not AuditEvent.objects.filter(object_code__contains=token[:20]).exists()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Forbidden (CSRF cookie not set.): /fill/abc_-1/plan/", "Forbidden (CSRF cookie not set.): /fill/***/plan/"),
        ('"GET /fill/abc/ HTTP/1.1" 200', '"GET /fill/***/ HTTP/1.1" 200'),
        ("Not Found: /results/abc/", "Not Found: /results/abc/"),
    ],
)
def test_what_django_says_about_an_address_is_written_without_the_token(said: str, written: str) -> None:
    record = logging.LogRecord("django", logging.WARNING, "", 0, "%s", (said,), None)
    assert HideKeys().filter(record)
    assert record.getMessage() == written


@pytest.mark.trust("T32")
def test_nothing_is_taken_without_the_forms_own_token(draft: Application, token: str, yinzhou: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    sent = {"version": draft.version, "name": draft.name, "address": "越界"}
    assert browser.post(reverse("fill:section", args=[token, "platform"]), sent).status_code == 403
    assert browser.post(reverse("fill:hand_over", args=[token])).status_code == 403
    browser.force_login(yinzhou, backend="ningbo_windows.backends.RoleBackend")
    for name in ("submit", "delete", "fill_links", "withdraw"):
        assert browser.post(reverse(f"desk:{name}", args=[draft.number])).status_code == 403
    draft.refresh_from_db()
    assert (draft.address, FillLink.objects.get().handed_over_at) == ("", None)


def test_a_link_is_revoked_from_the_desk(
    draft: Application, token: str, desk: Client, cixi: User, browser_of: Callable[[User], Client]
) -> None:
    link = FillLink.objects.get()
    address = reverse("desk:fill_link_revoke", args=[link.pk])
    assert browser_of(cixi).post(address).status_code == 404
    desk.post(address)
    link.refresh_from_db()
    assert link.revoked_at is not None
    again = desk.post(address, follow=True)
    assert "已作废" in again.content.decode()


def section_link(row: Application, section: str, recipient: str = "甲单位") -> tuple[FillLink, str]:
    return fill_links.issue(
        application=row, recipient=recipient, days=7, by=row.created_by, at=timezone.now(), section=section
    )


def test_a_link_for_one_section_shows_and_saves_only_that(draft: Application, stranger: Client) -> None:
    _, token = section_link(draft, "venue")
    start = stranger.get(reverse("fill:start", args=[token])).content.decode()
    assert ("3 场地设施" in start, "1 平台信息" in start, "请填写下面这一部分" in start) == (True, False, True)
    page = stranger.get(reverse("fill:section", args=[token, "venue"])).content.decode()
    assert "1 平台信息" not in page
    for slug in ("platform", "operator", "staff", "commitment", "nonsense"):
        address = reverse("fill:section", args=[token, slug])
        assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)
    assert stranger.get(reverse("fill:answer", args=[token, 1]), {"section": "platform"}).status_code == 404
    assert stranger.get(reverse("fill:form_pdf", args=[token])).status_code == 404


def test_saving_one_section_leads_back_to_it_and_not_to_the_next(draft: Application, stranger: Client) -> None:
    _, token = section_link(draft, "plan")
    sent = stranger.post(
        reverse("fill:section", args=[token, "plan"]),
        {"version": draft.version, "funds_source": "财政预算", "continue": "1"},
    )
    assert (sent.status_code, sent.headers["Location"]) == (302, reverse("fill:start", args=[token]))
    draft.refresh_from_db()
    assert draft.funds_source == "财政预算"


@pytest.mark.trust("T09")
def test_files_are_there_for_whom_the_link_covers_them(draft: Application, stranger: Client, now: datetime) -> None:
    factories.attach(draft, draft.created_by, now, [("venue", "场地")])
    file = draft.attachments.get()
    _, plan = section_link(draft, "plan")
    _, staff = section_link(draft, "staff", "丙单位")
    _, venue = section_link(draft, "venue", "丁单位")
    _, files = section_link(draft, "attachments", "乙单位")
    for token, expected in ((plan, 404), (staff, 404), (venue, 200), (files, 200)):
        sent = stranger.get(reverse("fill:attachment", args=[token, file.pk]), {"view": "1"})
        assert sent.status_code == expected
        if sent.streaming:
            assert b"".join(sent).startswith(b"%PDF-")  # type: ignore[arg-type]
            assert sent.headers["Referrer-Policy"] == "same-origin"
        assert stranger.get(reverse("fill:attachment_remove", args=[token, file.pk])).status_code == expected


def test_handing_over_one_section_leaves_the_others_at_work(draft: Application, stranger: Client) -> None:
    _, venue = section_link(draft, "venue")
    _, staff = section_link(draft, "staff", "乙单位")
    address = reverse("fill:hand_over", args=[venue])
    asked = stranger.get(address).content.decode()
    assert f"将把申报表“{draft.name}”的“场地设施”部分交回鄞州区核对。" in asked
    assert ("请填写服务场地面积。" in asked, "请登记运营人员。" in asked) == (True, False)
    assert "“场地设施”已交回" in stranger.post(address).content.decode()
    assert stranger.get(reverse("fill:section", args=[venue, "venue"])).status_code == 410
    assert stranger.get(reverse("fill:section", args=[staff, "staff"])).status_code == 200


@pytest.mark.trust("T08")
@pytest.mark.trust("T34")
def test_the_key_stands_in_no_title_header_or_log(
    draft: Application, stranger: Client, caplog: pytest.LogCaptureFixture, yinzhou: User
) -> None:
    """On pages that work, on ended and unknown links, after a wrong method and a forged form."""
    link, token = section_link(draft, "venue")
    paths = [
        reverse("fill:start", args=[token]),
        reverse("fill:section", args=[token, "venue"]),
        reverse("fill:section", args=[token, "staff"]),
        reverse("fill:hand_over", args=[token]),
        reverse("fill:attachment", args=[token, 999]),
    ]
    strict = Client(enforce_csrf_checks=True)

    def look() -> None:
        for path in paths:
            for answer in (stranger.get(path), strict.post(path), stranger.put(path)):
                text = answer.content.decode()
                title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
                assert title is None or token not in title[1], path
                assert answer.headers["Referrer-Policy"] == "same-origin", path
                assert answer.headers["Cache-Control"] == "no-store, private", path
                assert not any(token in value for name, value in answer.headers.items() if name != "Location"), path
                if answer.status_code in (403, 404, 405, 410):
                    assert token not in text, path

    look()
    fill_links.revoke(link=link, by=yinzhou, at=timezone.now())
    look()
    assert token not in caplog.text


RULES = [f"rule:{kind}" for kind in RuleKind.values]


@pytest.mark.clause("N06")
@pytest.mark.parametrize(
    ("section", "kinds"),
    [
        ("rules", RULES),
        ("venue", ["venue", "photo"]),
        ("staff", ["staff"]),
        ("operator", ["credit_code", "agreement", "support_policy"]),
    ],
)
def test_a_link_for_one_section_takes_the_files_of_it_and_no_others(
    section: str, kinds: list[str], draft: Application, stranger: Client, now: datetime
) -> None:
    # A wider link beside it opens nothing through this one.
    fill_links.issue(application=draft, recipient="乙单位", days=7, by=draft.created_by, at=now)
    _, token = section_link(draft, section)
    address = reverse("fill:section", args=[token, "attachments"])
    page = stranger.get(address).content.decode()
    assert sorted(re.findall(r'name="kind" value="(\w[^"]*)"', page)) == sorted(kinds)
    title = fill_links.TITLES[section]
    assert f"{title}</a>”部分，在这里只上传属于这一部分的附件：" in page
    assert address in stranger.get(reverse("fill:start", args=[token])).content.decode()
    assert address in stranger.get(reverse("fill:section", args=[token, section])).content.decode()
    other = "other" if section == "staff" else "staff"
    for kind in (other, "stamped", "other"):
        sent = stranger.post(address, {"kind": kind, "uploads": factories.upload(f"{kind}.pdf")})
        assert f"这个填报链接只用于“{title}”部分，只能上传这一部分的附件。" in sent.content.decode()
    assert draft.attachments.count() == 0
    for place, kind in enumerate(kinds):
        file = factories.upload(f"{place}.pdf", factories.PDF + f"%{place}\n%%EOF\n".encode())
        assert stranger.post(address, {"kind": kind, "uploads": file}).status_code == 302
    assert draft.attachments.count() == len(kinds)


@pytest.mark.parametrize("section", ["platform", "services", "record", "plan", "commitment"])
def test_a_section_without_files_has_no_page_of_files(section: str, draft: Application, stranger: Client) -> None:
    _, token = section_link(draft, section)
    address = reverse("fill:section", args=[token, "attachments"])
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)
    assert address not in stranger.get(reverse("fill:start", args=[token])).content.decode()


@pytest.mark.trust("T09")
def test_a_link_for_one_section_reaches_no_file_of_another(draft: Application, stranger: Client, now: datetime) -> None:
    factories.attach(draft, draft.created_by, now, [("venue", "场地"), ("rule:process", "流程")])
    venue, rule = draft.attachments.get(kind="venue"), draft.attachments.get(kind="rule")
    _, token = section_link(draft, "rules")
    address = reverse("fill:section", args=[token, "attachments"])
    page = stranger.get(address).content.decode()
    assert ("流程.pdf" in page, "场地.pdf" in page) == (True, False)
    assert stranger.post(address, {"replace": venue.pk, "uploads": factories.upload()}).status_code == 404
    assert stranger.post(reverse("fill:attachment_remove", args=[token, venue.pk])).status_code == 404
    new = factories.upload("新流程.pdf", factories.PDF + b"%2\n%%EOF\n")
    assert stranger.post(address, {"replace": rule.pk, "uploads": new}).status_code == 302
    rule = draft.attachments.get(kind="rule", replaced_at__isnull=True)
    assert stranger.post(reverse("fill:attachment_remove", args=[token, rule.pk])).status_code == 302
    assert list(draft.attachments.filter(replaced_at__isnull=True)) == [venue]


def test_the_missing_files_of_a_section_are_named_when_it_is_handed_over(draft: Application, stranger: Client) -> None:
    _, token = section_link(draft, "rules")
    asked = stranger.get(reverse("fill:hand_over", args=[token])).content.decode()
    assert ("请上传“服务流程”的管理制度文件。" in asked, "请上传场地证明。" in asked) == (True, False)
    start = stranger.get(reverse("fill:start", args=[token])).content.decode()
    assert ("9 附件" in start, "管理制度，以及这一部分需要的附件" in start) == (True, True)
    assert "3 场地设施" not in start


def test_the_county_sees_the_last_opening_and_who_handed_over(
    draft: Application, token: str, desk: Client, stranger: Client
) -> None:
    def row() -> str:
        page = desk.get(reverse("desk:fill_links", args=[draft.number])).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page[page.index("<tbody>") :]))

    start, venue = reverse("fill:start", args=[token]), reverse("fill:section", args=[token, "venue"])
    stranger.head(start)
    stranger.head(venue)
    assert FillLink.objects.values_list("opened_at", "last_opened_at").get() == (None, None)
    assert "首次" not in row()
    stranger.get(start)
    first, last = timezone.now() - timedelta(days=3), timezone.now() - timedelta(days=1)
    FillLink.objects.update(opened_at=first, last_opened_at=last)
    assert f"首次 {moment(first)} 最近 {moment(last)}" in row()
    stranger.get(venue)
    link = FillLink.objects.get()
    assert (link.opened_at, link.last_opened_at > last) == (first, True)
    assert "交回 " not in row()
    stranger.post(reverse("fill:hand_over", args=[token]))
    link.refresh_from_db()
    assert f"{moment(link.handed_over_at)} 由测试单位交回" in row()
