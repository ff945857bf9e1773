"""What the other ways to count would give, from the applications of one allocation. Pure: no Django."""

from collections.abc import Sequence

from funding.counting import Counts, Reported, counts_by_region
from funding.explain import Comparison
from funding.formula import Allocation, allocate
from funding.readings import Counting, count_switches_of
from funding.tally import Tally


def recounted(allocation: Allocation, reported: Sequence[Reported], counting: Counting) -> Allocation:
    """Return ``allocation`` with the counts that ``counting`` draws from ``reported``; all else stays.

    ``reported`` are all the applications that its counts were drawn from, by the code of their region (empty for the
    key-industry platforms). Raises ``TallyError`` for counts that cannot be.
    """
    money = allocation.money
    found = counts_by_region(reported, counting, grades=money.codes, failing=money.share.failing)

    def tally(old: Tally) -> Tally:
        return found.get(old.code, Counts()).tally(old.region, old.code)

    industry = None if allocation.industry is None else tally(allocation.industry)
    regions = [tally(each) for each in allocation.tallies]
    return allocate(regions, industry, allocation.pool, allocation.reading, money)


def compare_countings(
    allocation: Allocation, reported: Sequence[Reported], counting: Counting
) -> tuple[Comparison, ...]:
    """Return the same applications, pool and reading under each counting that differs in exactly one switch."""
    found = []
    for switch, choice, other in counting.alternatives(count_switches_of(allocation.money)):
        again = recounted(allocation, reported, other)
        differences = tuple(theirs - ours for theirs, ours in zip(again.amounts, allocation.amounts, strict=True))
        found.append(Comparison(switch, choice, allocation.reading, again, differences))
    return tuple(found)
