"""Which platforms another scheme would grade otherwise, on scores that are there. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, Outcome, SchemeValue, grade, grades_by_rank


@dataclass(frozen=True)
class Judged:
    """One platform that was scored: its type, what was found by the code of an indicator, whether it was vetoed."""

    type: str
    entries: Mapping[str, Entry]
    vetoed: bool = False


@dataclass(frozen=True)
class Standing:
    """What a scheme gives one platform."""

    points: Fraction
    grade: str


@dataclass(frozen=True)
class Comparison:
    """What two schemes give the same platforms, each under a key.

    ``changed`` holds old and new of those whose grade differs. ``old`` and ``new`` count the platforms of each grade.
    ``unscored`` are the codes of indicators of the new scheme that no platform has a score for; they earn nothing.
    """

    changed: Mapping[int, tuple[Standing, Standing]]
    old: Mapping[str, int]
    new: Mapping[str, int]
    judged: int
    unscored: tuple[str, ...]


def standings(scheme: SchemeValue, platforms: Mapping[int, Judged]) -> dict[int, Standing]:
    """Return what ``scheme`` gives each of ``platforms``, each by the full marks of its type."""
    of_type = {type: scheme.of_type(type) for type in {each.type for each in platforms.values()}}
    outcomes: dict[int, Outcome] = {
        key: grade(of_type[each.type], each.entries, vetoed=each.vetoed) for key, each in platforms.items()
    }
    grades = {key: outcome.grade for key, outcome in outcomes.items()}
    if scheme.by_rank:
        failed = {key for key, outcome in outcomes.items() if outcome.failed_gates or platforms[key].vetoed}
        grades = grades_by_rank(scheme, {key: outcome.points for key, outcome in outcomes.items()}, failed)
    return {key: Standing(outcome.points, grades[key]) for key, outcome in outcomes.items()}


def compare(old: SchemeValue, new: SchemeValue, platforms: Mapping[int, Judged]) -> Comparison:
    """Return what ``new`` gives ``platforms`` otherwise than ``old``."""
    before, after = standings(old, platforms), standings(new, platforms)
    scored = {code for each in platforms.values() for code, entry in each.entries.items() if entry != Entry()}
    return Comparison(
        {key: (before[key], after[key]) for key in platforms if before[key].grade != after[key].grade},
        Counter(each.grade for each in before.values()),
        Counter(each.grade for each in after.values()),
        len(platforms),
        tuple(i.code for i in new.indicators if i.method != Method.GATE and i.code not in scored),
    )
