"""``manage.py send_mails``: send what waits in the outbox, once; run it every few minutes by a timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from platforms.mail.services import delivery


class Command(BaseCommand):
    """Two that run at once share the work and send nothing twice."""

    help = "发送邮件中到时间的待发送邮件，一次一遍；用定时任务每隔几分钟运行"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=200, metavar="封数", help="一遍最多发送多少封，默认 200")

    def handle(self, *, most: int, **options: Any) -> None:  # noqa: ARG002
        """Send, and say how it went; a mail server out of reach is no failure of the command."""
        tally = delivery.send_due(clock=timezone.now, most=max(most, 0))
        self.stdout.write(f"已送出 {tally.sent} 封，未送出 {tally.failed} 封。")
        if tally.stopped:
            self.stderr.write(tally.stopped)
