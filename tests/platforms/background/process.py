"""``manage.py worker`` in a process of its own, on the database of the test; one may stop where the test kills it."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

from tests.patience import LONG

#: The sheet is written, nothing is kept yet.
_STOP = """
from platforms.service_records.services import records
real = records.take_in
def take_in(**given):
    done = real(**given)
    print("written", flush=True)
    time.sleep(600)
    return done
records.take_in = take_in
"""
_RUN = """
import sys, time
import django
django.setup()
{stop}
from django.core.management import call_command
call_command("worker", *sys.argv[1:])
"""
ROOT = settings.BASE_DIR
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def worker_command(*, stops: bool = False) -> list[str]:
    """Return what the interpreter is told to be a worker."""
    return ["-c", _RUN.format(stop=_STOP if stops else "")]


def surroundings() -> dict[str, str]:
    """Return the environment in which a process works on the database and the files of the test."""
    values = connection.settings_dict
    address = (
        f"sqlite:///{values['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgresql://{values['USER']}:@/{values['NAME']}?host={values['HOST'] or values['OPTIONS']['host']}"
    )
    return os.environ | {
        "DATABASE_URL": address, "NINGBO_MODE": "local", "DJANGO_SETTINGS_MODULE": "ningbo_windows.settings",
        "SECRET_KEY": settings.SECRET_KEY, "NINGBO_MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }  # fmt: skip


def worker(*arguments: str, stops: bool = False) -> "subprocess.Popen[str]":
    """Start a worker; with ``stops`` it says ``written`` and waits where the sheet is written and nothing is kept."""
    return subprocess.Popen(
        [sys.executable, *worker_command(stops=stops), *arguments],
        cwd=ROOT, env=surroundings(), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def worked_off() -> None:
    """Let a worker do what waits."""
    process = worker("--until-idle")
    _, errors = process.communicate(timeout=LONG)
    assert (process.returncode, errors) == (0, "")
