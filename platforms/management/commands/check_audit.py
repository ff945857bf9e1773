"""``manage.py check_audit``: walk the chain of audit events and report each place where it does not hold."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.audit.services import audit
from platforms.audit.services import heads as audit_heads
from platforms.models import AuditEvent


class Command(BaseCommand):
    """Ends with status 1 when the chain is broken; keeps the last digest elsewhere where a place is set for it."""

    help = "核对审计记录的校验链，并与另行留存的末条校验值（NINGBO_AUDIT_HEADS 或 --head）比对，可发现末尾被截断、清空"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", metavar="校验值", help="上次核对时另行留存的末条校验值")

    def handle(self, *, head: str, **options: Any) -> None:  # noqa: ARG002
        """Report the breaks, or the number of events and the last digest."""
        path = Path(settings.AUDIT_HEADS) if settings.AUDIT_HEADS else None
        try:
            head = head or (audit_heads.last_kept(path) if path else "")
        except (OSError, ValueError) as error:
            raise CommandError(f"另行留存的校验值 {path} 无法读取，请检查文件和权限。") from error
        broken = list(audit.breaks(head=head))
        for each in broken:
            self.stderr.write(f"第 {each.serial} 条：{each.what}")
        if broken:
            raise CommandError(f"审计记录有 {len(broken)} 处异常。")
        last = AuditEvent.objects.order_by("-serial").first()
        self.stdout.write(f"审计记录共 {last.serial if last else 0} 条，校验链完整。")
        if last is None:
            return
        if path is None:
            self.stdout.write(f"末条校验值 {last.digest}，请另行留存。")
            return
        try:
            audit_heads.keep(path, last, at=timezone.now())
        except OSError as error:
            raise CommandError(f"末条校验值无法留存于 {path}，请检查目录和权限。") from error
        self.stdout.write(f"末条校验值 {last.digest}，已留存于 {path}。")
