"""What a result was decided on, as a value that is frozen with it, and the same sums made anew from it; no database.

It names nobody who judged. Its data is plain JSON: exact numbers are text (``17/2``), so that nothing is rounded.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.schemes.choices import Method, MissingReport
from evaluation.schemes.grading import Entry, IndicatorValue, SchemeValue, grade, grades_by_rank, plain

#: So many indicators are named where points were left.
WEAKEST = 3
#: The shape of the data; a later one reads the older ones too.
VERSION = 1


@dataclass(frozen=True)
class Line:
    """What was found for one indicator of the platform's own type.

    ``head`` and ``unit`` are words. ``entry`` is what was found, ``points`` what it earned (None for a gate and for
    what nobody scored), ``reason`` what the finding rests on. ``reported`` is what the unit reported, ``counted`` what
    the records give, counted as ``meaning`` says, ``stated`` what the application says of the year before.
    """

    indicator: IndicatorValue
    head: str
    unit: str
    entry: Entry
    points: Fraction | None
    reason: str = ""
    reported: Fraction | None = None
    counted: Fraction | None = None
    meaning: str = ""
    stated: Fraction | None = None

    @property
    def value_told(self) -> str:
        """The value that counted, with its unit; empty where points or a yes were given directly."""
        return "" if self.entry.verified is None else f"{plain(self.entry.verified)}{self.unit}"

    @property
    def full_told(self) -> str:
        """The full marks in words; empty for a gate and for what only takes points off."""
        return "" if self.indicator.method in (Method.GATE, Method.DEDUCTION) else plain(self.indicator.full_marks)

    @property
    def share_told(self) -> str:
        """The points of the full marks in words; of a deduction what was taken off."""
        full = self.full_told
        return f"得 {self.points_told} 分（满分 {full} 分）" if full else f"扣 {plain(self.lost)} 分"

    @property
    def lost(self) -> Fraction:
        """The points that were left of the full marks, or taken off."""
        if self.points is None:
            return Fraction(0)
        return -self.points if self.indicator.method == Method.DEDUCTION else self.indicator.full_marks - self.points

    @property
    def points_told(self) -> str:
        """The points in words: 8.5, 达标, 未达标; empty where nothing was found."""
        if self.indicator.method == Method.GATE:
            return "" if self.entry.passed is None else "达标" if self.entry.passed else "未达标"
        return "" if self.points is None else plain(self.points)


@dataclass(frozen=True)
class Rank:
    """How a platform stood where grades go by rank: of ``judged`` platforms ``ahead`` had strictly more points."""

    judged: int
    ahead: int


@dataclass(frozen=True)
class Evidence:
    """What one result was decided on.

    ``scheme`` is the scheme without its indicators, which stand in ``lines`` as they are for the type of the platform;
    ``scheme_digest`` is :func:`scheme_digest` of the scheme for all types. ``points`` and ``proposed_grade`` are what
    it gave, ``grade`` what was decided, with ``grade_reason`` where that differs. ``veto`` and ``veto_fact`` are words;
    ``unreported`` says that the unit was found to have reported nothing. ``rank`` is there where grades go by rank.
    """

    scheme_name: str
    scheme_version: int
    scheme_digest: str
    scheme: SchemeValue
    type: str
    lines: tuple[Line, ...]
    points: Fraction
    proposed_grade: str
    grade: str
    grade_reason: str = ""
    veto: str = ""
    veto_fact: str = ""
    unreported: bool = False
    rank: Rank | None = None

    @property
    def scheme_label(self) -> str:
        """The scheme as people call it."""
        return f"{self.scheme_name}（第{self.scheme_version}版）"

    @property
    def grade_label(self) -> str:
        """What the notice called the grade."""
        return self.label(self.grade)

    def label(self, code: str) -> str:
        """Return what the notice called the grade ``code``."""
        return dict(self.scheme.grades).get(code, code)

    @property
    def fails_unreported(self) -> bool:
        """Whether the scheme gives the last grade because nothing was reported."""
        return self.unreported and self.scheme.missing_report == MissingReport.LAST

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the grade is what it is, one sentence each without its full stop; never who judged.

        What decides whatever the points comes first (四·(四)), then the points, then why the grade differs from them.
        """
        told = []
        if self.veto:
            told.append(f"{self.veto}：{self.veto_fact}" if self.veto_fact else self.veto)
        if self.fails_unreported:
            told.append("逾期未报送自评")
        told += [
            f"基本条件未达标：{line.indicator.title}" + (f"（{line.reason}）" if line.reason else "")
            for line in self.lines
            if line.indicator.method == Method.GATE and line.entry.passed is False
        ]
        told.append(f"得分 {plain(self.points)} 分")
        if self.rank is not None:
            told.append(f"{self.rank.judged} 个平台中列第 {self.rank.ahead + 1} 名")
        if self.grade_reason:
            told.append(self.grade_reason)
        return tuple(told)

    @property
    def explained(self) -> tuple[str, ...]:
        """The :attr:`reasons`, and where most points were left: up to three indicators."""
        left = (f"{line.indicator.title}{line.share_told}" for line in self.weakest)
        return (*self.reasons, *left)

    @property
    def weakest(self) -> tuple[Line, ...]:
        """The up to :data:`WEAKEST` indicators that left most points, the most first; nothing that is full."""
        lost = [(line.lost, -place, line) for place, line in enumerate(self.lines) if line.lost > 0]
        return tuple(line for _, _, line in sorted(lost, key=lambda each: each[:2], reverse=True)[:WEAKEST])


@dataclass(frozen=True)
class Recomputed:
    """What the scheme gives for the evidence: points and proposed grade, and the points of each line by code."""

    points: Fraction
    proposed_grade: str
    lines: Mapping[str, Fraction]


def frozen_indicators(scheme: SchemeValue, type: str) -> tuple[IndicatorValue, ...]:
    """Return the indicators of ``scheme`` as they stand for platforms of ``type`` and for nobody else."""
    return tuple(replace(each, by_type={}) for each in scheme.of_type(type).indicators)


def scheme_digest(scheme: SchemeValue) -> str:
    """Return the SHA-256 of ``scheme`` for all types."""
    return digest(_scheme_data(scheme) | {"indicators": [_indicator_data(each) for each in scheme.indicators]})


def recompute(evidence: Evidence) -> Recomputed:
    """Return what the scheme gives for ``evidence``, from what was found and nothing that was worked out then."""
    scheme = replace(evidence.scheme, indicators=tuple(line.indicator for line in evidence.lines))
    entries = {line.indicator.code: line.entry for line in evidence.lines}
    fails = bool(evidence.veto) or evidence.fails_unreported
    outcome = grade(scheme, entries, vetoed=fails)
    proposed = outcome.grade
    if scheme.by_rank and evidence.rank is not None:
        # The others as no more than their places: so many ahead, the rest behind everybody.
        others: dict[int, Fraction | None] = dict.fromkeys(range(1, evidence.rank.judged))
        others.update((place, outcome.points + 1) for place in range(1, evidence.rank.ahead + 1))
        failed = {place for place, points in others.items() if points is None}
        if fails or outcome.failed_gates:
            failed.add(0)
        proposed = grades_by_rank(scheme, {0: outcome.points, **others}, failed)[0]
    return Recomputed(outcome.points, proposed, outcome.lines)


def differences(evidence: Evidence) -> tuple[str, ...]:
    """Return what ``evidence`` says otherwise than its own sums do, in Chinese sentences; nothing where it agrees.

    A decided grade may differ from the proposed one only with a reason.
    """
    now = recompute(evidence)
    found = [
        f"“{line.indicator.title}”得分公布为 {told(line.points)}，重新计算为 {told(now.lines.get(line.indicator.code))}"
        for line in evidence.lines
        if line.points != now.lines.get(line.indicator.code)
    ]
    if now.points != evidence.points:
        found.append(f"得分公布为 {told(evidence.points)}，重新计算为 {told(now.points)}")
    if now.proposed_grade != evidence.proposed_grade:
        before, after = evidence.label(evidence.proposed_grade), evidence.label(now.proposed_grade)
        found.append(f"建议档次公布时为{before or '空'}，重新计算为{after}")
    if evidence.grade != now.proposed_grade and not evidence.grade_reason:
        found.append(f"档次为{evidence.grade_label}，与建议档次{evidence.label(now.proposed_grade)}不一致而无说明")
    return tuple(found)


def told(value: Fraction | None) -> str:
    """Return points as people write them."""
    return "空" if value is None else plain(value)


# As data ---------------------------------------------------------------------------------------------------------


def to_data(evidence: Evidence) -> dict[str, Any]:
    """Return ``evidence`` as JSON holds it; :func:`from_data` reads the same value from it."""
    return {
        "version": VERSION,
        "scheme": {
            "name": evidence.scheme_name,
            "version": evidence.scheme_version,
            "digest": evidence.scheme_digest,
            **_scheme_data(evidence.scheme),
        },
        "type": evidence.type,
        "lines": [_line_data(line) for line in evidence.lines],
        "points": str(evidence.points),
        "proposed_grade": evidence.proposed_grade,
        "grade": evidence.grade,
        "grade_reason": evidence.grade_reason,
        "veto": evidence.veto,
        "veto_fact": evidence.veto_fact,
        "unreported": evidence.unreported,
        "rank": None if evidence.rank is None else [evidence.rank.judged, evidence.rank.ahead],
    }


def from_data(data: Mapping[str, Any]) -> Evidence:
    """Return the evidence that ``data`` holds.

    Raises:
        KeyError, ValueError, TypeError: it holds none, or of a version that is not known.
    """
    if data["version"] != VERSION:
        raise ValueError(f"evidence of version {data['version']!r}")
    lines = tuple(_line(each) for each in data["lines"])
    scheme, rank = data["scheme"], data["rank"]
    return Evidence(
        scheme_name=scheme["name"],
        scheme_version=scheme["version"],
        scheme_digest=scheme["digest"],
        scheme=SchemeValue(
            indicators=(),
            cutoffs=tuple((code, Fraction(least)) for code, least in scheme["cutoffs"]),
            grades=tuple((code, label) for code, label in scheme["grades"]),
            heads=tuple(scheme["heads"]),
            shares=tuple((code, Fraction(share)) for code, share in scheme["shares"]),
            explain_full=scheme["explain_full"],
            difference_share=Decimal(scheme["difference_share"]),
            gap_share=Decimal(scheme["gap_share"]),
            missing_report=MissingReport(scheme["missing_report"]),
        ),
        type=data["type"],
        lines=lines,
        points=Fraction(data["points"]),
        proposed_grade=data["proposed_grade"],
        grade=data["grade"],
        grade_reason=data["grade_reason"],
        veto=data["veto"],
        veto_fact=data["veto_fact"],
        unreported=data["unreported"],
        rank=None if rank is None else Rank(*rank),
    )


def canonical(data: Mapping[str, Any]) -> str:
    """Return ``data`` as JSON that is the same for the same data: sorted keys, no blanks."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of ``data``."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _scheme_data(scheme: SchemeValue) -> dict[str, Any]:
    """Everything of ``scheme`` but its indicators."""
    return {
        "cutoffs": [[code, str(least)] for code, least in scheme.cutoffs],
        "grades": [list(each) for each in scheme.grades],
        "heads": list(scheme.heads),
        "shares": [[code, str(share)] for code, share in scheme.shares],
        "explain_full": scheme.explain_full,
        "difference_share": _decimal_text(scheme.difference_share),
        "gap_share": _decimal_text(scheme.gap_share),
        "missing_report": str(scheme.missing_report),
    }


def _indicator_data(indicator: IndicatorValue) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "title": indicator.title,
        "method": str(indicator.method),
        "head": indicator.head,
        "full_marks": str(indicator.full_marks),
        "floor": _text(indicator.floor),
        "target": _text(indicator.target),
        "tiers": [[str(least), str(points)] for least, points in indicator.tiers],
        "source": indicator.source,
        "evidence_required": indicator.evidence_required,
        "by_type": {type: str(marks) for type, marks in indicator.by_type.items()},
    }


def _line_data(line: Line) -> dict[str, Any]:
    return {
        "indicator": _indicator_data(line.indicator),
        "head": line.head,
        "unit": line.unit,
        "passed": line.entry.passed,
        "verified": _text(line.entry.verified),
        "given": _text(line.entry.points),
        "points": _text(line.points),
        "reason": line.reason,
        "reported": _text(line.reported),
        "counted": _text(line.counted),
        "meaning": line.meaning,
        "stated": _text(line.stated),
    }


def _line(data: Mapping[str, Any]) -> Line:
    given = data["indicator"]
    return Line(
        indicator=IndicatorValue(
            code=given["code"],
            title=given["title"],
            method=Method(given["method"]),
            head=given["head"],
            full_marks=Fraction(given["full_marks"]),
            floor=_number(given["floor"]),
            target=_number(given["target"]),
            tiers=tuple((Fraction(least), Fraction(points)) for least, points in given["tiers"]),
            source=given["source"],
            evidence_required=given["evidence_required"],
            by_type={type: Fraction(marks) for type, marks in given["by_type"].items()},
        ),
        head=data["head"],
        unit=data["unit"],
        entry=Entry(data["passed"], _number(data["verified"]), _number(data["given"])),
        points=_number(data["points"]),
        reason=data["reason"],
        reported=_number(data["reported"]),
        counted=_number(data["counted"]),
        meaning=data["meaning"],
        stated=_number(data["stated"]),
    )


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _decimal_text(value: Decimal) -> str:
    """The same text for 20 and 20.00: a digest must not depend on how the database writes it."""
    return str(value.normalize() + 0)
