"""Files at the desk: taken, replaced, refused with a reason, shown or sent as downloads, taken off."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from platforms.applications.choices import RuleKind
from platforms.models import Application, Attachment, User
from tests import factories

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def upload(browser: Client, row: Application, *files: SimpleUploadedFile, kind: str = "venue", **more: Any) -> Any:
    return browser.post(
        reverse("desk:section", args=[row.number, "attachments"]), {"kind": kind, "uploads": list(files)}, **more
    )


def page_of(browser: Client, row: Application, query: str = "") -> str:
    return browser.get(reverse("desk:section", args=[row.number, "attachments"]) + query).content.decode()


def file_at(browser: Client, address: str) -> Any:
    """The answer at the address of a file, read to its end."""
    sent = browser.get(address)
    if sent.streaming:
        sent.kept = b"".join(sent)
    return sent


def words_of(page: str) -> str:
    """The page without tags, blanks made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def pdf(name: str = "租赁合同.pdf", extra: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + extra + b"%%EOF\n")


def test_the_limits_are_said_before_the_upload(draft: Application, desk: Client) -> None:
    page = words_of(page_of(desk, draft))
    assert "可上传 PDF、JPEG、PNG、Word（docx）、Excel（xlsx） 文件，每个不超过 20 MB。" in page
    assert "每份申报表最多 60 个附件，每人每天最多上传 400 个，一次最多选择 10 个。不支持含宏文件。" in page
    assert "一次提交的文件合计不超过 24 MB。" in page


def test_several_files_are_taken_and_the_wrong_one_is_named(draft: Application, desk: Client) -> None:
    sent = upload(desk, draft, pdf(), pdf("平面图.pdf", b"%2\n"), SimpleUploadedFile("病毒.exe", b"MZ"))
    assert "病毒.exe" in sent.content.decode()
    assert sorted(draft.attachments.values_list("shown_name", flat=True)) == ["平面图.pdf", "租赁合同.pdf"]


def test_no_file_and_no_kind_are_asked_for(draft: Application, desk: Client) -> None:
    page = upload(desk, draft, kind="").content.decode()
    assert ("请选择要上传的文件" in page, "请选择。" in page) == (True, True)


@pytest.mark.trust("T22")
def test_a_file_is_sent_as_a_download(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf('合同"一".pdf'))
    row = draft.attachments.get()
    sent = file_at(desk, reverse("desk:attachment", args=[row.pk]))
    assert sent.kept == PDF + b"%%EOF\n"
    assert sent["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (sent["X-Content-Type-Options"], "sandbox" in sent["Content-Security-Policy"]) == ("nosniff", True)
    assert sent["Cache-Control"] == "no-store, private"


@pytest.mark.trust("T09")
def test_a_file_of_another_region_is_not_there(
    draft: Application, desk: Client, cixi: User, city: User, browser_of: Callable[[User], Client]
) -> None:
    upload(desk, draft, pdf())
    row = draft.attachments.get()
    assert browser_of(cixi).get(reverse("desk:attachment", args=[row.pk])).status_code == 404
    assert browser_of(cixi).post(reverse("desk:attachment_remove", args=[row.pk])).status_code == 404
    assert browser_of(city).post(reverse("desk:attachment_remove", args=[row.pk])).status_code == 403
    assert draft.attachments.count() == 1


def test_a_file_is_taken_off_after_a_question(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf())
    address = reverse("desk:attachment_remove", args=[draft.attachments.get().pk])
    assert "租赁合同.pdf" in desk.get(address).content.decode()
    desk.post(address)
    assert draft.attachments.count() == 0


@pytest.mark.clause("N06")
def test_each_kind_of_file_is_listed_with_what_it_is_for(draft: Application, desk: Client) -> None:
    factories.fill(draft, draft.created_by, draft.created_at)
    upload(desk, draft, pdf("流程.pdf"), kind="rule:process")
    page = words_of(page_of(desk, draft))
    for line in (
        "管理制度文件：服务流程 必传 对外公开 服务流程须成文并对外公开。（二·（六））",
        "管理制度文件：收费标准 必传 对外公开 收费标准须成文并对外公开。（二·（六））",
        "管理制度文件：档案管理制度 本次无需",
        "委托运营协议 本次无需",
        "现场照片 建议上传",
    ):
        assert line in page
    # What is not needed now is folded below what is.
    needed, _, folded = page.partition("本次无需 5 类")
    assert ("现场照片" in needed, "委托运营协议" in needed, "委托运营协议" in folded) == (True, False, True)
    assert "请上传“服务标准”的管理制度文件。" in page
    assert draft.attachments.get().rule_kind == RuleKind.PROCESS


def test_each_requirement_has_its_files_and_a_box_of_its_own(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf("流程.pdf"), kind="rule:process")
    page = page_of(desk, draft)
    row = page.split('id="need-rule-process"')[1].split('class="need"')[0]
    assert '<input type="hidden" name="kind" value="rule:process">' in row
    assert "流程.pdf" in row
    assert f"?replace={draft.attachments.get().pk}#upload" in row
    other = page.split('id="need-rule-fees"')[1].split('class="need"')[0]
    assert ("流程.pdf" in other, "未上传" in other) == (False, True)


def test_scans_and_photos_are_no_office_files(draft: Application, desk: Client) -> None:
    sent = upload(desk, draft, factories.upload("照片.docx", factories.office_file()), kind="photo")
    assert sent.status_code == 409
    assert "不能上传“照片.docx”：仅支持 jpg、pdf、png 格式。" in sent.content.decode()


def test_a_script_gets_the_outcome_of_each_file(draft: Application, desk: Client) -> None:
    def ask(*files: SimpleUploadedFile, kind: str = "venue") -> tuple[int, Any]:
        sent = upload(desk, draft, *files, kind=kind, headers={"Accept": "application/json"})
        return sent.status_code, json.loads(sent.content)

    assert ask(pdf()) == (200, {"files": [{"name": "租赁合同.pdf", "refusal": ""}], "errors": []})
    assert ask(pdf()) == (
        200,
        {"files": [{"name": "租赁合同.pdf", "refusal": "这个文件已作为场地证明上传过。"}], "errors": []},
    )
    assert ask(kind="") == (422, {"files": [], "errors": ["请选择。", "请选择要上传的文件。"]})
    # Nothing is left to be said on the next page.
    assert "已上传 1 个文件。" not in page_of(desk, draft)


def test_a_newer_file_takes_the_place_of_an_older_one_which_stays(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf("旧合同.pdf"))
    old = draft.attachments.get()
    form = words_of(page_of(desk, draft, f"?replace={old.pk}"))
    assert "替换“旧合同.pdf”" in form
    assert "新文件上传后，原文件转为历史文件，仍可查看。" in form
    sent = desk.post(
        reverse("desk:section", args=[draft.number, "attachments"]),
        {"replace": old.pk, "uploads": pdf("新合同.pdf", b"%2\n")},
        follow=True,
    )
    page = words_of(sent.content.decode())
    assert "已替换“旧合同.pdf”。" in page
    assert "历史文件（1 个）" in page
    assert "换为“新合同.pdf”" in page
    assert file_at(desk, reverse("desk:attachment", args=[old.pk])).status_code == 200
    assert "删除旧合同.pdf" not in page
    new = Attachment.objects.get(shown_name="新合同.pdf")
    assert (new.replaces, new.kind) == (old, "venue")


def test_what_was_replaced_meanwhile_is_said(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf("旧.pdf"))
    old = draft.attachments.get()
    address = reverse("desk:section", args=[draft.number, "attachments"])
    desk.post(address, {"replace": old.pk, "uploads": pdf("新.pdf", b"%2\n")})
    late = desk.post(address, {"replace": old.pk, "uploads": pdf("迟.pdf", b"%3\n")})
    assert late.status_code == 409
    assert "“旧.pdf”已被删除或替换，新文件没有保存，请刷新页面后查看。" in late.content.decode()
    two = desk.post(address, {"replace": old.pk, "uploads": [pdf("a.pdf", b"%4\n"), pdf("b.pdf", b"%5\n")]})
    assert "一次最多上传 1 个文件，现选了 2 个。" in two.content.decode()


@pytest.mark.trust("T09")
def test_no_file_of_another_form_is_replaced(
    draft: Application, desk: Client, cixi: User, browser_of: Callable[[User], Client], now: Any, round_2026: Any
) -> None:
    foreign = factories.attach(factories.draft(cixi, round_2026, now), cixi, now).attachments.first()
    assert foreign is not None
    for asked in (foreign.pk, 10**30, "x", "-1", "１"):
        address = reverse("desk:section", args=[draft.number, "attachments"])
        assert desk.get(address, {"replace": asked}).status_code == 404
        assert desk.post(address, {"replace": asked, "uploads": pdf()}).status_code == 404
    assert foreign.application.attachments.filter(replaced_at__isnull=False).count() == 0


@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("file", "policy"),
    [
        (factories.upload("图.png", factories.PNG), "default-src 'none'; frame-ancestors 'self'; sandbox"),
        (factories.upload("图.jpg", factories.JPEG), "default-src 'none'; frame-ancestors 'self'; sandbox"),
        (factories.upload("文.pdf"), "default-src 'none'; object-src 'self'; frame-ancestors 'self'"),
    ],
    ids=["png", "jpg", "pdf"],
)
def test_pictures_and_pdfs_are_shown_where_nothing_in_them_runs(
    draft: Application, desk: Client, file: SimpleUploadedFile, policy: str
) -> None:
    file.seek(0)
    upload(desk, draft, file)
    address = reverse("desk:attachment", args=[draft.attachments.get().pk])
    shown = file_at(desk, f"{address}?view=1")
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert shown["Content-Security-Policy"] == policy
    assert (shown["X-Content-Type-Options"], shown["X-Frame-Options"]) == ("nosniff", "SAMEORIGIN")
    assert shown["Cache-Control"] == "no-store, private"
    assert f'{address}?view=1"' in page_of(desk, draft)


@pytest.mark.trust("T21")
def test_anything_else_is_a_download_whatever_is_asked(draft: Application, desk: Client) -> None:
    upload(desk, draft, factories.upload("表.docx", factories.office_file()))
    row = draft.attachments.get()
    for media_type in (row.media_type, "text/html", "image/svg+xml", "application/xhtml+xml"):
        Attachment.objects.filter(pk=row.pk).update(media_type=media_type)
        sent = file_at(desk, reverse("desk:attachment", args=[row.pk]) + "?view=1")
        assert sent["Content-Disposition"].startswith("attachment; ")
        assert sent["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "?view=1" not in page_of(desk, draft)


def test_a_file_that_is_gone_from_disk_is_not_found(draft: Application, desk: Client, settings: Any) -> None:
    upload(desk, draft, pdf())
    row = draft.attachments.get()
    (Path(settings.MEDIA_ROOT) / row.stored_name).unlink()
    assert desk.get(reverse("desk:attachment", args=[row.pk])).status_code == 404
    assert "租赁合同.pdf" in page_of(desk, draft)


@pytest.mark.clause("N17")
def test_a_stamp_that_no_longer_fits_is_marked_at_the_file_and_above(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf("盖章件.pdf"), kind="stamped")
    page = words_of(page_of(desk, draft))
    assert "与现有内容不一致" not in page
    assert re.search(r"扫描件上须印有校验码 [A-Z2-7]{4}-[A-Z2-7]{4}", page)
    factories.fill(draft, draft.created_by, draft.created_at)
    page = words_of(page_of(desk, draft))
    assert "与现有内容不一致" in page.split("盖章件.pdf")[1][:80]
    assert "盖章扫描件对应的内容已改动，请重新打印盖章后上传。" in page


@pytest.mark.trust("T22")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../pwn.pdf", "pwn.pdf"),
        ("C:\\temp\\pwn.pdf", "pwn.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
        ('"引号".pdf', '"引号".pdf'),
        ("CON.pdf", "CON.pdf"),
    ],
    ids=["up", "drive", "rtl", "long", "markup", "quotes", "reserved"],
)
def test_odd_names_go_in_and_come_out_harmless(
    draft: Application, desk: Client, settings: Any, name: str, shown: str
) -> None:
    file = pdf()
    file._name = name  # type: ignore[attr-defined]
    assert upload(desk, draft, file).status_code == 302
    row = draft.attachments.get()
    assert row.shown_name == shown
    assert re.fullmatch(rf"attachments/{draft.pk}/[0-9a-f]{{64}}", row.stored_name)
    sent = file_at(desk, reverse("desk:attachment", args=[row.pk]))
    assert sent.status_code == 200
    assert "\n" not in sent["Content-Disposition"]
    assert "Set-Cookie" not in sent.headers
    assert [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [row.digest]
    assert "<script>alert" not in page_of(desk, draft)


@pytest.mark.trust("T23")
def test_a_request_that_is_too_large_is_turned_away_before_it_is_read(
    draft: Application, desk: Client, settings: Any
) -> None:
    settings.REQUEST_MAX_BYTES = 2 * 1024 * 1024
    sent = upload(desk, draft, pdf(extra=b"%" * (3 * 1024 * 1024)))
    assert sent.status_code == 413
    assert "文件或表单超过了系统允许的大小（一次不超过 2 MB），没有保存；以前已保存的内容不受影响。" in words_of(
        sent.content.decode()
    )
    assert draft.attachments.count() == 0


def test_a_page_with_thirty_files_asks_as_often_as_with_one(
    draft: Application, desk: Client, django_assert_num_queries: Any
) -> None:
    upload(desk, draft, pdf("0.pdf", b"%0\n"))
    page_of(desk, draft)
    with django_assert_num_queries(10):
        page_of(desk, draft)
    for number in range(1, 30):
        factories.attach(draft, draft.created_by, draft.created_at, [("other", f"件{number}")])
    with django_assert_num_queries(10):
        page_of(desk, draft)
