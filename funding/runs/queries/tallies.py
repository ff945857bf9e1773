"""The counts that an allocation starts from: what each region declared, and the grades that were published."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from evaluation.models import Publication, Result
from funding.tally import Tally, TallyError
from platforms.applications.choices import ApplicationStatus
from platforms.errors import Refusal
from platforms.models import Application, Region, Round
from platforms.rounds.queries.regions import regions_of


@dataclass(frozen=True)
class RegionTally:
    """The counts of one region; ``region`` is None for the key-industry platforms."""

    region: Region | None
    tally: Tally

    @property
    def label(self) -> str:
        """What the counts are called on the page."""
        return self.tally.name


@dataclass(frozen=True)
class RoundTallies:
    """All regions by code, also those that declared nothing, and the key-industry platforms."""

    regions: tuple[RegionTally, ...]
    industry: RegionTally

    def __iter__(self) -> Iterator[RegionTally]:
        yield from self.regions
        yield self.industry


def tallies_of(round: Round) -> RoundTallies:
    """Return the counts of ``round`` as they are published (N23).

    Declared (五: 申报总数) is what was submitted at least once and not withdrawn; grades come from the published
    results that count and from nothing else, each grade of the notice with its number, zero included.

    Raises:
        Refusal: the round is not published, was taken over, or the counts cannot be.
    """
    publication = Publication.objects.filter(round=round).first()
    if publication is None:
        raise Refusal(f"{round}认定结果尚未公布，不能测算资金。")
    if publication.taken_over:
        raise Refusal(f"{round}认定结果为导入的历史数据，系统中没有申报数，不能测算资金。")
    filed: dict[int | None, Any] = {
        row["region"]: row
        for row in Application.objects.filter(round=round, submitted_at__isnull=False)
        .order_by()
        .values("region")
        .annotate(
            declared=Count("pk", filter=~Q(status=ApplicationStatus.WITHDRAWN)),
            withdrawn=Count("pk", filter=Q(status=ApplicationStatus.WITHDRAWN)),
        )
    }
    codes = round.terms.grade_codes
    grades: dict[int | None, Counter[str]] = {}
    published = Result.objects.current().filter(publication=publication)
    for region_id, grade in published.order_by().values_list("region", "grade"):
        grades.setdefault(region_id, Counter())[grade] += 1

    def counted(region: Region | None) -> RegionTally:
        key = region.pk if region else None
        reached = grades.get(key, Counter())
        row = filed.get(key, {"declared": 0, "withdrawn": 0})
        tally = Tally(
            region=region.name if region else None,
            declared=row["declared"],
            grades={grade: reached[grade] for grade in codes},
            withdrawn=row["withdrawn"],
            code=region.code if region else "",
        )
        return RegionTally(region, tally)

    try:
        return RoundTallies(
            tuple(counted(region) for region in regions_of(round)),
            counted(None),
        )
    except TallyError as error:
        raise Refusal(f"{error}。") from error
