"""``allocate COUNTS.csv --pool N``: section five on a file of counts, without a database."""

import json
import re
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from funding.formula import PoolError, allocate
from funding.money import FIRST, Money
from funding.readings import SWITCHES, Reading, ReadingError, switches_of
from funding.rendering import as_data, as_text
from funding.tally import TallyError
from funding.tally_csv import MAX_BYTES, read_tallies, shown, whole_number
from funding.terms_file import TermsFileError, columns_of, read_terms

EXIT_REFUSED = 2

_USAGE_ERRORS = (
    (re.compile(r"unrecognized arguments: (.+)", re.DOTALL), "不认识的参数：{}"),
    (re.compile(r"argument (\S+): expected one argument"), "参数 {} 后面缺少取值"),
    (re.compile(r"argument (\S+): ignored explicit argument .*", re.DOTALL), "参数 {} 不带取值"),
)


class _Parser(CommandParser):
    """A parser that refuses with one Chinese line in place of usage and message."""

    def error(self, message: str) -> NoReturn:
        sentence = "命令用法有误，用 --help 查看用法"
        for pattern, text in _USAGE_ERRORS:
            if found := pattern.fullmatch(message):
                sentence = text.format(shown(found[1]))
        if self.called_from_command_line:
            self.exit(EXIT_REFUSED, f"{sentence}\n")
        raise _refused(sentence)


class Command(BaseCommand):
    """Bad input, wrong usage and unreadable files end in one line on standard error and exit status 2."""

    help = "按通知的资金分配办法计算各区县（市）、管委会的补助资金；不使用数据库"
    requires_system_checks = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own parser class is fixed in BaseCommand; this one keeps its options and replaces how it refuses.
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        parser.__class__ = _Parser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        # Presence and values are checked in `handle`, in Chinese.
        parser.add_argument(
            "counts",
            nargs="*",
            metavar="COUNTS.csv",
            help="表头为 region,declared 和各档次代号的文件，无通知文件时为 region,declared,a,b,c,d",
        )
        parser.add_argument("--pool", help="资金总额，整数元")
        parser.add_argument(
            "--terms",
            metavar="FILE",
            help="通知的 TOML 文件，或仅含 [money] 部分；不指定时A档60分、B档30分、C档10分，D档计入20%%的淘汰线",
        )
        for switch in switches_of(FIRST):
            values = "、".join(f"{choice.value}（{choice.label}）" for choice in switch.choices)
            explained = f"{switch.label}：{values}；默认为 {switch.default.value}".replace("%", "%%")
            parser.add_argument(f"--{switch.name}", metavar="口径", help=explained)
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def run_from_argv(self, argv: list[str]) -> None:
        # JSON is UTF-8 whatever the terminal's locale, and no name may break the output half way.
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8")
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as refusal:
            if not getattr(self, "_called_from_command_line", False) or options["traceback"]:
                raise
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)

    def handle(self, *_args: Any, **options: Any) -> str:
        try:
            money, defaults = _terms(options.get("terms"))
            chosen = {s.name: options[s.name] for s in SWITCHES if options[s.name] is not None}
            reading = Reading.of(**(defaults.as_dict() | chosen))
            pool = _pool(options["pool"])
            columns = columns_of(money)
            counts = read_tallies(_content(_one(options["counts"]), MAX_BYTES), columns)
            allocation = allocate(counts.tallies, counts.industry, pool, reading, money)
        except (TallyError, PoolError, ReadingError, TermsFileError) as refusal:
            raise _refused(str(refusal)) from refusal
        if options["json"]:
            return json.dumps(as_data(allocation), ensure_ascii=False, indent=1)
        return as_text(allocation, switches_of(money, defaults))


def _refused(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=EXIT_REFUSED)


def _pool(value: str | int | None) -> int:
    if value is None:
        raise _refused("缺少参数 --pool（资金总额，整数元）")
    pool = whole_number(str(value))
    if pool is None:
        raise _refused(f"参数 --pool 的“{shown(str(value))}”不是15位以内的正整数")
    return pool


def _terms(path: str | None) -> tuple[Money, Reading]:
    return (FIRST, Reading()) if path is None else read_terms(_content(path, MAX_BYTES))


def _one(paths: list[str]) -> str:
    if len(paths) != 1:
        raise _refused("须指定一个 COUNTS.csv 文件")
    return paths[0]


def _content(path: str, most: int) -> bytes:
    """Return the file, at most one byte more than ``most``."""
    try:
        with Path(path).open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as failure:
        reason = "文件不存在" if isinstance(failure, FileNotFoundError) else "无法读取文件"
        raise _refused(f"{reason}：{shown(path)}") from failure
