"""Our application with pages kept, and below ``/floor/`` the bare view, in one process of granian."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from tests.bench.stand import HOST, PAGES_KEPT, _bare_handler, _handler

#: What granian serves.
TARGET = "tests.bench.served:application"
_FLOOR = "/floor"
STARTED_WITHIN = 60


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer as ours does, or as the bare view where the address begins with ``/floor``."""
    _set_up()
    if environ["PATH_INFO"].startswith(_FLOOR):
        return _bare_handler()({**environ, "PATH_INFO": environ["PATH_INFO"][len(_FLOOR) :]}, start_response)
    return _handler(PAGES_KEPT)(environ, start_response)


def _set_up() -> None:
    from django.apps import apps

    if not apps.ready:
        import django

        django.setup()


Served = Callable[[str, Mapping[str, str]], tuple[int, bytes]]


@contextmanager
def granian() -> Iterator[Served]:
    """Serve on the database of this bench; gives what asks for an address over one connection that stays open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    server = subprocess.Popen((*command, "--blocking-threads", "4", "--log-level", "error", TARGET), env=os.environ)
    try:
        connection = _connected(port)

        def ask(path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
            connection.request("GET", path, headers={"Host": HOST, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

        yield ask
        connection.close()
    finally:
        server.terminate()
        server.wait(STARTED_WITHIN)


def _connected(port: int) -> HTTPConnection:
    for _ in range(STARTED_WITHIN * 10):
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", f"{_FLOOR}/1/", headers={"Host": HOST})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise TimeoutError("granian does not answer")
