"""What a correction makes of the evidence of a result, and its entries as data; no database."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from evaluation.certification.evidence import Evidence, Line, recompute
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, plain


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return ``entry`` as JSON holds it: exact numbers are text."""
    return {"passed": entry.passed, "verified": _text(entry.verified), "points": _text(entry.points)}


def entry_of(data: Mapping[str, Any]) -> Entry:
    """Return the entry that ``data`` holds; the reverse of :func:`entry_data`."""
    return Entry(data["passed"], _number(data["verified"]), _number(data["points"]))


def told(line: Line, entry: Entry) -> str:
    """Return ``entry`` of the indicator of ``line`` in words: 达标, 8.5分, 12家."""
    if line.indicator.method == Method.GATE:
        return "未填" if entry.passed is None else "达标" if entry.passed else "未达标"
    if line.indicator.method == Method.SCORED:
        return "未填" if entry.points is None else f"{plain(entry.points)}分"
    return "未填" if entry.verified is None else f"{plain(entry.verified)}{line.unit}"


def problem(line: Line, entry: Entry) -> str:
    """Return why ``entry`` cannot be the corrected one of ``line``, or nothing."""
    title, method = line.indicator.title, line.indicator.method
    if method == Method.GATE:
        return "" if entry.passed is not None else f"请选择“{title}”是否达标。"
    if method == Method.SCORED:
        most = line.indicator.full_marks
        fits = entry.points is not None and 0 <= entry.points <= most
        return "" if fits else f"“{title}”的得分须在 0 至 {plain(most)} 之间。"
    return "" if entry.verified is not None and entry.verified >= 0 else f"“{title}”的数值不能为负。"


def corrected(
    evidence: Evidence, entries: Mapping[str, Entry], *, reason: str, grade: str = "", grade_reason: str = ""
) -> Evidence:
    """Return ``evidence`` with ``entries`` in place of those of their indicators (by code), everything summed anew.

    ``reason`` stands with the corrected lines. ``grade`` is the one decided; without one it is what the scheme gives
    for corrected entries, and stays where no entry changes. ``grade_reason`` says why it departs from the scheme.
    """
    lines = tuple(
        replace(line, entry=entries[line.indicator.code], reason=reason) if line.indicator.code in entries else line
        for line in evidence.lines
    )
    now = recompute(replace(evidence, lines=lines))
    reached = grade or (now.proposed_grade if entries else evidence.grade)
    why = grade_reason if grade or entries else evidence.grade_reason
    return replace(
        evidence,
        lines=tuple(replace(line, points=now.lines.get(line.indicator.code)) for line in lines),
        points=now.points,
        proposed_grade=now.proposed_grade,
        grade=reached,
        grade_reason="" if reached == now.proposed_grade else why,
    )


def fails(evidence: Evidence) -> bool:
    """Say whether ``evidence`` leaves no grade but the last one: a gate, a veto or a missing report (四·(四))."""
    gates = any(line.indicator.method == Method.GATE and line.entry.passed is False for line in evidence.lines)
    return bool(gates or evidence.veto or evidence.fails_unreported)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
