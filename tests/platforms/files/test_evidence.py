"""Proofs: judged by content, kept under their subject, counted per subject and day, never seen across regions."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms import stored_files
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import counts_of, files_of, files_of_all
from platforms.files.services import evidence
from platforms.models import AuditEvent, EvidenceFile, Region, User
from tests import factories

pytestmark = pytest.mark.django_db
TASK = EvidenceKind.TASK


def add(by: User, region: Region | None, at: datetime, content: bytes = factories.PDF, **more: Any) -> EvidenceFile:
    values: dict[str, Any] = {"kind": TASK, "key": 7, "upload": factories.upload(content=content)} | more
    return evidence.add(region=region, by=by, at=at, **values)


def asked(client: Client, address: str) -> Any:
    """The answer at the address of a file, read to its end."""
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)
    return answer


def refusal(*args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refused:
        add(*args, **more)
    return str(refused.value)


def test_a_proof_is_kept_under_its_subject_and_written_down(
    yinzhou: User, regions: dict[str, Region], now: datetime
) -> None:
    made = add(yinzhou, regions["330212"], now, note=" 签到表 ")
    assert made.stored_name == f"evidence/task/7/{made.digest}"
    assert stored_files.read(made.stored_name) == factories.PDF
    assert (made.note, made.shown_name, made.media_type) == ("签到表", "证明.pdf", "application/pdf")
    event = AuditEvent.objects.latest("serial")
    assert (event.verb, event.object_code, event.changes) == (
        "上传佐证材料",
        "task:7",
        {"阶段任务": [None, "证明.pdf"]},
    )
    assert files_of(TASK, 7) == [made]
    assert files_of_all(TASK, [7, 8]) == {7: [made]}
    assert counts_of(TASK, [7, 8]) == {7: 1}
    assert files_of(EvidenceKind.LINK, 7) == []


def test_nobody_proves_something_for_another_region(
    yinzhou: User, city: User, finance: User, regions: dict[str, Region], now: datetime
) -> None:
    no = "您没有为这项工作上传佐证材料的权限。"
    assert refusal(yinzhou, regions["330282"], now) == no
    assert refusal(yinzhou, None, now) == no
    assert refusal(finance, regions["330212"], now) == no
    assert add(city, regions["330212"], now).uploaded_by == city
    assert add(city, None, now, key=8).region is None


@pytest.mark.trust("T21")
def test_what_is_no_proof_is_refused_and_leaves_nothing(
    yinzhou: User, regions: dict[str, Region], now: datetime, settings: Any
) -> None:
    here = regions["330212"]
    assert refusal(yinzhou, here, now, upload=factories.upload("a.pdf", b"")) == "文件“a.pdf”是空的，请检查后重新上传。"
    assert (
        refusal(yinzhou, here, now, upload=factories.upload("a.pdf", b"<html>"))
        == "文件“a.pdf”的内容不是 pdf 格式，或已损坏，请检查后重新上传。"
    )
    assert refusal(yinzhou, here, now, note="字" * 81) == "“说明”最多 80 个字，现为 81 个字。"
    assert not (Path(settings.MEDIA_ROOT) / "evidence").exists()
    with pytest.raises(ValueError, match="no evidence of kind 'x'"):
        add(yinzhou, here, now, kind="x")


@pytest.mark.trust("T23")
def test_a_subject_and_a_day_hold_so_many(
    yinzhou: User, regions: dict[str, Region], now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = regions["330212"]
    add(yinzhou, here, now)
    assert refusal(yinzhou, here, now) == "文件“证明.pdf”已经上传过，不必重复上传。"
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    assert refusal(yinzhou, here, now, factories.PNG, upload=factories.upload("现场.png", factories.PNG)) == (
        "每项最多上传 1 个佐证材料，“现场.png”没有保存。"
    )
    monkeypatch.setattr(evidence, "MOST_FILES", 9)
    monkeypatch.setattr(evidence, "MOST_BYTES", 60)
    other = factories.PDF + b"\n%%EOF\n"
    assert refusal(yinzhou, here, now, other) == "每项的佐证材料共不超过 0 MB，放不下“证明.pdf”。"
    settings.UPLOADS_PER_DAY = 1
    assert refusal(yinzhou, here, now, key=8) == "今天已上传 1 个文件，达到每日上限，请明天再上传。"


def test_a_full_disk_and_a_failed_save_leave_nothing_behind(
    yinzhou: User, regions: dict[str, Region], now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def full(*_: Any) -> str:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(stored_files, "keep", full)
        sentence = refusal(yinzhou, regions["330212"], now)
    assert sentence == "服务器暂时无法保存文件，请稍后再试；已填内容不受影响。"

    def broken(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(evidence.audit, "record", broken)
    with pytest.raises(RuntimeError):
        add(yinzhou, regions["330212"], now)
    assert [each for each in (Path(settings.MEDIA_ROOT) / "evidence").rglob("*") if each.is_file()] == []


def test_one_sees_the_files_of_the_own_region_only_and_nothing_in_them_runs(
    yinzhou: User, cixi: User, city: User, finance: User, regions: dict[str, Region], client: Client
) -> None:
    made = add(yinzhou, regions["330212"], timezone.now())
    cities = add(city, None, timezone.now(), key=9)
    answers = {}
    for person in (yinzhou, cixi, city, finance):
        client.force_login(person)
        answers[person.username] = [
            asked(client, reverse("desk:evidence", args=[each.pk])).status_code for each in (made, cities)
        ]
    assert answers == {"yinzhou": [200, 404], "cixi": [404, 404], "city": [200, 200], "finance": [403, 403]}
    client.force_login(city)
    saved = asked(client, reverse("desk:evidence", args=[made.pk]))
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown = asked(client, reverse("desk:evidence", args=[made.pk]) + "?view=1")
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff"
    stored_files.drop(made.stored_name)
    assert asked(client, reverse("desk:evidence", args=[made.pk])).status_code == 404


@pytest.mark.trust("T42")
def test_proofs_without_a_file_and_files_without_a_row_are_found(
    yinzhou: User, regions: dict[str, Region], now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    made = add(yinzhou, regions["330212"], now)
    stored_files.keep("evidence/task/7/" + "f" * 64, b"half")
    call_command("orphan_files", "--hours", "-1")
    assert capsys.readouterr().out == f"没有记录的文件：evidence/task/7/{'f' * 64}（4 字节）\n"
    stored_files.drop(made.stored_name)
    with pytest.raises(CommandError):
        call_command("orphan_files")
    assert capsys.readouterr().err == f"缺少文件：阶段任务 7“证明.pdf”（{made.stored_name}）\n"
