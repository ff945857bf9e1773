"""``manage.py archive_records``: old service records out into a file, or back from it."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.errors import Refusal
from platforms.service_records.services import archives as record_archives


class Command(BaseCommand):
    """The statistics stay; records of archived days are not taken in any more until the file is read back."""

    help = "把旧的服务记录写入压缩文件并从数据库移出（统计保留），或核对、恢复归档文件"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--round", type=int, metavar="年度", help="归档该年度及以前的记录")
        what.add_argument(
            "--before", type=date.fromisoformat, metavar="日期", help="归档该日以前的记录，须为某年 1 月 1 日"
        )
        what.add_argument("--verify", metavar="文件", help="只核对归档文件")
        what.add_argument("--read", metavar="文件", help="核对归档文件并恢复到数据库")
        parser.add_argument("--to", metavar="文件", help="写入的文件，如 records-2024.jsonl.gz")

    def handle(self, **options: Any) -> None:
        """Do one of the four."""
        try:
            self._do(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None

    def _do(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["verify"]:
            content = record_archives.read(Path(options["verify"]))
            self.stdout.write(
                f"归档文件完整：{content.ends_before.isoformat()} 以前的服务记录 {content.records} 条、"
                f"旧内容 {content.past_versions} 条，校验值 {content.digest}。"
            )
            return
        if options["read"]:
            back = record_archives.restore(path=Path(options["read"]), at=now, actor="命令行")
            self.stdout.write(f"已恢复服务记录 {back.records} 条、旧内容 {back.past_versions} 条。")
            return
        if not options["to"]:
            raise CommandError("请用 --to 写明归档文件。")
        ends_before = options["before"] or date(options["round"] + 1, 1, 1)
        made = record_archives.archive(ends_before=ends_before, path=Path(options["to"]), at=now, actor="命令行")
        self.stdout.write(
            f"已归档服务记录 {made.records} 条、旧内容 {made.past_versions} 条，校验值 {made.digest}，请另行留存。"
        )
