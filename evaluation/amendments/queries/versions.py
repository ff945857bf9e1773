"""The versions of a published round: the first is what was published, each correction or change makes the next one.

A version never changes: lines are frozen, and what comes later is another line in another version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from evaluation.amendments.choices import AmendmentStatus
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Amendment, Publication, Result


@dataclass(frozen=True)
class Version:
    """One version of the round of ``publication``; ``code``, ``name``, ``kind`` and ``reason`` tell what changed.

    They are empty for the first one.
    """

    publication: Publication
    number: int
    at: datetime
    code: str = ""
    name: str = ""
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Place:
    """In which versions of its round a line stands: ``until`` is the last one, None where that is the last of all.

    ``replaced_on``, ``kind`` and ``reason`` tell of what stands in its place since.
    """

    since: int
    until: int | None
    replaced_on: date | None
    kind: str
    reason: str


def versions(publication: Publication) -> list[Version]:
    """Return the versions of the round of ``publication``, the first one first."""
    found = [Version(publication, 1, publication.published_at)]
    for number, row in enumerate(_decided(publication), start=2):
        assert row.decided_at is not None  # the database holds it, and that it made a version
        assert row.made is not None
        found.append(
            Version(
                publication, number, row.decided_at, row.made.code, row.made.name, row.get_kind_display(),
                row.public_reason,
            )
        )  # fmt: skip
    return found


def exists(publication: Publication, number: int) -> bool:
    """Say whether the round of ``publication`` has come to version ``number``."""
    return number == 1 or 1 < number <= 1 + _decided(publication).count()


def lines_of(publication: Publication, number: int) -> QuerySet[Result]:
    """Return the lines of version ``number``, by code, with what a line needs that never changes."""
    made = list(_decided(publication).values_list("made", flat=True))
    before, after = made[: number - 1], made[number - 1 :]
    return (
        Result.objects.filter(publication=publication)
        .filter(Q(corrected_by__isnull=True) | ~Q(corrected_by__in=before))
        .exclude(pk__in=after)
        .select_related("region", "publication__round", "certification__end__successor", "amendment")
        .order_by("code")
    )


def all_lines() -> Iterator[tuple[Result, Place]]:
    """Yield every line of every version, the latest round first, in it by code and version."""
    numbers: dict[int, int] = {}
    counted: dict[int, int] = {}
    for made, publication in _decided().values_list("made", "result__publication"):
        assert made is not None  # the database holds it
        counted[publication] = counted.get(publication, 1) + 1
        numbers[made] = counted[publication]
    rows = (
        Result.objects.select_related("region", "publication__round", "certification__end__successor", "amendment")
        .select_related("corrected_by__amendment")
        .order_by("-publication__round__year", "code", "version")
    )
    for row in rows.iterator(chunk_size=1000):
        later = getattr(row, "corrected_by", None)
        since = numbers.get(row.pk, 1)
        if later is None:
            yield row, Place(since, None, None, "", "")
            continue
        act: Amendment = later.amendment
        assert act.decided_at is not None  # it made a version
        place = Place(
            since, numbers[later.pk] - 1, day_in_ningbo(act.decided_at), act.get_kind_display(), act.public_reason
        )
        yield row, place


def _decided(publication: Publication | None = None) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(status=AmendmentStatus.DECIDED).select_related("made")
    if publication is not None:
        rows = rows.filter(result__publication=publication)
    return rows.order_by("decided_at", "pk")
