"""One pool under all combinations of the switches at once: the spread of each region, and which switch moves most.

Pure: no Django. Switches are those of ``funding.readings`` and, where they are tried too, those that say how the counts
are drawn. Amounts are whole yuan, means are exact, and every sequence of regions stands in input order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations as pairs_of
from itertools import product
from math import prod
from operator import sub

from funding.formula import PoolError, allocate
from funding.money import Money
from funding.readings import Choice, Reading, Switch
from funding.tally import Tally

#: One value for each of some switches, in their order.
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The counts drawn in one way: the regions, and the key-industry platforms where there are any."""

    tallies: tuple[Tally, ...]
    industry: Tally | None = None

    @property
    def decisive(self) -> tuple[object, ...]:
        """What of the counts a sum depends on; withdrawals are only shown."""
        everyone = (*self.tallies, *((self.industry,) if self.industry else ()))
        return tuple((t.region, t.code, t.declared, tuple(sorted(t.grades.items()))) for t in everyone)


@dataclass(frozen=True, slots=True)
class Combination:
    """One value for each switch and what it gives; where the pool cannot be split so, ``refusal`` says why in Chinese.

    ``amounts`` is empty and ``unallocated`` zero where it is refused.
    """

    values: Values
    amounts: tuple[int, ...]
    unallocated: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest and the highest amount of one region over all combinations that can be split, and the chosen one.

    Of several combinations that give the same, the one that changes the fewest switches is named.
    """

    chosen: int
    lowest: int
    lowest_by: Combination
    highest: int
    highest_by: Combination

    @property
    def width(self) -> int:
        """Yuan between the highest and the lowest."""
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class Alternative:
    """The combination that differs from the chosen one in nothing but ``switch``.

    ``differences`` are yuan more (or less) than chosen, empty where it is refused.
    """

    switch: Switch
    choice: Choice
    combination: Combination
    differences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one switch moves.

    ``largest`` is the most that a region gains or loses when only this switch changes from what was chosen, ``region``
    the first one that does and ``choice`` under which value; None where nobody's amount moves. ``means`` are, by
    region, the mean of the distance between two amounts over all pairs of combinations that differ in this switch
    alone and can both be split; all zero where there is no such pair.
    """

    switch: Switch
    largest: int
    region: int | None
    choice: Choice | None
    means: tuple[Fraction, ...]

    @property
    def mean(self) -> Fraction:
        """The sum of the means: what all regions together gain and lose on an average."""
        return sum(self.means, Fraction(0))


@dataclass(frozen=True)
class Combinations:
    """All combinations in the order of ``product`` over the choices of ``switches``; ``chosen`` is one of them."""

    switches: tuple[Switch, ...]
    chosen: Combination
    all: tuple[Combination, ...]

    @property
    def possible(self) -> tuple[Combination, ...]:
        """Those under which the pool can be split."""
        return tuple(each for each in self.all if not each.refusal)

    @property
    def refusals(self) -> tuple[tuple[str, int], ...]:
        """Each reason why combinations are refused, with their number, the most frequent first."""
        return tuple(Counter(each.refusal for each in self.all if each.refusal).most_common())

    def changes(self, combination: Combination) -> tuple[tuple[Switch, Choice], ...]:
        """Return the switches in which ``combination`` differs from the chosen one, with what it chooses."""
        return tuple(
            (switch, _choice(switch, value))
            for switch, value, ours in zip(self.switches, combination.values, self.chosen.values, strict=True)
            if value != ours
        )

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """One spread per region."""
        # What is nearest to the chosen one comes first, and the first of equal ones is taken.
        near = sorted(self.possible, key=lambda each: len(self.changes(each)))
        found = []
        for place, chosen in enumerate(self.chosen.amounts):
            column = [each.amounts[place] for each in near]
            lowest, highest = min(column), max(column)
            found.append(
                Spread(chosen, lowest, near[column.index(lowest)], highest, near[column.index(highest)]),
            )
        return tuple(found)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Those that differ from the chosen one in exactly one switch, in the order of switches and choices."""
        found = []
        for place, switch in enumerate(self.switches):
            for choice in switch.choices:
                if choice.value != self.chosen.values[place]:
                    values = (*self.chosen.values[:place], str(choice.value), *self.chosen.values[place + 1 :])
                    other = self._by_values[values]
                    more = () if other.refusal else tuple(map(sub, other.amounts, self.chosen.amounts))
                    found.append(Alternative(switch, choice, other, more))
        return tuple(found)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """One effect per switch, in their order."""
        return tuple(self._effect(place, switch) for place, switch in enumerate(self.switches))

    @property
    def strongest(self) -> tuple[Effect, ...]:
        """The effects, what moves most on an average first."""
        return tuple(sorted(self.effects, key=lambda effect: -effect.mean))

    def strongest_for(self, region: int) -> Effect | None:
        """Return what moves the region at this place most on an average; None where nothing moves it."""
        first = max(self.effects, key=lambda effect: effect.means[region])
        return first if first.means[region] else None

    @cached_property
    def _by_values(self) -> Mapping[Values, Combination]:
        return {each.values: each for each in self.all}

    def _effect(self, place: int, switch: Switch) -> Effect:
        largest, region, choice = 0, None, None
        for other in self.alternatives:
            if other.switch == switch:
                for at, more in enumerate(other.differences):
                    if abs(more) > largest:
                        largest, region, choice = abs(more), at, other.choice
        sums = [0] * len(self.chosen.amounts)
        number = 0
        for one, two in self._pairs(place):
            if one.refusal or two.refusal:
                continue
            number += 1
            # Equal counts and readings that come to the same share one tuple.
            if one.amounts is not two.amounts:
                sums = [total + abs(a - b) for total, a, b in zip(sums, one.amounts, two.amounts, strict=True)]
        means = tuple(Fraction(total, number or 1) for total in sums)
        return Effect(switch, largest, region, choice, means)

    def _pairs(self, place: int) -> Iterable[tuple[Combination, Combination]]:
        """Yield each pair that differs in the switch at ``place`` alone."""
        size = len(self.switches[place].choices)
        step = prod(len(switch.choices) for switch in self.switches[place + 1 :])
        for start in range(0, len(self.all), step * size):
            for at in range(start, start + step):
                yield from pairs_of(self.all[at : at + step * size : step], 2)


def combine(
    counts: Mapping[Values, Drawn],
    counting: Values,
    pool: int,
    reading: Reading,
    money: Money,
    switches: Sequence[Switch],
    count_switches: Sequence[Switch] = (),
) -> Combinations:
    """Split ``pool`` yuan under every combination of ``switches`` and ``count_switches``.

    ``switches`` are those of ``funding.readings``, ``counts`` holds what each combination of ``count_switches`` gives
    (under the empty tuple where there are none), ``counting`` and ``reading`` are what was chosen. Equal counts are
    computed once. Raises ``PoolError`` where the pool cannot be split under what was chosen, ``TallyError`` as
    ``allocate`` does, ``KeyError`` where a way of counting is missing, and ``ValueError`` where two ways of counting
    do not name the same regions in the same order.
    """
    everything = (*switches, *count_switches)
    codes = [tally.code for tally in counts[counting].tallies]
    done: dict[tuple[object, ...], dict[Values, tuple[tuple[int, ...], int, str]]] = {}
    found = []
    read = [Reading.of(**dict(zip([s.name for s in switches], v, strict=True))) for v in _values(switches)]
    ways = []
    for way in _values(count_switches):
        drawn = counts[way]
        if [tally.code for tally in drawn.tallies] != codes:
            raise ValueError("ways of counting that name other regions")
        ways.append((way, drawn, done.setdefault(drawn.decisive, {})))
    for values, each in zip(_values(switches), read, strict=True):
        for way, drawn, known in ways:
            if values not in known:
                known[values] = _split(drawn, pool, each, money)
            found.append(Combination((*values, *way), *known[values]))
    mine = reading.as_dict()
    chosen_values = (*(mine[switch.name] for switch in switches), *counting)
    chosen = next(each for each in found if each.values == chosen_values)
    if chosen.refusal:
        raise PoolError(chosen.refusal)
    return Combinations(everything, chosen, tuple(found))


def _values(switches: Sequence[Switch]) -> list[Values]:
    return list(product(*[[str(choice.value) for choice in switch.choices] for switch in switches]))


def _split(counts: Drawn, pool: int, reading: Reading, money: Money) -> tuple[tuple[int, ...], int, str]:
    try:
        result = allocate(counts.tallies, counts.industry, pool, reading, money)
    except PoolError as refusal:
        return (), 0, str(refusal)
    return result.amounts, result.unallocated, ""


def _choice(switch: Switch, value: str) -> Choice:
    return next(choice for choice in switch.choices if choice.value == value)
