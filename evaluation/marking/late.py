"""What applications without a grade do to the share of the failing grade of a region, under each way to count them.

The notice says "申报总数" and leaves open what a withdrawal after a score was handed in, or an application that got no
grade, is. Both are switches, whose first value is the product's own; nothing here chooses in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class WithdrawnLate(StrEnum):
    """What an application is that was withdrawn after a score was handed in; an earlier withdrawal is always out.

    ``AS_PROPOSED`` declared, and of the failing grade where that was proposed; ``DECLARED`` declared without a grade;
    ``OUT`` as if never reported.
    """

    AS_PROPOSED = "as_proposed"
    DECLARED = "declared"
    OUT = "out"


class Ungraded(StrEnum):
    """What an application is that was reported, not withdrawn, and has no grade.

    ``DECLARED`` declared without a grade; ``AS_D`` of the failing grade where refusing the evaluation is a confirmed
    fact, else as ``DECLARED``; ``OUT`` as if never reported.
    """

    DECLARED = "declared"
    AS_D = "as_d"
    OUT = "out"


class Standing(StrEnum):
    """How one reported application stands: each in exactly one way."""

    GRADED = "graded"
    UNGRADED = "ungraded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_LATE = "withdrawn_late"


@dataclass(frozen=True, slots=True)
class Filed:
    """One reported application: key of its region (empty for the city's own) and how it stands.

    ``grade`` is its grade where it is graded, the proposed one where it was withdrawn late; empty where there is none.
    """

    region: str
    standing: Standing
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many applications of a region are declared, and how many of them are of the failing grade."""

    declared: int = 0
    failing: int = 0

    @property
    def share(self) -> Fraction | None:
        """The part of the failing grade; None where nothing is declared."""
        return Fraction(self.failing, self.declared) if self.declared else None


def counts(
    filed: Iterable[Filed],
    *,
    failing: str,
    withdrawn_late: WithdrawnLate = WithdrawnLate.AS_PROPOSED,
    ungraded: Ungraded = Ungraded.DECLARED,
) -> dict[str, Count]:
    """Return by region what is declared and what is of the grade ``failing``; every region of ``filed`` is there."""
    found: dict[str, Count] = {}
    for each in filed:
        declared, fails = _counted(each, failing, withdrawn_late, ungraded)
        before = found.get(each.region, Count())
        found[each.region] = Count(before.declared + declared, before.failing + fails)
    return found


def _counted(each: Filed, failing: str, late: WithdrawnLate, ungraded: Ungraded) -> tuple[bool, bool]:
    """Say whether ``each`` is declared, and whether it is of the failing grade."""
    if each.standing == Standing.GRADED:
        return True, each.grade == failing
    if each.standing == Standing.WITHDRAWN:
        return False, False
    if each.standing == Standing.WITHDRAWN_LATE:
        return late != WithdrawnLate.OUT, late == WithdrawnLate.AS_PROPOSED and each.grade == failing
    return ungraded != Ungraded.OUT, ungraded == Ungraded.AS_D and each.standing == Standing.REFUSED
