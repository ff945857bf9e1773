"""What taking in many applications would do, worked out in few queries; nothing is written here.

One application that is handed in (:class:`Filed`) becomes a plan (:class:`Planned`): what differs from what is stored,
and what speaks against it. The rules are those of ``drafts.create``, ``save_section`` and ``save_rows``: a test sends
the same form both ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db import models

from platforms.applications import eligibility, naming, questions, row_rules
from platforms.applications.ban_reach import met
from platforms.applications.choices import ApplicationStatus, QuestionKind
from platforms.applications.queries.bans import bans_on
from platforms.applications.queries.forms import naming_rules, row_model
from platforms.applications.queries.questions import in_form_order
from platforms.applications.queries.sites import facts_of_all, place_of
from platforms.applications.sections import ROW_KINDS, SECTIONS, RowKind
from platforms.applications.services import answers
from platforms.applications.services.drafts import NAME_TAKEN, check_dates, local_day
from platforms.applications.services.filing_extensions import check_filing_open
from platforms.applications.services.ownership import is_own
from platforms.applications.services.rows import MOST_ROWS
from platforms.applications.services.values import clean_values
from platforms.choices import PlatformType, Role
from platforms.errors import Refusal
from platforms.models import (
    Answer,
    Application,
    Park,
    Question,
    Region,
    Round,
    Town,
    User,
)
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.unreadable import KEY, with_it
from platforms.values import described_changes, field_of, row_in_words

#: The field of a problem that is about the place as a whole.
PLACE = "place"
_CHUNK = 500
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
        for slug, (_, _, changes) in self.sections.items():
            yield _TITLES[slug], changes
        for kind in ROW_KINDS:
            if kind.name in self.rows:
                model, some = row_model(kind.name), self.rows[kind.name]
                yield kind.title, {kind.title: [[row_in_words(model, each) for each in rows] for rows in some]}


@dataclass(frozen=True)
class Stored:
    """What is stored below an application: rows by kind, answers by the key of the question."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)


def work_out(*, round: Round, filed: Sequence[Filed], by: User, at: datetime, lock: bool = False) -> list[Planned]:
    """Return what would happen to each of ``filed``, and what speaks against it; the queries do not grow with them.

    A place that has an application of the person's own is that application, any other place a new one. With ``lock``
    the round and what is found stay as they are until the caller's transaction ends.
    """
    round = locked_round(round) if lock else round
    return _Planner(round, by, at, lock=lock).plan([_fresh(each, round, by, at) for each in filed], filed)


def _fresh(filed: Filed, round: Round, by: User, at: datetime) -> Application:
    return Application(
        round=round,
        type=filed.type,
        region=filed.region,
        town=filed.town,
        park=filed.park,
        # Blanks in a Chinese name mean nothing; without them the same association is the same text.
        association="".join(clean_text("行业协会", filed.association, most=80).split()),
        industry_chain=clean_text("服务产业链", filed.industry_chain, most=80),
        created_by=by,
        created_at=at,
        saved_at=at,
    )


class _Planner:
    """Knows what all applications of one act are judged by, asked once."""

    def __init__(self, round: Round, by: User, at: datetime, *, lock: bool) -> None:
        self.round, self.by, self.today, self.lock = round, by, local_day(at), lock
        rows = Application.objects.filter(round=round).exclude(status=ApplicationStatus.WITHDRAWN)
        columns = ("pk", "number", "name", "type", "region_id", "town_id", "park_id", "association", "status")
        self.standing = {place_of(row): row for row in rows.only(*columns)}
        self.names = {row.name: row for row in self.standing.values()}
        self.asked = in_form_order(round.questions.all())
        self.rules = naming_rules()
        self.closed = self._closed_reason()

    def _closed_reason(self) -> str:
        """Return why no new application can be made now, or nothing."""
        try:
            check_filing_open(self.round, region=self.by.region, on=self.today)
        except Refusal as refusal:
            return str(refusal)
        return ""

    def plan(self, fresh: Sequence[Application], filed: Sequence[Filed]) -> list[Planned]:
        """Return one plan for each of ``filed``; ``fresh`` are the rows that they would be if nothing stood there."""
        own = {row.pk: row for row in self._own(fresh)}
        below = self._stored(list(own))
        planned = []
        seen: set[tuple[str, Any]] = set()
        names: set[str] = set()
        for row, each in zip(fresh, filed, strict=True):
            standing = self.standing.get(place := place_of(row))
            stored = own.get(standing.pk) if standing is not None else None
            one = Planned(each, stored or row, stored is None)
            planned.append(one)
            if place in seen:
                one.problems.append(Problem("同一地点在表中出现了两次，请只保留一行。", what="double"))
            seen.add(place)
            if stored is None:
                self._name(one)
            _differ(one, below.get(one.row.pk, Stored()) if one.row.pk else Stored(), self.asked, today=self.today)
            one.problems += self._about_name(one, names)
            if stored is not None:
                one.problems += self._against_change(one, row)
        self._judge_places([one for one in planned if one.is_new])
        self._judge_operators([one for one in planned if one.is_changed])
        for one in planned:
            one.problems += self._against_operator(one)
        return planned

    def _own(self, fresh: Sequence[Application]) -> Iterator[Application]:
        """Yield the applications of the person's own that stand at the places of ``fresh``."""
        found = (self.standing.get(place_of(row)) for row in fresh)
        keys = [row.pk for row in found if row is not None and is_own(row, self.by)]
        rows = Application.objects.select_related("round", "region", "town", "park")
        rows = rows.select_for_update(of=("self",)) if self.lock else rows
        for start in range(0, len(keys), _CHUNK):
            yield from rows.filter(pk__in=keys[start : start + _CHUNK])

    def _stored(self, keys: list[int]) -> dict[int, Stored]:
        rows: dict[int, dict[str, Rows]] = {key: {} for key in keys}
        answers: dict[int, dict[int, str]] = {key: {} for key in keys}
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            for kind in ROW_KINDS:
                lines = row_model(kind.name)._default_manager.filter(application__in=some).order_by("pk")
                for line in lines.values("application", *kind.fields, KEY):
                    line = with_it(line, line[KEY])
                    rows[line.pop("application")].setdefault(kind.name, []).append(line)
            given = Answer.objects.filter(application__in=some)
            for application, question, value in given.values_list("application", "question", "value"):
                answers[application][question] = value
        return {key: Stored(rows[key], answers[key]) for key in keys}

    def _name(self, planned: Planned) -> None:
        """Give a new application the name that the rule gives it."""
        row = planned.row
        if self.closed:
            planned.problems.append(Problem(self.closed))
        region = row.region.name if row.region else ""
        row.name = naming.propose(row.type, region, row.site_name, self.rules)
        if wrong := naming.check(row.name):
            planned.problems.append(Problem(f"按命名规则生成的名称不合要求：{wrong}"))
        planned.problems += self._taken(row, row.name)

    def _about_name(self, planned: Planned, names: set[str]) -> Iterator[Problem]:
        """Judge a name of the person's own; ``names`` are those that stand in the same workbook already."""
        columns = planned.sections["platform"][0] if "platform" in planned.sections else {}
        name = columns.get("name", planned.row.name)
        if "name" in columns:
            yield from self._taken(planned.row, name)
        if name in names:
            yield Problem("平台名称与表中另一份申报相同，请换一个名称。", "name", what="double")
        names.add(name)

    def _taken(self, row: Application, name: str) -> Iterator[Problem]:
        other = self.names.get(name)
        if other is not None and other.pk != row.pk:
            own = f"本地区的申报表 {other.number} 已使用这个名称，请换一个名称。"
            yield Problem(own if is_own(other, self.by) else NAME_TAKEN, "name")

    def _against_change(self, planned: Planned, asked: Application) -> Iterator[Problem]:
        """Only a draft that was never handed in is changed; what stays as it is does no harm."""
        row = planned.row
        if row.type != asked.type:
            yield Problem(f"该地点的申报表 {row.number} 是“{row.get_type_display()}”，类型不能更改。", "type")
        if row.industry_chain != asked.industry_chain:
            sentence = f"申报表 {row.number} 的服务产业链是“{row.industry_chain}”，不能通过表格更改。"
            yield Problem(sentence, "industry_chain")
        if planned.is_changed and (row.status != ApplicationStatus.DRAFT or row.submitted_at is not None):
            shown = row.get_status_display()
            yield Problem(f"该地点的申报表 {row.number} 为“{shown}”，表格只能修改从未提交过的草稿，请在网页上办理。")

    def _judge_places(self, new: Sequence[Planned]) -> None:
        """Judge who may file what where, whether the place is taken and whether it is banned, as for a single draft."""
        facts = facts_of_all([one.row for one in new], role=self.by.role, on=self.today)
        for one, each in zip(new, facts, strict=True):
            one.problems += [Problem(sentence) for sentence in eligibility.problems(each)]

    def _against_operator(self, planned: Planned) -> Iterator[Problem]:
        """Judge who runs the platform in which way (三·(二) to 三·(四)), where the workbook changes any of it."""
        columns = planned.sections["operator"][0] if "operator" in planned.sections else {}
        asked = {"mode": "operating_mode", "nature": "operator_nature", "code": "operator_code"}
        if columns.keys().isdisjoint(asked.values()):
            return
        given = {key: columns.get(name, getattr(planned.row, name)) for key, name in asked.items()}
        for column, sentence in eligibility.operator_problems(type=planned.row.type, **given):
            yield Problem(sentence, column)

    def _judge_operators(self, changed: Sequence[Planned]) -> None:
        """五: 不受理认定申报, of the operator too; at the desk it is asked at the submission, here at once."""
        codes = {}
        for one in changed:
            columns = one.sections["operator"][0] if "operator" in one.sections else {}
            codes[id(one)] = columns.get("operator_code", one.row.operator_code)
        bans = bans_on(operator_codes=codes.values(), site_keys=(), on=self.today) if any(codes.values()) else ()
        for one in changed:
            # The place is judged with the other rules about places.
            for found in met(bans, operator_code=codes[id(one)], site_key=""):
                one.problems.append(Problem(eligibility.ban_sentence(found), "operator_code"))


def _differ(planned: Planned, stored: Stored, asked: Sequence[Question], *, today: date) -> None:
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
            changes = described_changes(row, differing) | answers.described(found)
            planned.sections[section.slug] = differing, found, changes
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
        if wrong := questions.problem(question.kind, new, question.choices, question.least):
            planned.problems.append(Problem(f"“{question.text}”：{wrong}", key, what="value"))
        elif old != new or key in (planned.row.unreadable or {}):
            found[question] = old, new
    return found


def _cleaned_rows(planned: Planned, kind: RowKind, rows: Sequence[Mapping[str, Any]]) -> Rows:
    model = row_model(kind.name)
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


def may_take_in(*, region_of: Filed, by: User) -> bool:
    """Say whether ``by`` files for the region of what was handed in: its own, or none for the city."""
    if by.role == Role.CITY:
        return region_of.region is None and region_of.type == PlatformType.INDUSTRY
    return by.role == Role.COUNTY and region_of.region is not None and region_of.region.pk == by.region_id
