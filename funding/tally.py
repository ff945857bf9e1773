"""What one region brings to an allocation: how many platforms it declared and how they were graded."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

# One digit more than any count or pool of a country needs; above it a typing slip is likelier than a truth.
LIMIT = 10**15

INDUSTRY_NAME = "重点行业平台"


class TallyError(ValueError):
    """Counts that cannot be; the text is one Chinese sentence that names the region."""


class Grades(dict[str, int]):
    """Numbers of platforms by the code of their grade; a grade that is not named has none."""

    def __missing__(self, grade: str) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one region, or of the key-industry platforms (``region`` is None).

    ``declared`` are the applications reported and not withdrawn, ``withdrawn`` the ones withdrawn after reporting;
    ``grades`` counts by code those of the declared that were graded (kept as :class:`Grades`). ``code``
    decides ties and tells regions apart; left empty it is the region's name. Raises ``TallyError`` when a count is not
    a whole number of at most 15 digits, is negative, or more platforms are graded than declared.
    """

    region: str | None
    declared: int
    grades: Mapping[str, int] = field(hash=False)
    withdrawn: int = 0
    code: str = ""

    def __post_init__(self) -> None:
        if self.region is None or not self.code:
            object.__setattr__(self, "code", self.region or "")
        object.__setattr__(self, "grades", Grades(self.grades))
        self._refuse("申报总数", self.declared)
        for grade, number in self.grades.items():
            self._refuse(f"{grade}档数", number)
        self._refuse("撤回数", self.withdrawn)
        if self.graded > self.declared:
            raise TallyError(f"{self.name}：已评定{self.graded}家，多于申报总数{self.declared}家")

    def _refuse(self, label: str, number: object) -> None:
        if type(number) is not int:
            raise TallyError(f"{self.name}：{label}必须是整数")
        if number < 0:
            raise TallyError(f"{self.name}：{label}不能是负数")
        if number >= LIMIT:
            raise TallyError(f"{self.name}：{label}不能超过15位数字")

    @property
    def name(self) -> str:
        """What messages call it."""
        return INDUSTRY_NAME if self.region is None else self.region

    @property
    def graded(self) -> int:
        """Platforms with a grade, whichever."""
        return sum(self.grades.values())

    def only(self, codes: Collection[str]) -> "Tally":
        """The same region; a platform whose grade is none of ``codes`` stays declared, without a grade."""
        return replace(self, grades={code: number for code, number in self.grades.items() if code in codes})

    def count(self, grade: str) -> int:
        """Platforms of the grade with this code."""
        return self.grades[grade]


def refuse_repeated(tallies: Sequence[Tally]) -> None:
    """Raises ``TallyError`` naming the first region whose code stands there twice, or for a tally of no region."""
    codes = {tally.code for tally in tallies}
    if "" in codes:
        raise TallyError(f"{INDUSTRY_NAME}不属于任何区县（市）、管委会，不能参加分配")
    if len(codes) < len(tallies):
        times = Counter(tally.code for tally in tallies)
        repeated = next(tally for tally in tallies if times[tally.code] > 1)
        raise TallyError(f"{repeated.name}：地区重复")
