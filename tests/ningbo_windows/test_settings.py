"""How the program starts, by mode; each try is a process of its own."""

import os
import subprocess
import sys

import pytest

from ningbo_windows import settings as loaded

GOOD = {
    "NINGBO_MODE": "production",
    "SECRET_KEY": "k9Qz3vLw8RtY2uXc5NbM7aSdF4gHjKpOiUeWqZ1x6C0vBnMlP-",
    "ALLOWED_HOSTS": "windows.example",
    "SITE_URL": "https://windows.example",
    "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
    "NINGBO_NO_SETUP": "1",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=keep | {"DJANGO_SETTINGS_MODULE": "ningbo_windows.settings"} | environment,
        cwd=loaded.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.trust("T50")
def test_production_starts_with_all_that_it_needs() -> None:
    assert start(**GOOD).returncode == 0


@pytest.mark.trust("T50")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "须设置 SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "须设置 SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "a.example,*.b.example"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://windows.example"}, "SITE_URL"),
        ({"NINGBO_DEBUG": "1"}, "NINGBO_DEBUG"),
        ({"NINGBO_MODE": "live"}, "NINGBO_MODE"),
    ],
)
def test_production_refuses_what_is_not_safe(change: dict[str, str], sentence: str) -> None:
    process = start(**(GOOD | change))
    assert process.returncode == 1
    assert sentence in process.stderr
