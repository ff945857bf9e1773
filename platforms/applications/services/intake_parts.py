"""One application that is handed in with many others: what it holds, what differs from what is stored, what is wrong.

The rules are those of ``save_section`` and ``save_rows``: a test sends the same form both ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db import models

from platforms.applications import questions, row_rules
from platforms.applications.choices import QuestionKind
from platforms.applications.sections import ROW_KINDS, SECTIONS, RowKind
from platforms.applications.services import answers
from platforms.applications.services.drafts import check_dates
from platforms.applications.services.rows import MOST_ROWS
from platforms.applications.services.values import clean_values
from platforms.errors import Refusal
from platforms.models import (
    Application,
    ManagementRule,
    Park,
    Partner,
    Question,
    Region,
    ServiceOffer,
    StaffMember,
    Town,
)
from platforms.values import described_changes, field_of, row_in_words

ROW_MODELS: Mapping[str, type[models.Model]] = {
    "staff": StaffMember,
    "services": ServiceOffer,
    "partners": Partner,
    "rules": ManagementRule,
}
#: The field of a problem that is about the place as a whole.
PLACE = "place"
_TITLES = {section.slug: section.title for section in SECTIONS}

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Filed:
    """One application that somebody hands in: its place, values by section (slug), rows by kind.

    What is not among them stays as it is stored. Keys ``question_<pk>`` are answers.
    """

    type: str
    region: Region | None = None
    town: Town | None = None
    park: Park | None = None
    association: str = ""
    industry_chain: str = ""
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What speaks against one application: ``field`` is a column, a question, :data:`PLACE` or, with ``kind``, a
    column of the row ``line`` (from 0)."""

    sentence: str
    field: str = PLACE
    kind: str = ""
    line: int = 0
    what: Literal["empty", "double", "rule", "value"] = "rule"


@dataclass
class Planned:
    """What would happen to one application: ``row`` as it is stored or would be made, and the parts that would change.

    ``sections`` maps slug to differing columns, differing answers (stored, new) and both in words; ``rows`` maps kind
    to the rows as stored and as they would be.
    """

    filed: Filed
    row: Application
    is_new: bool
    problems: list[Problem] = field(default_factory=list)
    sections: dict[str, tuple[dict[str, Any], dict[Question, tuple[str, str]], dict[str, Any]]] = field(
        default_factory=dict
    )
    rows: dict[str, tuple[Rows, Rows]] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return self.is_new or bool(self.sections or self.rows)

    @property
    def saves(self) -> int:
        """How often the form would be saved: once for each part that changes."""
        return len(self.sections) + len(self.rows)

    def changes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield title and changes (label → [old, new]) of each part that would change, as the log tells them."""
        for slug, (_, _, told) in self.sections.items():
            yield _TITLES[slug], told
        for kind in ROW_KINDS:
            if kind.name in self.rows:
                model, some = ROW_MODELS[kind.name], self.rows[kind.name]
                yield kind.title, {kind.title: [[row_in_words(model, each) for each in rows] for rows in some]}


@dataclass(frozen=True)
class Stored:
    """What is stored below an application: rows by kind, answers by the key of the question."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)


def differ(planned: Planned, stored: Stored, asked: Sequence[Question], *, today: date) -> None:
    """Work out which parts of ``planned`` would change; what cannot be kept becomes a problem and is left out."""
    row, filed = planned.row, planned.filed
    mine = {each.key: each for each in asked if each.is_for(row.type) and each.kind != QuestionKind.FILE}
    for section in SECTIONS:
        values = filed.sections.get(section.slug)
        if not values:
            continue
        columns, given = answers.split(values)
        allowed = {name: value for name, value in columns.items() if name in section.fields}
        if len(allowed) < len(columns):
            planned.problems.append(Problem(f"“{section.title}”中有不能在此填写的内容，未保存。"))
        cleaned = _cleaned(planned, allowed, today)
        wrong = row.unreadable or {}
        differing = {name: value for name, value in cleaned.items() if getattr(row, name) != value or name in wrong}
        found = _answered(planned, stored, given, {k: q for k, q in mine.items() if q.section == section.slug})
        if differing or found:
            told = described_changes(row, differing) | answers.described(found)
            planned.sections[section.slug] = differing, found, told
    for kind in ROW_KINDS:
        if kind.name in filed.rows:
            before = list(stored.rows.get(kind.name, ()))
            after = _cleaned_rows(planned, kind, filed.rows[kind.name])
            if before != after:
                planned.rows[kind.name] = before, after


def _cleaned(planned: Planned, values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return ``values`` as the columns hold them; those that they cannot hold are told and left out."""
    try:
        cleaned = clean_values(Application, values)
        check_dates(cleaned, on=today)
    except Refusal as refusal:
        if len(values) == 1:
            planned.problems.append(Problem(str(refusal), next(iter(values)), what="value"))
            return {}
        found: dict[str, Any] = {}
        for name, value in values.items():
            found |= _cleaned(planned, {name: value}, today)
        return found
    return cleaned


def _answered(
    planned: Planned, stored: Stored, given: Mapping[str, Any], asked: Mapping[str, Question]
) -> dict[Question, tuple[str, str]]:
    found = {}
    for key, value in given.items():
        question = asked.get(key)
        if question is None:
            planned.problems.append(Problem("这个问题不问这一类型的平台，请清空这一格。", key))
            continue
        old, new = stored.answers.get(question.pk, ""), questions.normalise(question.kind, value)
        if wrong := questions.problem(question.kind, new, question.choices):
            planned.problems.append(Problem(f"“{question.text}”：{wrong}", key, what="value"))
        elif old != new or key in (planned.row.unreadable or {}):
            found[question] = old, new
    return found


def _cleaned_rows(planned: Planned, kind: RowKind, rows: Sequence[Mapping[str, Any]]) -> Rows:
    model = ROW_MODELS[kind.name]
    defaults = {name: field_of(model, name).get_default() for name in kind.fields}
    if len(rows) > MOST_ROWS:
        sentence = f"“{kind.title}”最多 {MOST_ROWS} 行，现为 {len(rows)} 行。"
        planned.problems.append(Problem(sentence, "key", kind.name, MOST_ROWS))
    cleaned: Rows = []
    for line, values in enumerate(rows):
        whole = {**defaults, **{name: value for name, value in values.items() if name in defaults}}
        try:
            cleaned.append(clean_values(model, whole))
        except Refusal:
            cleaned.append(_cleaned_row(planned, kind, model, whole, line))
    for wrong in row_rules.problems(kind.name, cleaned):
        planned.problems.append(Problem(wrong.sentence, wrong.field, kind.name, wrong.place, wrong.what))
    return cleaned


def _cleaned_row(
    planned: Planned, kind: RowKind, model: type[models.Model], values: Mapping[str, Any], line: int
) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        try:
            cleaned |= clean_values(model, {name: value})
        except Refusal as refusal:
            planned.problems.append(Problem(str(refusal), name, kind.name, line, "value"))
    return cleaned
