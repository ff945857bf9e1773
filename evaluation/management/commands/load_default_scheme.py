from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.schemes.services import load_default_scheme
from platforms.errors import Refusal


class Command(BaseCommand):
    help = "载入软件默认评价方案（仅供起草参考）；重复执行不会改动已有方案。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            scheme = load_default_scheme()
        except Refusal as refusal:
            raise CommandError(f"未载入：{refusal}") from None
        self.stdout.write(f"{scheme}：{scheme.indicators.count()} 项指标，{scheme.get_status_display()}。")
