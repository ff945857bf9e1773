"""``manage.py rollup``: compare the monthly statistics with the service records, or count them anew.

Counting anew also judges the drafts whose number of gaps is not known.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platforms.applications.services import gap_counts
from platforms.service_records.services import recount as service_recount


class Command(BaseCommand):
    """--check ends with status 1 when anything differs and names the first differences."""

    help = "核对服务记录的月度统计（--check），或按服务记录重新统计（--rebuild）"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="只核对；有不一致的以状态 1 结束")
        what.add_argument("--rebuild", action="store_true", help="重新统计，期间暂停登记服务记录")

    def handle(self, *, rebuild: bool, **options: Any) -> None:  # noqa: ARG002
        """Check or count."""
        if rebuild:
            self.stdout.write(f"已重新统计，共 {service_recount.rebuild()} 行；草稿 {gap_counts.recount()} 份。")
            return
        found = service_recount.differences()
        for each in found:
            self.stderr.write(f"{each.table} {each.key}：统计为{each.kept}；记录为{each.counted}")
        if found:
            raise CommandError("统计与服务记录不一致，可用 manage.py rollup --rebuild 重新统计。")
        self.stdout.write("统计与服务记录一致。")
