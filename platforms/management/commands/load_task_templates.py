"""``manage.py load_task_templates --year 2026``: add the usual tasks of the phases to a round."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.errors import Refusal
from platforms.models import Round
from platforms.tasks.services import templates as task_templates


class Command(BaseCommand):
    """Tasks that are there already are left as they are."""

    help = "为一个年度载入默认的阶段任务；已有的任务不变"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True, metavar="年度", help="如 2026")

    def handle(self, *, year: int, **options: Any) -> None:  # noqa: ARG002
        """Load, and say how many."""
        round_ = Round.objects.filter(year=year).first()
        if round_ is None:
            raise CommandError(f"没有{year}年度。")
        try:
            made = task_templates.load_defaults(round=round_, by=None, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{round_}：已载入 {made} 项任务。")
