"""From scores to points to a grade: exact, knows no database.

Points of one indicator are rounded once, half up, to hundredths, because that is what the sheet shows; their sum is
exact and never rounded again, so the total that an officer adds up by hand is what the cut-offs are compared with.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TypeVar

from evaluation.schemes.choices import Method, MissingReport
from platforms.choices import PlatformType

#: The full marks of all counted indicators together; the cut-offs are points out of these.
FULL = 100
#: The methods in which a value is verified and the points follow from it.
COUNTED = (Method.LINEAR, Method.TIERS, Method.DEDUCTION)


@dataclass(frozen=True)
class IndicatorValue:
    """One line of a scheme.

    ``full_marks`` are the most points; of a deduction they are what each case takes off. ``tiers`` are pairs of the
    least value and the points that it earns. ``source`` names the figure that its value comes from. ``by_type`` are the
    full marks of platforms of a type, where they differ; 0 means that platforms of the type are not asked.
    """

    code: str
    title: str
    method: Method
    head: str = ""
    full_marks: Fraction = Fraction(0)
    floor: Fraction | None = None
    target: Fraction | None = None
    tiers: tuple[tuple[Fraction, Fraction], ...] = ()
    source: str = ""
    evidence_required: bool = False
    by_type: Mapping[str, Fraction] = field(default_factory=dict)

    def of_type(self, type: str) -> "IndicatorValue":
        """Return the indicator as it stands for platforms of ``type``; the points of tiers scale in proportion."""
        return self if self.method == Method.GATE or type not in self.by_type else self.with_marks(self.by_type[type])

    def with_marks(self, marks: Fraction) -> "IndicatorValue":
        """Return the indicator with ``marks`` as its full marks; the points of tiers scale in proportion."""
        share = marks / self.full_marks if self.full_marks else Fraction(0)
        return replace(self, full_marks=marks, tiers=tuple((least, points * share) for least, points in self.tiers))


@dataclass(frozen=True)
class SchemeValue:
    """A scheme under a notice.

    ``cutoffs`` are pairs of a grade's code and the least points that it takes, inclusive. ``grades`` are the codes and
    names of the notice, the best first; the last one needs no points and is that of a failed gate. ``heads`` are the
    keys of the heads that an indicator can stand under; empty where nobody looks. ``shares`` are pairs of a grade's
    code and how much of all judged platforms may reach it or a better one, in percent; a grade with a share takes both.

    ``explain_full``: a full mark and a passed gate need a reason too. ``difference_share``: two assessors differ where
    their points lie further apart than this percentage of the full marks. ``gap_share``: a self-report that lies
    further from the records than this percentage is proposed as a fact. ``missing_report``: what it means that nothing
    was reported.
    """

    indicators: tuple[IndicatorValue, ...]
    cutoffs: tuple[tuple[str, Fraction], ...]
    grades: tuple[tuple[str, str], ...]
    heads: tuple[str, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] = ()
    explain_full: bool = False
    difference_share: Decimal = Decimal(20)
    gap_share: Decimal = Decimal(30)
    missing_report: MissingReport = MissingReport.LAST

    @property
    def failing(self) -> str:
        """The grade of a failed gate."""
        return self.grades[-1][0]

    @property
    def by_rank(self) -> bool:
        """Whether a grade depends on how the others stand (:func:`grades_by_rank`)."""
        return bool(self.shares)

    def of_type(self, type: str) -> "SchemeValue":
        """Return the scheme for platforms of ``type``: their full marks, without indicators that they are not asked.

        A gate is always asked.
        """
        return replace(
            self,
            indicators=tuple(
                indicator.of_type(type)
                for indicator in self.indicators
                if indicator.method == Method.GATE or indicator.by_type.get(type) != 0
            ),
        )


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
    """Return the best grade that ``points`` reach; each cut-off belongs to its grade. Shares are not looked at."""
    least = dict(scheme.cutoffs)
    return next((code for code, _ in scheme.grades if code in least and points >= least[code]), scheme.failing)


Key = TypeVar("Key", bound=Hashable)


def grades_by_rank(
    scheme: SchemeValue, points: Mapping[Key, Fraction | None], failed: Collection[Key] = frozenset()
) -> dict[Key, str]:
    """Return the grade of each judged platform by its rank and its points.

    Who has no points yet is not judged and has no grade, unless it ``failed`` a gate or was vetoed. All that are judged
    count in the shares; those that failed get the last grade and stand ahead of nobody. The rank is 1 and how many have
    strictly more points; a platform lies inside of a share if its rank is no more than that share of all, rounded down.
    So those with equal points share the better grade.
    """
    judged = [key for key, earned in points.items() if earned is not None or key in failed]
    ranked = {key: earned for key, earned in points.items() if earned is not None and key not in failed}
    ahead: dict[Fraction, int] = {}
    for place, earned in enumerate(sorted(ranked.values(), reverse=True)):
        ahead.setdefault(earned, place)
    least, shares = dict(scheme.cutoffs), dict(scheme.shares)
    within = {code: floor(len(judged) * share / 100) for code, share in shares.items()}

    def reached(key: Key) -> str:
        earned = ranked.get(key)
        if earned is None:
            return scheme.failing
        rank = 1 + ahead[earned]
        return next(
            (
                code
                for code, _ in scheme.grades
                if code in least and earned >= least[code] and rank <= within.get(code, rank)
            ),
            scheme.failing,
        )

    return {key: reached(key) for key in judged}


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


@dataclass(frozen=True)
class Problem:
    """What is wrong with a scheme, and where.

    ``place`` is ``indicators.<code>.<field>`` or ``cutoffs.<grade>.<field>``, with an empty field for the row as a
    whole; empty for the scheme as a whole. ``subject`` names that row in Chinese.
    """

    place: str
    sentence: str
    subject: str = ""

    @property
    def told(self) -> str:
        """The sentence as it stands away from its place."""
        return f"{self.subject}：{self.sentence}" if self.subject else self.sentence


def _at(indicator: IndicatorValue, name: str, sentence: str) -> Problem:
    return Problem(f"indicators.{indicator.code}.{name}", sentence, f"指标“{indicator.title}”")


def problems(scheme: SchemeValue, *, known: Collection[str] | None = None) -> tuple[Problem, ...]:
    """Return what keeps ``scheme`` from being used; nothing if it can be.

    ``known`` are the names of the figures that a source can name; without it nobody looks at sources.
    """
    counted = [i for i in scheme.indicators if i.method not in (Method.GATE, Method.DEDUCTION)]
    if not counted:
        return (Problem("", "评价方案尚无计分指标，请先添加指标。"),)
    found = [*_sum_problems(counted), *_cutoff_problems(scheme)]
    repeated = {code for code, times in Counter(i.code for i in scheme.indicators).items() if times > 1}
    for indicator in scheme.indicators:
        if indicator.code in repeated:
            found.append(_at(indicator, "code", f"指标代号“{indicator.code}”重复。"))
        if scheme.heads and indicator.head not in scheme.heads:
            found.append(_at(indicator, "head", "请选择通知所列的指标类别。"))
        found += [_at(indicator, name, sentence) for name, sentence in _indicator_problems(indicator)]
        if known is not None and indicator.method in COUNTED and indicator.source not in known:
            told = f"没有名为“{indicator.source}”的数值来源，请重新选择。" if indicator.source else "请选择数值来源。"
            found.append(_at(indicator, "source", told))
    return tuple(found)


def stated_by_form(scheme: SchemeValue, *, stated: Collection[str]) -> tuple[IndicatorValue, ...]:
    """Return the indicators whose value is counted and comes from the application form.

    That does not keep ``scheme`` from being used, but the form tells of the time before filing. ``stated`` are the
    names of the figures of the form.
    """
    return tuple(each for each in scheme.indicators if each.method in COUNTED and each.source in stated)


def _sum_problems(counted: Collection[IndicatorValue]) -> Iterable[Problem]:
    """The full marks make 100, for each type of platforms."""
    total = sum((i.full_marks for i in counted), Fraction(0))
    if total != FULL:
        yield Problem("", f"各计分指标满分合计为 {plain(total)} 分，应为 {FULL} 分。")
    for type in PlatformType:
        if any(type in i.by_type for i in counted):
            total = sum((i.by_type.get(type, i.full_marks) for i in counted), Fraction(0))
            if total != FULL:
                yield Problem("", f"{type.label}各计分指标满分合计为 {plain(total)} 分，应为 {FULL} 分。")


def _cutoff_problems(scheme: SchemeValue) -> Iterable[Problem]:
    """Every grade but the last has one cut-off, within reach, and none asks for more than the better one does."""
    names, reached = dict(scheme.grades), [code for code, _ in scheme.grades[:-1]]
    least, shares = dict(scheme.cutoffs), dict(scheme.shares)

    def at(code: str, name: str, sentence: str) -> Problem:
        return Problem(f"cutoffs.{code}.{name}", sentence, names.get(code, code))

    missing = [names[code] for code in reached if code not in least]
    if missing:
        yield Problem("", f"请填写{'、'.join(missing)}的起点分或名次占比。")
    yield from (at(code, "grade", "最低档和通知所列之外的档次不设起点。") for code in least if code not in reached)
    for code in reached:
        if least.get(code, Fraction(0)) > FULL:
            yield at(code, "least", f"起点分高于满分 {FULL} 分，没有平台能够达到。")
        if code in least and not least[code] and code not in shares:
            yield at(code, "least", "起点分须大于 0，或者填写名次占比。")
        if not 0 < shares.get(code, Fraction(FULL)) <= 100:
            yield at(code, "share", "名次占比须大于 0、不超过 100%。")
    for better, worse in pairwise(code for code in reached if code in least):
        if least[worse] > least[better] > 0:
            yield at(worse, "least", f"起点分不得高于{names[better]}。")
        if better in shares and worse in shares and shares[worse] < shares[better]:
            yield at(worse, "share", f"名次占比自最好的档次起累计，不得低于{names[better]}。")
        if (least[worse], shares.get(worse)) == (least[better], shares.get(better)):
            yield at(worse, "least", f"与{names[better]}的起点相同，没有平台能够评为{names[worse]}，请降低起点。")


def _indicator_problems(indicator: IndicatorValue) -> Iterable[tuple[str, str]]:
    if indicator.method == Method.GATE:
        if indicator.full_marks or indicator.by_type:
            yield "full_marks", "基本条件不计分，满分须为 0。"
        return
    if indicator.full_marks <= 0:
        yield "full_marks", "满分须大于 0。"
    if indicator.method == Method.LINEAR:
        if indicator.floor is None:
            yield "floor", "按比例计分须填写起点值。"
        if indicator.target is None:
            yield "target", "按比例计分须填写目标值。"
        elif indicator.floor is not None and indicator.floor >= indicator.target:
            yield "target", "目标值须大于起点值。"
    if indicator.method == Method.TIERS:
        yield from (("tiers", sentence) for sentence in _tier_problems(indicator))


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
        yield f"最高一档的得分须等于满分 {plain(indicator.full_marks)} 分。"


def plain(value: Fraction) -> str:
    """Return a number of hundredths as people write it: 7, 7.5, 7.25."""
    cents = round(value * 100)
    text = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return text.rstrip("0").rstrip(".")
