"""Files without a row and rows without a file: what a crash between the disk and the database leaves behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from platforms import stored_files
from platforms.models import ApplicationVersion, Attachment, EvidenceFile, FormDocument

#: Uploads and printed forms, and what proves something below a platform; whatever else lies there is not ours to judge.
FOLDERS = (stored_files.ATTACHMENTS, stored_files.EVIDENCE)


@dataclass(frozen=True)
class Lost:
    """A row whose file is gone: what people call its application, and the names of the file."""

    code: str
    shown_name: str
    stored_name: str


#: Rows of other apps whose files are gone are told as well.
LOST: list[Callable[[], Iterator[Lost]]] = []


@dataclass(frozen=True)
class Orphans:
    """``files`` are names of files that nothing names, with their bytes; ``lost`` are rows."""

    files: tuple[tuple[str, int], ...]
    lost: tuple[Lost, ...]


def find(*, before: datetime) -> Orphans:
    """Compare disk and database; a file written after ``before`` may belong to an upload that is not over yet."""
    there = {name for folder in FOLDERS for name in stored_files.names(folder)}
    named = set(_frozen_names())
    lost = []
    for each in _rows():
        named.add(each.stored_name)
        if each.stored_name not in there:
            lost.append(each)
    for source in LOST:
        lost.extend(source())
    old = [name for name in sorted(there - named) if stored_files.written_at(name) < before]
    return Orphans(tuple((name, stored_files.size(name)) for name in old), tuple(lost))


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
            yield stored_files.name_of(application, file["digest"])
