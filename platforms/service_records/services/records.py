"""Service records (二·(三)): taken in by the interface, from a workbook or by hand, corrected, cancelled.

The identity of a record is its source and its external number. The same again changes nothing; something else under
them is a correction, which keeps the old content. A cancelled record that is sent again is refused: what was taken
back by a person is not brought back by a machine. The name of an enterprise is no content of a record: the table of
enterprises keeps the name as first given, and as given with the last record that was new or corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platforms.applications.queries.standings import operations
from platforms.applications.services.operation import NOT_IN_OPERATION
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Platform, RecordArchive, ServiceRecord, ServiceRecordPast, User
from platforms.service_records import rules as service_records
from platforms.service_records.rules import EARLIEST, Checked, RecordIn
from platforms.service_records.services import rollup as service_rollup
from platforms.service_records.services import store as service_store
from platforms.service_records.services.rollup import Change
from platforms.service_records.services.store import Fresh, Stored
from platforms.text import clean_text

NO_SUCH_PLATFORM = "没有这个平台编号，或者该平台不在可报送的范围之内。"
_NOT_LOGGED = {"external_id", "enterprise_name", "enterprise_code", "summary", "served_by"}
CANCELLED = "这条记录已经作废，不能再次报送；确需登记的，请使用新的来源编号。"


class Rejected(NamedTuple):
    """A row that was not kept: its place from 0 on, its external number, and the first field that is wrong."""

    index: int  # type: ignore[assignment]  # the name is the contract's
    external_id: str
    field: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """How many rows were new, corrections, or there already, and which were not kept and why."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]


@transaction.atomic
def take_in(
    *,
    rows: Sequence[Mapping[str, Any] | RecordIn],
    source: str,
    platforms: QuerySet[Platform],
    by: User | None,
    actor: str = "",
    at: datetime,
) -> Outcome:
    """Keep the good ones of ``rows`` and name the bad ones; the same again changes nothing.

    Twice the same number in one call: the same content counts as unchanged, another content is refused.

    Args:
        source: who holds the numbers: ``platform:CODE`` or ``region:CODE`` for a token, ``excel:CODE`` or ``hand:CODE``
            with the code of the region (``HY`` for the city) for what an officer brings.
        platforms: those that may be filed for; any other, known or not, is refused with one sentence.
        by: the officer; None for a token, which ``actor`` then names in the log.

    Raises:
        Refusal: the officer may not enter records at all.
    """
    if by is not None and not by.has_perm("platforms.add_servicerecord"):
        raise Refusal("您没有登记服务记录的权限。")
    service_store.lock_source(source)
    good, rejected, places = _read(rows, platforms, at)
    before = service_store.stored(source, list(good))
    fresh: list[Checked] = []
    changed: list[tuple[Stored, Checked]] = []
    unchanged = 0
    for number, (index, says, repeats) in good.items():
        old = before.get(number)
        if old is not None and old.cancelled:
            rejected.append(Rejected(index, number, "external_id", CANCELLED))
            continue
        unchanged += repeats
        if old is None:
            fresh.append(says)
        elif _same(old.says, says):
            unchanged += 1
        else:
            changed.append((old, says))
    if fresh or changed:
        _write(fresh, changed, places, source=source, by=by, actor=actor, reason="", at=at)
        audit.record(
            verb="登记服务记录", by=by, at=at, code=source, actor=actor,
            reason=f"新增 {len(fresh)} 条，更正 {len(changed)} 条，未变 {unchanged} 条，未收 {len(rejected)} 条",
        )  # fmt: skip
    return Outcome(len(fresh), len(changed), unchanged, tuple(sorted(rejected)))


@transaction.atomic
def correct(
    *,
    record: ServiceRecord,
    values: Mapping[str, Any],
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> ServiceRecord:
    """Let ``record`` say something else; ``values`` by the names of :class:`RecordIn`, those left out stay.

    Raises:
        Refusal: ``by`` may not, a value is wrong (``refusal.field`` names it), no reason, nothing changes.
        Gone: it was cancelled. StaleVersion: it is not ``version`` any more.
    """
    reason = clean_text("更正理由", reason, most=200, required=True)
    old = _locked(record, by)
    check_seen(old.version, version, "这条记录刚被更正过，请核对后再改。")
    given = old.says._asdict()
    given["fee"] = service_records.yuan(given.pop("fen"))
    given |= {name: value for name, value in values.items() if name != "external_id"}
    says, problems = service_records.check(given, today=timezone.localdate(at), archived_before=archived_before())
    if says is None:
        raise Refusal.of(*problems[0])
    places = _places(Platform.objects.visible_to(by), {says.platform})
    if says.platform not in places:
        raise Refusal.of("platform", NO_SUCH_PLATFORM)
    # What was taken in is corrected as ever; only another platform or day is asked about anew.
    moved = (says.platform, says.served_on) != (old.says.platform, old.says.served_on)
    key = places[says.platform][0]
    if moved and not operations([key])[key].may_have_served(says.served_on):
        raise Refusal.of("served_on", NOT_IN_OPERATION)
    if _same(old.says, says) and old.says.enterprise_name == says.enterprise_name:
        raise Refusal("内容没有变化，不需要更正。")
    _write([], [(old, says)], places, source=record.source, by=by, actor="", reason=reason, at=at)
    audit.record(
        verb="更正服务记录", by=by, at=at, target=record, code=record.source, reason=reason,
        changes=audit.differences(in_words(old.says), in_words(says)),
    )  # fmt: skip
    record.refresh_from_db()
    return record


@transaction.atomic
def cancel(*, record: ServiceRecord, reason: str, by: User, at: datetime) -> ServiceRecord:
    """Take ``record`` back: it stays to be seen and counts nowhere.

    Raises:
        Refusal: ``by`` may not, or no reason.
        Gone: it was cancelled already.
    """
    reason = clean_text("作废理由", reason, most=200, required=True)
    old = _locked(record, by)
    ServiceRecord.objects.filter(pk=old.pk).update(cancelled_at=at, cancelled_by=by, cancel_reason=reason)
    change = Change()
    change.count(old.platform_id, old.enterprise_id, old.says, -1)
    service_rollup.apply(change, regions=_regions({old.platform_id}))
    audit.record(verb="作废服务记录", by=by, at=at, target=record, code=record.source, reason=reason)
    record.refresh_from_db()
    return record


def archived_before() -> date:
    """Return the first day whose records are not archived; earlier ones are closed."""
    last = RecordArchive.objects.filter(read_back_at__isnull=True).order_by("-ends_before").first()
    return last.ends_before if last else EARLIEST


def in_words(says: Checked) -> dict[str, Any]:
    """Return what a record says by the labels of its fields, for the log, where no name of an enterprise belongs."""
    values = says._asdict() | {"fee": service_records.yuan(says.fen), "served_on": says.served_on.isoformat()}
    return {label: values[name] for name, label in service_records.LABELS.items() if name not in _NOT_LOGGED}


def _read(
    rows: Sequence[Mapping[str, Any] | RecordIn], platforms: QuerySet[Platform], at: datetime
) -> tuple[dict[str, tuple[int, Checked, int]], list[Rejected], dict[str, tuple[int, int | None]]]:
    """Return the good rows by number, with their place and how often they repeat themselves, the others, and the
    platforms as :func:`_places` does.
    """
    today, closed = timezone.localdate(at), archived_before()
    good: dict[str, tuple[int, Checked, int]] = {}
    rejected: list[Rejected] = []
    read = [service_records.check(row, today=today, archived_before=closed) for row in rows]
    places = _places(platforms, {says.platform for says, _ in read if says is not None})
    at_work = operations([key for key, _ in places.values()])
    for index, (says, problems) in enumerate(read):
        if says is None:
            rejected.append(Rejected(index, service_records.external_id_of(rows[index]), *problems[0]))
        elif says.platform not in places:
            rejected.append(Rejected(index, says.external_id, "platform", NO_SUCH_PLATFORM))
        elif not at_work[places[says.platform][0]].may_have_served(says.served_on):
            rejected.append(Rejected(index, says.external_id, "served_on", NOT_IN_OPERATION))
        elif says.external_id not in good:
            good[says.external_id] = (index, says, 0)
        elif _same(good[says.external_id][1], says):
            first, kept, repeats = good[says.external_id]
            good[says.external_id] = (first, kept, repeats + 1)
        else:
            first = good[says.external_id][0]
            message = f"同一批中第 {first + 1} 条已使用这个来源编号，内容不同，未收本条。"
            rejected.append(Rejected(index, says.external_id, "external_id", message))
    return good, rejected, places


def _write(
    fresh: Sequence[Checked],
    changed: Sequence[tuple[Stored, Checked]],
    places: Mapping[str, tuple[int, int | None]],
    *,
    source: str,
    by: User | None,
    actor: str,
    reason: str,
    at: datetime,
) -> None:
    """Write rows, the old content of what changes, and the rollups; the locks are held."""
    news = [says for _, says in changed]
    keys = service_store.enterprises({says.enterprise_code: says.enterprise_name for says in (*fresh, *news)}, at=at)
    change = Change()
    rows = [Fresh(places[says.platform][0], keys[says.enterprise_code], says) for says in fresh]
    for row in rows:
        change.count(*row)
    if rows:
        service_store.insert(rows, source=source, by_id=by.pk if by else None, at=at)
    replaced = [(old, Fresh(places[says.platform][0], keys[says.enterprise_code], says)) for old, says in changed]
    if replaced:
        ServiceRecordPast.objects.bulk_create(
            (
                ServiceRecordPast(
                    record_id=old.pk, version=old.version, data=past_data(old.says), replaced_at=at, replaced_by=by,
                    actor=actor, reason=reason,
                )
                for old, _ in replaced
            ),
            batch_size=500,
        )  # fmt: skip
        service_store.replace(replaced)
    for old, new in replaced:
        change.count(old.platform_id, old.enterprise_id, old.says, -1)
        change.count(*new)
    regions = dict(places.values())
    elsewhere = {old.platform_id for old, _ in replaced} - regions.keys()
    service_rollup.apply(change, regions=regions | _regions(elsewhere) if elsewhere else regions)


def past_data(says: Checked) -> dict[str, str]:
    """Return what a record said as text by field, for :class:`ServiceRecordPast`."""
    values = says._asdict()
    values["fee"] = service_records.yuan(values.pop("fen"))
    return {name: "" if value is None else str(value) for name, value in values.items() if name != "external_id"}


def _same(old: Checked, new: Checked) -> bool:
    return old == new or old._replace(enterprise_name="") == new._replace(enterprise_name="")


def _places(platforms: QuerySet[Platform], codes: set[str]) -> dict[str, tuple[int, int | None]]:
    """Return code → (key, key of the region) of those of ``codes`` that are among ``platforms``."""
    found = platforms.filter(code__in=codes).order_by().values_list("code", "pk", "region_id")
    return {code: (pk, region) for code, pk, region in found}


def _regions(platforms: set[int]) -> dict[int, int | None]:
    return dict(Platform.objects.filter(pk__in=platforms).order_by().values_list("pk", "region_id"))


def _locked(record: ServiceRecord, by: User) -> Stored:
    """Return ``record`` as it is kept now, with the lock of its source; ``by`` may change it."""
    if not by.has_perm("platforms.change_servicerecord") or not record.is_visible_to(by):
        raise Refusal("您没有更正、作废这条服务记录的权限。")
    service_store.lock_source(record.source)
    row = next(service_store.stored_rows([record.pk]), None)
    if row is None or row.cancelled:
        raise Gone("这条服务记录已经作废。" if row else "这条服务记录已经归档。")
    return row
