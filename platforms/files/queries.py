"""The files that prove something for one subject, or for many at once; and a kept picture as a page shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count

from platforms.files.models import Pictured
from platforms.models import EvidenceFile


def files_of(kind: str, key: int) -> list[EvidenceFile]:
    """Return the files of one subject, the earliest first; the caller has checked that the person may see it."""
    return list(EvidenceFile.objects.filter(kind=kind, key=key).select_related("uploaded_by"))


def files_of_all(kind: str, keys: Iterable[int]) -> dict[int, list[EvidenceFile]]:
    """Return the files of each of ``keys`` that has any, in one look."""
    found: dict[int, list[EvidenceFile]] = {}
    for each in EvidenceFile.objects.filter(kind=kind, key__in=list(keys)).select_related("uploaded_by"):
        found.setdefault(each.key, []).append(each)
    return found


def counts_of(kind: str, keys: Iterable[int]) -> dict[int, int]:
    """Return how many files each of ``keys`` has, left out where there is none."""
    rows = EvidenceFile.objects.filter(kind=kind, key__in=list(keys)).order_by().values_list("key")
    return dict(rows.annotate(files=Count("pk")))


@dataclass(frozen=True)
class Picture:
    """A picture as ``components/picture.html`` takes it: ``src`` for who knows no other, pixels, and what it shows."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


def picture_of(row: Pictured, address: Callable[[str], str]) -> Picture | None:
    """Return the picture of ``row``, None where it has none; ``address`` gives that of a variant by its digest."""
    found = [(width, address(name.rpartition("/")[2])) for width, _, name in row.picture_variants]
    if not found:
        return None
    return Picture(
        src=found[-1][1],
        srcset=", ".join(f"{url} {width}w" for width, url in found),
        width=row.picture_width,
        height=row.picture_height,
        alt=row.picture_alt,
    )
