"""``manage.py issue_token``: a token for the interface, printed once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.dates import plain_moment
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import Platform, Region
from platforms.service_records.services import tokens as api_tokens


class Command(BaseCommand):
    """The token alone goes to the standard output; only its hash is stored."""

    help = "发放服务记录接口的令牌，只显示一次；给一个窗口平台（--platform）或一个地区（--region）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--platform", metavar="编号", help=f"窗口平台的编号，如 {ours().examples.platform_code}")
        parser.add_argument("--region", metavar="代码", help=f"地区代码，如 {ours().examples.region_code}")
        parser.add_argument(
            "--days",
            type=int,
            default=api_tokens.USUAL_DAYS,
            metavar="天数",
            help=f"有效天数，1 至 {api_tokens.LONGEST_DAYS}，默认 {api_tokens.USUAL_DAYS}",
        )
        parser.add_argument("--note", default="", metavar="用途", help="写明给谁用，最多 80 个字")

    def handle(self, *, platform: str | None, region: str | None, days: int, note: str, **options: Any) -> None:  # noqa: ARG002
        """Issue it and print it."""
        if (platform is None) == (region is None):
            raise CommandError("请用 --platform 指定一个窗口平台，或者用 --region 指定一个地区，两者取一。")
        row = Platform.objects.filter(code=platform).first() if platform is not None else None
        place = Region.objects.filter(code=region).first() if region is not None else None
        if row is None and place is None:
            raise CommandError("没有这个窗口平台编号。" if platform is not None else "没有这个地区代码。")
        try:
            token, text = api_tokens.issue(
                platform=row, region=place, days=days, note=note, by=None, at=timezone.now(), actor="命令行"
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(text)
        self.stderr.write(
            f"令牌只显示这一次；有效至 {plain_moment(token.expires_at)}，来源为 {api_tokens.source_of(token)}。"
        )
