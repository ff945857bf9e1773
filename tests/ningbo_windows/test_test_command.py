"""The one command that runs all tests."""

import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest
from django.core.management import get_commands, load_command_class

from ningbo_windows.management.commands import test as command
from ningbo_windows.management.commands.test import (
    HELP,
    ROOT,
    find_chromium,
    find_office,
    is_whole_suite,
    pytest_command,
    run_suites,
    without,
)
from tests.patience import LONG

COVERAGE = ["--cov", "--cov-config=pyproject.toml", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]
PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
PYTEST = [sys.executable, "-m", "pytest"]


@dataclass
class Stage:
    """Plays pytest and PostgreSQL and writes down what happened."""

    statuses: list[int] = field(default_factory=lambda: [0, 0])
    runs: list[tuple[list[str], dict[str, str]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    server: list[str] = field(default_factory=list)

    def run(self, arguments: Sequence[str], environ: Mapping[str, str], output: IO[bytes] | None) -> int:
        second = "DATABASE_URL" in environ
        if output:
            output.write("两项未通过".encode())
        self.runs.append((list(arguments), dict(environ)))
        self.runs.sort(key=lambda each: "DATABASE_URL" in each[1])
        return self.statuses[second]

    @contextmanager
    def postgres(self) -> Iterator[str]:
        self.server.append("started")
        try:
            yield "postgresql:///temporary"
        finally:
            self.server.append("stopped")

    @contextmanager
    def no_postgres(self) -> Iterator[str]:
        raise RuntimeError("no server")
        yield ""

    def play(
        self,
        *arguments: str,
        chromium: str | None = "/usr/bin/chromium",
        office: str | None = "/usr/bin/soffice",
        **environ: str,
    ) -> int:
        return run_suites(
            arguments,
            environ=environ,
            chromium=chromium,
            office=office,
            say=self.said.append,
            run=self.run,
            postgres=self.no_postgres if self.server == ["broken"] else self.postgres,
        )


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_the_command_is_ours_not_djangos() -> None:
    assert get_commands()["test"] == "ningbo_windows"
    assert load_command_class("ningbo_windows", "test").requires_system_checks == []


def test_the_suite_runs_on_both_databases(stage: Stage) -> None:
    assert stage.play(DATABASE_URL="postgresql:///real", HOME="/root") == 0
    assert [environ for _, environ in stage.runs] == [
        {"NINGBO_MODE": "test", "HOME": "/root"},
        {"NINGBO_MODE": "test", "HOME": "/root", "DATABASE_URL": "postgresql:///temporary"},
    ]
    assert stage.server == ["started", "stopped"]
    assert sorted(line for line in stage.said if line.startswith("在")) == [
        "在 PostgreSQL 上运行测试。",
        "在 SQLite 上运行测试。",
    ]


def test_what_the_second_run_says_comes_last_and_whole(stage: Stage) -> None:
    stage.play()

    assert stage.said[-1] == "PostgreSQL 上的输出：\n两项未通过"
    assert len(stage.said) == 5


def test_the_runs_of_the_whole_suite_go_on_beside_each_other(stage: Stage) -> None:
    both = threading.Barrier(2, timeout=LONG)
    whole = run_suites(
        [],
        environ={},
        chromium="",
        office="",
        say=stage.said.append,
        run=lambda *_: both.wait() and 0,
        postgres=stage.postgres,
    )

    assert (whole, stage.server) == (0, ["started", "stopped"])


def test_a_part_is_run_on_one_database_after_the_other_and_says_so_at_once(stage: Stage) -> None:
    stage.play("tests/funding")

    assert [line.partition("，")[0] for line in stage.said] == [
        "在 SQLite 上运行测试。",
        "SQLite 上的测试通过",
        "在 PostgreSQL 上运行测试。",
        "PostgreSQL 上的测试通过",
    ]


def test_what_is_compiled_is_kept(stage: Stage) -> None:
    stage.play(PYTHONDONTWRITEBYTECODE="1", HOME="/root")

    assert [environ.get("PYTHONDONTWRITEBYTECODE") for _, environ in stage.runs] == [None, None]


@pytest.mark.parametrize(("statuses", "status"), [([1, 0], 1), ([0, 2], 2), ([5, 1], 5)])
def test_either_run_fails_the_command(stage: Stage, statuses: list[int], status: int) -> None:
    stage.statuses = statuses

    assert stage.play() == status
    assert len(stage.runs) == 2


def test_a_server_that_does_not_start_fails_the_command_with_a_sentence(stage: Stage) -> None:
    stage.server = ["broken"]

    assert stage.play() == 1
    assert "PostgreSQL 测试服务启动或停止失败(RuntimeError：no server)。" in stage.said


def test_the_whole_suite_is_measured_once_and_runs_in_parallel(stage: Stage) -> None:
    stage.play()

    assert [arguments for arguments, _ in stage.runs] == [
        [*PYTEST, *PARALLEL, *COVERAGE],
        [*PYTEST, *PARALLEL, "--second-database"],
    ]


def test_a_part_of_the_suite_is_passed_on_unchanged(stage: Stage) -> None:
    stage.play("tests/funding", "-k", "x", "--lf")

    assert [arguments for arguments, _ in stage.runs] == [[*PYTEST, "tests/funding", "-k", "x", "--lf"]] * 2


@pytest.mark.parametrize("arguments", [[], ["-q"], ["-x", "-vv"], ["--tb=short"], ["-n", "2"], ["-n4"], ["-rA"]])
def test_arguments_that_leave_every_test_in(arguments: list[str]) -> None:
    assert is_whole_suite(arguments)


@pytest.mark.parametrize(
    "arguments",
    [["tests/funding"], ["-k", "x"], ["-m", "clause"], ["--lf"], ["--co"], ["-n", "2", "tests"], ["-qq", "x"]],
)
def test_arguments_that_leave_tests_out(arguments: list[str]) -> None:
    assert not is_whole_suite(arguments)


@pytest.mark.parametrize("arguments", [["-n", "2"], ["-n0"]])
def test_the_callers_own_number_of_workers_counts(arguments: list[str]) -> None:
    assert pytest_command(arguments, left_out=[], first=True) == [*PYTEST, *COVERAGE, *arguments]


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["-q"], ["-q", "-m", "not browser"]),
        (["-m", "clause or trust", "-q"], ["-q", "-m", "(clause or trust) and not browser"]),
        (["-mclause"], ["-m", "(clause) and not browser"]),
        (["-m=clause"], ["-m", "(clause) and not browser"]),
        (["--maxfail=1"], ["--maxfail=1", "-m", "not browser"]),
    ],
)
def test_the_browser_tests_are_left_out_of_any_selection(arguments: list[str], passed: list[str]) -> None:
    assert without(["browser"], arguments) == passed


def test_tests_of_two_marks_are_left_out_together() -> None:
    assert without(["browser", "office"], ["-m", "clause"]) == ["-m", "(clause) and not browser and not office"]


def test_without_a_browser_a_plain_line_says_so(stage: Stage) -> None:
    assert stage.play(chromium=None) == 0
    assert stage.said[0] == "未找到 Chromium，本次略过浏览器测试（Debian 上可安装 chromium 和 fonts-noto-cjk）。"
    assert all(arguments[-2:] == ["-m", "not browser"] for arguments, _ in stage.runs)


def test_without_a_browser_continuous_integration_fails(stage: Stage) -> None:
    assert stage.play(chromium=None, CI="true") == 1
    assert stage.runs == []
    assert stage.said == ["未找到 Chromium，持续集成中必须运行浏览器测试，请先安装 chromium 和 fonts-noto-cjk。"]


def test_without_an_office_a_plain_line_says_so(stage: Stage) -> None:
    assert stage.play(office=None) == 0
    assert stage.said[0] == "未找到 LibreOffice，本次略过工作簿测试（Debian 上可安装 libreoffice-calc-nogui）。"
    assert all(arguments[-2:] == ["-m", "not office"] for arguments, _ in stage.runs)


def test_without_an_office_continuous_integration_fails(stage: Stage) -> None:
    assert stage.play(office=None, CI="true") == 1
    assert stage.runs == []
    assert stage.said == ["未找到 LibreOffice，持续集成中必须运行工作簿测试，请先安装 libreoffice-calc-nogui。"]


@pytest.mark.parametrize(("names", "found"), [(["soffice"], "soffice"), ([], None)])
def test_libreoffice_goes_by_one_name(monkeypatch: pytest.MonkeyPatch, names: list[str], found: str | None) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name in names else None)

    assert find_office() == found


@pytest.mark.parametrize(
    ("names", "found"), [(["chromium"], "chromium"), (["chromium-browser"], "chromium-browser"), ([], None)]
)
def test_chromium_goes_by_two_names(monkeypatch: pytest.MonkeyPatch, names: list[str], found: str | None) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name in names else None)

    assert find_chromium() == found


def test_help_is_short_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    load_command_class("ningbo_windows", "test").run_from_argv(["manage.py", "test", "--help"])

    assert capsys.readouterr().out == HELP + "\n"


def test_the_command_exits_with_the_status_of_the_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(command, "run_suites", lambda arguments, **_others: seen.append(arguments) or 5)

    with pytest.raises(SystemExit) as left:
        load_command_class("ningbo_windows", "test").run_from_argv(["manage.py", "test", "tests/funding", "--no-such"])

    assert (left.value.code, seen) == (5, [("tests/funding", "--no-such")])


def test_an_interrupted_run_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_arguments: object, **_others: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_suites", interrupt)

    with pytest.raises(SystemExit) as left:
        load_command_class("ningbo_windows", "test").run_from_argv(["manage.py", "test"])

    assert (left.value.code, capsys.readouterr().out) == (130, "已中断。\n")


def test_every_module_that_is_measured_exists() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]["run"]

    assert settings["branch"] is True
    assert [name for name in settings["include"] if not list(ROOT.glob(name))] == []
