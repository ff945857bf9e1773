"""Make an account from the command line: the first security administrator, and a way back in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from platforms.accounts.services import accounts
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Region


class Command(BaseCommand):
    help = "建立账号并显示一次初始密码；首次登录须改密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="账号")
        parser.add_argument("--role", required=True, choices=Role.values, help="角色")
        parser.add_argument("--region", metavar="代码", help="地区代码，仅县级经办需要")
        parser.add_argument("--employer", metavar="单位", default="", help="工作单位，评审员必填，其他角色不填")
        parser.add_argument("--name", metavar="姓名", default="", help="姓名，不填时同账号")

    def handle(self, *_args: Any, **options: Any) -> None:
        region = None
        if options["region"]:
            region = Region.objects.filter(code=options["region"]).first()
            if region is None:
                raise CommandError(f"没有代码为“{options['region']}”的地区，请先运行 load_reference。")
        try:
            user, password = accounts.create_account(
                username=options["username"],
                name=options["name"] or options["username"],
                role=options["role"],
                region=region,
                employer=options["employer"],
                by=None,
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"账号 {user.username} 已建立，角色：{user.get_role_display()}。")
        self.stdout.write(f"初始密码（只显示这一次，首次登录须修改）：{password}")
