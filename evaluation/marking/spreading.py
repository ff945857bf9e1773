"""Platforms spread evenly over those who judge: nobody judges where a conflict speaks against it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """One platform to be judged.

    ``kept`` are the keys of those who judge it already and stay; ``barred`` says by key why somebody may not.
    """

    key: int
    kept: tuple[int, ...] = ()
    barred: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """Who judges one platform: ``judges`` in all, those kept first, and how many are still ``missing``."""

    key: int
    judges: tuple[int, ...]
    missing: int


def spread(
    places: Collection[Place], judges: Sequence[int], *, load: Mapping[int, int], each: int
) -> tuple[Spread, ...]:
    """Return ``each`` judges for every place, in the order of ``places``; nobody gets more than the others need.

    ``load`` is what each has already, without those kept here. The places with the fewest to choose from come first,
    and everywhere those who have least; of equals the one named first in ``judges``.
    """
    have = {judge: load.get(judge, 0) for judge in judges}
    for place in places:
        for judge in place.kept:
            have[judge] = have.get(judge, load.get(judge, 0)) + 1
    found: dict[int, Spread] = {}
    open_to = {
        place.key: [judge for judge in judges if judge not in place.barred and judge not in place.kept]
        for place in places
    }
    for place in sorted(places, key=lambda place: len(open_to[place.key])):
        wanted = max(each - len(place.kept), 0)
        chosen = sorted(open_to[place.key], key=have.__getitem__)[:wanted]
        for judge in chosen:
            have[judge] += 1
        found[place.key] = Spread(place.key, (*place.kept, *chosen), wanted - len(chosen))
    return tuple(found[place.key] for place in places)
