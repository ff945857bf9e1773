"""The marking sheet of one assessment: rows as they are shown, and what was typed into them read back."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.marking.services.entering import ScoreEntry, proposed_of
from evaluation.models import Indicator, Score
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import plain
from evaluation.schemes.queries import _text, how_earned

#: One way to write a number: digits, at most two of them behind a point. Full-width ones are read as half-width.
NUMBER = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
NOT_A_NUMBER = "请填写不小于 0 的数字，最多两位小数，如 12.5。"
ANSWERS = {"yes": True, "no": False}


@dataclass
class Row:
    """One line of the sheet: the figures as text, and what is wrong with what was typed.

    ``stored`` says what the database holds now where somebody else saved something different in between.
    """

    indicator: Indicator
    stated: str
    reported: str
    counted: str
    proposed: str
    passed: str
    verified: str
    points: str
    evidence: str
    error: str = ""
    stored: str = ""

    @property
    def full_marks(self) -> str:
        return plain(Fraction(self.indicator.full_marks))

    @property
    def how(self) -> str:
        return how_earned(self.indicator)

    @property
    def is_open(self) -> bool:
        """Whether nothing was given for this line yet."""
        return not (self.passed if self.indicator.method == Method.GATE else self.points)

    @property
    def takes_points(self) -> bool:
        return self.indicator.method == Method.SCORED

    @property
    def takes_value(self) -> bool:
        return self.indicator.method != Method.GATE and bool(
            self.indicator.method != Method.SCORED or self.indicator.unit
        )


@dataclass
class Group:
    """The rows under one head, with the points given and the full marks."""

    label: str
    rows: list[Row] = field(default_factory=list)
    points: str = ""
    full_marks: str = ""


def rows_of(scores: list[Score]) -> dict[str, Row]:
    """Return the rows as they are stored, by code, in the order of the scheme."""
    return {
        score.indicator.code: Row(
            indicator=score.indicator,
            stated=_text(score.stated),
            reported=_text(score.reported),
            counted=_text(score.counted),
            proposed=_text(proposed_of(score)[1]),
            passed="" if score.passed is None else "yes" if score.passed else "no",
            verified=_text(score.verified),
            points=_text(score.points),
            evidence=score.evidence,
        )
        for score in scores
    }


def read(rows: Mapping[str, Row], typed: Mapping[str, Any], *, adopt: bool) -> dict[str, ScoreEntry]:
    """Put what was typed into ``rows`` and return it as entries; what cannot be read is noted in ``row.error``.

    With ``adopt`` an empty verified value takes over what the records give, else the reported one.
    """
    entries: dict[str, ScoreEntry] = {}
    for code, row in rows.items():
        stored = (row.passed, row.verified, row.points if row.takes_points else "", row.evidence)
        row.evidence = str(typed.get(f"evidence-{code}", ""))
        if row.indicator.method == Method.GATE:
            row.passed = str(typed.get(f"passed-{code}", ""))
        if row.takes_value:
            row.verified = str(typed.get(f"verified-{code}", "")).strip()
            row.verified = row.proposed if adopt and not row.verified else row.verified
        if row.takes_points:
            row.points = str(typed.get(f"points-{code}", "")).strip()
        if stored != (row.passed, row.verified, row.points if row.takes_points else "", row.evidence):
            row.stored = _stored(stored)
        verified, points = _number(row.verified), _number(row.points) if row.takes_points else None
        if (row.verified and verified is None) or (row.takes_points and row.points and points is None):
            row.error = NOT_A_NUMBER
        entries[code] = ScoreEntry(ANSWERS.get(row.passed), verified, points, row.evidence)
    return entries


def gates(rows: Mapping[str, Row]) -> list[Row]:
    return [row for row in rows.values() if row.indicator.method == Method.GATE]


def groups(rows: Mapping[str, Row], heads: Mapping[str, str]) -> list[Group]:
    """Return the counted rows under their heads, each with its sum; ``heads`` are keys and names of the notice."""
    made: dict[str, Group] = {}
    for row in rows.values():
        if row.indicator.method != Method.GATE:
            head = row.indicator.head
            made.setdefault(head, Group(heads.get(head, head))).rows.append(row)
    for group in made.values():
        numbers = [number for row in group.rows if (number := _signed(row.points)) is not None]
        group.points = plain(sum(map(Fraction, numbers), Fraction(0))) if numbers else ""
        full = [row.indicator.full_marks for row in group.rows if row.indicator.method != Method.DEDUCTION]
        group.full_marks = plain(sum(map(Fraction, full), Fraction(0))) if full else ""
    return list(made.values())


def _number(text: str) -> Decimal | None:
    plain_text = unicodedata.normalize("NFKC", text).strip()
    return Decimal(plain_text) if NUMBER.fullmatch(plain_text) else None


def _signed(text: str) -> Decimal | None:
    number = _number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def _stored(stored: tuple[str, str, str, str]) -> str:
    passed, verified, points, evidence = stored
    answer = {"yes": "具备", "no": "不具备"}.get(passed, "")
    parts = [answer, f"核定数值 {verified}" if verified else "", f"得分 {points}" if points else "", evidence]
    return "，".join(part for part in parts if part) or "未填写"
