"""``manage.py propose_grounds``: propose what the sources say for the register of grounds; run it every night."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.cases.services import ground_sources


class Command(BaseCommand):
    """Run again it proposes nothing twice; what is proposed is decided by people."""

    help = "检查投诉、收费、回访、活动和整改，提出尚未登记的撤销情形事实；重复运行不会重复提出"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="日期", help="按这一天计算（如 2026-04-10），默认今天")

    def handle(self, *, on: str | None, **options: Any) -> None:  # noqa: ARG002
        """Propose, and say how many are new."""
        try:
            day = date.fromisoformat(on) if on else timezone.localdate()
        except ValueError as error:
            raise CommandError("日期请写成 2026-04-10 的形式。") from error
        fresh = ground_sources.propose_all(on=day, at=timezone.now())
        self.stdout.write(f"{day.isoformat()}：新提出 {fresh} 条撤销情形事实。")
