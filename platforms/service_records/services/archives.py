"""Old service records out of the tables into a file, and back again; what is counted from them stays.

The file is compressed JSON lines: a head, the records (cancelled ones too), and what records said before they were
corrected. Its SHA-256 is noted. Records that something else names (a call, a case) and all enterprises stay.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import RecordArchive, ServiceRecord, ServiceRecordPast
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services import store as service_store
from platforms.service_records.services.records import archived_before

FORMAT = "ningbo-service-records-1"
_AT_ONCE = 2_000
_RECORD, _PAST = "record", "past"


@dataclass(frozen=True)
class Content:
    """What a file holds, after every line was read and its numbers agree with its head."""

    ends_before: date
    records: int
    past_versions: int
    digest: str


def archive(*, ends_before: date, path: Path, at: datetime, actor: str) -> RecordArchive:
    """Write the records of the days before ``ends_before`` to ``path``, read the file again, then remove them.

    Raises:
        Refusal: not a 1 January, not later than what is archived already, the file is there, nothing to archive, or
            the rollups do not agree with the records, which could not be mended afterwards.
    """
    if (ends_before.month, ends_before.day) != (1, 1):
        raise Refusal("归档以整年为单位，日期须为某年 1 月 1 日。")
    if path.exists():
        raise Refusal("文件已经存在，不会覆盖，请换一个文件名。")
    with transaction.atomic():
        service_store.lock_all()
        if ends_before <= archived_before():
            raise Refusal(f"{archived_before().isoformat()} 以前的服务记录已经归档。")
        if service_recount.differences(most=1):
            raise Refusal("统计与服务记录不一致，请先用 manage.py rollup --check 核对。")
        rows = _leaving(ends_before)
        records, past = rows.count(), ServiceRecordPast.objects.filter(record__in=rows).count()
        if not records:
            raise Refusal("没有可以归档的服务记录。")
        head = {"format": FORMAT, "ends_before": ends_before, "records": records, "past": past}
        _write(path, head, rows)
        # What cannot be read back is not removed.
        content = read(path)
        made = RecordArchive.objects.create(
            ends_before=ends_before, file_name=path.name, digest=content.digest, records=records, past_versions=past,
            archived_at=at,
        )  # fmt: skip
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for part in service_store.parts(keys):
            below = ServiceRecordPast.objects.filter(record__in=part)
            below._raw_delete(below.db)
            gone = ServiceRecord.objects.filter(pk__in=part)
            gone._raw_delete(gone.db)
        audit.record(
            verb="归档服务记录", by=None, at=at, actor=actor, code=path.name,
            reason=f"{ends_before.isoformat()} 以前 {records} 条，校验值 {content.digest}",
        )  # fmt: skip
    return made


def read(path: Path) -> Content:
    """Read a file to its end and return what it holds.

    Raises:
        Refusal: it is no archive, it is damaged, or it does not hold what its head says.
    """
    counts = {_RECORD: 0, _PAST: 0}
    lines = _lines(path)
    head = next(lines, {})
    if head.get("format") != FORMAT:
        raise Refusal("这不是服务记录的归档文件。")
    for line in lines:
        counts[line["kind"]] += 1
    if (counts[_RECORD], counts[_PAST]) != (head["records"], head["past"]):
        raise Refusal("归档文件不完整。")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Content(date.fromisoformat(head["ends_before"]), counts[_RECORD], counts[_PAST], digest)


def restore(*, path: Path, at: datetime, actor: str) -> RecordArchive:
    """Put the records of the file back as they were, under their old keys.

    Raises:
        Refusal: as :func:`read` does; the file is not the one that was noted; a later archive must come back first.
    """
    content = read(path)
    with transaction.atomic():
        service_store.lock_all()
        last = RecordArchive.objects.filter(read_back_at__isnull=True).order_by("-ends_before").first()
        if last is None or last.digest != content.digest:
            raise Refusal("这不是最近一次归档的文件；多次归档的，须从最近一次起依次恢复。")
        lines = _lines(path)
        next(lines)
        kinds: dict[str, type[models.Model]] = {_RECORD: ServiceRecord, _PAST: ServiceRecordPast}
        waiting: dict[str, list[models.Model]] = {_RECORD: [], _PAST: []}
        for line in lines:
            model = kinds[line["kind"]]
            waiting[line["kind"]].append(_row(model, line["row"]))
            if len(waiting[line["kind"]]) >= _AT_ONCE:
                _put_back(model, waiting[line["kind"]])
        for kind, rows in waiting.items():
            _put_back(kinds[kind], rows)
        last.read_back_at = at
        last.save(update_fields=["read_back_at"])
        audit.record(
            verb="恢复归档的服务记录", by=None, at=at, actor=actor, code=path.name, reason=f"{content.records} 条"
        )
    return last


def _leaving(ends_before: date) -> QuerySet[ServiceRecord]:
    """Return the records before a day that nothing but their own past names."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.filter(served_on__lt=ends_before)
    for relation in ServiceRecord._meta.related_objects:
        if relation.related_model is not ServiceRecordPast:
            naming = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(naming))
    return rows


def _write(path: Path, head: dict[str, Any], rows: QuerySet[ServiceRecord]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    past = ServiceRecordPast.objects.filter(record__in=rows)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.write(f"{json.dumps(head, cls=DjangoJSONEncoder)}\n")
        for kind, found in ((_RECORD, rows), (_PAST, past)):
            for row in found.order_by("pk").values().iterator(chunk_size=_AT_ONCE):
                line = {"kind": kind, "row": row}
                # Moments to the microsecond, which Django's encoder cuts.
                file.write(f"{json.dumps(line, ensure_ascii=False, default=_plain)}\n")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise Refusal("归档文件读不出来，可能已损坏。") from error


def _row(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in values.items()})


def _put_back(model: type[models.Model], rows: list[models.Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=500)
    rows.clear()
