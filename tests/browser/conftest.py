"""A real Chromium on a live server; each person of the cast gets a browser of its own."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ningbo_windows.management.commands.test import find_chromium
from platforms.models import User
from tests.factories import PASSWORD

#: Milliseconds by which a page has done what it does at all, on a busy machine as well.
PATIENCE = 90_000
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a screen."""
    # Playwright's synchronous interface runs a loop, inside of which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # What waits for a page waits as long as what presses on it: other tests run at the same time.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_as(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """A function that returns a page of a fresh browser, logged in as the account named; without a name nobody is.

    The session is put into the browser, which saves two pages; ``by_form`` asks for the password as a person is asked.
    A script that breaks off on any of these pages fails the test: without it the page may still look well.
    """
    contexts = []
    broken: list[str] = []

    def login(username: str = "", *, width: int = 1280, by_form: bool = False) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.on("weberror", lambda told: broken.append(f"{told.page.url if told.page else ''}: {told.error}"))
        page = context.new_page()
        if username and not by_form:
            client = Client()
            client.force_login(User.objects.get(username=username), backend="ningbo_windows.backends.RoleBackend")
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        elif username:
            page.goto("/admin/login/")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.click("form:has(input[name=password]) [type=submit]")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield login
    for context in contexts:
        context.close()
    assert broken == []
