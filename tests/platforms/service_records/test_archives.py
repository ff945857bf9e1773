"""Old records leave into a file and come back as they were; what is counted from them stays."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from platforms.errors import Refusal
from platforms.models import (
    AuditEvent,
    Platform,
    PlatformMonth,
    PlatformReach,
    RecordArchive,
    ServiceRecord,
    ServiceRecordPast,
    User,
)
from platforms.service_records.services import archives as record_archives
from platforms.service_records.services import records as service_records
from platforms.service_records.services import recount as service_recount
from tests.platforms.service_records.cast import AT, platform, row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]
DAY = date(2026, 1, 1)


def send(city: User, *rows: dict[str, Any]) -> service_records.Outcome:
    return service_records.take_in(rows=rows, source="hand:HY", platforms=Platform.objects.all(), by=city, at=AT)


@pytest.fixture
def old(regions: Any, city: User) -> list[dict[str, Any]]:
    """Four of 2025 (one corrected, one cancelled), one of 2026."""
    platform(regions["330212"])
    rows = [row(number, served_on=f"2025-0{number}-15", fee="1.10", satisfaction=4) for number in range(1, 5)]
    send(city, *rows, row(9))
    rows[0]["fee"] = "2.20"
    send(city, rows[0])
    cancelled = ServiceRecord.objects.get(external_id="FW-2")
    service_records.cancel(record=cancelled, reason="误报", by=city, at=AT)
    return rows


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (ServiceRecord, ServiceRecordPast)]


def counted() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (PlatformMonth, PlatformReach)]


def test_there_and_back(old: list[dict[str, Any]], city: User, tmp_path: Path) -> None:
    file, out = tmp_path / "2025.jsonl.gz", StringIO()
    before, numbers = everything(), counted()
    call_command("archive_records", "--round", "2025", "--to", str(file), stdout=out)
    made = RecordArchive.objects.get()
    assert out.getvalue() == f"已归档服务记录 4 条、旧内容 1 条，校验值 {made.digest}，请另行留存。\n"
    assert (made.ends_before, made.records, made.past_versions, made.file_name) == (DAY, 4, 1, "2025.jsonl.gz")
    assert list(ServiceRecord.objects.values_list("external_id", flat=True)) == ["FW-9"]
    assert not ServiceRecordPast.objects.exists()
    assert counted() == numbers
    assert service_recount.differences() == ()
    service_recount.rebuild()
    assert [len(table) for table in counted()] == [len(table) for table in numbers]
    assert [each.message for each in send(city, *old).rejected] == [
        "2026-01-01 以前的服务记录已归档，不能再登记或更正。"
    ] * 4
    call_command("archive_records", "--verify", str(file), stdout=out)
    assert out.getvalue().splitlines()[1] == (
        f"归档文件完整：2026-01-01 以前的服务记录 4 条、旧内容 1 条，校验值 {made.digest}。"
    )
    call_command("archive_records", "--read", str(file), stdout=out)
    assert out.getvalue().splitlines()[2] == "已恢复服务记录 4 条、旧内容 1 条。"
    assert everything() == before
    assert service_recount.differences() == ()
    assert send(city, old[0], old[2]).unchanged == 2
    assert list(AuditEvent.objects.order_by("-serial").values_list("verb", flat=True)[:2]) == [
        "恢复归档的服务记录", "归档服务记录",
    ]  # fmt: skip


def test_what_is_damaged_or_foreign_is_not_read(old: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "2025.jsonl.gz"
    record_archives.archive(ends_before=DAY, path=file, at=AT, actor="命令行")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="归档文件读不出来，可能已损坏。"):
        call_command("archive_records", "--read", str(file))
    other = tmp_path / "other.gz"
    other.write_bytes(b"no archive")
    with pytest.raises(CommandError, match="归档文件读不出来，可能已损坏。"):
        call_command("archive_records", "--verify", str(other))
    file.write_bytes(whole)
    RecordArchive.objects.update(digest="x")
    with pytest.raises(Refusal, match="这不是最近一次归档的文件"):
        record_archives.restore(path=file, at=AT, actor="命令行")
    assert ServiceRecord.objects.count() == 1


def test_what_is_refused(old: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "records.gz"
    for day, sentence in (
        (date(2026, 2, 1), "归档以整年为单位，日期须为某年 1 月 1 日。"),
        (date(2025, 1, 1), "没有可以归档的服务记录。"),
    ):
        with pytest.raises(Refusal, match=sentence):
            record_archives.archive(ends_before=day, path=file, at=AT, actor="命令行")
    PlatformMonth.objects.update(records=7)
    with pytest.raises(Refusal, match="统计与服务记录不一致"):
        record_archives.archive(ends_before=DAY, path=file, at=AT, actor="命令行")
    service_recount.rebuild()
    file.touch()
    with pytest.raises(Refusal, match="文件已经存在，不会覆盖，请换一个文件名。"):
        record_archives.archive(ends_before=DAY, path=file, at=AT, actor="命令行")
    file.unlink()
    record_archives.archive(ends_before=DAY, path=file, at=AT, actor="命令行")
    with pytest.raises(Refusal, match="2026-01-01 以前的服务记录已经归档。"):
        record_archives.archive(ends_before=DAY, path=tmp_path / "again.gz", at=AT, actor="命令行")


def test_the_past_is_removed_in_no_other_way(old: list[dict[str, Any]]) -> None:
    for statement in ("DELETE FROM platforms_servicerecordpast", "UPDATE platforms_servicerecordpast SET reason = 'x'"):
        with (
            pytest.raises(DatabaseError, match="服务记录的旧内容不得修改或删除"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
