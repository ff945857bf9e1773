"""What takes longer than a request is done by a worker: how a door hands it over, and what it has at hand there.

A door writes the work as a function of a :class:`Work`, marked ``@background``, and asks for it with :func:`later`.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.core.files.base import File
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django_tasks import TaskContext, task

from platforms import stored_files
from platforms.background.services import jobs
from platforms.client_address import request_address
from platforms.errors import Refusal
from platforms.models import Job, User
from platforms.notices.clauses import citing
from platforms.pages.access import current_user

logger = logging.getLogger(__name__)

#: Seconds between two reports of how far a job is.
REPORT_EVERY = 1.0
SUSPENDED = "账号已停用，未作处理。"
NOT_ALLOWED = "您已没有办理这项业务的权限，未作处理。"
FAILED = "处理时发生故障，未写入任何内容。可以重新处理；仍不成功的，请将故障编号告知系统管理员。"

Item = TypeVar("Item")


class Work:
    """A job while it is done: its person as the account stands now, what was asked, and the way to end it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.by: User = job.by
        self.asked: dict[str, Any] = job.asked
        self.is_ended = False
        self._at_end: list[Callable[[], object]] = []
        self._reported = time.monotonic()

    def require(self, permission: str) -> None:
        """Refuse where the person may not do this any more.

        Raises:
            Refusal: the permission is gone.
        """
        if not self.by.has_perm(permission):
            raise Refusal(NOT_ALLOWED)

    def input(self) -> bytes:
        """Return the file that is worked on."""
        return stored_files.read(self.job.input_name)

    def counted(self, rows: Iterable[Item]) -> Iterator[Item]:
        """Yield ``rows`` and report now and then how many there were."""
        for number, row in enumerate(rows):
            yield row
            self.report(number)

    def report(self, done: int) -> None:
        """Say that ``done`` are done; written down at most once in a while."""
        self.job.done = done
        if time.monotonic() - self._reported < REPORT_EVERY:
            return
        self._reported = time.monotonic()
        try:
            jobs.report(job=self.job, done=done)
        except OperationalError:
            # Somebody else writes; how far this is may be told later.
            logger.info("progress of job %s was not written", self.job.pk)

    def keep(self, name: str, content: File | bytes, media_type: str) -> None:
        """Make ``content`` the file of the job."""
        jobs.keep_result(job=self.job, name=name, content=content, media_type=media_type)

    def tell(self, sentence: str, address: str = "", *, by_post: bool = False) -> None:
        """Say what came of it and where to go on; ``by_post`` means by a form."""
        self.job.sentence, self.job.address, self.job.by_post = sentence, address, by_post

    def at_end(self, act: Callable[[], object]) -> None:
        """Do ``act`` in the transaction that ends the job, such as a line in the log about a file that is whole."""
        self._at_end.append(act)

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Let the block be one transaction with the end of the job: what it writes stands or falls with that.

        Nothing is reported from inside: it could be seen by nobody.
        """
        with jobs.ending(job=self.job):
            yield
            for act in self._at_end:
                act()
            self.job.finished_at = timezone.now()
        self.is_ended = True


Act = Callable[[Work], None]


def background(act: Act) -> Any:
    """Make a task of ``act``, a function at the top of a module; a job names it by its path."""

    @wraps(act)
    def run(context: TaskContext, key: int) -> None:
        worker = context.task_result.worker_ids[-1] if context.task_result.worker_ids else ""
        _carry_out(act, key, worker)

    # The queue looks at the arguments of what it calls.
    del run.__wrapped__
    return task(takes_context=True)(run)


def _carry_out(act: Act, key: int, worker: str) -> None:
    job = jobs.begin(key=key, worker=worker, at=timezone.now())
    if job is None:
        return
    work = Work(job)
    token = request_address.set(job.request_address)
    try:
        if not work.by.is_active:
            raise Refusal(SUSPENDED)
        # As in a request: what one job says of the notice to cite is gone before the next one.
        with citing(None):
            act(work)
        if not work.is_ended:
            with work.ending():
                pass
    except jobs.Overtaken:
        _drop_result(job)
    except Refusal as refusal:
        _drop_result(job)
        jobs.fail(job=job, sentence=str(refusal), at=timezone.now(), address=job.address, by_post=job.by_post)
    except Exception:
        _drop_result(job)
        number = secrets.token_hex(4)
        logger.exception("failure %s in job %s", number, job.pk)
        jobs.fail(job=job, sentence=FAILED, at=timezone.now(), error_number=number, may_restart=True)
    except BaseException:
        # Told to stop at once: somebody else begins anew.
        _drop_result(job)
        jobs.break_off(job=job, at=timezone.now(), again=True)
        raise
    finally:
        request_address.reset(token)


def _drop_result(job: Job) -> None:
    if job.stored_name:
        stored_files.drop(job.stored_name)


def later(
    request: HttpRequest,
    task: Any,
    title: str,
    *,
    total: int | None = None,
    unit: str = "行",
    asked: dict[str, Any] | None = None,
    content: bytes | None = None,
    kept: str = "",
) -> HttpResponseRedirect:
    """Ask for ``task``, lead to the page that says how far it is, and let the person come back to where it began.

    Raises:
        Refusal: too many of this person are not done yet.
    """
    job = jobs.start(
        task=task.module_path,
        title=title,
        by=current_user(request),
        at=timezone.now(),
        total=total,
        unit=unit,
        asked=asked,
        content=content,
        kept=kept,
        address=request_address.get(),
    )
    return redirect("desk:background_job", job.pk)
