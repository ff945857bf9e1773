"""``manage.py orphan_files``: files that nothing names, and rows whose file is gone."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.applications.queries import orphans
from platforms.stored_files import drop


class Command(BaseCommand):
    """Lists both; with --delete the files go. Ends with status 1 when a file is missing."""

    help = "核对附件目录和数据库：列出没有记录的文件和缺少文件的记录；加 --delete 删除没有记录的文件"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="删除没有记录的文件；缺少文件的记录不动")
        parser.add_argument(
            "--hours",
            type=int,
            default=24,
            metavar="小时",
            help="只看多少小时以前写入的文件，默认 24，以免误及正在上传的",
        )

    def handle(self, *, delete: bool, hours: int, **options: Any) -> None:  # noqa: ARG002
        """Report what was found, and delete the files if asked to."""
        found = orphans.find(before=timezone.now() - timedelta(hours=hours))
        for name, size in found.files:
            done = ("已删除" if drop(name) else "未能删除") if delete else "没有记录的文件"
            self.stdout.write(f"{done}：{name}（{size} 字节）")
        for each in found.lost:
            self.stderr.write(f"缺少文件：{each.code}“{each.shown_name}”（{each.stored_name}）")
        if found.lost:
            raise CommandError(f"有 {len(found.lost)} 条记录缺少文件，请从备份恢复附件目录。")
        if not found.files:
            self.stdout.write("附件目录与数据库一致。")
