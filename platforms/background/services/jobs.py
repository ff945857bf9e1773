"""Jobs: asked for, begun, ended, broken off, asked for again, cleared away.

Whatever changes a job names its attempt, in the ``UPDATE`` itself: of two workers that hold the same job, because one
was taken for gone, one ends it and the other takes back all that it did.
"""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django_tasks import default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist

from platforms import stored_files
from platforms.audit.choices import AuditResult
from platforms.audit.services import audit
from platforms.background.choices import KEPT, MOST_ATTEMPTS, MOST_OF_ONE, QUEUED_WITHIN, UNFINISHED, JobState
from platforms.background.queries import alive
from platforms.errors import Gone, Refusal
from platforms.models import Job, User

BROKEN_OFF = f"处理连续中断 {MOST_ATTEMPTS} 次，已停止，未写入任何内容。可以重新处理；仍不成功的，请联系系统管理员。"
RENEWED = "系统已升级，这项处理未进行，请重新提交。"
ACTOR = "后台处理程序"
_LONGEST_TITLE, _LONGEST_SENTENCE, _LONGEST_ADDRESS = 120, 400, 400


class Overtaken(Exception):
    """The attempt is not the job's any more: all that it did is taken back."""


@transaction.atomic
def start(
    *,
    task: str,
    title: str,
    by: User,
    at: datetime,
    total: int | None = None,
    unit: str = "行",
    asked: dict[str, Any] | None = None,
    content: bytes | None = None,
    kept: str = "",
    address: str = "",
) -> Job:
    """Ask for a job; it is queued once this transaction is kept. The same, still unfinished, is not asked for twice.

    Args:
        task: dotted path of the task that does it, with the job's key as its one argument.
        asked: what the task needs to know, fit for JSON.
        content: the file that it works on; or ``kept``, the stored name of one, which is kept under a second name.
        address: where the request came from, for the log.

    Raises:
        Refusal: too many of this person are not done yet.
        OSError: the disk is full or cannot be written.
    """
    known = asked or {}
    unfinished = Job.objects.filter(by=by, state__in=UNFINISHED)
    same = unfinished.filter(task=task, asked=known).first() if content is None and not kept else None
    if same is not None:
        return same
    if unfinished.count() >= MOST_OF_ONE:
        raise Refusal(f"您已有 {MOST_OF_ONE} 项后台处理尚未完成，请待其完成后再提交。")
    name = f"{stored_files.BACKGROUND}/{secrets.token_hex(16)}" if content is not None or kept else ""
    if content is not None:
        stored_files.keep(name, content)
    elif kept:
        stored_files.keep_also(name, kept)
    job = Job.objects.create(
        by=by,
        task=task,
        title=title[:_LONGEST_TITLE],
        unit=unit,
        asked=known,
        request_address=address,
        input_name=name,
        total=total,
        created_at=at,
        queued_at=at,
    )
    audit.record(verb="提交后台处理", by=by, at=at, target=job, reason=job.title, address=address)
    _queue(job)
    return job


@transaction.atomic
def restart(*, job: Job, by: User, at: datetime) -> Job:
    """Ask again for a job that failed.

    Raises:
        Gone: it did not fail, or would fail the same way.
    """
    changed = Job.objects.filter(pk=job.pk, by=by, state=JobState.FAILED, may_restart=True, attempt=job.attempt).update(
        **_FRESH, queued_at=at
    )
    if not changed:
        raise Gone("这项后台处理现在不能重新处理，请查看其当前状态。")
    audit.record(verb="重新提交后台处理", by=by, at=at, target=job, reason=job.title)
    job.refresh_from_db()
    _queue(job)
    return job


#: What a job that waits again says of its past attempt: nothing.
_FRESH: dict[str, Any] = {
    "state": JobState.WAITING, "started_at": None, "finished_at": None, "seen_at": None, "done": 0, "sentence": "",
    "error_number": "", "may_restart": False, "address": "", "by_post": False, "worker": "", "task_id": "",
}  # fmt: skip


def begin(*, key: int, worker: str, at: datetime) -> Job | None:
    """Begin the job ``key`` and return it, or None where it does not wait: it is done, or another worker has it."""
    waiting = Job.objects.filter(pk=key, state=JobState.WAITING)
    if not waiting.update(state=JobState.RUNNING, started_at=at, worker=worker[:64], attempt=F("attempt") + 1):
        return None
    return Job.objects.select_related("by").get(pk=key)


def report(*, job: Job, done: int) -> None:
    """Write down that ``done`` of the job are done.

    Raises:
        Overtaken: the attempt is not the job's any more.
    """
    if not _mine(job).update(done=done):
        raise Overtaken


@contextlib.contextmanager
def ending(*, job: Job) -> Iterator[None]:
    """Let the block be one transaction with the end of the job, which stands on ``job`` itself when the block ends.

    Raises:
        Overtaken: the attempt is not the job's any more; what the block wrote is taken back.
    """
    with transaction.atomic():
        yield
        fields = (
            "finished_at", "done", "sentence", "address", "by_post", "shown_name", "stored_name", "media_type", "size",
        )  # fmt: skip
        ended = {name: getattr(job, name) for name in fields}
        ended["sentence"] = ended["sentence"][:_LONGEST_SENTENCE]
        if len(ended["address"]) > _LONGEST_ADDRESS:
            ended["address"] = ""
        if not _mine(job).update(state=JobState.DONE, **ended):
            raise Overtaken


@transaction.atomic
def fail(
    *,
    job: Job,
    sentence: str,
    at: datetime,
    error_number: str = "",
    may_restart: bool = False,
    address: str = "",
    by_post: bool = False,
) -> None:
    """End the job without a result; ``sentence`` says why, ``address`` where to go on.

    Nothing happens where the attempt is not the job's any more.
    """
    changed = _mine(job).update(
        state=JobState.FAILED,
        finished_at=at,
        sentence=sentence[:_LONGEST_SENTENCE],
        error_number=error_number,
        may_restart=may_restart,
        address=address,
        by_post=by_post,
    )
    if changed:
        _note_failure(job, sentence, at)


@transaction.atomic
def break_off(*, job: Job, at: datetime, again: bool) -> None:
    """Let a job wait again whose worker ended in the middle of it; without ``again`` it failed.

    Nothing happens where the attempt is not the job's any more.
    """
    if not again:
        fail(job=job, sentence=BROKEN_OFF, at=at, may_restart=True)
    elif _mine(job).update(**_FRESH, queued_at=at):
        audit.record(verb="后台处理中断，重新排队", by=None, actor=ACTOR, at=at, target=job, reason=job.title)
        _queue(job)


def recover(*, at: datetime, idle: str = "") -> int:
    """Let wait again what was broken off with its worker, and queue what waits in no queue; return how many.

    ``idle`` is a worker that has nothing in hand, whatever a row says.
    """
    busy = alive(at=at).exclude(name=idle).values("name")
    lost = list(Job.objects.filter(state=JobState.RUNNING).exclude(worker__in=busy))
    for job in lost:
        break_off(job=job, at=at, again=job.attempt < MOST_ATTEMPTS)
    forgotten = 0
    for job in Job.objects.filter(state=JobState.WAITING, queued_at__lt=at - QUEUED_WITHIN):
        if not _is_known(job.task):
            forgotten += _give_up(job, at)
        elif not _is_queued(job):
            # Its process ended before it could be queued, or the database was away when a worker took it.
            _enqueue(job.pk)
            forgotten += 1
    return len(lost) + forgotten


@transaction.atomic
def look_at(*, job: Job, at: datetime) -> None:
    """Note that the person saw how the job ended; a matter of the screen, which the log leaves out."""
    Job.objects.filter(pk=job.pk, seen_at__isnull=True).exclude(state__in=UNFINISHED).update(seen_at=at)


@transaction.atomic
def note_download(*, job: Job, by: User, at: datetime) -> None:
    """Write down who took the file of a job."""
    audit.record(verb="下载后台处理结果", by=by, at=at, target=job, reason=f"{job.title}，{job.shown_name}"[:200])


def clear(*, at: datetime) -> int:
    """Remove the jobs that ended longer ago than they are kept, with their files; return how many."""
    old = list(Job.objects.exclude(state__in=UNFINISHED).filter(finished_at__lt=at - KEPT))
    Job.objects.filter(pk__in=[job.pk for job in old]).delete()
    for job in old:
        for name in filter(None, (job.input_name, job.stored_name)):
            stored_files.drop(name)
    named = set(Job.objects.exclude(input_name="").values_list("input_name", flat=True))
    named |= set(Job.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    for name in list(stored_files.names(stored_files.BACKGROUND)):
        # Left by an attempt that was broken off.
        with contextlib.suppress(FileNotFoundError):
            if name not in named and stored_files.written_at(name) < at - KEPT:
                stored_files.drop(name)
    return len(old)


def keep_result(*, job: Job, name: str, content: File | bytes, media_type: str) -> None:
    """Keep ``content`` as the file of the job, called ``name``; it counts once the job has ended.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    file = ContentFile(content) if isinstance(content, bytes) else content
    job.stored_name = f"{stored_files.BACKGROUND}/{secrets.token_hex(16)}"
    job.shown_name, job.media_type, job.size = name[-200:], media_type[:100], file.size
    stored_files.keep_file(job.stored_name, file)


def _mine(job: Job) -> Any:
    return Job.objects.filter(Q(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING))


def _note_failure(job: Job, sentence: str, at: datetime) -> None:
    audit.record(
        verb="后台处理未完成", by=None, actor=ACTOR, at=at, target=job, result=AuditResult.REFUSED,
        reason=f"{job.title}：{sentence}"[:200], address=job.request_address,
    )  # fmt: skip


def _is_known(task: str) -> bool:
    try:
        import_string(task)
    except ImportError:
        return False
    return True


@transaction.atomic
def _give_up(job: Job, at: datetime) -> int:
    """End a job that waited over a renewal of the product which has no such task any more."""
    ended = {"state": JobState.FAILED, "finished_at": at, "sentence": RENEWED}
    changed = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.WAITING).update(**ended)
    if changed:
        _note_failure(job, RENEWED, at)
    return changed


def _is_queued(job: Job) -> bool:
    if not job.task_id or not default_task_backend.supports_get_result:
        return bool(job.task_id)
    try:
        return not default_task_backend.get_result(job.task_id).is_finished
    except TaskResultDoesNotExist:
        return False


def _queue(job: Job) -> None:
    transaction.on_commit(partial(_enqueue, job.pk))


def _enqueue(key: int) -> None:
    task = Job.objects.values_list("task", flat=True).get(pk=key)
    result = import_string(task).enqueue(key)
    # One that is carried out at once has ended by now.
    Job.objects.filter(pk=key).update(task_id=str(result.id))
