"""The files that prove something for one subject, or for many at once."""

from collections.abc import Iterable

from django.db.models import Count

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
