"""``manage.py load_reference``: regions, towns, the outline of the map and notices from the reference files."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from platforms.errors import Refusal
from platforms.notices.services import load_notices
from platforms.reference.services import load_reference


class Command(BaseCommand):
    """Can be run again at any time; says what it added and changed, deletes nothing."""

    help = "载入地区、乡镇（街道）基础数据和通知，并核对地图轮廓；可重复运行，不删除任何数据"

    def handle(self, **options: Any) -> None:  # noqa: ARG002
        """Load and report, one line per file."""
        at = timezone.now()
        try:
            with transaction.atomic():
                done = load_reference(folder=settings.REFERENCE_DIR, outline=settings.MAP_OUTLINE, at=at)
                added, unchanged = load_notices(folder=settings.REFERENCE_DIR / "notices", at=at)
        except Refusal as refusal:
            raise CommandError(f"未载入：{refusal}") from None
        for each in done:
            self.stdout.write(
                f"{each.label}：新增 {len(each.added)} 个，更新 {len(each.changed)} 个，未变 {each.unchanged} 个。"
            )
            for code in each.changed:
                self.stdout.write(f"  更新 {code}")
        self.stdout.write(f"通知：新增 {len(added)} 份，未变 {unchanged} 份。")
        self.stdout.write("地图轮廓：各区县（市）齐全。")
