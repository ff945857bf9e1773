"""How many gaps each draft has, kept beside it, so that a first page need not read every form.

A count holds for the version that it was made of. What changes the answer without a new version (files, questions,
naming rules, names of places) forgets it; a draft without a count is judged when it is asked for.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet

from platforms.applications import completeness
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import forms_of
from platforms.models import Application

#: So many forms are read at once.
_BATCH = 200


def keep(rows: Sequence[Application]) -> None:
    """Count the gaps of ``rows``, read afresh by the caller, and keep the numbers with their versions."""
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        forms = forms_of(part)
        for row in part:
            row.gap_count, row.gaps_version = len(completeness.gaps(forms[row.pk])), row.version
        Application.objects.bulk_update(part, ("gap_count", "gaps_version"))


def forget(rows: QuerySet[Application]) -> None:
    """Drop the counts of ``rows``."""
    rows.filter(gap_count__isnull=False).update(gap_count=None, gaps_version=None)


def forget_at(sender: type[Model], instance: Any, **_signal: Any) -> None:
    """Drop the counts of what stands at a place that was saved: the naming rules read its name."""
    forget(Application.objects.filter(**{str(sender._meta.model_name): instance}))


def recount() -> int:
    """Count the gaps of every draft whose count is missing or old; returns how many that were."""
    drafts = Application.objects.filter(status=ApplicationStatus.DRAFT).select_related(
        "round", "region__host", "town__region", "town__zone", "park__region"
    )
    rows = [row for row in drafts if row.gaps_version != row.version]
    keep(rows)
    return len(rows)
