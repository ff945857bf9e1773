"""What is done in the background is seen by who asked for it, who gets the file and may ask again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from platforms.background.desk import NOBODY_COMES
from platforms.background.services import jobs, workers
from platforms.models import AuditEvent, Job, Round, User
from platforms.workbench.queries.todo import todo_for
from tests.platforms.background import work

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
Commit = Callable[..., Any]


def asked(by: User, commit: Commit | None = None, task: Any = work.tells, **more: Any) -> Job:
    kind = {"task": task.module_path, "title": "导出列表：服务记录", "by": by, "at": timezone.now()}
    if commit is None:
        return jobs.start(**kind, **more)
    with commit(execute=True):
        return jobs.start(**kind, **more)


def page(browser: Client, job: Job, **headers: str) -> str:
    return browser.get(f"/desk/background/{job.pk}/", headers=headers).content.decode()


def test_a_waiting_job_says_so_and_how_far_it_is(yinzhou: User, browser_of: Browser) -> None:
    job = asked(yinzhou, total=50_000)
    text = page(browser_of(yinzhou), job)
    assert "已处理 0 / 50,000 行" in text
    assert "可离开本页，处理不受影响；完成后列入待办。" in text
    assert NOBODY_COMES not in text


def test_a_job_for_which_no_worker_comes_says_so_after_a_while(yinzhou: User, browser_of: Browser) -> None:
    job, desk = asked(yinzhou), browser_of(yinzhou)
    for waited, told in ((29, False), (31, True)):
        Job.objects.update(queued_at=timezone.now() - timedelta(seconds=waited))
        assert (NOBODY_COMES in page(desk, job)) == told
    workers.beat(name="one", at=timezone.now())
    assert NOBODY_COMES not in page(desk, job)


def test_who_asked_fetches_the_file_and_the_log_knows(
    yinzhou: User, browser_of: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    job, desk = asked(yinzhou, django_capture_on_commit_callbacks), browser_of(yinzhou)
    assert f'href="/desk/background/{job.pk}/file/"' in page(desk, job)
    answer = desk.get(f"/desk/background/{job.pk}/file/")
    assert b"".join(answer.streaming_content) == b"done"
    assert answer["Content-Disposition"].startswith("attachment")
    event = AuditEvent.objects.latest("serial")
    assert (event.verb, event.actor, event.reason) == (
        "下载后台处理结果", "yinzhou", "导出列表：服务记录，结果.txt",
    )  # fmt: skip


@pytest.mark.trust("T01")
def test_nobody_else_sees_page_or_file_or_may_ask_again(
    yinzhou: User, yinzhou2: User, city: User, auditor: User, browser_of: Browser,
    django_capture_on_commit_callbacks: Commit,
) -> None:  # fmt: skip
    job = asked(yinzhou, django_capture_on_commit_callbacks)
    for person in (yinzhou2, city, auditor):
        other = browser_of(person)
        assert other.get(f"/desk/background/{job.pk}/").status_code == 404
        assert other.get(f"/desk/background/{job.pk}/file/").status_code == 404
        assert other.post(f"/desk/background/{job.pk}/restart/").status_code == 404
        assert "导出列表" not in other.get("/desk/background/").content.decode()


def test_a_job_without_a_file_has_none_to_fetch(yinzhou: User, browser_of: Browser) -> None:
    assert browser_of(yinzhou).get(f"/desk/background/{asked(yinzhou).pk}/file/").status_code == 404


@pytest.mark.parametrize(("person", "home"), [("yinzhou", "/desk/"), ("city", "/admin/"), ("finance", "/admin/")])
def test_the_name_of_the_programme_leads_to_a_first_page_that_opens(
    person: str, home: str, browser_of: Browser, request: pytest.FixtureRequest, round_2026: Round
) -> None:
    browser = browser_of(request.getfixturevalue(person))
    assert f'<a href="{home}"><span class="brand__mark"' in browser.get("/desk/background/").content.decode()
    assert browser.get(home).status_code == 200


def test_what_ended_waits_in_the_todo_until_it_is_looked_at(
    yinzhou: User, browser_of: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    def waiting() -> list[int]:
        return [each.count for each in todo_for(yinzhou) if each.text == "查看后台处理结果"]

    job, desk = asked(yinzhou), browser_of(yinzhou)
    assert waiting() == []
    job = asked(yinzhou, django_capture_on_commit_callbacks, asked={"what": "一"})
    assert waiting() == [1]
    page(desk, job, **{"X-Background": "1"})
    assert waiting() == [1]
    page(desk, job)
    assert waiting() == []


def test_a_failed_job_is_asked_for_again_by_a_button(
    yinzhou: User, browser_of: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    job, desk = asked(yinzhou, django_capture_on_commit_callbacks, work.fails), browser_of(yinzhou)
    text = page(desk, job)
    job.refresh_from_db()
    assert job.error_number in text
    answer = desk.post(f"/desk/background/{job.pk}/restart/", follow=True)
    assert "已重新提交“导出列表：服务记录”。" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == "waiting"
    again = desk.post(f"/desk/background/{job.pk}/restart/", follow=True)
    assert "这项后台处理现在不能重新处理，请查看其当前状态。" in again.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    rows: int, yinzhou: User, now: datetime, browser_of: Browser, django_assert_num_queries: Any
) -> None:
    Job.objects.bulk_create(
        Job(by=yinzhou, task="x", title=f"事项{number}", created_at=now, queued_at=now) for number in range(rows)
    )
    desk = browser_of(yinzhou)
    desk.get("/desk/background/")
    with django_assert_num_queries(6):
        assert desk.get("/desk/background/").status_code == 200


def test_the_list_is_narrowed_to_a_state(yinzhou: User, browser_of: Browser) -> None:
    asked(yinzhou)
    desk = browser_of(yinzhou)
    assert "导出列表：服务记录" in desk.get("/desk/background/?state=waiting").content.decode()
    assert "导出列表：服务记录" not in desk.get("/desk/background/?state=done").content.decode()


def test_the_system_administrator_sees_how_the_work_stands_and_not_what_it_is(
    yinzhou: User, sysadmin: User, browser_of: Browser
) -> None:
    asked(yinzhou)
    text = browser_of(sysadmin).get("/desk/background/state/").content.decode()
    assert "后台处理程序未运行" in text
    assert "导出列表" not in text
    workers.beat(name="one", at=timezone.now())
    assert "后台处理正常" in browser_of(sysadmin).get("/desk/background/state/").content.decode()
    assert browser_of(yinzhou).get("/desk/background/state/").status_code == 403
    assert browser_of(sysadmin).get("/desk/background/").status_code == 403
