"""From scores to points to a grade: exact, knows no database.

Points of one indicator are rounded once, half up, to hundredths, because that is what the sheet shows; their sum is
exact and never rounded again, so the total that an officer adds up by hand is what the cut-offs are compared with.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import floor

from evaluation.schemes.choices import Method

#: The full marks of all counted indicators together; the cut-offs are points out of these.
FULL = 100
#: The methods in which a value is verified and the points follow from it.
COUNTED = (Method.LINEAR, Method.TIERS, Method.DEDUCTION)


@dataclass(frozen=True)
class IndicatorValue:
    """One line of a scheme.

    ``full_marks`` are the most points; of a deduction they are what each case takes off. ``tiers`` are pairs of the
    least value and the points that it earns.
    """

    code: str
    title: str
    method: Method
    head: str = ""
    full_marks: Fraction = Fraction(0)
    floor: Fraction | None = None
    target: Fraction | None = None
    tiers: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True)
class SchemeValue:
    """A scheme under a notice.

    ``cutoffs`` are pairs of a grade's code and the least points that it takes, inclusive. ``grades`` are the codes and
    names of the notice, the best first; the last one needs no points and is that of a failed gate. ``heads`` are the
    keys of the heads that an indicator can stand under; empty where nobody looks.
    """

    indicators: tuple[IndicatorValue, ...]
    cutoffs: tuple[tuple[str, Fraction], ...]
    grades: tuple[tuple[str, str], ...]
    heads: tuple[str, ...] = ()

    @property
    def failing(self) -> str:
        """The grade of a failed gate."""
        return self.grades[-1][0]


@dataclass(frozen=True)
class Entry:
    """What was found: ``passed`` for a gate, ``verified`` for a counted indicator, ``points`` for a scored one."""

    passed: bool | None = None
    verified: Fraction | None = None
    points: Fraction | None = None


@dataclass(frozen=True)
class Outcome:
    """What a scheme gives for the entries as they stand.

    ``points`` is at least 0; ``failed_gates`` and ``missing`` hold codes in the order of the scheme. While something is
    missing the grade is what it would be if the rest earned nothing.
    """

    points: Fraction
    grade: str
    failed_gates: tuple[str, ...]
    missing: tuple[str, ...]
    lines: Mapping[str, Fraction] = field(default_factory=dict)


def hundredths(value: Fraction) -> Fraction:
    """Return ``value`` rounded half up to two decimals."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def points_of(indicator: IndicatorValue, entry: Entry) -> Fraction | None:
    """Return the points of one indicator in hundredths, ``None`` while its entry is missing; a gate carries none.

    A deduction is negative. A value beyond ``floor`` or ``target`` earns what the nearer end earns.
    """
    if indicator.method == Method.GATE:
        return None
    if indicator.method == Method.SCORED:
        return None if entry.points is None else hundredths(min(max(entry.points, Fraction(0)), indicator.full_marks))
    if entry.verified is None:
        return None
    if indicator.method == Method.TIERS:
        return hundredths(max((p for least, p in indicator.tiers if entry.verified >= least), default=Fraction(0)))
    if indicator.method == Method.DEDUCTION:
        return hundredths(-indicator.full_marks * max(entry.verified, Fraction(0)))
    low, high = indicator.floor or Fraction(0), indicator.target or Fraction(0)
    if entry.verified >= high:
        return hundredths(indicator.full_marks)
    share = max(entry.verified - low, Fraction(0)) / (high - low)
    return hundredths(indicator.full_marks * share)


def grade_of(points: Fraction, scheme: SchemeValue) -> str:
    """Return the best grade that ``points`` reach; each cut-off belongs to its grade."""
    least = dict(scheme.cutoffs)
    return next((code for code, _ in scheme.grades if code in least and points >= least[code]), scheme.failing)


def grade(scheme: SchemeValue, entries: Mapping[str, Entry], *, vetoed: bool = False) -> Outcome:
    """Return what ``scheme`` gives for ``entries`` (by code; a missing one counts as not entered).

    四·(四): D 档为不满足基本建设条件或绩效指标较差的单位. Any failed gate and any veto give the last grade.
    """
    lines: dict[str, Fraction] = {}
    failed: list[str] = []
    missing: list[str] = []
    for indicator in scheme.indicators:
        entry = entries.get(indicator.code, Entry())
        if indicator.method == Method.GATE:
            if entry.passed is None:
                missing.append(indicator.code)
            elif not entry.passed:
                failed.append(indicator.code)
            continue
        points = points_of(indicator, entry)
        if points is None:
            missing.append(indicator.code)
        else:
            lines[indicator.code] = points
    total = max(sum(lines.values(), Fraction(0)), Fraction(0))
    reached = scheme.failing if failed or vetoed else grade_of(total, scheme)
    return Outcome(total, reached, tuple(failed), tuple(missing), lines)


def problems(scheme: SchemeValue) -> tuple[str, ...]:
    """Return, as Chinese sentences, what keeps ``scheme`` from being used; nothing if it can be."""
    counted = [i for i in scheme.indicators if i.method not in (Method.GATE, Method.DEDUCTION)]
    if not counted:
        return ("评价方案还没有计分指标，请先添加指标。",)
    found: list[str] = []
    total = sum((i.full_marks for i in counted), Fraction(0))
    if total != FULL:
        found.append(f"各计分指标满分合计为 {plain(total)} 分，应为 {FULL} 分。")
    found += _cutoff_problems(scheme)
    repeated = [code for code, times in Counter(i.code for i in scheme.indicators).items() if times > 1]
    found += [f"指标代号“{code}”重复。" for code in repeated]
    for indicator in scheme.indicators:
        if scheme.heads and indicator.head not in scheme.heads:
            found.append(f"指标“{indicator.title}”：请选择通知所列的指标类别。")
        found += [f"指标“{indicator.title}”：{problem}" for problem in _indicator_problems(indicator)]
    return tuple(found)


def _cutoff_problems(scheme: SchemeValue) -> Iterable[str]:
    """Every grade but the last has one cut-off, and a better grade needs more points."""
    *reached, _ = scheme.grades
    least = dict(scheme.cutoffs)
    missing = [label for code, label in reached if code not in least]
    if missing:
        yield f"请填写{'、'.join(missing)}的起点分。"
        return
    if set(least) != {code for code, _ in reached}:
        yield f"{scheme.grades[-1][1]}没有起点分，通知没有的档次也不填写起点分。"
    falling = [*(least[code] for code, _ in reached), Fraction(0)]
    if falling[0] > FULL or any(after >= before for before, after in pairwise(falling)):
        yield f"各档起点须在 0 至 {FULL} 分之间，并依次降低。"


def _indicator_problems(indicator: IndicatorValue) -> Iterable[str]:
    if indicator.method == Method.GATE:
        if indicator.full_marks:
            yield "基本条件不计分，满分须为 0。"
        return
    if indicator.full_marks <= 0:
        yield "满分须大于 0。"
    if indicator.method == Method.LINEAR:
        if indicator.floor is None or indicator.target is None:
            yield "按比例计分须填写起点值和目标值。"
        elif indicator.floor >= indicator.target:
            yield "目标值须大于起点值。"
    if indicator.method == Method.TIERS:
        yield from _tier_problems(indicator)


def _tier_problems(indicator: IndicatorValue) -> Iterable[str]:
    """More must never earn less, and the best tier earns the full marks."""
    if not indicator.tiers:
        yield "分档计分须填写分档。"
        return
    least = [value for value, _ in indicator.tiers]
    points = [earned for _, earned in indicator.tiers]
    if least != sorted(set(least)) or points != sorted(points):
        yield "分档的数值须依次升高，得分不得降低。"
    elif points[0] < 0 or points[-1] != indicator.full_marks:
        yield "最高一档的得分须等于满分，各档得分不得为负。"


def plain(value: Fraction) -> str:
    """Return a number of hundredths as people write it: 7, 7.5, 7.25."""
    cents = round(value * 100)
    text = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return text.rstrip("0").rstrip(".")
