"""Where the demo may run: on this machine, on data of its own; standard library only."""

import argparse
import ipaddress
import os
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from ningbo_windows.setup_errors import SetupError

DEMO_HOST = "127.0.0.1"
DEMO_PORT = 8000
#: Commands that work on what is there already and lay nothing.
DAILY = frozenset(
    {
        "archive_records",
        "check_audit",
        "count_figures",
        "create_account",
        "issue_token",
        "orphan_files",
        "propose_grounds",
        "rollup",
        "send_mails",
        "send_reminders",
        "settle_unreported",
    }
)


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # noqa: ARG002
        raise SetupError(
            "用法：python3 manage.py demo [--port 8000] [--password 密码] [--reset] [--scale 倍数]。", status=2
        )


def _address(argv: Sequence[str]) -> tuple[str, int]:
    """Read host and port from a command line; abbreviations count as Django's own parser counts them."""
    parser = _Arguments(add_help=False)
    parser.add_argument("--host", "--address", default=DEMO_HOST)
    parser.add_argument("--port", type=int, default=DEMO_PORT)
    parser.add_argument("--password")
    known, others = parser.parse_known_args(list(argv[2:]))
    bare = [other for other in others if re.fullmatch(r"\[?[\w.:]+\]?:\d+", other)]
    host = bare[0].rpartition(":")[0] if bare else known.host
    return host.strip("[]"), known.port


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def port_is_free(port: int, host: str = DEMO_HOST) -> bool:
    """Tell whether this process could listen on the port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # a port that was just left is free; there the option would allow a port in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def refuse_demo_if_unsafe(environ: Mapping[str, str], argv: Sequence[str]) -> None:
    """Keep invented data away from real databases and from the network.

    Raises:
        SetupError: ``DATABASE_URL`` is set, the machine is in production, the address is not loopback, or the arguments
            make no sense (status 2).
    """
    if environ.get("DATABASE_URL"):
        raise SetupError("已设置 DATABASE_URL，演示只用自己的数据文件，请在未设置该变量的终端中运行。")
    if environ.get("NINGBO_MODE") == "production":
        raise SetupError("当前为正式运行环境(NINGBO_MODE=production)，不能运行演示。")
    host, port = _address(argv)
    if not is_loopback(host):
        raise SetupError(f"演示只能在本机地址 {DEMO_HOST} 上运行，不能使用 {host}。")
    if not 1 <= port <= 65535:
        raise SetupError(f"端口应为 1 至 65535 之间的数，不能使用 {port}。", 2)


def means_the_demo(command: str, environ: Mapping[str, str], root: Path) -> bool:
    """Tell whether a daily ``command`` is for the demo: nobody chose a database, and there is no other in ``root``."""
    if command not in DAILY or environ.get("NINGBO_MODE") or environ.get("DATABASE_URL"):
        return False
    local = root / ".local"
    return (local / "demo" / "db.sqlite3").exists() and not (local / "db.sqlite3").exists()


def refuse_taken_port(argv: Sequence[str]) -> None:
    """Say early, before anything is installed or seeded, that the demo could not listen; asking for help needs no port.

    Raises:
        SetupError: the port is in use, or not open to this account.
    """
    if {"-h", "--help"} & set(argv):
        return
    host, port = _address(argv)
    if not port_is_free(port, DEMO_HOST if host == "localhost" else host):
        raise SetupError(f"端口 {port} 已被占用或无权使用，请用 --port 换一个端口。")
