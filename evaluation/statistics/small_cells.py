"""Sums in which no single platform can be recognised: which stand alone, and which only together. Pure."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

#: Fewer platforms than this are not told apart: of two, each would know what the other one did.
LEAST = 3

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Sum:
    """How many services, how many of them without a fee, and how many platforms gave them."""

    services: int = 0
    free: int = 0
    platforms: int = 0

    @property
    def charged(self) -> int:
        return self.services - self.free

    @property
    def free_share(self) -> Fraction | None:
        """What part was free of charge, None without services."""
        return Fraction(self.free, self.services) if self.services else None

    @property
    def may_be_told(self) -> bool:
        """Whether enough platforms stand behind the sum."""
        return self.platforms >= LEAST


@dataclass(frozen=True)
class Told(Generic[Key]):
    """What may be told: ``alone`` by key, and ``rest``, what only stands together, with the keys ``of`` which it is.

    Nothing can be got by subtraction: all of it is here, or ``rest`` is None and the keys ``of`` which nothing is told
    are in no sum that is.
    """

    alone: Mapping[Key, Sum]
    rest: Sum | None = None
    of: frozenset[Key] = frozenset()

    @property
    def total(self) -> Sum:
        """The sum of what is told; its platforms are counted once for each sum that they stand in."""
        sums = [*self.alone.values(), *([self.rest] if self.rest else [])]
        return Sum(*(sum(getattr(each, name) for each in sums) for name in ("services", "free", "platforms")))


def told(sums: Mapping[Key, Sum], *, apart: bool) -> Told[Key]:
    """Return what may be told of ``sums``; those without any service are left out.

    Sums of fewer than :data:`LEAST` platforms stand together, and where that is still too few, the smallest of the
    others stands with them. ``apart`` says that no platform stands in two of the sums; otherwise they may all have the
    same ones, and together count as many as the one with the most.
    """
    given = {key: each for key, each in sums.items() if each.services}
    small = {key: each for key, each in given.items() if not each.may_be_told}
    if not small:
        return Told(given)
    large = sorted(given.keys() - small.keys(), key=lambda key: (given[key].services, list(given).index(key)))
    while not (rest := _together(small.values(), apart=apart)).may_be_told and large:
        key = large.pop(0)
        small[key] = given[key]
    alone = {key: each for key, each in given.items() if key not in small}
    return Told(alone, rest if rest.may_be_told else None, frozenset(small))


def _together(sums: Collection[Sum], *, apart: bool) -> Sum:
    platforms = [each.platforms for each in sums]
    services, free = sum(each.services for each in sums), sum(each.free for each in sums)
    return Sum(services, free, sum(platforms) if apart else max(platforms))
