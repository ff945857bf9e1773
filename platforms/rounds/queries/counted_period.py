"""The days that the evaluation of a round counts."""

from platforms.models import Round
from platforms.rounds.counted_period import Period, period_of


def period_of_round(round: Round) -> Period | None:
    """Return the days that the evaluation of ``round`` counts; None while neither set nor following from phases."""
    spans = {each.number: (each.starts_on, each.ends_on) for each in round.phases.all()}
    return period_of(spans, round.terms.counted_phases, round.counted_from, round.counted_until)
