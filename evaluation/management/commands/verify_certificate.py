"""``manage.py verify_certificate FILE.pdf``: say whether a file is a document that was issued, and whether it holds."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluation.certification.queries.verdict import verdict


class Command(BaseCommand):
    """Exits with 0 where the document is the one that was issued and holds today, else with 1."""

    help = (
        "核验一个 PDF 文件（认定证书、结果报告、结果通知书）是否为签发的原件、现在是否有效；有效时退出码为 0，否则为 1"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="文件", help="要核验的 PDF 文件")

    def handle(self, *, file: Path, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Say what it is.

        Raises:
            CommandError: the file cannot be read. SystemExit: with 1, the document does not hold or is none of ours.
        """
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"文件 {file} 无法读取：{error.strerror}。") from None
        found = verdict(content, on=timezone.localdate())
        self.stdout.write(f"{found.word}：{found.sentence}")
        for label, value in found.facts:
            self.stdout.write(f"{label}：{value}")
        if not found.valid:
            raise SystemExit(1)
