"""Printed forms at the desk: who gets them, with or without people, under which name, and what the log says of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.documents import pdf
from platforms.applications.queries.documents import document_of
from platforms.applications.queries.forms import check_code, form_data
from platforms.applications.services import attachments, drafts, filing, fill_links
from platforms.models import Application, AuditEvent, Round, User
from tests import factories
from tests.platforms.applications.documents.samples import text_of_pdf, words_of_docx

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
PEOPLE = ("王法人", "李负责", "张联系", "13800138000", "王一", "李二")


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


@pytest.fixture
def filed(draft: Application, yinzhou: User, now: datetime) -> Application:
    return filing.submit(application=draft, version=draft.version, by=yinzhou, at=now)


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def get(client: Client, view: str, *args: Any) -> Any:
    return client.get(reverse(f"desk:{view}", args=args))


def downloads() -> list[tuple[str, str, dict[str, Any]]]:
    events = AuditEvent.objects.filter(verb__startswith="下载申报表").order_by("serial")
    return [(event.verb, event.actor, event.changes) for event in events]


@pytest.fixture
def gap(draft: Application) -> Application:
    """The draft while something is missing."""
    Application.objects.filter(pk=draft.pk).update(opening_hours="")
    draft.refresh_from_db()
    return draft


def test_the_county_prints_its_draft(gap: Application, yinzhou: User, browser_of: Browser) -> None:
    draft = gap
    answer = get(browser_of(yinzhou), "form_pdf", draft.number)
    text = text_of_pdf(body(answer))
    assert "草稿（未提交）" in text
    assert [name for name in PEOPLE if name not in text] == []
    assert answer["Content-Type"] == "application/pdf"
    name = f"{draft.number}_{draft.name}_草稿.pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_same_draft_as_a_word_file(gap: Application, yinzhou: User, browser_of: Browser) -> None:
    draft = gap
    answer = get(browser_of(yinzhou), "form_docx", draft.number)
    assert words_of_docx(body(answer))[0] == "草稿（未提交）\t"
    assert quote("_草稿.docx") in answer["Content-Disposition"]
    assert answer["Content-Type"].endswith("wordprocessingml.document")


def test_what_cannot_be_changed_is_printed_as_it_was_submitted(
    filed: Application, yinzhou: User, browser_of: Browser
) -> None:
    version = filed.versions.get()
    for kind in ("pdf", "docx"):
        for answer in (
            get(browser_of(yinzhou), f"form_{kind}", filed.number),
            get(browser_of(yinzhou), f"version_{kind}", filed.number, 1),
        ):
            assert quote(f"{filed.number}_{filed.name}_第1版.{kind}") in answer["Content-Disposition"]
            assert body(answer) == document_of(version, kind)


@pytest.mark.trust("T01")
def test_the_city_gets_the_form_of_a_county_without_its_people(
    filed: Application, city: User, browser_of: Browser
) -> None:
    for view, args in (("form", (filed.number,)), ("version", (filed.number, 1))):
        answer = get(browser_of(city), f"{view}_pdf", *args)
        text = text_of_pdf(body(answer))
        assert [name for name in PEOPLE if name in text] == []
        assert "已隐去个人信息" in text
        assert "王*" in text
        assert quote("_第1版_隐去个人信息.pdf") in answer["Content-Disposition"]
        words = "\n".join(words_of_docx(body(get(browser_of(city), f"{view}_docx", *args))))
        assert [name for name in PEOPLE if name in words] == []
    # The code is that of the whole content, so that it can be compared with the sealed paper.
    assert f"校验码{check_code(filed.versions.get().data)}" in text
    assert downloads() == []


def test_the_city_reads_the_people_of_its_own_key_industries(
    city: User, round_2026: Round, now: datetime, browser_of: Browser
) -> None:
    row = factories.submitted(city, round_2026, now, type="industry", operator_nature="association")
    text = text_of_pdf(body(get(browser_of(city), "version_pdf", row.number, 1)))
    assert [name for name in PEOPLE if name not in text] == []
    assert downloads() == [("下载申报表 PDF 文件", "city", {"版本": [None, "第1版"]})]


def test_another_county_finds_nothing(filed: Application, cixi: User, browser_of: Browser) -> None:
    for view, args in (("form", (filed.number,)), ("version", (filed.number, 1))):
        assert get(browser_of(cixi), f"{view}_pdf", *args).status_code == 404
    assert downloads() == []


def test_a_version_that_is_not_there_is_not_found(filed: Application, yinzhou: User, browser_of: Browser) -> None:
    assert get(browser_of(yinzhou), "version_pdf", filed.number, 2).status_code == 404


def test_each_download_that_names_people_is_in_the_log(filed: Application, yinzhou: User, browser_of: Browser) -> None:
    body(get(browser_of(yinzhou), "version_pdf", filed.number, 1))
    body(get(browser_of(yinzhou), "form_docx", filed.number))
    assert downloads() == [
        ("下载申报表 PDF 文件", "yinzhou", {"版本": [None, "第1版"]}),
        ("下载申报表 Word 文件", "yinzhou", {"版本": [None, "第1版"]}),
    ]
    assert {event.object_code for event in AuditEvent.objects.filter(verb__startswith="下载申报表")} == {filed.number}


def test_what_cannot_be_printed_is_told_in_a_sentence(
    draft: Application, yinzhou: User, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise RuntimeError("typst is gone")

    monkeypatch.setattr(pdf, "render", broken)
    client = browser_of(yinzhou)
    answer = client.get(reverse("desk:form_pdf", args=[draft.number]), follow=True)
    assert answer.redirect_chain == [(reverse("desk:application", args=[draft.number]), 302)]
    assert [str(each) for each in answer.context["messages"]] == [
        "这份申报表暂时无法生成文件，已填写和已提交的内容不受影响。请稍后再试；仍不成功的，请联系市经信局。"
    ]
    assert downloads() == []


def test_the_pages_lead_to_the_files(filed: Application, yinzhou: User, city: User, browser_of: Browser) -> None:
    page = reverse("desk:application", args=[filed.number])
    version = reverse("desk:version", args=[filed.number, 1])
    for address in (page, version):
        text = browser_of(yinzhou).get(address).content.decode()
        assert f'href="{version}form.pdf"' in text
        assert f'href="{version}form.docx"' in text
    assert f'href="{page}form.pdf"' in browser_of(yinzhou).get(page).content.decode()
    record = reverse("admin:platforms_application_change", args=[filed.pk])
    assert f'href="{version}form.pdf"' in browser_of(city).get(record).content.decode()
    assert "文件中已隐去个人信息" in browser_of(city).get(page).content.decode()


def test_the_page_of_the_files_says_how_the_seal_comes_onto_the_form(
    draft: Application, yinzhou: User, browser_of: Browser
) -> None:
    text = browser_of(yinzhou).get(reverse("desk:section", args=[draft.number, "attachments"])).content.decode()
    assert f'href="{reverse("desk:form_pdf", args=[draft.number])}"' in text
    assert "打印、盖章、扫描后作为盖章扫描件上传" in text


# Behind the link ----------------------------------------------------------------------------------------------------


def test_the_unit_prints_the_form_that_it_fills(
    gap: Application, yinzhou: User, stranger: Client, now: datetime
) -> None:
    draft = gap
    _, token = fill_links.issue(application=draft, recipient="测试中心", days=5, by=yinzhou, at=timezone.now())
    answer = stranger.get(reverse("fill:form_pdf", args=[token]))
    text = text_of_pdf(body(answer))
    assert "草稿（未提交）" in text
    assert "王法人" in text
    assert quote(f"{draft.number}_{draft.name}_草稿.pdf") in answer["Content-Disposition"]
    [(verb, actor, changes)] = downloads()
    assert (verb, changes) == ("下载申报表 PDF 文件", {"版本": [None, "草稿"]})
    assert "测试中心" in actor


def test_who_fills_one_section_does_not_get_the_others(
    draft: Application, yinzhou: User, stranger: Client, now: datetime
) -> None:
    link, token = fill_links.issue(application=draft, recipient="测试中心", days=5, by=yinzhou, at=timezone.now())
    type(link).objects.filter(pk=link.pk).update(section="staff")
    assert stranger.get(reverse("fill:form_pdf", args=[token])).status_code == 404
    assert stranger.get(reverse("fill:form_pdf", args=["unknown"])).status_code == 404
    assert downloads() == []


def test_the_unit_is_told_too_what_cannot_be_printed(
    draft: Application, yinzhou: User, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise RuntimeError("typst is gone")

    monkeypatch.setattr(pdf, "render", broken)
    _, token = fill_links.issue(application=draft, recipient="测试中心", days=5, by=yinzhou, at=timezone.now())
    answer = stranger.get(reverse("fill:form_pdf", args=[token]), follow=True)
    assert answer.redirect_chain == [(reverse("fill:start", args=[token]), 302)]
    assert "这份申报表暂时无法生成文件" in answer.content.decode()
    assert downloads() == []


def test_an_ended_link_opens_no_file(draft: Application, yinzhou: User, stranger: Client) -> None:
    at = timezone.now() - timedelta(days=9)
    _, token = fill_links.issue(application=draft, recipient="测试中心", days=5, by=yinzhou, at=at)
    assert stranger.get(reverse("fill:form_pdf", args=[token])).status_code == 410


def test_a_print_to_be_sealed_is_what_the_scan_is_held_against(
    draft: Application, yinzhou: User, browser_of: Browser, now: datetime
) -> None:
    desk = browser_of(yinzhou)
    answer = get(desk, "form_pdf", draft.number)
    body(answer)
    assert quote(f"{draft.number}_{draft.name}_盖章稿.pdf") in answer["Content-Disposition"]
    draft.refresh_from_db()
    code = check_code(form_data(draft))
    event = AuditEvent.objects.get(verb="打印盖章稿 PDF 文件")
    assert (draft.printed["code"], event.changes, event.actor) == (code, {"校验码": [None, code]}, "yinzhou")
    # The same content again is the same print.
    body(get(desk, "form_docx", draft.number))
    assert AuditEvent.objects.filter(verb__startswith="打印盖章稿").count() == 1
    assert "盖章稿须重新打印" not in get(desk, "application", draft.number).content.decode()
    row = drafts.save_section(
        application=draft, section="platform", values={"address": "新址9号"}, version=draft.version, by=yinzhou, at=now
    )
    page = get(desk, "application", row.number).content.decode()
    assert "盖章稿须重新打印" in page
    assert f'<span class="code">{code}</span>' in page
    assert '<ins class="difference__new">新址9号</ins>' in page
    # A scan that comes now was printed before the change.
    scan = attachments.add(application=row, kind="stamped", upload=factories.upload(), by=yinzhou, at=now)
    assert scan.form_digest == draft.printed["digest"]
    assert [file["stale"] for file in form_data(row)["attachments"] if file["kind"] == "stamped"] == [True]
    body(get(desk, "form_pdf", row.number))
    assert "盖章稿须重新打印" not in get(desk, "application", row.number).content.decode()


def test_a_print_of_a_form_with_gaps_is_kept_by_nobody(gap: Application, yinzhou: User, browser_of: Browser) -> None:
    body(get(browser_of(yinzhou), "form_pdf", gap.number))
    gap.refresh_from_db()
    assert gap.printed is None
    assert not AuditEvent.objects.filter(verb__startswith="打印盖章稿").exists()
