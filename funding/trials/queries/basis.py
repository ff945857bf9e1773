"""What a trial starts from: a run with its frozen applications, which are counted anew in every way that is tried."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import product

from evaluation.marking.late import Standing
from funding.counting import Counts, Reported, counts_by_region
from funding.formula import Allocation
from funding.models import AllocationItem, AllocationRun
from funding.money import Money
from funding.readings import Counting, Reading, Switch
from funding.runs.queries.frozen import (
    ITEMS_VERSION,
    count_switches_for,
    counting_for,
    items_of,
    money_of,
    reading_of,
    recomputed,
    rows_of,
    switches_for,
)
from funding.trials.combinations import Drawn, Values


@dataclass(frozen=True)
class Platform:
    """One frozen application; ``code`` is that of its region, empty for the key-industry platforms.

    ``counted`` says in words how it stands.
    """

    pk: int
    name: str
    number: str
    code: str
    counted: str
    reported: Reported


@dataclass(frozen=True)
class Basis:
    """A run as trials take it; ``before`` is what it computed.

    ``count_switches`` is empty for a run that was made before its applications were frozen: its counts are fixed.
    """

    run: AllocationRun
    money: Money
    before: Allocation
    reading: Reading
    counting: Counting
    switches: tuple[Switch, ...]
    count_switches: tuple[Switch, ...]
    platforms: tuple[Platform, ...]

    def drawn(self, counting: Counting, without: Set[int] = frozenset()) -> Drawn:
        """Return the counts drawn as ``counting`` says from all platforms but those of the keys ``without``.

        Raises:
            TallyError: counts that cannot be.
        """
        before = self.before
        if not self.count_switches:
            return Drawn(before.tallies, before.industry)
        reported = [each.reported for each in self.platforms if each.pk not in without]
        codes, failing = self.money.codes, self.money.share.failing
        found = counts_by_region(reported, counting, grades=codes, failing=failing)
        nothing = Counts(dict.fromkeys(codes, 0))
        regions = tuple(found.get(each.code, nothing).tally(each.region, each.code) for each in before.tallies)
        industry = None if before.industry is None else found.get("", nothing).tally(None, "")
        return Drawn(regions, industry)

    def ways(self, without: Set[int] = frozenset()) -> Mapping[Values, Drawn]:
        """Return the counts under every combination of the switches of the counts."""
        names = [switch.name for switch in self.count_switches]
        values = product(*[[str(choice.value) for choice in switch.choices] for switch in self.count_switches])
        return {way: self.drawn(Counting.of(**dict(zip(names, way, strict=True))), without) for way in values}


def basis_of(run: AllocationRun) -> Basis:
    """Return what trials of ``run`` start from.

    Raises:
        TallyError, PoolError, MoneyError: what is stored cannot be.
    """
    money = money_of(run)
    has_items = run.version >= ITEMS_VERSION
    return Basis(
        run=run,
        money=money,
        before=recomputed(run, rows_of(run)),
        reading=reading_of(run),
        counting=counting_for(run),
        switches=switches_for(run),
        count_switches=count_switches_for(run) if has_items else (),
        platforms=tuple(_platform(item, money) for item in items_of(run)),
    )


def _platform(item: AllocationItem, money: Money) -> Platform:
    code = item.row.code if item.row.region_id is not None else ""
    standing = Standing(item.standing)
    reported = Reported(code, standing, item.grade, revoked=item.revoked_on is not None)
    label = money.labels.get(item.grade, item.grade)
    counted = f"{label}，已撤销" if reported.revoked else label
    if standing != Standing.GRADED:
        counted = item.get_standing_display()
    return Platform(item.pk, item.name, item.number, code, counted, reported)
