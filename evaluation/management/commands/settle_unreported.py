"""``manage.py settle_unreported``: settle whose day for the self-report is over; run it every night by a timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from evaluation.self_reports.services.settling import settle


class Command(BaseCommand):
    """Run again it settles nothing twice."""

    help = "登记自评截止日期已过、没有提交自评的平台；用定时任务每天夜里运行一次，重复运行不会重复登记"

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Settle, and say how many."""
        count = settle(by=None, at=timezone.now(), actor="命令行")
        self.stdout.write(f"已登记 {count} 个平台未自评。")
