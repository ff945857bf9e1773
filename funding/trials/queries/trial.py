"""A trial: pool, readings and counts as they are asked for, beside what the run computed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from funding.formula import Allocation, allocate
from funding.readings import Counting, Reading
from funding.tally import Tally
from funding.trials.changes import with_more_failing
from funding.trials.combinations import Combinations, Drawn, combine
from funding.trials.queries.basis import Basis


@dataclass(frozen=True)
class Asked:
    """What is tried: ``failing`` says by code of a region how many more of its platforms fail, ``without`` are the
    keys of platforms that are left out as if never reported, ``counts_too`` tries every way to count as well."""

    pool: int
    reading: Reading
    counting: Counting
    failing: Mapping[str, int]
    without: frozenset[int]
    counts_too: bool = False

    @property
    def changes_counts(self) -> bool:
        """Whether counts are made up, which no draft may hold."""
        return bool(self.without) or any(self.failing.values())


@dataclass(frozen=True)
class Trial:
    """What was asked, what it gives, and what every combination of the switches would."""

    basis: Basis
    asked: Asked
    after: Allocation
    combinations: Combinations


def most_failing(basis: Basis, asked: Asked) -> dict[str, int]:
    """Return by code of a region how many of its platforms more could fail, for those that are asked for too many.

    Raises:
        TallyError: counts that cannot be.
    """
    found = {}
    for tally in basis.drawn(asked.counting, asked.without).tallies:
        number = asked.failing.get(tally.code, 0)
        failed = with_more_failing(tally, number, asked.reading.base, basis.money).failed
        if failed < number:
            found[tally.code] = failed
    return found


def try_out(basis: Basis, asked: Asked) -> Trial:
    """Compute what is asked for and all combinations; nothing is stored.

    Raises:
        PoolError, TallyError: a pool that cannot be split, or counts that cannot be.
    """
    chosen = _failing(basis, asked, basis.drawn(asked.counting, asked.without))
    after = allocate(chosen.tallies, chosen.industry, asked.pool, asked.reading, basis.money)
    counting = tuple(asked.counting.as_dict()[switch.name] for switch in basis.count_switches)
    if asked.counts_too and basis.count_switches:
        ways = {way: _failing(basis, asked, drawn) for way, drawn in basis.ways(asked.without).items()}
        switches, mine = basis.count_switches, counting
    else:
        ways, switches, mine = {(): chosen}, (), ()
    combinations = combine(ways, mine, asked.pool, asked.reading, basis.money, basis.switches, switches)
    return Trial(basis, asked, after, combinations)


def _failing(basis: Basis, asked: Asked, drawn: Drawn) -> Drawn:
    def worse(tally: Tally) -> Tally:
        # Under another way to count fewer may be left that could fail; then all of them do.
        number = asked.failing.get(tally.code, 0)
        return with_more_failing(tally, number, asked.reading.base, basis.money).tally

    return replace(drawn, tallies=tuple(map(worse, drawn.tallies)))
