"""What became public of late, from every room, as one stream."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from evaluation.amendments.choices import AmendmentStatus
from evaluation.examples import queries as examples
from evaluation.models import Amendment, Publication
from evaluation.news.entries import SOURCES, Entry, latest_of
from evaluation.public_notice.queries import notices
from platforms.dates import day_in_words

#: As many as a feed holds.
MOST_ENTRIES = 60


def entries(at: datetime, most: int = MOST_ENTRIES) -> list[Entry]:
    """Return what became public by the moment ``at``, the latest first.

    Public notices, published results, their corrections and changes, good examples, and what apps above add; results
    from before this system are no news.
    """
    found = [*_notices(most), *_results(most), *_amendments(most), *_examples(at, most)]
    for more in SOURCES:
        found += more(most)
    return latest_of((entry for entry in found if entry.at <= at), most)


def latest(most: int, at: datetime) -> list[Entry]:
    """Return the ``most`` latest of :func:`entries`."""
    return entries(at, most)


def _notices(most: int) -> Iterator[Entry]:
    for row in notices.released()[:most]:
        assert row.decided_at is not None  # it was opened
        yield Entry(
            f"notice-{row.number}", "公示", f"{row.round}拟认定名单公示",
            reverse("site:notice", args=[row.number]), row.decided_at, f"公示期：{notices.period_of(row).in_words}。",
        )  # fmt: skip


def _results(most: int) -> Iterator[Entry]:
    rows = Publication.objects.filter(taken_over=False).select_related("round").order_by("-published_at")
    for row in rows[:most]:
        address = f"{reverse('site:results')}?{urlencode({'round': row.round.year})}"
        said = f"{day_in_words(row.decided_on)}认定{f'，{row.document_number}' if row.document_number else ''}。"
        yield Entry(f"results-{row.round.year}", "认定结果", str(row), address, row.published_at, said)


def _amendments(most: int) -> Iterator[Entry]:
    rows = Amendment.objects.filter(status=AmendmentStatus.DECIDED).select_related("made").order_by("-decided_at")
    for row in rows[:most]:
        assert row.decided_at is not None and row.made is not None  # noqa: PT018 - it was decided
        yield Entry(
            f"amendment-{row.number}", row.get_kind_display(), f"{row.made.name}认定结果{row.get_kind_display()}",
            reverse("site:result", args=[row.made.code]), row.decided_at, row.public_reason,
        )  # fmt: skip


def _examples(at: datetime, most: int) -> Iterator[Entry]:
    for row in examples.listed(timezone.localdate(at)).select_related("platform")[:most]:
        assert row.published_at is not None  # it is published
        yield Entry(
            f"example-{row.pk}", "典型案例", row.title, reverse("site:example", args=[row.pk]), row.published_at
        )
