"""The marking sheet, of the city and of every judge: rows as they are shown, and what was typed read back."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.marking.models import Given
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

    ``county`` is what the county handed in, ``others`` what two assessors who differ gave. ``gap`` names the reason
    that is still missing. ``stored`` says what the database holds now where somebody else saved something different
    in between.
    """

    indicator: Indicator
    stated: str
    reported: str
    counted: str
    meaning: str
    records: int | None
    proposed: str
    #: Those of the platform's own type.
    full: Decimal
    passed: str
    verified: str
    points: str
    evidence: str
    county: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[str] = ()
    proofs: Sequence[Any] = ()
    records_url: str = ""
    #: The page of what it rests on.
    url: str = ""
    gap: str = ""
    error: str = ""
    stored: str = ""

    @property
    def full_marks(self) -> str:
        return plain(Fraction(self.full))

    @property
    def how(self) -> str:
        return how_earned(self.indicator)

    @property
    def is_gate(self) -> bool:
        return self.indicator.method == Method.GATE

    @property
    def is_open(self) -> bool:
        """Whether nothing was given for this line yet."""
        return not (self.passed if self.is_gate else self.points)

    @property
    def takes_points(self) -> bool:
        return self.indicator.method == Method.SCORED

    @property
    def takes_value(self) -> bool:
        return not self.is_gate and bool(not self.takes_points or self.indicator.unit)

    @property
    def apart(self) -> str:
        """Which of the figures differ, in words; nothing where they agree or one of them is missing."""
        found = []
        if self.reported and self.counted and self.reported != self.counted:
            found.append("填报与核计不一致")
        if self.verified and self.proposed and self.verified != self.proposed:
            found.append("核定有调整")
        return "，".join(found)

    @property
    def county_words(self) -> str:
        """What the county gave, in one line."""
        return in_words(self.county)


@dataclass
class Group:
    """The rows under one head, with the points given and the full marks."""

    key: str
    label: str
    rows: list[Row] = field(default_factory=list)
    points: str = ""
    full_marks: str = ""


def figures_of(given: Given) -> dict[str, str]:
    """Return what was given for one indicator as it stands in the boxes of the sheet."""
    return {
        "passed": "" if given.passed is None else "yes" if given.passed else "no",
        "verified": _text(given.verified),
        "points": _text(given.points),
        "evidence": given.evidence,
    }


def rows_of(given: Iterable[Given], figures: Mapping[int, Score] | None = None) -> dict[str, Row]:
    """Return the rows as they are stored, by code, in the order of ``given``.

    ``figures`` are the scores by indicator that carry what was counted; scores carry it themselves.
    """
    made = {}
    for each in given:
        found = figures_of(each)
        figure = each if isinstance(each, Score) else (figures or {})[each.indicator_id]
        made[each.indicator.code] = Row(
            full=each.full_marks,
            indicator=each.indicator,
            stated=_text(figure.stated),
            reported=_text(figure.reported),
            counted=_text(figure.counted),
            meaning=figure.counted_meaning,
            records=figure.counted_rows,
            proposed=_text(proposed_of(figure)[1]),
            passed=found["passed"],
            verified=found["verified"],
            points=found["points"],
            evidence=found["evidence"],
        )
    return made


def read(
    rows: Mapping[str, Row], typed: Mapping[str, Any], *, adopt: bool = False, county: bool = False
) -> dict[str, ScoreEntry]:
    """Put what was typed into ``rows`` and return it as entries; what cannot be read is noted in ``row.error``.

    With ``adopt`` an empty verified value takes over what the records give, else the reported one; with ``county``
    whatever is empty takes over what the county gave.
    """
    entries: dict[str, ScoreEntry] = {}
    for code, row in rows.items():
        stored = (row.passed, row.verified, row.points if row.takes_points else "", row.evidence)
        row.evidence = str(typed.get(f"evidence-{code}", ""))
        if row.is_gate:
            row.passed = str(typed.get(f"passed-{code}", ""))
        if row.takes_value:
            row.verified = str(typed.get(f"verified-{code}", "")).strip()
            row.verified = row.proposed if adopt and not row.verified else row.verified
        if row.takes_points:
            row.points = str(typed.get(f"points-{code}", "")).strip()
        if county:
            _take_over(row)
        if stored != (row.passed, row.verified, row.points if row.takes_points else "", row.evidence):
            row.stored = in_words(dict(zip(("passed", "verified", "points", "evidence"), stored, strict=True)))
            row.stored = row.stored or "未填写"
        verified, points = _number(row.verified), _number(row.points) if row.takes_points else None
        if (row.verified and verified is None) or (row.takes_points and row.points and points is None):
            row.error = NOT_A_NUMBER
        entries[code] = ScoreEntry(ANSWERS.get(row.passed), verified, points, row.evidence)
    return entries


def _take_over(row: Row) -> None:
    """Fill what is empty with what the county gave; its reason comes along with its figure."""
    names = ["passed"] if row.is_gate else [*(["verified"] * row.takes_value), *(["points"] * row.takes_points)]
    taken = [name for name in names if not getattr(row, name) and row.county.get(name)]
    for name in taken:
        setattr(row, name, row.county[name])
    if taken and not row.evidence:
        row.evidence = row.county.get("evidence", "")


def gates(rows: Mapping[str, Row]) -> list[Row]:
    return [row for row in rows.values() if row.is_gate]


def groups(rows: Mapping[str, Row], heads: Mapping[str, str]) -> list[Group]:
    """Return the counted rows under their heads, each with its sum; ``heads`` are keys and names of the notice."""
    made: dict[str, Group] = {}
    for row in rows.values():
        if not row.is_gate:
            head = row.indicator.head
            made.setdefault(head, Group(head, heads.get(head, head))).rows.append(row)
    for group in made.values():
        numbers = [number for row in group.rows if (number := _signed(row.points)) is not None]
        group.points = plain(sum(map(Fraction, numbers), Fraction(0))) if numbers else ""
        full = [row.full for row in group.rows if row.indicator.method != Method.DEDUCTION]
        group.full_marks = plain(sum(map(Fraction, full), Fraction(0))) if full else ""
    return list(made.values())


def _number(text: str) -> Decimal | None:
    plain_text = unicodedata.normalize("NFKC", text).strip()
    return Decimal(plain_text) if NUMBER.fullmatch(plain_text) else None


def _signed(text: str) -> Decimal | None:
    number = _number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def in_words(given: Mapping[str, str]) -> str:
    """Return what was given for one indicator in one line; nothing where nothing was."""
    answer = {"yes": "具备", "no": "不具备"}.get(given.get("passed", ""), "")
    verified, points = given.get("verified"), given.get("points")
    parts = [answer, f"核定数值 {verified}" if verified else "", f"得分 {points}" if points else ""]
    return "，".join(part for part in [*parts, given.get("evidence", "")] if part)
