"""Files: judged by content, kept under a name of our own, limits named."""

import io
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from platforms.errors import Refusal
from platforms.models import Application, Attachment, AuditEvent, Round, User
from platforms.services import applications, attachments, file_contents, filing
from platforms.services.attachment_files import shown_name
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


WRONG = "文件内容不是“{}”格式,请勿只改文件名。可上传 PDF、JPG、PNG、docx、xlsx 文件。"
DAMAGED = "文件已损坏或不完整,请在本机打开确认后重新上传。"
MACRO = "不接受含宏的文件,请另存为不含宏的 docx 或 xlsx 后上传。"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def damaged(content: bytes) -> bytes:
    """The same archive with the packed content of its first part written over."""
    start = content.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    return content[:start] + b"\xff" * 6 + content[start + 6 :]


def encrypted(content: bytes) -> bytes:
    """The same archive with the encryption flag set in its central directory."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 8] + b"\x01" + content[place + 9 :]


@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("页面.pdf", b"<html><script>alert(1)</script>%PDF-1.4 %%EOF", WRONG.format(".pdf")),
        ("页面.png", b"<html></html>", WRONG.format(".png")),
        ("病毒.jpg", EICAR, WRONG.format(".jpg")),
        ("程序.docx", b"MZ\x90\x00" + b"\x00" * 50, WRONG.format(".docx")),
        ("表.docx", factories.office_file("xl/workbook.xml"), WRONG.format(".docx")),
        ("表.xlsx", factories.office_file(), WRONG.format(".xlsx")),
        ("照片.pdf", factories.PNG, WRONG.format(".pdf")),
        ("截断.pdf", factories.PDF[:20], DAMAGED),
        ("截断.png", factories.PNG[:20], DAMAGED),
        ("截断.jpg", factories.JPEG[:10], DAMAGED),
        ("截断.docx", factories.office_file()[:60], DAMAGED),
        ("坏.docx", damaged(factories.office_file()), DAMAGED),
        ("宏.xlsx", factories.office_file("xl/workbook.xml", xl__vbaProject___bin=b"x"), MACRO),
        ("控件.xlsx", factories.office_file("xl/workbook.xml", xl__activeX__activeX1___xml=b"x"), MACRO),
        (
            "套包.docx",
            factories.office_file(word__embeddings__inner___zip=b"PK"),
            "不接受内嵌压缩包或程序的文件,请删除内嵌对象后上传。",
        ),
        ("加密.docx", encrypted(factories.office_file()), "不接受加密的文件,请取消密码后上传。"),
        (
            "旧表.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
            "不接受加密的文件和旧格式(doc、xls)文件,请取消密码并另存为 docx 或 xlsx 后上传。",
        ),
        *(
            (f"文件{ending}", factories.PDF, f"不接受“{ending}”文件。可上传 PDF、JPG、PNG、docx、xlsx 文件。")
            for ending in (".xlsm", ".exe", ".svg", ".html", ".ods", ".zip")
        ),
        ("没有后缀", factories.PDF, "不接受“没有后缀”文件。可上传 PDF、JPG、PNG、docx、xlsx 文件。"),
    ],
    ids=lambda value: value if isinstance(value, str) and "。" not in value else "",
)
def test_everything_else_is_refused(send: Any, settings: Any, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        send(name, content)
    assert str(refused.value) == sentence
    assert not Attachment.objects.exists()
    assert kept(settings) == []


@pytest.mark.trust("T21")
def test_a_macro_that_hides_in_the_content_types_is_found(send: Any) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(Refusal, match=MACRO):
        send("改名.xlsx", file.getvalue())


@pytest.mark.trust("T19")
def test_a_bomb_is_refused_from_its_directory(send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = factories.office_file("xl/workbook.xml", xl__worksheets__sheet1___xml=b"0" * 30_000_000)
    assert len(bomb) < 300_000
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be unpacked
    with pytest.raises(Refusal, match="文件解压后过大,不予接受。"):
        send("炸弹.xlsx", bomb)


@pytest.mark.trust("T19")
def test_too_many_entries_are_refused(send: Any) -> None:
    many = factories.office_file(**{f"word__part{number}___xml": b"" for number in range(2000)})
    with pytest.raises(Refusal, match="文件内部结构异常:含 2002 个部件,最多 2000 个。"):
        send("部件.docx", many)


@pytest.mark.trust("T19")
def test_a_directory_that_lies_about_sizes_is_found(send: Any) -> None:
    honest = factories.office_file(word__media__big___xml=b"0" * 3_000_000)
    place = honest.index(struct.pack("<I", 3_000_000), honest.rindex(b"PK\x01\x02", 0, honest.index(b"PK\x05\x06")))
    lying = honest[:place] + struct.pack("<I", 100) + honest[place + 4 :]
    with pytest.raises(Refusal, match=DAMAGED):
        send("谎报.docx", lying)


@pytest.mark.trust("T19")
def test_an_entry_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/document2xml", "<other/>")
    twice = file.getvalue().replace(b"word/document2xml", b"word/document.xml")
    with pytest.raises(Refusal, match=r"文件内容不是“\.docx”格式"):
        file_contents.media_type_of(twice, "重复.docx")


@pytest.mark.trust("T22")
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\张三\\证明.pdf", "证明.pdf"),
        ("/abs/证明.pdf", "证明.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("空\x00字符.pdf", "空字符.pdf"),
        ('引"号<b>.pdf', "引号b.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("  两  空格 .pdf", "两 空格 .pdf"),
        ("", "附件"),
        ("...", "附件"),
        ("..", "附件"),
        ("CON.pdf", "CON.pdf"),
    ],
)
def test_names_are_made_fit_to_be_shown(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown


@pytest.mark.trust("T22")
def test_no_file_lands_outside_its_folder(send: Any, settings: Any, draft: Application) -> None:
    upload = factories.upload("x.pdf")
    upload._name = "../../../pwn.pdf"
    made = attachments.add(application=draft, kind="other", upload=upload, by=draft.created_by, at=draft.created_at)
    assert made.shown_name == "pwn.pdf"
    folder = Path(settings.MEDIA_ROOT) / "attachments" / str(draft.pk)
    assert kept(settings) == [folder / made.digest]


@pytest.mark.trust("T23")
def test_empty_and_large_files_are_refused_with_the_limit(send: Any, settings: Any) -> None:
    with pytest.raises(Refusal, match="这是一个空文件,请重新选择。"):
        send("空.pdf", b"")
    settings.FILE_UPLOAD_MAX_BYTES = 1024 * 1024
    fits = factories.PDF[:-6] + b" " * (1024 * 1024 - len(factories.PDF)) + b"%%EOF\n"
    assert send("正好.pdf", fits).size == 1024 * 1024
    with pytest.raises(Refusal, match="文件超过 1 MB,请压缩或分成几个文件后上传。"):
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
    with pytest.raises(Refusal, match="服务器暂时无法保存附件,请稍后再试;已填内容不受影响。"):
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
