"""How points lie between the cut-offs: in steps for a chart, and who stands close to a line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from evaluation.schemes.grading import FULL

#: The points of one step of the chart, and how close to a cut-off is close.
WIDTH, CLOSE = 5, Fraction(1)


@dataclass(frozen=True)
class Step:
    """How many platforms of each grade have at least ``low`` and less than ``high`` points; the last step holds 100."""

    low: int
    high: int
    counts: tuple[int, ...]
    cutoffs: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts)


def steps(
    rows: Iterable[tuple[Fraction, str]], grades: Sequence[str], cutoffs: Mapping[str, Fraction]
) -> tuple[Step, ...]:
    """Return the steps from the lowest to the highest that anybody reached.

    ``rows`` are points and grade of each platform, ``grades`` the codes in the order of the counts. A step names the
    grades whose cut-off lies in it.
    """
    found: dict[int, list[int]] = {}
    last = FULL // WIDTH - 1
    for points, grade in rows:
        step = min(int(points // WIDTH), last)
        found.setdefault(step, [0] * len(grades))[grades.index(grade)] += 1
    lines = {code: min(int(least // WIDTH), last) for code, least in cutoffs.items()}
    return tuple(
        Step(
            step * WIDTH,
            (step + 1) * WIDTH,
            tuple(found.get(step, [0] * len(grades))),
            tuple(code for code in grades if lines.get(code) == step),
        )
        for step in (range(min(found), max(found) + 1) if found else ())
    )


def close_to(points: Fraction, cutoffs: Mapping[str, Fraction]) -> tuple[str, Fraction] | None:
    """Return the grade whose cut-off lies within a point of ``points``, and how far above it they are (or below, < 0).

    Nothing where none is that close; of two the nearer one.
    """
    near = [(code, points - least) for code, least in cutoffs.items() if abs(points - least) <= CLOSE]
    return min(near, key=lambda each: abs(each[1]), default=None)


def more_until(line: Fraction, *, failing: int, declared: int, inclusive: bool = True) -> int:
    """Return how many more platforms of the last grade bring ``failing`` of ``declared`` over ``line``.

    ``inclusive``: the line itself is over it already (“20%以上”, as the notice is read by default). 0 where the share
    stands over it; a region that declared nothing has no share and no line.
    """
    reached = ceil(line * declared) if inclusive else floor(line * declared) + 1
    return max(reached - failing, 0) if declared else 0
