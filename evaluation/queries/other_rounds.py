"""Where else a search would find something."""

from dataclasses import replace

from evaluation.models import Publication
from evaluation.queries.published import Wanted, results


def elsewhere(wanted: Wanted) -> list[tuple[int, int]]:
    """Return, for each other published round with lines that ``wanted`` fits, its year and how many; latest first."""
    others = Publication.objects.all()
    if wanted.publication:
        others = others.exclude(pk=wanted.publication.pk)
    found = [
        (publication.round.year, results(replace(wanted, publication=publication)).count())
        for publication in others.select_related("round").order_by("-round__year")
    ]
    return [(year, count) for year, count in found if count]
