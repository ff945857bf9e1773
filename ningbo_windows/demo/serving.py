"""The demo on the air: on this machine only, until Ctrl-C."""

import contextlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connections

WORKERS = 2
#: More than ``WRITERS_AT_ONCE``: while writes wait for each other, readers still find a thread.
THREADS = 16
SECONDS_TO_STOP = 3


def settle(address: str) -> None:
    """Let whatever names the demo, on paper or on a screen, lead to ``address``; before anything is made or served."""
    # Both ways to start a worker: one inherits the settings, the other reads them anew.
    os.environ["SITE_URL"] = settings.SITE_URL = address
    # A command beside the demo, such as the one that writes reminders, links to where the demo is.
    (settings.LOCAL_DIR / "address").write_text(address, encoding="utf-8")


def serve(*, host: str, port: int, ready: Callable[[], None]) -> bool:
    """Serve until the process is told to stop; ``ready`` is called once connections are taken.

    Returns whether it ended because it was told to, and not because it broke.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()
    # The threads of what set PDFs while the demo was made do not outlive a fork: a worker would wait for them for ever.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "ningbo_windows.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        # A worker that is told to stop while it still starts does not hear it.
        workers_kill_timeout=SECONDS_TO_STOP,
        log_level=LogLevels.error,
    )
    server.on_startup(ready)
    try:
        with worker_beside():
            server.serve()
    except SystemExit as end:
        return not end.code
    return True


@contextlib.contextmanager
def worker_beside() -> Iterator[subprocess.Popen]:
    """Let a worker do what takes longer than a request for as long as the block lasts, and not longer than us."""
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--with-parent"],
        env={**os.environ, "NINGBO_MODE": settings.MODE, "NINGBO_NO_SETUP": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            # What it had in hand is begun anew with the next start.
            worker.kill()
            worker.wait()
