"""``manage.py regrade YEAR``: make points and grades of a published year anew from the frozen evidence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.certification.queries.regrading import regraded
from evaluation.models import Publication


class Command(BaseCommand):
    """Changes nothing; ends with status 1 on any difference."""

    help = "用公布时保存的评价依据重新计算某年度全部得分和档次，逐项列出差异；有差异时以状态 1 结束"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, metavar="年度")

    def handle(self, *, year: int, **options: Any) -> None:  # noqa: ARG002
        """Print what differs, and how many were counted."""
        publication = Publication.objects.select_related("round").filter(round__year=year).first()
        if publication is None:
            raise CommandError(f"{year}年度没有已公布的认定结果。")
        counted = skipped = wrong = 0
        for each in regraded(publication):
            skipped += each.skipped
            counted += not each.skipped
            wrong += bool(each.found)
            if each.found:
                self.stdout.write(f"{each.code} {each.name}（第{each.version}版）：{'；'.join(each.found)}。")
        told = f"{publication.round}重新计算 {counted} 项"
        if skipped:
            told += f"，历史数据 {skipped} 项无评价依据，未计算"
        if wrong:
            raise CommandError(f"{told}，{wrong} 项有差异。")
        self.stdout.write(f"{told}，全部一致。")
