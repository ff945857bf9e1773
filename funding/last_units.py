"""Where the last units of a pool go: what was cut off each share, in the order in which the rest was given out."""

from dataclasses import dataclass
from fractions import Fraction

from funding.formula import Allocation
from funding.tally import Tally


@dataclass(frozen=True, slots=True)
class CutOff:
    """One region whose share was cut down. ``cut`` is the exact yuan cut off, above 0 and less than one unit.

    ``tied`` says that the region before or behind it lost just as much, so that codes decided which comes first.
    """

    tally: Tally
    cut: Fraction
    got: bool
    tied: bool

    @property
    def name(self) -> str:
        """What the region is called."""
        return self.tally.name


@dataclass(frozen=True, slots=True)
class LastUnits:
    """``due`` yuan are the exact shares together, cut down once; ``kept`` yuan what each share keeps when it is cut.

    The difference is given out in units of ``unit`` yuan; ``order`` are the regions that lost something, the first
    served first.
    """

    unit: int
    due: int
    kept: int
    order: tuple[CutOff, ...]

    @property
    def units(self) -> int:
        """How many units there were to give, one a region."""
        return (self.due - self.kept) // self.unit

    def place(self, tally: Tally) -> int | None:
        """The place of a region in the order, from 1; None where nothing was cut off."""
        codes = [each.tally.code for each in self.order]
        return codes.index(tally.code) + 1 if tally.code in codes else None


def last_units(allocation: Allocation) -> LastUnits:
    """Where the rest of this allocation went."""
    unit = allocation.reading.unit.yuan
    rows = [row for row in allocation.rows if not row.excluded]
    shares = [row.share for row in rows]
    kept = [cut_down(share, unit) for share in shares]
    cuts = [share - down for share, down in zip(shares, kept, strict=True)]
    found = sorted(
        [(cut, row, down) for cut, row, down in zip(cuts, rows, kept, strict=True) if cut],
        key=lambda each: (-each[0], each[1].tally.code),
    )
    sizes = [cut for cut, _, _ in found]
    order = tuple(
        CutOff(row.tally, cut, row.amount > down, cut in sizes[max(i - 1, 0) : i] or cut in sizes[i + 1 : i + 2])
        for i, (cut, row, down) in enumerate(found)
    )
    return LastUnits(unit, cut_down(sum(shares, Fraction(0)), unit), sum(kept), order)


def cut_down(yuan: Fraction, unit: int) -> int:
    """``yuan`` cut down to whole units, in yuan."""
    return yuan // unit * unit
