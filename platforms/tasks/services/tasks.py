"""The tasks of the phases: made for each platform of a round, done with evidence, blocked, opened again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from platforms.applications.choices import ApplicationStatus
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.models import Application, EvidenceFile, Platform, Round, Task, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text

MOST_EVIDENCE, MOST_REASON = 1000, 400
#: Most tasks that are marked as done in one act.
MOST_AT_ONCE = 200
BATCH = 500


@dataclass(frozen=True)
class Synced:
    """What :func:`sync` did: tasks ``made``, ``restored`` and ``dropped``."""

    made: int = 0
    restored: int = 0
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.made or self.restored or self.dropped)


@transaction.atomic
def sync(*, round: Round, platforms: Iterable[Platform] | None = None) -> Synced:
    """Give each accepted platform of ``round`` the tasks of its type, and take away what is no longer its own.

    Only ``platforms`` where given. Made again it changes nothing. What was done stays, but for platforms whose
    application was withdrawn. The caller holds the round and writes down why.
    """
    templates = list(round.task_templates.all())
    if not templates:
        return Synced()
    rows = Application.objects.filter(round=round, status=ApplicationStatus.ACCEPTED, platform__isnull=False)
    known = Task.objects.filter(template__round=round)
    if platforms is not None:
        keys = [each.pk for each in platforms]
        rows, known = rows.filter(platform__in=keys), known.filter(platform__in=keys)
    accepted = dict(rows.values_list("platform", "platform__type"))
    stored = {(task.template_id, task.platform_id): task for task in known}
    wanted = {(each.pk, key): each for key, type in accepted.items() for each in templates if each.is_for(type)}
    made = [
        Task(template=template, platform_id=platform, due_on=template.due_on)
        for (pk, platform), template in wanted.items()
        if (pk, platform) not in stored
    ]
    Task.objects.bulk_create(made, batch_size=BATCH)
    back = [task.pk for key, task in stored.items() if key in wanted and task.dropped]
    gone = [
        task.pk
        for key, task in stored.items()
        if key not in wanted and not task.dropped and (task.done_at is None or task.platform_id not in accepted)
    ]
    _set_dropped(back, dropped=False)
    _set_dropped(gone, dropped=True)
    return Synced(len(made), len(back), len(gone))


@transaction.atomic
def sync_round(*, round: Round, by: User, at: datetime) -> Synced:
    """Bring the tasks of all platforms of ``round`` up to its templates.

    Raises:
        Refusal: ``by`` may not, or the results are public.
    """
    row = locked_round(round)
    if not by.has_perm("platforms.change_tasktemplate"):
        raise Refusal("您没有更新阶段任务的权限。")
    check_round_open(row)
    done = sync(round=row)
    note_sync(row, done, by=by, at=at)
    return done


def note_sync(round: Round, done: Synced, *, by: User, at: datetime) -> None:
    """Write down what :func:`sync` changed, if it changed anything."""
    if not done:
        return
    counts = {"新增任务（项）": done.made, "恢复任务（项）": done.restored, "不再适用（项）": done.dropped}
    changes = {label: [None, n] for label, n in counts.items() if n}
    audit.record(verb="更新阶段任务", by=by, at=at, target=round, code=str(round.year), changes=changes)


@transaction.atomic
def finish(*, task: Task, evidence: str, by: User, at: datetime) -> Task:
    """Mark a task as done with what was done in words; a file where the template asks for one.

    Raises:
        Gone: it is done already, or no longer the platform's.
        Refusal: not the person's own, no words, no file, or the results are public.
    """
    row = _locked([task], by=by)[0]
    if row.done_at is not None:
        raise Gone(f"“{row.template}”已经登记完成，没有重复登记。")
    _check_file(row)
    return _finish([row], evidence, by=by, at=at)[0]


@transaction.atomic
def finish_many(*, tasks: Sequence[Task], evidence: str, by: User, at: datetime) -> list[Task]:
    """Mark one task of several platforms as done with one note; those done already are left as they are.

    Raises:
        Gone, Refusal: as for :func:`finish`; nothing is done then.
    """
    if not tasks:
        raise Refusal("请至少选择一个平台。")
    if len(tasks) > MOST_AT_ONCE:
        raise Refusal(f"一次最多办理 {MOST_AT_ONCE} 个平台，请分批办理。")
    rows = [row for row in _locked(tasks, by=by) if row.done_at is None]
    for row in rows:
        _check_file(row)
    return _finish(rows, evidence, by=by, at=at)


@transaction.atomic
def reopen(*, task: Task, reason: str, by: User, at: datetime) -> Task:
    """Open a task that was done again; what was said of it is kept in its past.

    Raises:
        Gone: it is not done.
        Refusal: neither the person's own nor the city, no reason, or the results are public.
    """
    row = _locked([task], by=by, city_may=True)[0]
    if row.done_at is None:
        raise Gone(f"“{row.template}”没有登记完成，不需要重新打开。")
    reason = clean_text("理由", reason, most=MOST_REASON, required=True)
    changes = {"完成情况": [row.evidence, ""]}
    row.done_at, row.done_by, row.evidence = None, None, ""
    row.save(update_fields=["done_at", "done_by", "evidence"])
    _note("重新打开任务", [row], by=by, at=at, reason=reason, changes=changes)
    return row


@transaction.atomic
def block(*, task: Task, reason: str, by: User, at: datetime) -> Task:
    """Note since when and why an open task cannot go on; a further call gives a new reason.

    Raises:
        Gone: it is done.
        Refusal: not the person's own, no reason, or the results are public.
    """
    row = _locked([task], by=by)[0]
    if row.done_at is not None:
        raise Gone(f"“{row.template}”已经登记完成，不能登记受阻。")
    reason = clean_text("受阻原因", reason, most=MOST_REASON, required=True)
    if row.blocked_at is None:
        row.blocked_at, row.blocked_by = at, by
    row.blocked_reason = reason
    row.save(update_fields=["blocked_at", "blocked_by", "blocked_reason"])
    _note("登记任务受阻", [row], by=by, at=at, reason=reason)
    return row


@transaction.atomic
def unblock(*, task: Task, by: User, at: datetime, reason: str = "") -> Task:
    """Note that a blocked task can go on; ``reason`` says how it was solved.

    Raises:
        Gone: it is not blocked.
        Refusal: not the person's own, or the results are public.
    """
    row = _locked([task], by=by)[0]
    if row.blocked_at is None:
        raise Gone(f"“{row.template}”没有登记受阻，不需要解除。")
    reason = clean_text("说明", reason, most=MOST_REASON)
    changes = {"受阻原因": [row.blocked_reason, ""]}
    row.blocked_at, row.blocked_by, row.blocked_reason = None, None, ""
    row.save(update_fields=["blocked_at", "blocked_by", "blocked_reason"])
    _note("解除任务受阻", [row], by=by, at=at, reason=reason, changes=changes)
    return row


def is_own(task: Task, by: User) -> bool:
    """Say whether ``by`` does this task: the county for its platforms, the city for those of key industries."""
    if not by.has_perm("platforms.change_task"):
        return False
    region = task.platform.region_id
    return region is None if by.role == Role.CITY else region is not None and region == by.region_id


def check_round_open(round: Round) -> None:
    """Refuse what would change the tasks of a round whose results are public.

    Raises:
        Refusal: it is published.
    """
    if round.status == RoundStatus.PUBLISHED:
        raise Refusal(f"{round}结果已公布，阶段任务不能再变动。")


def code_of(task: Task) -> str:
    """Return what the log calls ``task``."""
    return task.platform.code


def lock(tasks: Iterable[Task]) -> list[Task]:
    """Return ``tasks`` as they are now, locked in one order until the caller's transaction ends.

    Raises:
        Gone: one of them is no longer there or no longer the platform's.
    """
    keys = {task.pk for task in tasks}
    rows = Task.objects.select_related("platform", "template__round").select_for_update(of=("self",))
    found = list(rows.filter(pk__in=keys, dropped=False).order_by("pk"))
    if len(found) < len(keys):
        raise Gone("这项任务对该平台已不再适用，请刷新页面后查看最新情况。")
    return found


def _locked(tasks: Iterable[Task], *, by: User, city_may: bool = False) -> list[Task]:
    rows = lock(tasks)
    for row in rows:
        by_city = city_may and by.role == Role.CITY and by.has_perm("platforms.change_task")
        if not is_own(row, by) and not by_city:
            raise Refusal("这个平台的任务由所属区县（市）、管委会办理，您可以查看，不能办理。")
        check_round_open(row.template.round)
    return rows


def _check_file(row: Task) -> None:
    if not row.template.needs_file:
        return
    if not EvidenceFile.objects.filter(kind=EvidenceKind.TASK, key=row.pk).exists():
        raise Refusal(f"“{row.platform}”的“{row.template}”须上传佐证材料，请先上传，再登记完成。")


def _finish(rows: list[Task], evidence: str, *, by: User, at: datetime) -> list[Task]:
    evidence = clean_text("完成情况", evidence, most=MOST_EVIDENCE, required=True)
    for row in rows:
        row.done_at, row.done_by, row.evidence = at, by, evidence
        row.blocked_at, row.blocked_by, row.blocked_reason = None, None, ""
    fields = ["done_at", "done_by", "evidence", "blocked_at", "blocked_by", "blocked_reason"]
    Task.objects.bulk_update(rows, fields, batch_size=BATCH)
    _note("登记任务完成", rows, by=by, at=at, changes={"完成情况": ["", evidence]})
    return rows


def _note(
    verb: str, rows: Sequence[Task], *, by: User, at: datetime, reason: str = "", changes: dict | None = None
) -> None:
    entries = [
        audit.Entry(
            verb=verb,
            target=row,
            code=code_of(row),
            reason=reason,
            changes={"任务": ["", row.template.title]} | (changes or {}),
        )
        for row in rows
    ]
    audit.record_many(entries, by=by, at=at)


def _set_dropped(keys: Sequence[int], *, dropped: bool) -> None:
    for start in range(0, len(keys), BATCH):
        Task.objects.filter(pk__in=keys[start : start + BATCH]).update(dropped=dropped)
