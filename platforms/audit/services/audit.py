"""The log of who did what; written in the transaction of the act itself, chained so that tampering shows."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from platforms.audit.choices import AuditResult
from platforms.audit.services import numbering
from platforms.models import AuditEvent

if TYPE_CHECKING:
    from platforms.models import User

HASHED = (
    "serial",
    "actor",
    "actor_name",
    "actor_role",
    "address",
    "verb",
    "object_type",
    "object_pk",
    "object_code",
    "result",
    "reason",
    "changes",
    "previous_digest",
)


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold: ``serial`` and, in Chinese, what is wrong there."""

    serial: int
    what: str


def digest_of(event: AuditEvent) -> str:
    """Return the SHA-256, in hex, over what ``event`` says and the digest before it."""
    facts = {name: getattr(event, name) for name in HASHED}
    facts["at"] = event.at.timestamp()
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """What one event of an act over many rows says; the fields are those of :func:`record`."""

    verb: str
    target: models.Model | None = None
    code: str = ""
    reason: str = ""
    changes: Mapping[str, Any] | None = None
    result: str = AuditResult.DONE


def record(
    *,
    verb: str,
    by: "User | None",
    at: datetime,
    target: models.Model | None = None,
    code: str = "",
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    result: str = AuditResult.DONE,
    address: str = "",
    actor: str = "",
) -> AuditEvent:
    """Write one event in the caller's transaction and return it.

    ``code`` is what people call the row (a number, never a person's name); it defaults to the row's ``number`` or
    ``code``. ``changes`` maps field labels to pairs of old and new value.
    """
    entry = Entry(verb=verb, target=target, code=code, reason=reason, changes=changes, result=result)
    return record_many([entry], by=by, at=at, address=address, actor=actor)[0]


@transaction.atomic
def record_many(
    entries: Sequence[Entry], *, by: "User | None", at: datetime, address: str = "", actor: str = ""
) -> list[AuditEvent]:
    """Write one event per entry, in their order, in the caller's transaction; quick for thousands."""
    if not entries:
        return []
    # The counter's row lock makes writers queue here, so the digest before is the last one for good.
    last = numbering.next_number("audit", count=len(entries))
    first = last - len(entries) + 1
    previous = AuditEvent.objects.filter(serial=first - 1).values_list("digest", flat=True).first() or ""
    events = []
    for serial, entry in enumerate(entries, start=first):
        target = entry.target
        event = AuditEvent(
            serial=serial,
            at=at,
            actor=by.username if by else actor,
            actor_name=by.name if by else "",
            actor_role=by.role if by else "",
            address=address or current_address(),
            verb=entry.verb,
            object_type=str(target._meta.verbose_name) if target is not None else "",
            object_pk=str(target.pk or "") if target is not None else "",
            object_code=entry.code or str(getattr(target, "number", "") or getattr(target, "code", "") or ""),
            result=entry.result,
            reason=entry.reason,
            changes=json.loads(json.dumps(dict(entry.changes or {}), cls=DjangoJSONEncoder)),
            previous_digest=previous,
        )
        previous = event.digest = digest_of(event)
        events.append(event)
    return AuditEvent.objects.bulk_create(events, batch_size=500)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return, for each key whose value differs, the pair of old and new value."""
    return {key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]}


def breaks(*, head: str = "") -> Iterator[Break]:
    """Walk the chain and yield each place where it does not hold.

    ``head`` is the digest of what was the last event when it was noted elsewhere; with it a tail that was cut off
    together with its counter, and a chain that was made anew, are found too.
    """
    previous, expected = "", 1
    found = not head
    for event in AuditEvent.objects.order_by("serial").iterator(chunk_size=2000):
        if event.serial != expected:
            yield Break(expected, f"缺少第 {expected} 至 {event.serial - 1} 条")
        elif event.previous_digest != previous:
            yield Break(event.serial, "与上一条不衔接")
        if digest_of(event) != event.digest:
            yield Break(event.serial, "内容被改动")
        previous, expected = event.digest, event.serial + 1
        found = found or event.digest == head
    counted = numbering.last_number("audit")
    if counted > expected - 1:
        yield Break(expected, f"末尾缺少 {counted - expected + 1} 条")
    elif counted < expected - 1:
        yield Break(expected, f"记录共 {expected - 1} 条，序号却只用到第 {counted} 号")
    elif expected == 1 and get_user_model().objects.exists():
        # Emptied together with its counter.
        yield Break(1, "记录为空，而系统中已有账号：建立账号时必留记录")
    elif not found:
        yield Break(expected - 1, "另行留存的校验值不在链上")


def recent_breaks(most: int) -> list[Break]:
    """Return where the chain does not hold among its ``most`` latest events, the earliest first."""
    events = list(AuditEvent.objects.order_by("-serial")[: most + 1])[::-1]
    found = [
        Break(after.serial, "与上一条不衔接")
        for before, after in pairwise(events)
        if (after.serial, after.previous_digest) != (before.serial + 1, before.digest)
    ]
    changed = [Break(event.serial, "内容被改动") for event in events[-most:] if digest_of(event) != event.digest]
    return sorted(found + changed, key=lambda each: each.serial)


def current_address() -> str:
    """Return the address of the request that is being answered, or nothing outside of one."""
    from platforms.client_address import request_address

    return request_address.get()
