"""T58: while writes wait for a lock, public pages are answered; a write that waited too long may come again."""

import http.client
import re
import select
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ningbo_windows.waiting import WaitingWritersMiddleware, may_write
from tests.api.test_cut_off import Server
from tests.patience import LONG

pytestmark = pytest.mark.trust("T58")
AT_ONCE, THREADS, LOGINS, READERS = 4, 6, 12, 20


@contextmanager
def everything_locked() -> Iterator[None]:
    """Hold, in another connection, what every write of the house has to wait for."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        line: Any = sqlite3.connect(str(values["NAME"]), isolation_level=None)
        line.execute("BEGIN IMMEDIATE")
    else:
        host = values["HOST"] or values["OPTIONS"]["host"]
        line = psycopg2.connect(dbname=values["NAME"], user=values["USER"], host=host)
        line.cursor().execute("LOCK TABLE platforms_counter, axes_accessattempt IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        line.rollback() if connection.vendor == "postgresql" else line.execute("ROLLBACK")
        line.close()


class Browser:
    """One connection to the server that fills in the login page."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG)
        page = self.get("/admin/login/")
        self.cookie = page.getheader("Set-Cookie", "").split(";")[0]
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert found
        self.token = found[1]
        # A server hangs up on who says nothing for half a minute: what is sent later has a connection of its own.
        self.line.close()

    def get(self, path: str) -> http.client.HTTPResponse:
        self.line.request("GET", path)
        return self.line.getresponse()

    def log_in(self) -> None:
        """Send a wrong password and do not wait for the answer."""
        form = {"csrfmiddlewaretoken": self.token, "username": "nobody", "password": "wrong"}
        head = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.line.request("POST", "/admin/login/", urlencode(form), head)

    @property
    def is_answered(self) -> bool:
        return bool(select.select([self.line.sock], [], [], 0)[0])


@pytest.fixture
def served(tmp_path: Path, db: None) -> Iterator[Any]:
    started: list[Server] = []

    def start(**environ: str) -> Server:
        call_command("rollup", "--check", verbosity=0)
        made = Server(
            tmp_path / "server.log", "--workers", "1", "--blocking-threads", str(THREADS),
            NINGBO_WRITERS_AT_ONCE=str(AT_ONCE), **environ,
        )  # fmt: skip
        started.append(made)
        made.start()
        return made

    yield start
    for each in started:
        each.close()


@pytest.fixture
def browse() -> Iterator[Any]:
    """A function that opens a browser on a server; all of them are closed in the end."""
    with ExitStack() as opened:

        def open_one(server: Server) -> Browser:
            browser = Browser(server.port)
            opened.callback(browser.line.close)
            return browser

        yield open_one


@pytest.mark.django_db(transaction=True)
def test_readers_are_answered_while_more_writes_wait_than_there_are_threads(served: Any, browse: Any) -> None:
    server = served(NINGBO_WRITE_WAIT_SECONDS="300")
    browsers = [browse(server) for _ in range(LOGINS)]
    with everything_locked():
        for each in browsers:
            each.log_in()
        # Those for whom there is no place are told so; the others wait for the lock.
        turned_away = set()
        while len(turned_away) < LOGINS - AT_ONCE:
            ready = select.select([each.line.sock for each in browsers if each not in turned_away], [], [], LONG)[0]
            assert ready
            turned_away |= {each for each in browsers if each.line.sock in ready}
        waiting = [each for each in browsers if each not in turned_away]
        pages = []
        for _ in range(READERS):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LONG)
            line.request("GET", "/results/")
            pages.append(line.getresponse().status)
            line.close()
        assert pages == [200] * READERS
        assert [each.is_answered for each in waiting] == [False] * AT_ONCE
    refused = [each.line.getresponse() for each in turned_away]
    assert [(answer.status, answer.getheader("Retry-After")) for answer in refused] == [(503, "5")] * (LOGINS - AT_ONCE)
    assert "当前办理人数较多" in refused[0].read().decode()
    # Whoever waited was served once the lock was free: a wrong password shows the page again.
    assert [each.line.getresponse().status for each in waiting] == [200] * AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_a_write_that_waited_long_enough_may_come_again(served: Any, browse: Any) -> None:
    server = served(NINGBO_WRITE_WAIT_SECONDS="1")
    browser = browse(server)
    with everything_locked():
        browser.log_in()
        answer = browser.line.getresponse()
        assert (answer.status, answer.getheader("Retry-After")) == (503, "5")
        answer.read()
    browser.log_in()
    assert browser.line.getresponse().status == 200


@pytest.mark.parametrize(
    ("method", "path", "cookie", "writes"),
    [
        ("GET", "/results/", "", False),
        ("HEAD", "/", "", False),
        ("GET", "/api/v1/results", "", False),
        ("GET", "/results/", "sessionid", True),
        ("POST", "/complaints/new/", "", True),
        ("GET", "/desk/", "", True),
        ("GET", "/admin/login/", "", True),
        ("GET", "/fill/x/", "", True),
    ],
)
def test_only_a_strangers_reading_never_waits(method: str, path: str, cookie: str, writes: bool) -> None:
    request = getattr(RequestFactory(), method.lower())(path)
    if cookie:
        request.COOKIES[cookie] = "x"
    assert may_write(request) is writes


def test_a_place_is_free_again_after_an_answer_and_after_a_failure(settings: Any) -> None:
    settings.WRITERS_AT_ONCE = 1
    inside: list[HttpResponse] = []
    posts = RequestFactory().post("/desk/"), RequestFactory().post("/api/v1/service-records")

    def answer(request: HttpRequest) -> HttpResponse:
        if not inside:
            inside.append(HttpResponse())
            inside.extend(door(each) for each in posts)
            raise RuntimeError
        return HttpResponse()

    door = WaitingWritersMiddleware(answer)
    with pytest.raises(RuntimeError):
        door(posts[0])
    assert [(each.status_code, each["Retry-After"]) for each in inside[1:]] == [(503, "5")] * 2
    assert inside[2].content.decode() == '{"detail": "当前办理人数较多，本次提交未保存，请稍后原样重试。"}'
    assert door(posts[0]).status_code == 200
