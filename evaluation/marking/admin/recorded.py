"""What the system recorded of a platform within the period of the evaluation, beside the marking sheet."""

from typing import Any

from django.utils import timezone

from evaluation.models import Assessment
from platforms.rounds.admin.overrides import period_in_words
from platforms.rounds.queries.counted_period import period_of_round
from platforms.workbench.queries.counting import FIGURES, counted


def recorded_of(row: Assessment) -> dict[str, Any]:
    """Return ``counted`` (the period in words) and ``recorded`` (label and value of every figure), as counted now.

    A complaint that came in within the period may be verified later, so that a figure can differ from the reported
    one, which was read when the assessment was opened.
    """
    round_, platform = row.evaluation.round, row.application.platform_id
    period = period_of_round(round_)
    shown: dict[str, Any] = {"counted": period_in_words(round_), "counted_at": timezone.localtime()}
    if period is None or platform is None:
        return shown
    figures = counted([platform], period)[platform]
    pairs = [{"label": each.label, "value": figures[key], "unit": each.unit} for key, each in FIGURES.items()]
    return {**shown, "recorded": pairs}
