"""The rules of a platform that are open to the public (二·(六)) and their files: what was published, nothing else.

Which files are public was decided by the publication: the published line names the digests of the PDF files that the
frozen form had for the rules marked as public. A file is read only through such a line, while the certificate holds,
and not once it was withheld.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from evaluation.models import Result, WithheldFile
from platforms import stored_files
from platforms.applications.choices import RuleKind
from platforms.filetypes import MEDIA_TYPES


@dataclass(frozen=True)
class PublicFile:
    """One published file; it is called after platform and rule and never as whoever uploaded it called it."""

    digest: str
    size: int
    shown_name: str
    stored_name: str
    media_type: str = MEDIA_TYPES["pdf"]


@dataclass(frozen=True)
class PublicRule:
    """One rule: its ``kind`` and what the form calls it, the title of the document, and its files."""

    kind: str
    label: str
    title: str
    files: tuple[PublicFile, ...]


def public_rules(result: Result, *, holds: bool) -> list[PublicRule]:
    """Return the rules that ``result`` keeps open to the public; with their files where its certificate ``holds``."""
    named = any(row.get("files") for row in result.public_rules)
    withheld = _withheld(result) if holds and named else set()
    return [
        PublicRule(
            row["kind"], label, str(row.get("title") or ""), _files(result, row, label, withheld) if holds else ()
        )
        for row in result.public_rules
        for label in (str(RuleKind(row["kind"]).label),)
    ]


def public_file(result: Result, digest: str, *, holds: bool) -> PublicFile | None:
    """Return the published file of ``result`` whose content has this ``digest``, or nothing."""
    files = (file for rule in public_rules(result, holds=holds) for file in rule.files)
    return next((file for file in files if file.digest == digest), None)


def is_withheld(result: Result, digest: str) -> bool:
    """Say whether the content ``digest`` of the platform of ``result`` was withheld."""
    return digest in _withheld(result)


def edition() -> Hashable:
    """Return what was withheld, in short."""
    return tuple(WithheldFile.objects.aggregate(count=Count("pk"), last=Max("pk")).values())


def _files(result: Result, row: dict[str, Any], label: str, withheld: set[str]) -> tuple[PublicFile, ...]:
    # What was taken over from before this system names no file.
    application = result.assessment.application_id if result.assessment else 0
    shown = [each for each in row.get("files", ()) if each["digest"] not in withheld]
    return tuple(
        PublicFile(
            digest=each["digest"],
            size=each["size"],
            shown_name=f"{result.name}_{label}{number if len(shown) > 1 else ''}.pdf",
            stored_name=stored_files.name_of(application, each["digest"]),
        )
        for number, each in enumerate(shown, start=1)
    )


def _withheld(result: Result) -> set[str]:
    return set(WithheldFile.objects.filter(platform=result.platform_id).values_list("digest", flat=True))
