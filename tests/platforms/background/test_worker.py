"""A real worker beside: it does what waits, and what it is killed in the middle of is done once, by another."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from platforms import stored_files
from platforms.background.services import jobs
from platforms.models import AuditEvent, Job, PlatformMonth, ServiceRecord, User, Worker
from tests.patience import LONG, until
from tests.platforms.background import process
from tests.platforms.service_records.cast import platform as platform_of
from tests.platforms.service_records.test_desk_sheet import book, confirmed, line, sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T12")]
Browser = Callable[[User], Client]


@pytest.fixture
def asked(yinzhou: User, browser_of: Browser, settings: Any) -> Job:
    """The sheet of three rows that waits for a worker."""
    settings.TASKS = process.DATABASE
    settings.ROWS_WRITTEN_AT_ONCE = 1
    platform_of(yinzhou.region)
    desk = browser_of(yinzhou)
    confirmed(desk, sent(desk, book(line(1), line(2), line(3))))
    return Job.objects.get()


def state() -> tuple[Any, ...]:
    """How the job stands, and how much was written: records, the month's count, lines in the log."""
    job = Job.objects.get()
    counted = sum(PlatformMonth.objects.values_list("records", flat=True))
    logged = AuditEvent.objects.filter(verb="登记服务记录").count()
    return job.state, job.attempt, ServiceRecord.objects.count(), counted, logged


def killed_in_the_middle() -> None:
    """Start a worker and kill it, as the machine would, when everything is written and nothing is kept."""
    beside = process.worker(stops=True)
    assert beside.stdout is not None
    try:
        assert beside.stdout.readline() == "written\n"
    finally:
        beside.kill()
        beside.communicate()
    assert beside.returncode == -signal.SIGKILL


def heard_of(ago: timedelta) -> None:
    """Let the worker have been heard of so long before now, however long the next one takes to begin."""
    Worker.objects.update(heard_at=timezone.now() - ago)


def test_a_job_waits_until_a_worker_comes_and_is_done_by_it(asked: Job) -> None:
    assert state() == ("waiting", 0, 0, 0, 0)
    process.worked_off()
    assert state() == ("done", 1, 3, 3, 1)
    assert not Worker.objects.exists()
    process.worked_off()
    assert state() == ("done", 1, 3, 3, 1)


def test_a_worker_that_is_killed_leaves_nothing_half_and_another_does_the_job_once(asked: Job) -> None:
    killed_in_the_middle()
    assert state() == ("running", 1, 0, 0, 0)
    # As long as the dead one may live, its job is nobody else's.
    heard_of(-timedelta(minutes=9))
    process.worked_off()
    assert state() == ("running", 1, 0, 0, 0)
    heard_of(timedelta(minutes=2))
    process.worked_off()
    assert state() == ("done", 2, 3, 3, 1)
    assert AuditEvent.objects.filter(verb="后台处理中断，重新排队").count() == 1


def test_a_job_that_takes_two_workers_with_it_waits_for_a_person(
    asked: Job, yinzhou: User, browser_of: Browser
) -> None:
    killed_in_the_middle()
    heard_of(timedelta(minutes=2))
    killed_in_the_middle()
    heard_of(timedelta(minutes=2))
    process.worked_off()
    assert state() == ("failed", 2, 0, 0, 0)
    assert Job.objects.get().sentence == jobs.BROKEN_OFF
    browser_of(yinzhou).post(f"/desk/background/{asked.pk}/restart/")
    process.worked_off()
    assert state() == ("done", 3, 3, 3, 1)


def test_a_worker_that_is_told_to_stop_ends_and_says_so(asked: Job) -> None:
    process.worked_off()
    beside = process.worker()
    until(Worker.objects.exists)
    beside.terminate()
    beside.communicate(timeout=LONG)
    assert beside.returncode == 0
    assert not Worker.objects.exists()


def test_a_worker_ends_with_the_process_that_started_it(asked: Job) -> None:
    script = f"""
import subprocess, sys
subprocess.Popen([sys.executable, *{process.worker_command()!r}, "--with-parent"])
sys.stdin.readline()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, env=process.surroundings(), cwd=process.ROOT
    )
    until(Worker.objects.exists)
    parent.kill()
    parent.communicate()
    until(lambda: not Worker.objects.exists())


def test_the_result_of_a_killed_attempt_is_no_result_of_the_job(asked: Job) -> None:
    killed_in_the_middle()
    job = Job.objects.get()
    assert (job.stored_name, job.sentence, job.finished_at) == ("", "", None)
    assert list(stored_files.names(stored_files.BACKGROUND)) == [job.input_name]


def test_a_worker_without_a_queue_says_so() -> None:
    with pytest.raises(CommandError, match=r"^后台处理没有使用数据库队列，无需运行本命令。$"):
        call_command("worker")
