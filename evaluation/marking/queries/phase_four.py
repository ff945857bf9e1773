"""Whether phase four, in which platforms are evaluated (四·(四)), has begun."""

from datetime import date

from django.urls import reverse

from platforms.dates import day_in_words
from platforms.models import Round
from platforms.rounds.phases import evaluation_phase, phase_label
from platforms.rounds.readiness import Finding


def too_early(round: Round, on: date) -> list[Finding]:
    """Return that phase four has no days, or has not begun on the day ``on``; nothing where it has."""
    number = evaluation_phase(round.terms)
    phase, label = round.phases.filter(number=number).first(), phase_label(round.terms, number)
    url = reverse("admin:platforms_round_dates", args=(round.pk,))
    if phase is None:
        return [Finding(f"“{label}”的起止日期尚未填写。", url=url, label="填写日期")]
    if on >= phase.starts_on:
        return []
    return [Finding(f"“{label}”自{day_in_words(phase.starts_on)}开始，尚未到期。", url=url, label="调整日期")]
