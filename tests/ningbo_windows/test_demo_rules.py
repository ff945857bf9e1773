"""Where the demo may run."""

import socket

import pytest

from ningbo_windows.demo_rules import is_loopback, port_is_free, refuse_demo_if_unsafe, refuse_taken_port
from ningbo_windows.setup_errors import SetupError

USAGE = "用法：python3 manage.py demo [--port 8000] [--password 密码] [--reset] [--scale 倍数]。"


def refused(*arguments: str, **environ: str) -> tuple[str, int] | None:
    """Return sentence and status of the refusal, None if the demo may run."""
    try:
        refuse_demo_if_unsafe(environ, ["manage.py", "demo", *arguments])
    except SetupError as error:
        return str(error), error.status
    return None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--port", "9000", "--reset"],
        ["--port=9000", "--password", "0.0.0.0:80", "--scale", "3"],
        ["--host", "localhost"],
        ["--host=127.0.0.2"],
        ["--host", "::1"],
        ["127.0.0.1:8000"],
        ["[::1]:8000"],
    ],
)
def test_the_demo_runs_on_this_machine(arguments: list[str]) -> None:
    assert refused(*arguments) is None


@pytest.mark.parametrize(
    ("arguments", "host"),
    [
        (["--host", "0.0.0.0"], "0.0.0.0"),  # noqa: S104
        (["--host=192.168.1.5"], "192.168.1.5"),
        (["--address", "::"], "::"),
        (["--ho", "0.0.0.0"], "0.0.0.0"),  # noqa: S104
        (["0.0.0.0:8000"], "0.0.0.0"),  # noqa: S104
        (["demo.test:8000"], "demo.test"),
    ],
)
def test_the_demo_is_refused_on_any_other_address(arguments: list[str], host: str) -> None:
    assert refused(*arguments) == (f"演示只能在本机地址 127.0.0.1 上运行，不能使用 {host}。", 1)


def test_the_demo_is_refused_beside_a_real_database() -> None:
    assert refused(DATABASE_URL="sqlite:///x") == (
        "已设置 DATABASE_URL，演示只用自己的数据文件，请在未设置该变量的终端中运行。",
        1,
    )
    assert refused(DATABASE_URL="") is None


def test_the_demo_is_refused_in_production() -> None:
    assert refused(NINGBO_MODE="production") == (
        "当前为正式运行环境(NINGBO_MODE=production)，不能运行演示。",
        1,
    )
    assert refused(NINGBO_MODE="local") is None


@pytest.mark.parametrize(
    ("port", "answer"),
    [
        ("0", ("端口应为 1 至 65535 之间的数，不能使用 0。", 2)),
        ("1", None),
        ("65535", None),
        ("65536", ("端口应为 1 至 65535 之间的数，不能使用 65536。", 2)),
        ("eighty", (USAGE, 2)),
    ],
)
def test_a_port_is_a_port(port: str, answer: tuple[str, int] | None) -> None:
    assert refused("--port", port) == answer


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("", False), ("127.1", False), ("10.0.0.1", False)],
)
def test_loopback_is_told_from_the_rest(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_taken_port_is_found_out_early() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert not port_is_free(port)
        with pytest.raises(SetupError, match=f"^端口 {port} 已被占用或无权使用，请用 --port 换一个端口。$"):
            refuse_taken_port(["manage.py", "demo", "--host", "localhost", "--port", str(port)])
        refuse_taken_port(["manage.py", "demo", "--port", str(port), "--help"])

    assert port_is_free(port)
    refuse_taken_port(["manage.py", "demo", "--port", str(port)])
