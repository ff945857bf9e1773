"""``manage.py demo``: refuses where invented data has no business, prepares, tells, and fails with one sentence."""

import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password as is_password
from django.core.management import call_command
from django.db import OperationalError

from evaluation.certification.queries.documents import verify_url
from ningbo_windows.demo import passwords, serving, workplace
from ningbo_windows.demo.people import OFFICES
from ningbo_windows.demo.stage import staged
from ningbo_windows.management.commands import demo as command
from platforms.errors import Refusal
from tests import factories
from tests.patience import until


class Run:
    """What one run of the command said and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.status = 0
        try:
            call_command("demo", *arguments)
        except SystemExit as end:
            self.status = int(end.code or 0)
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def run(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Run]:
    """Run the command as in the demo's own environment, in a folder of the test, with everything slow taken out."""
    settings.DEMO = True
    settings.LOCAL_DIR = tmp_path
    settings.SITE_URL = ""
    monkeypatch.setenv("SITE_URL", "")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("NINGBO_MODE", raising=False)
    monkeypatch.setattr(command, "call_command", lambda *_args, **_options: None)
    monkeypatch.setattr(command, "_load_reference", lambda: factories.regions())
    monkeypatch.setattr(command, "seed", lambda **_facts: None)
    return lambda *arguments: Run(capsys, *arguments)


def test_it_tells_address_accounts_and_password(run: Callable[..., Run], db: None) -> None:
    told = run("--no-serve", "--port", "8000", "--password", "Xikou-4821-Meihua")
    assert told.status == 0
    assert [line.split("：")[0] for line in told.out.splitlines()[:3]] == [
        "建立数据库",
        "载入通知、地区、乡镇（街道）和地图轮廓",
        "生成演示数据",
    ]
    assert "http://127.0.0.1:8000/" in told.out
    assert "Xikou-4821-Meihua" in told.out
    lines = [line.split()[0] for line in told.out.splitlines() if line.startswith("  ")]
    assert lines == [person.username for person in (*OFFICES, *staged().officers)]


def test_what_is_printed_for_the_demo_leads_to_where_it_will_be_served(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, db: None
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(command, "seed", lambda **_facts: printed.append(verify_url("NB2026-001-ABCDE")))
    run("--no-serve", "--port", "8123")
    assert printed == ["http://127.0.0.1:8123/verify/NB2026-001-ABCDE/"]
    # What a command beside the demo reads, so that its mails link to where the demo is.
    assert (tmp_path / "address").read_text() == "http://127.0.0.1:8123"


def test_a_second_start_keeps_the_data_and_sets_a_password_that_works(run: Callable[..., Run], db: None) -> None:
    regions = factories.regions()
    factories.round_of(2026)
    person = factories.officer("yinzhou", regions["330212"])
    told = run("--no-serve", "--password", "Xikou-4821-Meihua")
    person.refresh_from_db()
    assert "沿用原有演示数据" in told.out
    assert is_password("Xikou-4821-Meihua", person.password)
    again = run("--no-serve")
    person.refresh_from_db()
    assert is_password(again.out.split("密码都是 ")[1].split()[0], person.password)
    assert not is_password("Xikou-4821-Meihua", person.password)


def test_a_demo_of_another_citys_folder_is_told_from_this_one(run: Callable[..., Run], db: None) -> None:
    regions = factories.regions()
    factories.round_of(2026)
    sentence = "现有演示数据属于另一个基础数据文件夹，加 --reset 可按现在的文件夹重新生成。"
    assert sentence not in run("--no-serve").out
    regions["SHQ"].delete()
    told = run("--no-serve")
    assert sentence in told.out
    assert "  shq" not in told.out


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "postgres://db/real", "已设置 DATABASE_URL"),
        ("NINGBO_MODE", "production", "正式运行环境"),
    ],
)
def test_it_refuses_where_real_data_may_be(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    told = run("--no-serve")
    assert (told.status, told.out) == (1, "")
    assert sentence in told.err


def test_it_refuses_outside_of_the_demo_mode(run: Callable[..., Run], settings: Any) -> None:
    settings.DEMO = False
    told = run("--no-serve")
    assert (told.status, told.out, told.err) == (1, "", "演示只能用 python3 manage.py demo 启动。\n")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--host", "0.0.0.0"], 1, "演示只能在本机地址"),  # noqa: S104
        (["--port", "0"], 2, "端口应为 1 至 65535 之间的数"),
        (["--port", "eight"], 2, command.USAGE),
        (["--scale", "0"], 2, command.USAGE),
        (["--scale", "1000"], 2, command.USAGE),
        (["--scale", "two"], 2, command.USAGE),
        (["--colour"], 2, command.USAGE),
        (["--password", "short"], 1, "--password 不合要求"),
        (["--password", "nodigitsatall"], 1, "密码须同时包含字母、数字和符号"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    run: Callable[..., Run], arguments: list[str], status: int, sentence: str
) -> None:
    told = run("--no-serve", *arguments)
    assert (told.status, told.out) == (status, "")
    assert sentence in told.err


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (Refusal("本机日期不对。"), "本机日期不对。"),
        (OSError(28, "No space left on device"), "请检查磁盘空间和目录权限"),
        (OperationalError("no such column"), "请加 --reset 重新生成"),
        (sqlite3.DatabaseError("file is not a database"), "请加 --reset 重新生成"),
        (KeyboardInterrupt(), "已中断"),
        (ValueError("unheard of"), "error.log"),
    ],
)
def test_a_step_that_fails_ends_with_one_sentence(
    run: Callable[..., Run], db: None, monkeypatch: pytest.MonkeyPatch, failure: BaseException, sentence: str
) -> None:
    def fail(**_facts: Any) -> None:
        raise failure

    monkeypatch.setattr(command, "seed", fail)
    told = run("--no-serve")
    assert told.status in {1, 130}
    assert sentence in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_one_demo_at_a_time(run: Callable[..., Run], tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with workplace.alone(tmp_path):
        told = run("--no-serve")
    assert (told.status, told.out) == (1, "")
    assert "另一个演示正在运行" in told.err


def test_starting_over_deletes_everything_but_the_key(run: Callable[..., Run], db: None, tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_text("old")
    (tmp_path / "secret_key").write_text("key")
    (tmp_path / "media" / "attachments").mkdir(parents=True)
    told = run("--no-serve", "--reset")
    assert "清除原有演示数据" in told.out
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "demo.lock", "address"}


def test_passwords_are_random_easy_to_type_and_good_enough() -> None:
    made = {passwords.readable_password() for _ in range(50)}
    assert len(made) > 45
    for word in made:
        assert word.isascii()
        passwords.check_password(word)


def test_it_serves_on_this_machine_until_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.LOCAL_DIR = tmp_path
    started: list[dict[str, Any]] = []

    class Server:
        def __init__(self, target: str, **options: Any) -> None:
            started.append({"target": target, **options})

        def on_startup(self, hook: Callable[[], None]) -> None:
            self.hook = hook

        def serve(self) -> None:
            self.hook()
            raise SystemExit(started[-1].get("code", 0))

    monkeypatch.setattr("granian.Granian", Server)
    monkeypatch.setattr(serving.connections, "close_all", lambda: None)
    beside: list[str] = []

    @contextmanager
    def worker_beside() -> Iterator[None]:
        beside.append("started")
        try:
            yield
        finally:
            beside.append("stopped")

    monkeypatch.setattr(serving, "worker_beside", worker_beside)
    ready: list[str] = []
    assert serving.serve(host="127.0.0.1", port=8001, ready=lambda: ready.append("yes"))
    assert ready == ["yes"]
    assert beside == ["started", "stopped"]
    assert (started[0]["target"], started[0]["address"], started[0]["port"]) == (
        "ningbo_windows.wsgi:application",
        "127.0.0.1",
        8001,
    )


@pytest.mark.parametrize("hears", [True, False])
def test_the_worker_of_the_demo_ends_with_it_whether_it_hears_or_not(
    hears: bool, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    deaf = "" if hears else "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    script = f"""
import os, pathlib, signal, sys, time
{deaf}
pathlib.Path("said").write_text(" ".join([*sys.argv[1:], os.environ["NINGBO_MODE"]]))
time.sleep(600)
"""
    (tmp_path / "manage.py").write_text(script)
    settings.BASE_DIR = tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "SECONDS_TO_STOP", 0.5)
    with serving.worker_beside() as worker:
        until(lambda: (tmp_path / "said").exists() and (tmp_path / "said").read_text())
    assert (tmp_path / "said").read_text() == "worker --with-parent test"
    assert worker.returncode == -(signal.SIGTERM if hears else signal.SIGKILL)
