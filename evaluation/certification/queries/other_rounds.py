"""Where else a search would find something."""

from dataclasses import replace

from evaluation.certification.queries.published import Wanted, results
from evaluation.models import Publication


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
