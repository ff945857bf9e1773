"""Files without a row and rows without a file: what a crash between the disk and the database leaves behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from platforms.models import ApplicationVersion, Attachment, EvidenceFile, FormDocument

#: Below the media folder: uploads and printed forms, and what proves something below a platform; whatever else lies
#: there is not ours to judge.
FOLDER, EVIDENCE = "attachments", "evidence"


@dataclass(frozen=True)
class Lost:
    """A row whose file is gone: what people call its application, and the names of the file."""

    code: str
    shown_name: str
    stored_name: str


@dataclass(frozen=True)
class Orphans:
    """``files`` are names below the media folder that nothing names, with their bytes; ``lost`` are rows."""

    files: tuple[tuple[str, int], ...]
    lost: tuple[Lost, ...]


def find(*, before: datetime) -> Orphans:
    """Compare disk and database; a file written after ``before`` may belong to an upload that is not over yet."""
    root = Path(settings.MEDIA_ROOT)
    there = {path.relative_to(root).as_posix(): path for path in _paths(root)}
    named = set(_frozen_names())
    lost = []
    for each in _rows():
        named.add(each.stored_name)
        if each.stored_name not in there:
            lost.append(each)
    files = []
    for name in sorted(set(there) - named):
        facts = there[name].lstat()
        if facts.st_mtime < before.timestamp():
            files.append((name, facts.st_size))
    return Orphans(tuple(files), tuple(lost))


def _paths(root: Path) -> Iterator[Path]:
    for folder in (FOLDER, EVIDENCE):
        for path in (root / folder).rglob("*"):
            if path.is_symlink() or path.is_file():
                yield path


def _rows() -> Iterator[Lost]:
    files = Attachment.objects.order_by("pk").values_list("application__number", "shown_name", "stored_name")
    for row in files.iterator():
        yield Lost(*row)
    documents = FormDocument.objects.order_by("pk").values_list(
        "version__application__number", "version__number", "kind", "stored_name"
    )
    for code, number, kind, stored_name in documents.iterator():
        yield Lost(code, f"第{number}版.{kind}", stored_name)
    proofs = EvidenceFile.objects.order_by("pk")
    for proof in proofs.only("kind", "key", "shown_name", "stored_name").iterator():
        yield Lost(f"{proof.get_kind_display()} {proof.key}", proof.shown_name, proof.stored_name)


def _frozen_names() -> Iterator[str]:
    """Yield the names of files that submitted versions name, also of those that were taken off afterwards."""
    frozen = ApplicationVersion.objects.values_list("application", "data__attachments")
    for application, files in frozen.iterator():
        for file in files or ():
            yield f"{FOLDER}/{application}/{file['digest']}"
