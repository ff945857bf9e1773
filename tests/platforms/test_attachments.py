"""Files: kept under a name of our own; what a file may be is proved in test_filetypes."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from platforms.errors import Refusal
from platforms.models import Application, Attachment, AuditEvent, Round, User
from platforms.services import applications, attachments, filing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def send(draft: Application, yinzhou: User, now: datetime) -> Any:
    def send_(name: str, content: bytes, kind: str = "other") -> Attachment:
        return attachments.add(application=draft, kind=kind, upload=factories.upload(name, content), by=yinzhou, at=now)

    return send_


def kept(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("证明.pdf", factories.PDF, "application/pdf"),
        ("照片.PNG", factories.PNG, "image/png"),
        ("照片.jpeg", factories.JPEG, "image/jpeg"),
        ("照片.jpg", factories.JPEG, "image/jpeg"),
        (
            "制度.docx",
            factories.office_file(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "名单.xlsx",
            factories.office_file("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else "",
)
def test_the_five_formats_are_kept(send: Any, settings: Any, name: str, content: bytes, media_type: str) -> None:
    made = send(name, content)
    assert (made.shown_name, made.media_type, made.size) == (name, media_type, len(content))
    assert made.stored_name == f"attachments/{made.application_id}/{made.digest}"
    [path] = kept(settings)
    assert path.stat().st_mode & 0o077 == 0
    with attachments.open_file(made) as file:
        assert file.read() == content
    assert AuditEvent.objects.first().changes == {"其他": [None, name]}


@pytest.mark.trust("T19")
@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("页面.pdf", b"<html>%PDF-1.4 %%EOF", "文件“页面.pdf”的内容不是 pdf 格式，或已损坏，请检查后重新上传。"),
        ("表.docx", factories.office_file("xl/workbook.xml"), "文件“表.docx”的内容不是 docx 格式"),
        ("宏.xlsx", factories.office_file("xl/workbook.xml", xl__vbaProject___bin=b"x"), "文件“宏.xlsx”含宏或控件"),
        ("炸弹.docx", factories.office_file(word__x___xml=b"0" * 30_000_000), "文件“炸弹.docx”展开后过大(29 MB)"),
        ("名单.csv", b"a,b", "不能上传“名单.csv”：只收 docx、jpg、pdf、png、xlsx 格式的文件。"),
        ("图.svg", b"<svg/>", "不能上传“图.svg”：只收 docx、jpg、pdf、png、xlsx 格式的文件。"),
        ("空.pdf", b"", "文件“空.pdf”是空的，请检查后重新上传。"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 10 else "",
)
def test_everything_else_is_refused(send: Any, settings: Any, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        send(name, content)
    assert str(refused.value).startswith(sentence)
    assert not Attachment.objects.exists()
    assert kept(settings) == []


@pytest.mark.trust("T22")
def test_no_file_lands_outside_its_folder(send: Any, settings: Any, draft: Application) -> None:
    upload = factories.upload("x.pdf")
    upload._name = "../../../pwn.pdf"
    made = attachments.add(application=draft, kind="other", upload=upload, by=draft.created_by, at=draft.created_at)
    assert made.shown_name == "pwn.pdf"
    folder = Path(settings.MEDIA_ROOT) / "attachments" / str(draft.pk)
    assert kept(settings) == [folder / made.digest]


@pytest.mark.trust("T23")
def test_a_large_file_is_refused_with_the_limit(send: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_BYTES = 1024 * 1024
    fits = factories.PDF[:-6] + b" " * (1024 * 1024 - len(factories.PDF)) + b"%%EOF\n"
    assert send("正好.pdf", fits).size == 1024 * 1024
    with pytest.raises(Refusal, match="超过上限 1 MB，请压缩或拆分后上传。"):
        send("太大.pdf", fits + b"\n")


@pytest.mark.trust("T23")
def test_there_is_a_limit_per_application(send: Any, draft: Application) -> None:
    for number in range(attachments.MOST_FILES):
        send(f"{number}.pdf", factories.PDF + str(number).encode())
    with pytest.raises(Refusal, match="每份申报表最多上传 60 个附件"):
        send("再来.pdf", factories.PDF)


def test_the_same_file_is_there_once_per_kind(send: Any, settings: Any) -> None:
    send("证明.pdf", factories.PDF, "venue")
    with pytest.raises(Refusal, match="这个文件已作为场地证明上传过。"):
        send("换名.pdf", factories.PDF, "venue")
    send("证明.pdf", factories.PDF, "other")
    assert len(kept(settings)) == 1
    with pytest.raises(Refusal, match="请选择附件的类别。"):
        send("证明.pdf", factories.PDF, "nonsense")


@pytest.mark.trust("T43")
def test_a_full_disk_leaves_neither_file_nor_row(send: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refusal, match="服务器暂时无法保存附件，请稍后再试；已填内容不受影响。"):
        send("证明.pdf", factories.PDF)
    assert kept(settings) == []
    assert not Attachment.objects.exists()


def test_a_file_taken_off_a_draft_is_gone(send: Any, settings: Any, yinzhou: User, cixi: User, now: datetime) -> None:
    first, second = send("证明.pdf", factories.PDF, "venue"), send("证明.pdf", factories.PDF, "other")
    with pytest.raises(Refusal, match="您没有办理这份申报表的权限。"):
        attachments.remove(attachment=first, by=cixi, at=now)
    with TestCase.captureOnCommitCallbacks(execute=True):
        attachments.remove(attachment=first, by=yinzhou, at=now)
    assert len(kept(settings)) == 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        attachments.remove(attachment=second, by=yinzhou, at=now)
        attachments.remove(attachment=second, by=yinzhou, at=now)
    assert kept(settings) == []
    assert AuditEvent.objects.filter(verb="删除附件").count() == 2


def test_a_file_that_was_submitted_stays_on_disk(
    yinzhou: User, city: User, round_2026: Round, now: datetime, settings: Any
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    with pytest.raises(Refusal, match="申报表当前为“已提交”"):
        attachments.remove(attachment=sent.attachments.first(), by=yinzhou, at=now)
    filing.return_for_correction(application=sent, reason="请更换", by=city, at=now)
    before = len(kept(settings))
    with TestCase.captureOnCommitCallbacks(execute=True):
        attachments.remove(attachment=sent.attachments.first(), by=yinzhou, at=now)
    assert len(kept(settings)) == before


def test_the_files_of_a_deleted_draft_go_with_it(
    send: Any, draft: Application, yinzhou: User, now: datetime, settings: Any
) -> None:
    send("证明.pdf", factories.PDF)
    with TestCase.captureOnCommitCallbacks(execute=True):
        applications.delete_draft(application=draft, by=yinzhou, at=now)
    assert kept(settings) == []
