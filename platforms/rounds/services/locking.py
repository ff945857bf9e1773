"""A round that is held while something is done in it."""

from platforms.errors import Refusal
from platforms.models import Round
from platforms.rounds.choices import RoundStatus


def locked_round(round: Round) -> Round:
    """Return the round as it is now; nobody opens, closes or publishes it until the caller's transaction ends."""
    return Round.objects.select_for_update().get(pk=round.pk)


def check_not_published(round: Round) -> None:
    """Refuse whatever would change a round whose results are public.

    Raises:
        Refusal: the round is published.
    """
    if round.status == RoundStatus.PUBLISHED:
        raise Refusal(f"{round.year}年度结果已公布，申报表不能再变动。")
