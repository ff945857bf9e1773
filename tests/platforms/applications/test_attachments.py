"""Files: kept under a name of our own; what a file may be is proved in test_filetypes."""

import shlex
import stat
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from platforms import stored_files
from platforms.applications.queries.forms import check_code, content_of, digest_of, form_data
from platforms.applications.services import attachments, filing, fill_links
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal
from platforms.models import Application, Attachment, AuditEvent, Round, User
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
    with stored_files.open(made.stored_name) as file:
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
        ("炸弹.docx", factories.office_file(word__x___xml=b"0" * 30_000_000), "文件“炸弹.docx”展开后过大（29 MB）"),
        ("名单.csv", b"a,b", "不能上传“名单.csv”：仅支持 docx、jpg、pdf、png、xlsx 格式。"),
        ("图.svg", b"<svg/>", "不能上传“图.svg”：仅支持 docx、jpg、pdf、png、xlsx 格式。"),
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


def replaced(old: Attachment, name: str, content: bytes, by: User, at: datetime) -> Attachment:
    return attachments.replace_file(attachment=old, upload=factories.upload(name, content), by=by, at=at)


def test_a_newer_file_keeps_the_older_one(send: Any, settings: Any, yinzhou: User, now: datetime) -> None:
    old = send("旧.pdf", factories.PDF, "venue")
    new = replaced(old, "新.docx", factories.office_file(), yinzhou, now)
    old.refresh_from_db()
    assert (new.kind, new.replaces, new.replaced_at, old.replaced_at) == ("venue", old, None, now)
    assert len(kept(settings)) == 2
    assert [file["shown_name"] for file in form_data(new.application)["attachments"]] == ["新.docx"]
    event = AuditEvent.objects.first()
    assert (event.verb, event.changes) == ("替换附件", {"场地证明": ["旧.pdf", "新.docx"]})
    with pytest.raises(Gone, match=r"^“旧.pdf”已被删除或替换，新文件没有保存，请刷新页面后查看。$"):
        replaced(old, "再.pdf", factories.PDF + b"%%EOF", yinzhou, now)
    with pytest.raises(Refusal, match=r"^“旧.pdf”已被新文件替换，作为历史文件保留，不能删除。$"):
        attachments.remove(attachment=old, by=yinzhou, at=now)
    # What went out of use may come into use again.
    assert replaced(new, "旧.pdf", factories.PDF, yinzhou, now).digest == old.digest
    with pytest.raises(Refusal, match=r"^这个文件已作为场地证明上传过。$"):
        send("旧.pdf", factories.PDF, "venue")


def test_the_older_file_outlives_the_newer_one(send: Any, settings: Any, yinzhou: User, now: datetime) -> None:
    old = send("旧.pdf", factories.PDF, "venue")
    new = replaced(old, "新.pdf", factories.PDF + b"%%EOF", yinzhou, now)
    with TestCase.captureOnCommitCallbacks(execute=True):
        attachments.remove(attachment=new, by=yinzhou, at=now)
    assert [path.name for path in kept(settings)] == [old.digest]
    assert list(old.application.attachments.values_list("shown_name", "replaced_at")) == [("旧.pdf", now)]
    with pytest.raises(Gone, match=r"^“新.pdf”已被删除或替换"):
        replaced(new, "再.pdf", factories.PDF + b"1%%EOF", yinzhou, now)


def test_a_replacement_fits_where_a_further_file_does_not(send: Any, yinzhou: User, now: datetime) -> None:
    for number in range(attachments.MOST_FILES):
        last = send(f"{number}.pdf", factories.PDF + str(number).encode())
    assert replaced(last, "换.pdf", factories.PDF + b"%%EOF", yinzhou, now).shown_name == "换.pdf"


def test_a_rule_file_says_which_rule_it_is(draft: Application, yinzhou: User, now: datetime) -> None:
    def add(rule: str, kind: str = "rule") -> Attachment:
        upload = factories.upload("制度.pdf")
        return attachments.add(application=draft, kind=kind, rule_kind=rule, upload=upload, by=yinzhou, at=now)

    assert add("fees").rule_kind == "fees"
    assert AuditEvent.objects.first().changes == {"管理制度文件：收费标准": [None, "制度.pdf"]}
    with pytest.raises(Refusal, match=r"^这个文件已作为管理制度文件：收费标准上传过。$"):
        add("fees")
    assert add("process").rule_kind == "process"
    assert add("").rule_kind == ""
    for rule, kind in (("nonsense", "rule"), ("fees", "venue")):
        with pytest.raises(Refusal, match=r"^请选择附件的类别。$"):
            add(rule, kind)


@pytest.mark.clause("N17")
def test_a_stamped_scan_remembers_what_the_form_said(
    send: Any, draft: Application, yinzhou: User, now: datetime
) -> None:
    scan = send("盖章.pdf", factories.PDF, "stamped")
    before = form_data(draft)
    assert scan.form_digest == digest_of(content_of(before))
    assert [file["stale"] for file in before["attachments"]] == [False]
    # Another scan changes nothing of what is sealed; another paper does.
    send("盖章2.pdf", factories.PDF + b"%%EOF", "stamped")
    assert check_code(form_data(draft)) == check_code(before)
    other = send("场地.pdf", factories.PDF, "venue")
    changed = form_data(draft)
    assert check_code(changed) != check_code(before)
    assert [file.get("stale") for file in changed["attachments"]] == [True, True, None]
    attachments.remove(attachment=other, by=yinzhou, at=now)
    assert [file["stale"] for file in form_data(draft)["attachments"]] == [False, False]
    applications.save_section(
        application=draft, section="platform", values={"address": "新路1号"}, version=draft.version, by=yinzhou, at=now
    )
    draft.refresh_from_db()
    assert [file["stale"] for file in form_data(draft)["attachments"]] == [True, True]
    # Scans from before this was kept cannot be told to be stale.
    draft.attachments.update(form_digest="")
    assert [file["stale"] for file in form_data(draft)["attachments"]] == [False, False]


@pytest.mark.trust("T23")
def test_a_person_has_a_quota_for_the_day_and_so_has_a_unit(
    draft: Application, yinzhou: User, yinzhou2: User, now: datetime, settings: Any
) -> None:
    settings.UPLOADS_PER_DAY = 2

    def add(name: str, by: User | None = yinzhou, at: datetime = now) -> None:
        upload = factories.upload(name, factories.PDF + name.encode() + b"%%EOF")
        actor = "" if by else "填报单位：测试中心"
        attachments.add(application=draft, kind="other", upload=upload, by=by, at=at, actor=actor)

    add("1.pdf")
    add("2.pdf")
    said = r"^今天已上传 2 个文件，达到每日上限，请明天再上传。$"
    with pytest.raises(Refusal, match=said):
        add("3.pdf")
    add("4.pdf", yinzhou2)
    # The day is that of Ningbo: it is 10 o'clock there.
    with pytest.raises(Refusal, match=said):
        add("5.pdf", at=now + timedelta(hours=13, minutes=59))
    add("6.pdf", at=now + timedelta(hours=14))
    fill_links.issue(application=draft, recipient="测试中心", days=7, by=yinzhou, at=now)
    add("7.pdf", None)
    add("8.pdf", None)
    with pytest.raises(Refusal, match=said):
        add("9.pdf", None)


@pytest.mark.trust("T23")
def test_an_application_holds_so_many_bytes_with_its_older_files(
    send: Any, yinzhou: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 1024 * 1024)
    padding = b" " * 600_000 + b"%%EOF"
    first = send("一.pdf", factories.PDF + padding)
    with pytest.raises(Refusal, match=r"^每份申报表的附件（含历史文件）共不超过 1 MB，放不下“二.pdf”。$"):
        replaced(first, "二.pdf", factories.PDF + b"2" + padding, yinzhou, now)


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Any:
    """A function that puts a scanner in place which does what the Python ``code`` says."""

    def install(code: str) -> None:
        script = tmp_path / "scan.py"
        script.write_text(f"import sys\npath = sys.argv[-1]\n{code}\n")
        settings.SCANNER = [*shlex.split(f"{sys.executable} -S"), str(script), "--quiet"]

    return install


LATER = "病毒检查暂时不可用，文件“证明.pdf”没有保存，请稍后再试或告知系统管理员。"


@pytest.mark.trust("T21")
def test_a_file_is_kept_once_the_scanner_has_passed_it(send: Any, scanner: Any, tmp_path: Path) -> None:
    scanner(f"open({str(tmp_path / 'seen')!r}, 'wb').write(open(path, 'rb').read())")
    made = send("证明.pdf", factories.PDF)
    assert (tmp_path / "seen").read_bytes() == factories.PDF
    with stored_files.open(made.stored_name) as file:
        assert file.read() == factories.PDF


@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("sys.exit(1)", "文件“证明.pdf”没有通过病毒检查，没有保存。请用杀毒软件检查这台电脑后重新上传。"),
        ("sys.exit(2)", LATER),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", LATER),
        ("import signal; signal.pause()", LATER),
    ],
    ids=["infected", "in trouble", "killed", "silent"],
)
def test_a_file_that_the_scanner_has_not_passed_is_not_kept(
    send: Any, settings: Any, scanner: Any, code: str, sentence: str
) -> None:
    settings.SCANNER_SECONDS = 1 if "pause" in code else 30
    scanner(code)
    with pytest.raises(Refusal) as refused:
        send("证明.pdf", factories.PDF)
    assert str(refused.value) == sentence
    assert (kept(settings), Attachment.objects.count()) == ([], 0)


@pytest.mark.trust("T21")
@pytest.mark.parametrize("command", ["/nowhere/scanner", "/etc/hostname"])
def test_a_scanner_that_is_down_means_not_accepted(send: Any, settings: Any, command: str) -> None:
    settings.SCANNER = [command]
    with pytest.raises(Refusal) as refused:
        send("证明.pdf", factories.PDF)
    assert str(refused.value) == LATER


@pytest.mark.trust("T43")
def test_a_full_folder_for_passing_files_to_the_scanner_means_not_accepted(
    send: Any, settings: Any, scanner: Any, tmp_path: Path
) -> None:
    scanner("sys.exit(0)")
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "gone")
    with pytest.raises(Refusal) as refused:
        send("证明.pdf", factories.PDF)
    assert str(refused.value) == LATER


def test_nobody_makes_the_server_judge_files_for_what_is_not_theirs(
    draft: Application, cixi: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "platforms.applications.services.attachments.inspect", lambda *_, **__: pytest.fail("looked at")
    )
    with pytest.raises(Refusal, match=r"^您没有办理这份申报表的权限。$"):
        attachments.add(application=draft, kind="other", upload=factories.upload(), by=cixi, at=now)
    Application.objects.filter(pk=draft.pk).delete()
    with pytest.raises(Gone, match=r"^这份申报表已被删除。$"):
        attachments.add(application=draft, kind="other", upload=factories.upload(), by=cixi, at=now)


def test_files_and_folders_are_their_owners_only(send: Any, settings: Any) -> None:
    send("证明.pdf", factories.PDF)
    [path] = kept(settings)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert modes == [0o600, 0o700]
