"""A workbook judged as a whole: what it would do, what is wrong with it, cell by cell; nothing is written."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from platforms.applications.intake import checks, reader
from platforms.applications.intake.checks import Entry, Line
from platforms.applications.intake.fields import (
    ASSOCIATION,
    CHAIN,
    FILLED,
    KEY,
    NUMBER,
    PARK,
    PLACES,
    TOWN,
    TYPE,
    Layout,
    layout_for,
)
from platforms.applications.intake.places import Places, places_of
from platforms.applications.intake.reader import Workbook, read_workbook
from platforms.applications.queries.questions import in_form_order
from platforms.applications.services.drafts import local_day
from platforms.applications.services.intake_plan import PLACE, Filed, Planned, Problem, work_out
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.excel.findings import Failure, Finding, Reading, in_order
from platforms.models import Round, Town, User
from platforms.notices.clauses import cite
from platforms.text import clean_text

_FAILURES = {
    "empty": Failure.EMPTY,
    "double": Failure.DOUBLE,
    "rule": Failure.RULE,
    "value": Failure.FORMAT,
}


@dataclass(frozen=True)
class Judged:
    """One application of the workbook: where it stands, and what would become of it (None if it cannot be read)."""

    entry: Entry
    plan: Planned | None
    is_bad: bool

    @property
    def state(self) -> str:
        """``bad``, ``new``, ``changed`` or ``same``."""
        if self.is_bad or self.plan is None:
            return "bad"
        return "new" if self.plan.is_new else "changed" if self.plan.is_changed else "same"


@dataclass
class Review:
    """Everything that is said about one workbook."""

    round: Round
    digest: str
    judged: list[Judged] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether something is wrong that concerns the workbook as a whole: then no part of it is taken."""
        return any(not finding.key for finding in self.findings)

    @property
    def plans(self) -> list[Planned]:
        """What can be taken in: every application without an error."""
        if self.is_broken:
            return []
        return [each.plan for each in self.judged if not each.is_bad and each.plan is not None]

    @property
    def filed(self) -> list[Filed]:
        """The same as it was handed in."""
        return [plan.filed for plan in self.plans]

    def count(self, state: str) -> int:
        """Return how many applications are in ``state``."""
        return sum(each.state == state for each in self.judged)

    @property
    def fingerprint(self) -> str:
        """What would be done, as one digest: a confirmation holds for exactly that."""
        done = [
            [each.entry.key, each.state, each.plan.row.number, each.plan.row.version, list(each.plan.changes())]
            for each in self.judged
            if each.plan is not None and not each.is_bad
        ]
        text = json.dumps([self.digest, done], ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def layout_of(user: User, round: Round) -> Layout:
    """Return the workbook that ``user`` fills in for ``round``."""
    return layout_for(user, in_form_order(round.questions.all()))


def accept(name: str, content: bytes, *, round: Round, user: User) -> None:
    """Refuse what cannot be read at all; the arguments and what is raised are those of :func:`review`."""
    reader.accept(name, content, **_limits(round, user))


def _limits(round: Round, user: User) -> dict[str, Any]:
    return {
        "year": round.year,
        "region": user.region.code if user.region else "",
        "max_bytes": settings.IMPORT_MAX_BYTES,
        "max_rows": settings.IMPORT_MAX_ROWS,
    }


def review(name: str, content: bytes, *, round: Round, user: User, at: datetime, lock: bool = False) -> Review:
    """Return what ``content``, sent as ``name``, would do; with ``lock`` it holds until the caller's transaction ends.

    Raises:
        WrongTemplate: it was not made from the template of this year and region.
        Refusal: the file itself is not taken.
    """
    book = read_workbook(name, content, layout_of(user, round), **_limits(round, user))
    entries = checks.entries_of(book)
    checks.check(book, entries, today=local_day(at))
    places = places_of(user)
    named = [(entry, *_filed(entry, user, places, book)) for entry in entries if TYPE in entry.values]
    plans = work_out(round=round, filed=[filed for _, filed, _ in named], by=user, at=at, lock=lock)
    told = {(finding.sheet, finding.cell) for finding in book.findings}
    placeless = {(finding.sheet, finding.row) for finding in book.findings if finding.column in (TYPE, *PLACES)}
    by_entry: dict[int, Planned] = {}
    for (entry, _, lines), plan in zip(named, plans, strict=True):
        by_entry[id(entry)] = plan
        # What follows from a cell that was complained of already is not said again.
        unclear = (entry.page.title, entry.number) in placeless
        follows = {PLACE} if "name" in entry.raw else {PLACE, "name"}
        problems = [problem for problem in plan.problems if not (unclear and problem.field in follows)]
        found = (_finding(entry, lines, problem) for problem in problems)
        book.findings += [each for each in found if (each.sheet, each.cell) not in told]
        book.findings += _about_number(entry, plan)
    for entry, part, finding in checks.formats(entries):
        plan_of = by_entry.get(id(entry))
        if plan_of is None or _differs(plan_of, part):
            book.findings.append(finding)
    _give_rows_their_keys(book, entries)
    bad = {finding.key for finding in book.findings}
    judged = [Judged(entry, by_entry.get(id(entry)), entry.key in bad) for entry in entries]
    findings = in_order(dict.fromkeys(book.findings), book.titles)
    return Review(round, hashlib.sha256(content).hexdigest(), judged, findings, book.readings)


def _filed(entry: Entry, user: User, places: Places, book: Workbook) -> tuple[Filed, dict[str, list[Line]]]:
    """Return what ``entry`` hands in, as far as it can be read, and the rows that it was made from."""
    values = entry.values
    sections = {}
    for section in FILLED:
        names = [*section.fields, *(each.key for each in book.layout.questions if each.section == section.slug)]
        if mine := {name: values[name] for name in names if name in values}:
            sections[section.slug] = mine
    lines: dict[str, list[Line]] = {}
    for kind, some in entry.lines.items():
        required = {column.name for column in book.layout.sheet(kind).columns if column.required}
        lines[kind] = [line for line in some if set(line.raw) <= set(line.values) and required <= set(line.values)]
    rows = {
        kind: [{name: value for name, value in line.values.items() if name != KEY} for line in some]
        for kind, some in lines.items()
    }
    town, park = _town(entry, places, book), None
    if PARK in values and values[TYPE] == PlatformType.PARK:
        found = places.park(values[PARK])
        park = found[0] if len(found) == 1 else None
        if park is None:
            sentence = f"本地区的小微企业园名单中没有“{values[PARK]}”；名单由市经信局导入。"
            book.findings.append(entry.finding(PARK, sentence, Failure.REFERENCE))
        elif values[PARK] not in (park.name, park.code):
            _note(book, entry, PARK, park.name)
    filed = Filed(
        type=values[TYPE],
        region=user.region,
        town=town,
        park=park,
        association=_short(entry, ASSOCIATION, book),
        industry_chain=_short(entry, CHAIN, book),
        sections=sections,
        rows=rows,
    )
    return filed, lines


def _short(entry: Entry, name: str, book: Workbook) -> str:
    """Return the text of a place that is no row of ours, "" where it cannot be kept."""
    column = book.layout.sheet("applications").columns
    label = next((each.header for each in column if each.name == name), name)
    try:
        return clean_text(label, entry.values.get(name, ""), most=80)
    except Refusal as refusal:
        book.findings.append(entry.finding(name, str(refusal), Failure.FORMAT))
        return ""


def _town(entry: Entry, places: Places, book: Workbook) -> Town | None:
    text = entry.values.get(TOWN)
    if text is None or entry.values[TYPE] == PlatformType.PARK:
        return None
    found = places.town(text)
    if len(found) == 1:
        if text not in (found[0].name, found[0].code):
            _note(book, entry, TOWN, found[0].name)
        return found[0]
    sentence = f"本地区没有名称或代码为“{text}”的乡镇（街道）{places.nearest_town(text)}。"
    if elsewhere := places.filed_elsewhere(text):
        sentence = f"通知{cite('sites.zones')}：“{elsewhere.name}”由{elsewhere.zone}代管，由管委会申报。"
    elif text.endswith(("区", "园")):
        sentence += "独立运行的开发区不在名单中的，请先在“新建申报”中登记。"
    if found:
        sentence = f"有 {len(found)} 个乡镇（街道）叫“{text}”，请填写代码。"
    book.findings.append(entry.finding(TOWN, sentence, Failure.REFERENCE))
    return None


def _note(book: Workbook, entry: Entry, name: str, word: str) -> None:
    cell = entry.page.cell(name, entry.number)
    book.readings.append(Reading(entry.page.title, cell, str(entry.raw[name]), f"按“{word}”理解"))


def _finding(entry: Entry, lines: dict[str, list[Line]], problem: Problem) -> Finding:
    failure = _FAILURES[problem.what]
    if problem.kind:
        some = lines[problem.kind]
        line = some[min(problem.line, len(some) - 1)]
        return entry.line_finding(line, problem.field, problem.sentence, failure)
    name = _place_column(entry) if problem.field == PLACE else problem.field
    return entry.finding(name, problem.sentence, failure)


def _place_column(entry: Entry) -> str:
    for name in (PARK, TOWN, ASSOCIATION):
        if name in entry.raw:
            return name
    wanted = {PlatformType.PARK: PARK, PlatformType.TOWN: TOWN, PlatformType.INDUSTRY: ASSOCIATION}
    return wanted.get(entry.values[TYPE], TYPE)


def _about_number(entry: Entry, plan: Planned) -> Iterator[Finding]:
    """A number that is filled in must be the one of the draft at the place."""
    number: Any = entry.values.get(NUMBER)
    if not number or number == plan.row.number:
        return
    sentence = (
        "本年度没有这个编号的申报表与该地点对应，新建的请留空。"
        if plan.is_new
        else f"该地点的申报表编号是 {plan.row.number}，请核对地点或编号。"
    )
    yield entry.finding(NUMBER, sentence, Failure.REFERENCE)


def _differs(plan: Planned, part: str) -> bool:
    """Say whether the workbook changes ``part``: what is stored already, wrong or not, is not complained of."""
    if part in plan.rows:
        return True
    return any(part in columns for columns, _, _ in plan.sections.values())


def _give_rows_their_keys(book: Workbook, entries: list[Entry]) -> None:
    """Let what is wrong with one row concern the application of that row only."""
    owners: dict[tuple[str, int], str] = {}
    for entry in entries:
        owners[entry.page.title, entry.number] = entry.key
        owners |= {(line.page.title, line.number): entry.key for some in entry.lines.values() for line in some}
    book.findings = [
        replace(each, key=owners.get((each.sheet, each.row), "")) if each.row and not each.key else each
        for each in book.findings
    ]
