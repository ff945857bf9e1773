"""``manage.py check_audit``: walk the chain of audit events and report each place where it does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platforms.models import AuditEvent
from platforms.services import audit


class Command(BaseCommand):
    """Ends with status 1 when the chain is broken; prints the last digest, which is to be kept elsewhere."""

    help = "核对审计记录的校验链；用 --head 给出另行留存的末条校验值，可发现末尾被截断"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", metavar="校验值", help="上次核对时另行留存的末条校验值")

    def handle(self, *, head: str, **options: Any) -> None:  # noqa: ARG002
        """Report the breaks, or the number of events and the last digest."""
        broken = list(audit.breaks(head=head))
        for each in broken:
            self.stderr.write(f"第 {each.serial} 条：{each.what}")
        if broken:
            raise CommandError(f"审计记录有 {len(broken)} 处异常。")
        last = AuditEvent.objects.order_by("-serial").first()
        self.stdout.write(f"审计记录共 {last.serial if last else 0} 条，校验链完整。")
        if last:
            self.stdout.write(f"末条校验值 {last.digest}，请另行留存。")
