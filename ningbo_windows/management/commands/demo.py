"""``manage.py demo``: the whole product with invented data, on this machine, in one command."""

import argparse
import os
import sqlite3
import sys
import time
import traceback
from argparse import SUPPRESS
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from ningbo_windows.demo import calendar
from ningbo_windows.demo.passwords import check_password, readable_password, set_password_of_all
from ningbo_windows.demo.people import OFFICES
from ningbo_windows.demo.seed import is_empty, seed
from ningbo_windows.demo.serving import serve, settle
from ningbo_windows.demo.stage import staged
from ningbo_windows.demo.workplace import Busy, alone, clear
from ningbo_windows.demo_rules import DEMO_HOST, DEMO_PORT, refuse_demo_if_unsafe, refuse_taken_port
from ningbo_windows.setup_errors import SetupError
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Phase, Region
from platforms.notices.services import load_notices
from platforms.reference.services import load_reference

USAGE = "用法：python3 manage.py demo [--port 8000] [--password 密码] [--reset] [--scale 倍数]。"
MOST_TIMES = 200


class Command(BaseCommand):
    """Migrates, loads, seeds, tells, serves; each step says what it does, a failing one ends with one sentence."""

    help = "用虚构数据在本机演示整个系统，停止请按 Ctrl-C"
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser, which speaks Chinese when it refuses."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = self._misused  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the arguments of the demo."""
        parser.add_argument("--port", type=int, default=DEMO_PORT, help="端口，默认 8000")
        parser.add_argument("--password", help="所有演示账号的密码，不填则随机生成")
        parser.add_argument("--reset", action="store_true", help="删除原有演示数据，重新开始")
        parser.add_argument("--scale", type=_times, default=1, help="平台数量的倍数，只在生成数据时起作用")
        parser.add_argument("--no-serve", action="store_true", help="只准备数据，不启动服务")
        parser.add_argument("--host", "--address", default=DEMO_HOST, help=SUPPRESS)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the demo; exits with status 1 and one sentence where something does not work."""
        try:
            self._check(**options)
            with alone(settings.LOCAL_DIR):
                self._run(**options)
        except SetupError as error:
            self._fail(str(error), error.status)
        except Refusal as refusal:
            self._fail(str(refusal))
        except Busy:
            self._fail("另一个演示正在运行，请先停止它（在其终端按 Ctrl-C）。")
        except OSError as error:
            self._fail(f"目录 {settings.LOCAL_DIR} 无法读写（{error.strerror or error}），请检查磁盘空间和目录权限。")
        except (DatabaseError, sqlite3.Error):
            self._fail("原有的演示数据与当前程序不符或已损坏，请加 --reset 重新生成。")
        except KeyboardInterrupt:
            self._fail("已中断。", 130)
        except Exception:
            # What nobody thought of: the person at the terminal reads a sentence, whoever mends it the rest.
            (settings.LOCAL_DIR / "error.log").write_text(traceback.format_exc(), encoding="utf-8")
            self._fail(f"演示未能启动，详细记录见 {settings.LOCAL_DIR / 'error.log'}；可加 --reset 重新生成后再试。")

    def _check(self, *, host: str, port: int, password: str | None, no_serve: bool, **_: Any) -> None:
        # Said before by the bootstrap; here again for who gets to the command by another way.
        words = ["manage.py", "demo", "--host", host, "--port", str(port)]
        refuse_demo_if_unsafe(os.environ, words)
        if not settings.DEMO:
            raise SetupError("演示只能用 python3 manage.py demo 启动。")
        if not no_serve:
            refuse_taken_port(words)
        if password is not None:
            check_password(password)

    def _run(
        self, *, host: str, port: int, password: str | None, reset: bool, scale: int, no_serve: bool, **_: Any
    ) -> None:
        today = timezone.localdate()
        if reset:
            self._step("清除原有演示数据", lambda: clear(settings.LOCAL_DIR))
        # The certificates are printed with where they are verified.
        settle(f"http://{host}:{port}")
        self._step("建立数据库", lambda: call_command("migrate", verbosity=0, interactive=False))
        word = password or readable_password()
        if is_empty():
            self._step("载入通知、地区、乡镇（街道）和地图轮廓", _load_reference)
            told = f"生成演示数据（{scale} 倍）" if scale > 1 else "生成演示数据"
            self._step(told, lambda: seed(today=today, scale=scale, password=word))
        else:
            self._step("沿用原有演示数据，设定本次密码", lambda: set_password_of_all(word))
            self._remind(today)
        if no_serve:
            self._tell(f"http://{host}:{port}/", word, stop="")
            return
        told_to = serve(
            host=host,
            port=port,
            ready=lambda: self._tell(f"http://{host}:{port}/", word, stop="停止请按 Ctrl-C。"),
        )
        if not told_to:
            raise SetupError("演示服务意外停止，请查看上面的提示后重试。")
        self._say("演示已停止，数据保留在 .local/demo。")

    def _step(self, what: str, do: Callable[[], object]) -> None:
        begun = time.monotonic()
        do()
        self._say(f"{what}：{time.monotonic() - begun:.1f} 秒")

    def _remind(self, today: date) -> None:
        if set(staged().everywhere) - set(Region.objects.values_list("code", flat=True)):
            self._say("现有演示数据属于另一个基础数据文件夹，加 --reset 可按现在的文件夹重新生成。")
        current = Phase.objects.filter(number=1).order_by("-round__year").first()
        if current and current.ends_on < today:
            self._say("演示中“当前年度”的申报阶段已过，加 --reset 可按今天的日期重新生成。")

    def _tell(self, address: str, password: str, *, stop: str) -> None:
        names = dict(Region.objects.values_list("code", "name"))
        self._say(f"\n演示地址 {address} (数据均为虚构)")
        self._say(
            f"工作入口 {address}admin/login/ 可直接选择账号登录，也可输入账号和密码；所有账号的密码都是 {password}"
        )
        for person in OFFICES:
            self._say(f"  {person.username:<10}{Role(person.role).label} {person.name}")
        for person in (each for each in staged().officers if each.region in names):
            self._say(f"  {person.username:<10}{names[person.region]} {person.name}")
        if stop:
            self._say(stop)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _fail(self, sentence: str, status: int = 1) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(status)

    def _misused(self, message: str) -> NoReturn:  # noqa: ARG002
        self._fail(USAGE, 2)


def _load_reference() -> None:
    at = calendar.at(calendar.SET_UP_ON, 9)
    load_reference(folder=settings.REFERENCE_DIR, outline=settings.MAP_OUTLINE, at=at)
    load_notices(folder=settings.REFERENCE_DIR / "notices", at=at)


def _times(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_TIMES:
        raise argparse.ArgumentTypeError(text)
    return number
