"""Commands that start without the applications being loaded."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management.base import BaseCommand

from ningbo_windows import light_commands

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("django.contrib.admin", "django.db.models", "django.urls", "ningbo_windows.urls")
SCRIPT = """
import atexit, sys
atexit.register(lambda: print(*(name for name in sys.modules), file=sys.stderr))
import manage
manage.main()
"""


def loaded(*arguments: str) -> set[str]:
    """Return the modules that a command has imported when its process ends."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True, text=True, env=os.environ | {"NINGBO_MODE": "test"}, cwd=ROOT, check=True,
    )  # fmt: skip
    return set(done.stderr.split())


@pytest.mark.parametrize("name", light_commands.MODULES)
def test_such_a_command_loads_neither_models_nor_admin_nor_addresses(name: str) -> None:
    names = loaded(name, "--help")
    assert light_commands.MODULES[name] in names
    assert {each for each in names if each in HEAVY or each.endswith((".models", ".admin"))} == set()


def test_another_command_loads_them() -> None:
    assert set(HEAVY) <= loaded("check")


@pytest.mark.parametrize(("name", "module"), light_commands.MODULES.items())
def test_such_a_command_asks_for_no_checks_and_is_found_by_its_name(name: str, module: str) -> None:
    assert module.endswith(f".management.commands.{name}")
    assert import_module(module).Command.requires_system_checks == []


def test_no_other_command_is_run_in_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(BaseCommand, "run_from_argv", lambda _self, argv: started.append(argv))
    assert [light_commands.run(["manage.py", *words]) for words in ([], ["migrate"], ["allocates"])] == [False] * 3
    assert started == []
