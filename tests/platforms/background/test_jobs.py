"""Jobs are asked for, begun, ended once, broken off, asked for again, and cleared away."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from platforms import stored_files
from platforms.background import queries
from platforms.background.choices import GONE_AFTER, KEPT, QUEUED_WITHIN
from platforms.background.services import jobs, workers
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Job, User, Worker
from platforms.pages.in_background import FAILED, SUSPENDED
from tests.platforms.background import work
from tests.platforms.background.process import DATABASE

pytestmark = pytest.mark.django_db
Commit = Callable[..., Any]


def asked(by: User, now: datetime, task: Any = work.tells, **more: Any) -> Job:
    return jobs.start(task=task.module_path, title="测试事项", by=by, at=now, **more)


def done(by: User, now: datetime, commit: Commit, task: Any = work.tells, **more: Any) -> Job:
    with commit(execute=True):
        job = asked(by, now, task, **more)
    job.refresh_from_db()
    return job


def events() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("serial").values_list("verb", "actor", "reason"))


def files() -> list[str]:
    return list(stored_files.names(stored_files.BACKGROUND))


def test_a_job_is_carried_out_once_its_request_is_kept(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        job = asked(yinzhou, now, asked={"what": "三行"}, address="10.0.0.1")
    assert (job.state, len(waiting)) == ("waiting", 1)
    waiting[0]()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.sentence, job.address) == ("done", 1, "已处理 三行。", "/desk/")
    assert (job.shown_name, job.media_type, job.size, stored_files.read(job.stored_name)) == (
        "结果.txt", "text/plain", 4, b"done",
    )  # fmt: skip
    assert job.started_at is not None
    assert job.finished_at is not None
    assert events() == [("提交后台处理", "yinzhou", "测试事项")]
    assert AuditEvent.objects.get().address == "10.0.0.1"


def test_the_same_is_not_asked_for_twice_while_it_waits_and_again_once_it_is_done(
    yinzhou: User, cixi: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    first = asked(yinzhou, now, asked={"what": "一"})
    assert asked(yinzhou, now, asked={"what": "一"}) == first
    assert asked(yinzhou, now, asked={"what": "二"}) != first
    assert asked(cixi, now, asked={"what": "一"}) != first
    Job.objects.filter(pk=first.pk).update(state="done", finished_at=now)
    assert asked(yinzhou, now, asked={"what": "一"}) != first


def test_ten_of_one_person_may_wait_and_no_more(yinzhou: User, cixi: User, now: datetime) -> None:
    for number in range(10):
        asked(yinzhou, now, asked={"what": number})
    with pytest.raises(Refusal, match=r"^您已有 10 项后台处理尚未完成，请待其完成后再提交。$"):
        asked(yinzhou, now, asked={"what": 10})
    assert asked(cixi, now).state == "waiting"


def test_what_is_refused_tells_why_and_leaves_nothing(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    job = done(yinzhou, now, django_capture_on_commit_callbacks, work.refuses)
    assert (job.state, job.sentence, job.error_number, job.may_restart) == ("failed", "内容有变化，未写入。", "", False)
    assert (work.half_done(), files(), job.stored_name) == (False, [], "")
    assert events()[1:] == [("后台处理未完成", "后台处理程序", "测试事项：内容有变化，未写入。")]


def test_a_fault_leaves_nothing_and_has_the_number_that_the_log_knows(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit, caplog: pytest.LogCaptureFixture
) -> None:
    job = done(yinzhou, now, django_capture_on_commit_callbacks, work.fails)
    assert (job.state, job.sentence, job.may_restart) == ("failed", FAILED, True)
    assert len(job.error_number) == 8
    assert any(f"failure {job.error_number} in job {job.pk}" in each.getMessage() for each in caplog.records)
    assert not work.half_done()


def test_an_account_that_was_suspended_in_between_gets_nothing(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = asked(yinzhou, now)
        User.objects.filter(pk=yinzhou.pk).update(is_active=False)
    job.refresh_from_db()
    assert (job.state, job.sentence, job.stored_name, files()) == ("failed", SUSPENDED, "", [])


def test_of_two_workers_with_one_job_the_overtaken_one_takes_all_back(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    job = done(yinzhou, now, django_capture_on_commit_callbacks, work.overtaken)
    assert (job.state, job.attempt) == ("running", 2)
    assert (work.half_done(), files()) == (False, [])


def test_a_job_that_runs_or_is_done_is_not_begun_again(yinzhou: User, now: datetime) -> None:
    job = asked(yinzhou, now)
    begun = jobs.begin(key=job.pk, worker="one", at=now)
    assert begun is not None
    assert jobs.begin(key=job.pk, worker="two", at=now) is None
    with jobs.ending(job=begun):
        begun.finished_at = now
    assert jobs.begin(key=job.pk, worker="two", at=now) is None
    with pytest.raises(jobs.Overtaken), jobs.ending(job=begun):
        pass


def test_progress_is_written_for_the_attempt_that_runs_and_for_no_other(yinzhou: User, now: datetime) -> None:
    begun = jobs.begin(key=asked(yinzhou, now, total=9).pk, worker="one", at=now)
    assert begun is not None
    jobs.report(job=begun, done=4)
    assert Job.objects.get().done == 4
    begun.attempt += 1
    with pytest.raises(jobs.Overtaken):
        jobs.report(job=begun, done=5)


def test_what_lost_its_worker_waits_again_once_and_then_a_person_is_asked(yinzhou: User, now: datetime) -> None:
    job = asked(yinzhou, now)
    Job.objects.update(task_id="queued")
    workers.beat(name="one", at=now)
    for attempt, state in ((1, "waiting"), (2, "failed")):
        assert jobs.begin(key=job.pk, worker="one", at=now) is not None
        assert jobs.recover(at=now + GONE_AFTER - timedelta(seconds=1)) == 0
        assert jobs.recover(at=now + GONE_AFTER) == 1
        job.refresh_from_db()
        assert (job.attempt, job.state) == (attempt, state)
        Job.objects.update(task_id="queued")
    assert (job.sentence, job.may_restart) == (jobs.BROKEN_OFF, True)
    assert [verb for verb, _, _ in events()] == ["提交后台处理", "后台处理中断，重新排队", "后台处理未完成"]


def test_what_an_idle_worker_is_said_to_have_in_hand_is_lost(yinzhou: User, now: datetime) -> None:
    workers.beat(name="one", at=now)
    jobs.begin(key=asked(yinzhou, now).pk, worker="one", at=now)
    assert jobs.recover(at=now, idle="two") == 0
    assert jobs.recover(at=now, idle="one") == 1


def test_what_could_not_be_queued_is_queued_later(yinzhou: User, now: datetime) -> None:
    job = asked(yinzhou, now)
    assert jobs.recover(at=now + QUEUED_WITHIN) == 0
    assert jobs.recover(at=now + QUEUED_WITHIN + timedelta(seconds=1)) == 1
    job.refresh_from_db()
    assert job.state == "done"


def test_what_fell_out_of_the_queue_is_queued_again_and_what_stands_in_it_is_left(
    yinzhou: User, now: datetime, settings: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    settings.TASKS = DATABASE
    with django_capture_on_commit_callbacks(execute=True):
        job = asked(yinzhou, now)
    later, queue = now + QUEUED_WITHIN + timedelta(seconds=1), DBTaskResult.objects
    assert jobs.recover(at=later) == 0
    # The database was away when a worker took it; or somebody emptied the queue.
    queue.update(status="FAILED", finished_at=now)
    assert jobs.recover(at=later) == 1
    queue.all().delete()
    assert jobs.recover(at=later) == 1
    job.refresh_from_db()
    assert (job.state, str(queue.get().id)) == ("waiting", job.task_id)


def test_a_job_that_a_new_edition_does_not_know_is_told_to_be_asked_for_anew(yinzhou: User, now: datetime) -> None:
    job = asked(yinzhou, now)
    Job.objects.update(task="platforms.gone.take_in")
    assert jobs.recover(at=now + QUEUED_WITHIN + timedelta(seconds=1)) == 1
    job.refresh_from_db()
    assert (job.state, job.sentence, job.may_restart) == ("failed", jobs.RENEWED, False)
    assert events()[-1] == ("后台处理未完成", "后台处理程序", f"测试事项：{jobs.RENEWED}")


def test_a_failed_job_is_asked_for_again_where_that_makes_sense(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    job = done(yinzhou, now, django_capture_on_commit_callbacks, work.fails)
    Job.objects.update(task=work.tells.module_path)
    job.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        jobs.restart(job=job, by=yinzhou, at=now)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_number, job.sentence) == ("done", 2, "", "已处理 。")
    assert ("重新提交后台处理", "yinzhou", "测试事项") in events()
    with pytest.raises(Gone, match=r"^这项后台处理现在不能重新处理，请查看其当前状态。$"):
        jobs.restart(job=job, by=yinzhou, at=now)


def test_nobody_restarts_the_job_of_another(
    yinzhou: User, yinzhou2: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    job = done(yinzhou, now, django_capture_on_commit_callbacks, work.fails)
    with pytest.raises(Gone):
        jobs.restart(job=job, by=yinzhou2, at=now)


def test_only_who_asked_sees_a_job(
    yinzhou: User, yinzhou2: User, city: User, auditor: User, sysadmin: User, now: datetime
) -> None:
    job = asked(yinzhou, now)
    seen = {person.username: list(queries.of(person)) for person in (yinzhou, yinzhou2, city, auditor, sysadmin)}
    assert seen == {"yinzhou": [job], "yinzhou2": [], "city": [], "auditor": [], "sysadmin": []}


def test_what_ended_is_removed_with_its_files_after_a_week(
    yinzhou: User, now: datetime, django_capture_on_commit_callbacks: Commit
) -> None:
    old = done(yinzhou, now, django_capture_on_commit_callbacks, content=b"in")
    waiting = asked(yinzhou, now, content=b"in too")
    Job.objects.filter(pk=old.pk).update(finished_at=now)
    assert len(files()) == 3
    assert jobs.clear(at=now + KEPT) == 0
    assert jobs.clear(at=now + KEPT + timedelta(seconds=1)) == 1
    assert list(Job.objects.all()) == [waiting]
    assert files() == [waiting.input_name]


def test_the_daily_command_clears_jobs_and_workers(yinzhou: User, now: datetime) -> None:
    workers.beat(name="old", at=now)
    job = asked(yinzhou, now)
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=now, sentence="不成功。")
    call_command("send_reminders", stdout=io.StringIO())
    assert (Job.objects.count(), Worker.objects.count()) == (0, 0)


def test_a_worker_that_ends_in_good_order_takes_its_row_along(now: datetime, db: None) -> None:
    workers.beat(name="one", at=now)
    workers.beat(name="one", at=now + timedelta(seconds=5))
    row = Worker.objects.get()
    assert (row.started_at, row.heard_at) == (now, now + timedelta(seconds=5))
    workers.leave(name="one")
    assert not Worker.objects.exists()


def test_health_counts_what_waits_runs_and_failed_within_a_day(yinzhou: User, now: datetime) -> None:
    first, second, third, fourth = (asked(yinzhou, now, asked={"what": number}) for number in range(4))
    Job.objects.filter(pk=second.pk).update(state="running")
    Job.objects.filter(pk=third.pk).update(state="failed", finished_at=now)
    Job.objects.filter(pk=fourth.pk).update(state="failed", finished_at=now - timedelta(days=1, seconds=1))
    workers.beat(name="one", at=now - GONE_AFTER)
    found = queries.health(at=now)
    assert (found.waiting, found.waiting_since, found.running, found.failed) == (1, first.queued_at, 1, 1)
    assert (found.is_alive, found.heard_at) == (False, now - GONE_AFTER)
    workers.beat(name="two", at=now)
    assert queries.health(at=now).is_alive
