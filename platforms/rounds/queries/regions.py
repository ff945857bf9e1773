"""Which regions take part in a round."""

from django.db.models import QuerySet

from platforms.models import Region, Round
from platforms.reference.queries.regions import regions_on
from platforms.rounds.choices import RoundStatus


def regions_of(round: Round) -> QuerySet[Region]:
    """Return the regions of ``round``, by code: as they were when it was published, as they go on until then.

    A region that ended before that has given its rows to another one; one that was founded later was no part of it.
    """
    if round.status == RoundStatus.PUBLISHED and round.published_on is not None:
        return regions_on(round.published_on)
    return Region.objects.filter(valid_until__isnull=True).order_by("code")
