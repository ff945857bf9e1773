"""A client is cut off, a server is killed: nothing is lost and nothing is there twice."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from platforms.models import Enterprise, PlatformMonth, ServiceRecord
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services import tokens as api_tokens
from tests import factories
from tests.api.client import Client
from tests.patience import LONG, until
from tests.platforms.service_records import cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N03"), pytest.mark.trust("T12")]
RECORDS = 100_000


def rows(records: int) -> Iterator[dict[str, Any]]:
    codes = [factories.credit_code(number) for number in range(50)]
    for number in range(records):
        yield cast.row(number, served_on="2025-04-01", fee=number % 3, enterprise_code=codes[number % 50])


class Server:
    """The real server on the database of the test, which can be killed and started again, and closed in the end.

    Its port is its own from the beginning, also while it is not running: this process holds it and listens to nothing.
    """

    def __init__(self, log: Path, *arguments: str, **environ: str) -> None:
        self.held = socket.socket()
        # As the server does: two may have a port if both say so, and no other program gets it.
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.held.bind(("127.0.0.1", 0))
        self.port: int = self.held.getsockname()[1]
        self.log, self.process = log, self._none()
        self.arguments, self.environ = arguments, environ

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
            *self.arguments, "ningbo_windows.wsgi:application",
        ]  # fmt: skip
        surroundings = os.environ | {
            "DATABASE_URL": address, "NINGBO_MODE": "local", "NINGBO_NO_SETUP": "1",
            "SECRET_KEY": settings.SECRET_KEY, "NINGBO_RECORD_BATCHES_PER_MINUTE": "100000",
            **self.environ,
        }  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=surroundings, stdout=log, stderr=log, start_new_session=True
            )
        process = self.process
        until(lambda: self.answers() or process.poll() is not None)
        assert process.poll() is None, self.log.read_text()

    def answers(self) -> bool:
        """Say whether a worker answers; one that is dying may still hold the port."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def freeze_in_a_batch(self, records: int) -> bool:
        """Stop all its processes while it writes a batch; False if there were ``records`` before it was caught."""
        assert self.process is not None
        until(lambda: is_written_to() or ServiceRecord.objects.count() == records, pause=bool)
        os.killpg(self.process.pid, signal.SIGSTOP)
        if connection.vendor == "postgresql":
            # What was asked before runs to its end; a COMMIT under way lets go of the lock.
            until(lambda: not backends("active"))
        if is_written_to():
            return True
        os.killpg(self.process.pid, signal.SIGCONT)
        return False

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            until(lambda: not self.answers())

    def close(self) -> None:
        """Kill it for good."""
        self.kill()
        self.held.close()


def backends(state: str = "") -> int:
    """Count the connections that hold the lock of a source, those in ``state`` only if it is given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE state LIKE %s AND pid IN "
            "(SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted)",
            [state or "%"],
        )
        return int(cursor.fetchone()[0])


def is_written_to() -> bool:
    """Say whether the server is inside of the transaction of a batch; it writes nothing else in these tests."""
    if connection.vendor == "postgresql":
        return backends() > 0
    line = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=0, isolation_level=None)
    try:
        line.execute("BEGIN IMMEDIATE")
        line.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        line.close()
    return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "server.log")
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def token(db: None) -> str:
    cast.platform(factories.regions()["330212"])
    call_command("rollup", "--check", verbosity=0)
    region = factories.regions()["330212"]
    token, text = api_tokens.issue(region=region, by=None, at=timezone.now(), actor="测试")
    # Noted ahead, so that a batch is all that the server writes.
    api_tokens.note_use(token=token, at=timezone.now() + timedelta(hours=1))
    return text


def exact(records: int) -> None:
    """Everything is there once, and counted once."""
    assert ServiceRecord.objects.count() == records
    assert ServiceRecord.objects.filter(version=1).count() == records
    assert sum(PlatformMonth.objects.values_list("records", flat=True)) == records
    assert Enterprise.objects.count() == 50
    assert service_recount.differences() == ()


def test_a_client_that_is_cut_off_twice_sends_everything_once(token: str, server: Server) -> None:
    """Once with half of a batch sent, once with the answer half read; it sends what was not answered again."""
    client = Client("127.0.0.1", server.port, token)
    given = rows(RECORDS)
    assert client.send(islice(given, 30_000))["created"] == 30_000

    batch = list(islice(given, 1000))
    client.drop_in_the_middle(batch)
    assert client.send_batch(batch) == {"created": 1000, "updated": 0, "unchanged": 0, "rejected": []}
    assert client.send(islice(given, 30_000))["created"] == 30_000

    batch = list(islice(given, 1000))
    client.drop_in_the_answer(batch)
    assert client.send_batch(batch) == {"created": 0, "updated": 0, "unchanged": 1000, "rejected": []}
    assert client.send(given) == {"created": RECORDS - 62_000, "updated": 0, "unchanged": 0, "rejected": 0}
    exact(RECORDS)


@pytest.mark.trust("T42")
def test_a_server_that_is_killed_in_a_batch_loses_and_doubles_nothing(token: str, server: Server) -> None:
    """Killed with a batch half written, with one written and not answered, and at some moment in between."""
    given = rows(40_000)
    client = Client("127.0.0.1", server.port, token)
    sent = 0

    def kill_and_send_again(batch: list[dict[str, Any]], kept: set[int]) -> None:
        server.kill()
        # The database lets the rest of a killed transaction go once it sees that nobody is there.
        until(lambda: not is_written_to())
        found = ServiceRecord.objects.count() - sent
        assert found in kept
        server.start()
        assert client.send_batch(batch) == {"created": 1000 - found, "updated": 0, "unchanged": found, "rejected": []}

    for _ in range(30):
        batch = list(islice(given, 1000))
        client.drop_before_the_answer(batch)
        if server.freeze_in_a_batch(sent + 1000):
            break
        until(lambda: not is_written_to())
        sent += 1000
    else:
        raise AssertionError("never caught at work")
    kill_and_send_again(batch, {0})
    sent += 1000

    batch = list(islice(given, 1000))
    client.drop_before_the_answer(batch)
    until(lambda: ServiceRecord.objects.count() == sent + 1000)
    kill_and_send_again(batch, {1000})
    sent += 1000

    batch = list(islice(given, 1000))
    client.drop_before_the_answer(batch)
    kill_and_send_again(batch, {0, 1000})
    exact(sent + 1000)
