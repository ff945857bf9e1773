"""``manage.py send_reminders``: write the reminders of the day into the outbox; run it every morning by a timer."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.accounts.services import presses
from platforms.background.services import jobs, workers
from platforms.calendar.services import reminders


class Command(BaseCommand):
    """Run again on the same day it writes nothing twice; ``send_mails`` sends what it wrote.

    It also forgets which forms were sent, and what was done in the background, more than a week ago.
    """

    help = "为有事项临近期限或已逾期的地区各生成一封提醒邮件；用定时任务每天早上运行一次，重复运行不会重复生成"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="日期", help="按这一天计算（如 2026-04-10），默认今天")

    def handle(self, *, on: str | None, **options: Any) -> None:  # noqa: ARG002
        """Write, and say how many."""
        try:
            day = date.fromisoformat(on) if on else timezone.localdate()
        except ValueError as error:
            raise CommandError("日期请写成 2026-04-10 的形式。") from error
        presses.clear(at=timezone.now())
        jobs.clear(at=timezone.now())
        workers.clear(at=timezone.now())
        written = reminders.remind_of_due(on=day, at=timezone.now())
        others = [mail for remind in reminders.OTHERS for mail in remind(day, timezone.now())]
        self.stdout.write(f"{day.isoformat()}：已生成 {len(written)} 封到期提醒。")
        if others:
            self.stdout.write(f"另有 {len(others)} 封其他提醒。")
