"""What all benches stand on: a database of their own, a floor to measure against, medians of interleaved runs.

Nothing here is judged by the clock alone: every time is told as a multiple or a share of a floor that was measured in
the same run, turn by turn with what it is the floor of.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

HOST = "testserver"
PAGES_KEPT = 1000
#: The addresses of the bare views: nothing but Django's handler, the resolver and the bytes.
FLOOR = "tests.bench.floor"


@dataclass(frozen=True)
class Line:
    """One row of the table: what was measured, against what, and both medians in seconds."""

    what: str
    floor_is: str
    floor: float
    ours: float
    note: str = ""

    @property
    def times(self) -> float:
        """How many times the floor ours takes."""
        return self.ours / self.floor

    @property
    def share(self) -> float:
        """What part of the floor's rate ours reaches."""
        return self.floor / self.ours


def show(title: str, lines: Sequence[Line]) -> None:
    """Print ``lines`` as a table."""
    print(f"\n{title}")
    print(f"{'':>2}{'what':<58}{'floor':<24}{'floor ms':>10}{'ours ms':>10}{'times':>8}{'share':>8}  note")
    for line in lines:
        print(
            f"{'':>2}{line.what:<58}{line.floor_is:<24}{line.floor * 1000:>10.3f}{line.ours * 1000:>10.3f}"
            f"{line.times:>8.2f}{line.share:>8.3f}  {line.note}"
        )


def arguments(doc: str | None) -> argparse.Namespace:
    """Read the command line that all benches share."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a temporary PostgreSQL instead of SQLite")
    parser.add_argument("--quick", action="store_true", help="few runs, to see that the bench works")
    return parser.parse_args()


@contextmanager
def own_database(*, postgres: bool = False) -> Iterator[None]:
    """Set Django up on an empty database that is gone afterwards; must come before any import of a model."""
    with tempfile.TemporaryDirectory(prefix="ningbo-bench-") as folder:
        os.environ["NINGBO_MODE"] = "test"
        os.environ["NINGBO_MEDIA_ROOT"] = str(Path(folder) / "media")
        os.environ["DJANGO_SETTINGS_MODULE"] = "ningbo_windows.settings"
        if postgres:
            from ningbo_windows.management.commands.test import temporary_postgres

            with temporary_postgres() as address, _migrated(address):
                yield
        else:
            with _migrated(f"sqlite:///{folder}/bench.sqlite3"):
                yield


@contextmanager
def _migrated(address: str) -> Iterator[None]:
    os.environ["DATABASE_URL"] = address
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    settings.PUBLIC_PAGES_KEPT = PAGES_KEPT
    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        connections.close_all()


@cache
def _handler(pages_kept: int) -> Any:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(PUBLIC_PAGES_KEPT=pages_kept, PUBLIC_SNAPSHOT_LINES=0):
        return WSGIHandler()


@cache
def _snapshot_handler() -> Any:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(PUBLIC_PAGES_KEPT=0, PUBLIC_SNAPSHOT_LINES=200_000):
        return WSGIHandler()


@cache
def _bare_handler() -> Any:
    """Django's WSGI handler without a single middleware, on the addresses of the floor."""
    from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
    from django.test import override_settings

    class BareRequest(WSGIRequest):
        urlconf = FLOOR

    class BareHandler(WSGIHandler):
        request_class = BareRequest

    with override_settings(MIDDLEWARE=[]):
        return BareHandler()


def _call(
    handler: Any, path: str, headers: Mapping[str, str], body: bytes | None = None, told: list[Any] | None = None
) -> tuple[int, bytes]:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": quote(query, safe="=&"),
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body or b"")),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
    status: list[str] = []
    told = [] if told is None else told
    answer = handler(environ, lambda code, given: (status.append(code), told.extend(given)))
    try:
        return int(status[0][:3]), b"".join(answer)
    finally:
        answer.close()


def get(path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Ask our application for ``path`` as a server would, all middlewares and the closing of connections included."""
    return _call(_handler(0), path, headers or {})


def post(path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Send a form to our application as a browser does that was given its token before."""
    secret = "x" * 32
    cookies = f"{headers.get('HTTP_COOKIE', '')}; csrftoken={secret}"
    body = urlencode({**fields, "csrfmiddlewaretoken": secret}).encode()
    return _call(_handler(0), path, {**headers, "HTTP_COOKIE": cookies}, body)


def get_kept(path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Ask for ``path`` with pages kept in memory, as in production; ``headers`` are those of HTTP."""
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    return _call(_handler(PAGES_KEPT), path, given)


def get_joined(path: str) -> tuple[int, bytes]:
    """Ask for ``path`` with a snapshot held and no pages kept."""
    return _call(_snapshot_handler(), path, {})


def forget() -> None:
    """Forget what was kept in memory: a published list never grows, so more lines in it are no new edition."""
    _handler.cache_clear()
    _snapshot_handler.cache_clear()


def get_kept_headers(path: str) -> list[tuple[str, str]]:
    """Return the headers of ``path`` with pages kept in memory."""
    told: list[tuple[str, str]] = []
    _call(_handler(PAGES_KEPT), path, {}, told=told)
    return told


def get_floor(size: int) -> tuple[int, bytes]:
    """Ask the bare view for ``size`` bytes."""
    return _call(_bare_handler(), f"/{size}/", {})


def cookie_of(user: Any) -> dict[str, str]:
    """Return the header of a browser that ``user`` is logged in with."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="ningbo_windows.backends.RoleBackend")
    return {"HTTP_COOKIE": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())}


def queries_of(act: Callable[[], Any]) -> int:
    """Count the queries that ``act`` makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)
