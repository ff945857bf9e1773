"""The counts that an allocation starts from: every reported application of a published round, each in one column."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from evaluation.certification.choices import EndCause
from evaluation.marking.late import Filed, Standing
from evaluation.marking.queries.gaps import gaps_of
from evaluation.models import Publication, Result
from funding.counting import Counts, Placed, Reported, counts_by_region, placed
from funding.readings import Counting
from funding.runs.choices import RunStatus
from funding.runs.models import AllocationRun
from funding.tally import Tally, TallyError
from platforms.applications.choices import ApplicationStatus
from platforms.errors import Refusal
from platforms.models import Application, Region, Round
from platforms.rounds.queries.regions import regions_of

#: The product's own way to count.
COUNTING = Counting()


@dataclass(frozen=True)
class Item:
    """One reported application: what was published of it, how it stands, and where that puts it.

    ``happened_on`` and ``reason`` belong to its withdrawal, return or refusal.
    """

    application: Application
    result: Result | None
    reported: Reported
    placed: Placed
    happened_on: date | None = None
    reason: str = ""
    revoked_on: date | None = None

    @property
    def region(self) -> int | None:
        """The key of its region; None for the key-industry platforms."""
        return self.application.region_id

    @property
    def counted(self) -> tuple[str, str, str, str, str]:
        """What decides about the count: compared to see whether anything changed."""
        one = self.reported
        return (self.application.number, one.standing, one.grade, self.placed.column, self.placed.grade)


@dataclass(frozen=True)
class RegionTally:
    """The counts of one region; ``region`` is None for the key-industry platforms."""

    region: Region | None
    counts: Counts
    tally: Tally
    items: tuple[Item, ...] = field(default=(), repr=False)

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


def first_lock(round: Round) -> datetime | None:
    """Return when money of ``round`` was locked for the first time, the limit for revocations; None before that."""
    locked = AllocationRun.objects.filter(round=round, status=RunStatus.LOCKED)
    found: datetime | None = locked.aggregate(first=Min("locked_at"))["first"]
    return found


def tallies_of(round: Round, counting: Counting = COUNTING) -> RoundTallies:
    """Return the counts of ``round`` as they are published (N23), drawn as ``counting`` says.

    Declared (五: 申报总数) is what was submitted at least once, but for what ``counting`` leaves out; grades come from
    the published results that count and from nothing else, each grade of the notice with its number, zero included.

    Raises:
        Refusal: the round is not published, was taken over, its notice gives no money, or the counts cannot be.
    """
    publication = Publication.objects.filter(round=round).first()
    if publication is None:
        raise Refusal(f"{round}认定结果尚未公布，不能测算资金。")
    if publication.taken_over:
        raise Refusal(f"{round}认定结果为导入的历史数据，系统中没有申报数，不能测算资金。")
    money = round.terms.money
    if money is None:
        raise Refusal("本年度的通知没有安排资金。")
    failing, codes = money.failing, round.terms.grade_codes
    items = _items(publication, counting, failing)
    by_region: dict[int | None, list[Item]] = {}
    for item in items:
        by_region.setdefault(item.region, []).append(item)
    found = counts_by_region([item.reported for item in items], counting, grades=codes, failing=failing)

    def counted(region: Region | None) -> RegionTally:
        code = region.code if region else ""
        counts = found.get(code) or Counts(dict.fromkeys(codes, 0))
        tally = counts.tally(region.name if region else None, code)
        return RegionTally(region, counts, tally, tuple(by_region.get(region.pk if region else None, ())))

    try:
        return RoundTallies(tuple(counted(region) for region in regions_of(round)), counted(None))
    except TallyError as error:
        raise Refusal(f"{error}。") from error


def _items(publication: Publication, counting: Counting, failing: str) -> list[Item]:
    round, limit = publication.round, first_lock(publication.round)
    gaps = gaps_of(round, on=publication.decided_on)
    missing = {each.application.pk: each for each in gaps.missing}
    published = Result.objects.current().filter(publication=publication).select_related("certification__end")
    results = {row.assessment.application_id: row for row in published.select_related("assessment") if row.assessment}
    found = []
    for row, standing in zip(gaps.rows, gaps.standings, strict=True):
        result = results.get(row.pk)
        if result is not None and row.status == ApplicationStatus.WITHDRAWN:
            raise Refusal(f"{row.number}已撤回，但有公布的认定结果，不能测算资金。")
        revoked_on = _revoked_on(result, limit) if result else None
        one = _reported(standing, result, revoked=revoked_on is not None)
        gap = None if result else missing.get(row.pk)
        found.append(
            Item(
                row,
                result,
                one,
                placed(one, counting, failing),
                gap.on if gap else None,
                gap.reason if gap else "",
                revoked_on,
            )
        )
    return found


def _reported(filed: Filed, result: Result | None, *, revoked: bool) -> Reported:
    """Return how an application stands; what was published of it goes before what its assessment says."""
    if result is not None:
        return Reported(filed.region, Standing.GRADED, result.grade, revoked)
    if filed.standing == Standing.GRADED:
        return Reported(filed.region, Standing.UNGRADED)
    return Reported(filed.region, filed.standing, filed.grade)


def _revoked_on(result: Result, limit: datetime | None) -> date | None:
    """Return the day on which the platform of ``result`` was revoked before ``limit`` (None: until now)."""
    held = getattr(result, "certification", None)
    if held is None:
        return None
    end = getattr(held, "end", None)
    ended = end.ended_at if end is not None and end.cause == EndCause.REVOKED else None
    at = held.revoked_at or ended
    if at is None or (limit is not None and at > limit):
        return None
    return held.revoked_on or timezone.localdate(at)
