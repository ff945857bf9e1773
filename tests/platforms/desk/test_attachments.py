"""Files at the desk: taken, refused with a reason, sent as downloads only, taken off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from platforms.models import Application, User

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def upload(browser: Client, row: Application, *files: SimpleUploadedFile, kind: str = "venue") -> object:
    return browser.post(
        reverse("desk:section", args=[row.number, "attachments"]), {"kind": kind, "uploads": list(files)}
    )


def pdf(name: str = "租赁合同.pdf", extra: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + extra + b"%%EOF\n")


def test_the_limits_are_said_before_the_upload(draft: Application, desk: Client) -> None:
    page = desk.get(reverse("desk:section", args=[draft.number, "attachments"])).content.decode()
    assert "可上传 pdf、jpg、png、docx、xlsx 文件，每个不超过 20 MB" in page


def test_several_files_are_taken_and_the_wrong_one_is_named(draft: Application, desk: Client) -> None:
    sent = upload(desk, draft, pdf(), pdf("平面图.pdf", b"%2\n"), SimpleUploadedFile("病毒.exe", b"MZ"))
    assert "病毒.exe" in sent.content.decode()  # type: ignore[attr-defined]
    assert sorted(draft.attachments.values_list("shown_name", flat=True)) == ["平面图.pdf", "租赁合同.pdf"]


def test_no_file_and_no_kind_are_asked_for(draft: Application, desk: Client) -> None:
    page = upload(desk, draft, kind="").content.decode()  # type: ignore[attr-defined]
    assert ("请选择要上传的文件" in page, "请选择。" in page) == (True, True)


@pytest.mark.trust("T22")
def test_a_file_is_sent_as_a_download(draft: Application, desk: Client) -> None:
    upload(desk, draft, pdf('合同"一".pdf'))
    row = draft.attachments.get()
    sent = desk.get(reverse("desk:attachment", args=[row.pk]))
    assert b"".join(sent) == PDF + b"%%EOF\n"  # type: ignore[arg-type]
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
