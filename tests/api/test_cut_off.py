"""A client is cut off, a server is killed: nothing is lost and nothing is there twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from platforms.models import Enterprise, PlatformMonth, ServiceRecord
from platforms.services import api_tokens, service_recount
from tests import factories
from tests.api.client import Client
from tests.platforms.records import cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N03"), pytest.mark.trust("T12")]
RECORDS = 3_000


def rows(records: int = RECORDS) -> list[dict[str, Any]]:
    return [
        cast.row(number, served_on="2025-04-01", fee=number % 3, enterprise_code=factories.credit_code(number % 50))
        for number in range(records)
    ]


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


class Server:
    """The real server on the database of the test, which can be killed and started again."""

    def __init__(self, log: Path) -> None:
        self.port, self.log, self.process = free_port(), log, self._none()

    @staticmethod
    def _none() -> "subprocess.Popen[bytes] | None":
        return None

    def start(self) -> None:
        values = connection.settings_dict
        if connection.vendor == "sqlite":
            address = f"sqlite:///{values['NAME']}"
        else:
            address = (
                f"postgresql://{values['USER']}:@/{values['NAME']}?host={values['HOST'] or values['OPTIONS']['host']}"
            )
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "ningbo_windows.wsgi:application",
        ]  # fmt: skip
        surroundings = os.environ | {
            "DATABASE_URL": address, "NINGBO_MODE": "local", "NINGBO_NO_SETUP": "1",
            "SECRET_KEY": settings.SECRET_KEY, "NINGBO_RECORD_BATCHES_PER_MINUTE": "100000",
        }  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=surroundings, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
            else:
                return
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "server.log")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def token(db: None) -> str:
    cast.platform(factories.regions()["330212"])
    call_command("rollup", "--check", verbosity=0)
    region = factories.regions()["330212"]
    return api_tokens.issue(region=region, by=None, at=timezone.now(), actor="测试")[1]


def exact(records: int) -> None:
    """Everything is there once, and counted once."""
    assert ServiceRecord.objects.count() == records
    assert ServiceRecord.objects.filter(version=1).count() == records
    assert sum(PlatformMonth.objects.values_list("records", flat=True)) == records
    assert Enterprise.objects.count() == 50
    assert service_recount.differences() == ()


def until(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds, a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end


def test_a_client_that_is_cut_off_twice_sends_everything_once(token: str, server: Server) -> None:
    client = Client("127.0.0.1", server.port, token)
    given = rows()
    client.drop_in_the_middle(given[:1000])
    assert client.send(given[:1000]) == {"created": 1000, "updated": 0, "unchanged": 0, "rejected": 0}
    client.drop_before_the_answer(given[1000:2000])
    until(lambda: ServiceRecord.objects.count() == 2000)
    assert client.send(given) == {"created": 1000, "updated": 0, "unchanged": 2000, "rejected": 0}
    exact(RECORDS)


@pytest.mark.trust("T42")
def test_a_server_that_is_killed_in_a_batch_loses_and_doubles_nothing(token: str, server: Server) -> None:
    given = rows()
    killed: list[int] = []

    def again() -> None:
        server.kill()
        killed.append(ServiceRecord.objects.count())
        server.start()

    client = Client("127.0.0.1", server.port, token, wait=again)
    acknowledged = 0
    for place, looks in enumerate((0, 10, 60)):
        batch = given[place * 1000 : place * 1000 + 1000]
        client.drop_before_the_answer(batch)
        # Killed sooner or later while it works on the batch, or just after.
        for _ in range(looks):
            ServiceRecord.objects.exists()
        again()
        # Before the end of a batch there is none of it, after it all.
        assert killed[-1] in (acknowledged, acknowledged + 1000)
        assert client.send_batch(batch)["rejected"] == []
        acknowledged += 1000
        assert ServiceRecord.objects.count() == acknowledged
    exact(RECORDS)
