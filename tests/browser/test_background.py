"""Work in the background in a real browser: the page tells by itself how far it is, and works without scripts."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from platforms.background.services import jobs, workers
from platforms.models import Job, User
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.background import work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job(transactional_db: None, settings: Any) -> Job:
    """A list that waits for a worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    factories.officer("yinzhou", factories.regions()["330212"])
    workers.beat(name="one", at=timezone.now())
    asked = {"task": work.tells.module_path, "title": "导出列表：服务记录", "total": 50_000, "at": timezone.now()}
    return jobs.start(by=User.objects.get(), **asked)


def done(job: Job) -> None:
    """Let the job be done, as a worker does it."""
    begun = jobs.begin(key=job.pk, worker="one", at=timezone.now())
    assert begun is not None
    jobs.keep_result(job=begun, name="服务记录.xlsx", content=b"rows", media_type="application/octet-stream")
    with jobs.ending(job=begun):
        begun.finished_at, begun.done = timezone.now(), 50_000


def test_the_page_tells_by_itself_when_the_job_is_done(job: Job, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto(f"/desk/background/{job.pk}/")
    expect(page.locator(".badge")).to_have_text("等待")
    page.get_by_role("link", name="刷新").focus()
    done(job)
    expect(page.locator(".badge")).to_have_text("完成")
    expect(page.get_by_role("status")).to_have_text("完成")
    expect(page.get_by_role("link", name="下载")).to_be_focused()
    with page.expect_download() as sent:
        page.keyboard.press("Enter")
    assert sent.value.suggested_filename == "服务记录.xlsx"


def test_without_scripts_the_page_is_asked_again_by_a_link(
    job: Job, open_as: Any, chromium: Browser, live_server: Any
) -> None:
    known = open_as("yinzhou").context.storage_state()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=known)
    page = context.new_page()
    page.goto(f"/desk/background/{job.pk}/")
    done(job)
    expect(page.locator(".badge")).to_have_text("等待")
    page.get_by_role("link", name="刷新").click()
    expect(page.locator(".badge")).to_have_text("完成")
    expect(page.get_by_role("link", name="下载")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_clean_and_fit_a_phone(job: Job, open_as: Any, width: int) -> None:
    factories.person("sysadmin", "sysadmin")
    page, administrator = open_as("yinzhou", width=width), open_as("sysadmin", width=width)
    for shown, address in (
        (page, f"/desk/background/{job.pk}/"), (page, "/desk/background/"), (administrator, "/desk/background/state/"),
    ):  # fmt: skip
        shown.goto(address)
        assert (address, violations(shown), overflows(shown)) == (address, [], False)
    jobs.begin(key=job.pk, worker="one", at=timezone.now())
    page.goto(f"/desk/background/{job.pk}/")
    assert (violations(page), overflows(page)) == ([], False)
