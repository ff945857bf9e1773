"""What a crash leaves behind on disk or in the database is found, and only what nothing names is deleted."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import TestCase

from platforms import stored_files
from platforms.applications.queries import orphans
from platforms.applications.services import attachments, filing
from platforms.models import Application, Round, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T42")]
LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("orphan_files", *options, stdout=out, stderr=out)
    return out.getvalue()


def add(draft: Application, name: str = "证明.pdf", content: bytes = factories.PDF) -> Any:
    upload = factories.upload(name, content)
    return attachments.add(application=draft, kind="venue", upload=upload, by=draft.created_by, at=draft.created_at)


class Crash(BaseException):
    """Something that no code catches: the power is gone."""


@transaction.atomic
def crash_before_commit(draft: Application) -> None:
    add(draft)
    raise Crash


def test_a_crash_between_file_and_commit_leaves_a_file_that_is_found_and_deleted(
    draft: Application, settings: Any
) -> None:
    stored_name = f"attachments/{draft.pk}/{hashlib.sha256(factories.PDF).hexdigest()}"
    with pytest.raises(Crash):
        crash_before_commit(draft)
    assert not draft.attachments.exists()
    assert orphans.find(before=LATER) == orphans.Orphans(((stored_name, len(factories.PDF)),), ())
    # A file of today may belong to an upload that is not over yet.
    assert run() == "附件目录与数据库一致。\n"
    assert run("--hours=-1") == f"没有记录的文件：{stored_name}（{len(factories.PDF)} 字节）\n"
    assert run("--delete", "--hours=-1") == f"已删除：{stored_name}（{len(factories.PDF)} 字节）\n"
    assert run("--hours=-1") == "附件目录与数据库一致。\n"


def test_a_process_killed_while_it_writes_leaves_only_what_the_command_deletes(
    draft: Application, settings: Any
) -> None:
    """A real process, ended by the kernel between writing aside and putting in place."""
    script = (
        "import os, signal, sys\n"
        "from django.conf import settings\n"
        f"settings.configure(MEDIA_ROOT={str(settings.MEDIA_ROOT)!r}, STORAGES={settings.STORAGES!r})\n"
        "from platforms import stored_files\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"stored_files.keep(stored_files.name_of({draft.pk}, 'f' * 64), b'half')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).resolve().parents[3])
    assert done.returncode == -9
    [(name, _)] = orphans.find(before=LATER).files
    assert name.startswith(f"attachments/{draft.pk}/.")
    run("--delete", "--hours=-1")
    assert orphans.find(before=LATER) == orphans.Orphans((), ())
    assert add(draft).stored_name.startswith(f"attachments/{draft.pk}/")


def test_a_failure_after_the_file_was_written_takes_it_back(
    draft: Application, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = add(draft, "先有.pdf")

    def broken(**_facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("platforms.audit.services.audit.record", broken)
    with pytest.raises(RuntimeError):
        add(draft, "后来.pdf", factories.PDF + b"%%EOF")
    with pytest.raises(RuntimeError):
        attachments.add(
            application=draft, kind="other", upload=factories.upload(), by=draft.created_by, at=draft.created_at
        )
    # The second had the content of a file that was there before: that one stays.
    assert orphans.find(before=LATER).files == ()
    assert stored_files.read(kept.stored_name) == factories.PDF


def test_a_row_without_its_file_ends_the_command_with_an_error(draft: Application) -> None:
    made = add(draft)
    stored_files.drop(made.stored_name)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^有 1 条记录缺少文件，请从备份恢复附件目录。$"):
        call_command("orphan_files", "--delete", stdout=out, stderr=out)
    assert out.getvalue() == f"缺少文件：{draft.number}“证明.pdf”（{made.stored_name}）\n"
    assert draft.attachments.count() == 1


def test_what_a_version_names_is_no_orphan(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    filing.return_for_correction(application=sent, reason="请更换", by=city, at=now)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for file in sent.attachments.all():
            attachments.remove(attachment=file, by=yinzhou, at=now)
    assert sent.attachments.count() == 0
    found = orphans.find(before=LATER)
    assert [name for name, _ in found.files if name.startswith("attachments/")] == []
    # One that came and went after the return was never part of anything: it goes at once.
    with TestCase.captureOnCommitCallbacks(execute=True):
        attachments.remove(attachment=add(sent, "多余.pdf", factories.PDF + b"%%EOF"), by=yinzhou, at=now)
    assert orphans.find(before=LATER) == found


def test_older_files_and_other_folders_are_left_alone(draft: Application, settings: Any) -> None:
    old = add(draft)
    attachments.replace_file(
        attachment=old,
        upload=factories.upload("新.pdf", factories.PDF + b"%%EOF"),
        by=draft.created_by,
        at=draft.created_at,
    )
    other = Path(settings.MEDIA_ROOT) / "elsewhere"
    other.mkdir()
    (other / "x").write_bytes(b"x")
    assert orphans.find(before=LATER) == orphans.Orphans((), ())


def test_a_link_in_the_folder_is_named_and_what_it_points_to_stays(draft: Application, settings: Any) -> None:
    made = add(draft)
    outside = Path(settings.MEDIA_ROOT).parent / "outside"
    outside.write_bytes(b"secret")
    link = factories.on_disk(made.stored_name).with_name("link")
    os.symlink(outside, link)
    run("--delete", "--hours=-1")
    assert (link.is_symlink(), outside.read_bytes()) == (False, b"secret")
