"""``manage.py count_figures``: count the figures of each evaluation whose period is over; run it every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from evaluation.marking.services.figures import count_due


class Command(BaseCommand):
    """Run again it counts nothing twice."""

    help = "核计评价期间已结束、尚未核计的绩效评价的数据；用定时任务每天夜里运行一次，重复运行不会重复核计"

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Count, and say which."""
        counted = count_due(at=timezone.now(), actor="命令行")
        told = "、".join(map(str, counted)) if counted else "没有需要核计的绩效评价"
        self.stdout.write(f"已核计：{told}。" if counted else f"{told}。")
