"""Counts as they would be if more platforms of a region failed. Pure: no Django."""

from dataclasses import dataclass

from funding.explain import with_one_more_failing
from funding.money import Money
from funding.readings import Base
from funding.tally import Tally


@dataclass(frozen=True, slots=True)
class Worse:
    """A region with ``failed`` platforms more that fail; fewer than asked for where no more could."""

    tally: Tally
    failed: int


def with_more_failing(tally: Tally, number: int, base: Base, money: Money) -> Worse:
    """The region with up to ``number`` platforms more that fail, one by one as ``with_one_more_failing`` takes them."""
    for failed in range(number):
        next_ = with_one_more_failing(tally, base, money)
        if next_ is None:
            return Worse(tally, failed)
        tally = next_
    return Worse(tally, number)
