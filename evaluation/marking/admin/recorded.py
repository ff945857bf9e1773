"""What the system recorded of a platform within the period of the evaluation, beside the marking sheet."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from evaluation.models import Assessment
from platforms.rounds.admin.overrides import period_in_words
from platforms.rounds.counted_period import Period
from platforms.rounds.queries.counted_period import period_of_round
from platforms.workbench.counted_figures import FIGURES, Figure
from platforms.workbench.queries.counting import counted, records_url


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
    return {**shown, "recorded": [_pair(each, figures[each.key], platform, period) for each in FIGURES.values()]}


def _pair(figure: Figure, value: Decimal | None, platform: int, period: Period) -> dict[str, Any]:
    """Return one figure for ``components/keyvalues.html``: it opens its records, and a share of nothing is none."""
    if value is None:
        return {"label": figure.label, "value": "无"}
    opens = format_html('<a href="{}">{}</a>', records_url(figure.key, platform, period), value)
    return {"label": figure.label, "value": opens, "unit": figure.unit}
