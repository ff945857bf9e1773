"""How the reported applications of a round become the counts of a region: each stands in exactly one column.

Pure: no Django. The three switches are ``funding.readings.Counting``; grades and the failing one come from the notice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from evaluation.marking.late import Standing, Ungraded, WithdrawnLate
from funding.readings import Counting, Revoked
from funding.tally import Tally


class Column(StrEnum):
    """Where an application without a counted grade stands; one with a counted grade stands under ``GRADE``."""

    GRADE = "grade"
    UNGRADED = "ungraded"
    WITHDRAWN_LATE = "withdrawn_late"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"


#: The columns that make up the declared number.
DECLARED = (Column.GRADE, Column.UNGRADED, Column.WITHDRAWN_LATE, Column.REVOKED)


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported application: how it stands, its grade (the proposed one where it was withdrawn late, or empty).

    ``revoked`` says that its platform was revoked after the publication and before the limit of the run.
    """

    region: str
    standing: Standing
    grade: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The one column of an application, and the grade that it counts as there (empty outside ``GRADE``)."""

    column: Column
    grade: str = ""


def placed(one: Reported, counting: Counting, failing: str) -> Placed:
    """Return where ``one`` stands under ``counting``; ``failing`` is the code of the grade held against the line."""
    if one.standing == Standing.GRADED:
        if one.revoked and counting.revoked == Revoked.LEFT_OUT:
            return Placed(Column.REVOKED)
        return Placed(Column.GRADE, one.grade)
    if one.standing == Standing.WITHDRAWN:
        return Placed(Column.WITHDRAWN)
    if one.standing == Standing.WITHDRAWN_LATE:
        if counting.withdrawn_late == WithdrawnLate.OUT:
            return Placed(Column.WITHDRAWN)
        if counting.withdrawn_late == WithdrawnLate.AS_PROPOSED and one.grade == failing:
            return Placed(Column.GRADE, failing)
        return Placed(Column.WITHDRAWN_LATE)
    if counting.ungraded == Ungraded.OUT:
        return Placed(Column.LEFT_OUT)
    if counting.ungraded == Ungraded.AS_D and one.standing == Standing.REFUSED:
        return Placed(Column.GRADE, failing)
    return Placed(Column.UNGRADED)


@dataclass(frozen=True, slots=True)
class Counts:
    """The columns of one region. ``declared`` is their sum without ``withdrawn`` and ``left_out``.

    ``late_failing`` and ``refused_failing`` say how many of the failing grade are late withdrawals and confirmed
    refusals: they stand under it with a mark.
    """

    grades: Mapping[str, int] = field(default_factory=dict, hash=False)
    ungraded: int = 0
    withdrawn_late: int = 0
    revoked: int = 0
    withdrawn: int = 0
    left_out: int = 0
    late_failing: int = 0
    refused_failing: int = 0

    @property
    def declared(self) -> int:
        """What the region declared (五: 申报总数), as counted."""
        return sum(self.grades.values()) + self.ungraded + self.withdrawn_late + self.revoked

    @property
    def reported(self) -> int:
        """Everything that the region ever reported."""
        return self.declared + self.withdrawn + self.left_out

    def tally(self, region: str | None, code: str) -> Tally:
        """Return the counts as the arithmetic takes them; raises ``TallyError`` for counts that cannot be."""
        return Tally(region, self.declared, dict(self.grades), self.withdrawn, code if region else "")


def counts_by_region(
    reported: Iterable[Reported], counting: Counting, *, grades: Sequence[str], failing: str
) -> dict[str, Counts]:
    """Return the counts of every region of ``reported``; each of ``grades`` has its number, zero included."""
    columns: dict[str, Counter[str]] = {}
    reached: dict[str, Counter[str]] = {}
    marked: dict[str, Counter[Standing]] = {}
    for one in reported:
        place = placed(one, counting, failing)
        of = columns.setdefault(one.region, Counter())
        of[place.column] += 1
        if place.column == Column.GRADE:
            reached.setdefault(one.region, Counter())[place.grade] += 1
            marked.setdefault(one.region, Counter())[one.standing] += 1
    return {
        region: Counts(
            grades={grade: reached.get(region, Counter())[grade] for grade in grades},
            ungraded=of[Column.UNGRADED],
            withdrawn_late=of[Column.WITHDRAWN_LATE],
            revoked=of[Column.REVOKED],
            withdrawn=of[Column.WITHDRAWN],
            left_out=of[Column.LEFT_OUT],
            late_failing=marked.get(region, Counter())[Standing.WITHDRAWN_LATE],
            refused_failing=marked.get(region, Counter())[Standing.REFUSED],
        )
        for region, of in columns.items()
    }
