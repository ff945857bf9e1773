"""A command without a database ends with one sentence; with one, a fault is shown as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError

from ningbo_windows.database_errors import sentence_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("empty.sqlite3", "数据库尚未建立，请先运行 python3 manage.py migrate。"),
        ("no/such/folder.sqlite3", "数据库无法连接，请核对 DATABASE_URL 和数据库服务："),
    ],
)
def test_a_command_without_a_database_says_what_to_do(tmp_path: Path, place: str, sentence: str) -> None:
    surroundings = {
        **os.environ,
        "NINGBO_MODE": "test",
        "NINGBO_NO_SETUP": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path / place}",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "issue_token", "--region", "330212"],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_a_fault_of_a_database_that_is_there_is_not_explained_away() -> None:
    assert sentence_for(DatabaseError("deadlock detected")) is None
