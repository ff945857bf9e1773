"""Cells of marking sheets that save themselves while they are typed: of one sheet, and of a grid of many."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from evaluation.marking.admin.sheet import figures_of, groups, rows_of
from evaluation.marking.admin.subjects import Subject
from evaluation.marking.distance import distance, short_of
from evaluation.marking.models import Given
from evaluation.marking.services.entering import LARGEST, LONGEST_TEXT, ScoreEntry, ScoresRefused, stored
from evaluation.models import Indicator
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import plain
from platforms.errors import Refusal, StaleVersion
from platforms.notices.terms import grade_label
from platforms.pages.cell_grid import Answer, Cell, Column, Kind, Refused, Standing, standing

#: How often a sheet is read anew where others save into it meanwhile.
TRIES = 4


def columns_of(indicators: Iterable[Indicator]) -> list[Column]:
    """Return every box that a sheet has for ``indicators``."""
    made: list[Column] = []
    for each in indicators:
        if each.method == Method.GATE:
            made.append(Column(f"passed-{each.code}", each.title, Kind.YES_NO))
        elif each.method != Method.SCORED or each.unit:
            made.append(
                Column(f"verified-{each.code}", each.title, unit=each.unit, low=Decimal(0), most=LARGEST, places=2)
            )
        if each.method == Method.SCORED:
            # The most that any type of platforms can get; the service knows the full marks of this one.
            most = max([each.full_marks, *map(Decimal, each.marks_by_type.values())]).normalize() + 0
            made.append(Column(f"points-{each.code}", each.title, low=Decimal(0), most=most, places=2))
        made.append(Column(f"evidence-{each.code}", f"{each.title}：佐证与说明", Kind.TEXT, most=LONGEST_TEXT))
    return made


def value_of(given: Mapping[str, Given], col: str) -> str | None:
    """Return what stands in the box ``col`` of a sheet; None where it has none."""
    name, _, code = col.partition("-")
    return figures_of(given[code])[name] if code in given else None


def save_cells(subjects: Mapping[int, Subject], cells: Iterable[Cell], answer: Answer, *, at: datetime) -> None:
    """Save ``cells`` into the sheets of ``subjects`` (by key), each as far as it can be, and tell ``answer``.

    Reasons may be missing until a sheet is handed in. A cell of a sheet that is not there is refused.
    """
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    for pk, own in by_row.items():
        subject = subjects.get(pk)
        if subject is None or not subject.writes:
            told = "没有这份评分表，请刷新页面。" if subject is None else "评分已完成或不由您填写，不能修改。"
            answer.refused += [Refused(cell.row, cell.col, told) for cell in own]
            continue
        _save_row(subject, own, answer, at)
        answer.rows[pk] = texts_of(subject)


def _save_row(subject: Subject, cells: list[Cell], answer: Answer, at: datetime) -> None:
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                settled = _settled(subject, cells, at)
        except StaleVersion:
            subject.refresh()
            continue
        except Refusal as refusal:
            answer.refused += [Refused(cell.row, cell.col, str(refusal)) for cell in cells]
            return
        saved, refused, stale = settled
        answer.saved += saved
        answer.refused += refused
        answer.stale += stale
        return
    answer.refused += [Refused(cell.row, cell.col, "他人正在修改，没有保存，请稍后重试。") for cell in cells]


def _settled(
    subject: Subject, cells: list[Cell], at: datetime
) -> tuple[list[Cell], list[Refused], list[tuple[Cell, str]]]:
    """Save what can be saved; returns the cells that stand, those refused, and those that somebody else changed."""
    given = subject.given
    saved: list[Cell] = []
    refused: list[Refused] = []
    stale: list[tuple[Cell, str]] = []
    writing: list[Cell] = []
    for cell in cells:
        now = value_of(given, cell.col)
        if now is None:
            refused.append(Refused(cell.row, cell.col, "评分表中没有该项指标。"))
            continue
        found = standing(cell, now)
        if found == Standing.STALE:
            stale.append((cell, now))
        else:
            (saved if found == Standing.SAME else writing).append(cell)
    while writing:
        entries: dict[str, ScoreEntry] = {}
        for cell in writing:
            name, _, code = cell.col.partition("-")
            entries[code] = _with(entries.get(code) or stored(given[code]), name, cell.value)
        try:
            subject.save(entries, revision=subject.row.revision, at=at, unfinished=True)
        except ScoresRefused as wrong:
            bad = [cell for cell in writing if cell.col.partition("-")[2] in wrong.errors]
            refused += [Refused(each.row, each.col, wrong.errors[each.col.partition("-")[2]]) for each in bad]
            writing = [cell for cell in writing if cell not in bad]
            subject.refresh()
            given = subject.given
            continue
        subject.refresh()
        saved += writing
        break
    return saved, refused, stale


def _with(entry: ScoreEntry, name: str, value: str) -> ScoreEntry:
    """Return ``entry`` with what was typed into one of its boxes."""
    if name == "passed":
        return replace(entry, passed={"yes": True, "no": False}.get(value))
    if name == "evidence":
        return replace(entry, evidence=value)
    number = Decimal(value) if value else None
    return replace(entry, verified=number) if name == "verified" else replace(entry, points=number)


def summary_of(subject: Subject) -> dict[str, str]:
    """Return what the scores come to, by the names that pages show it under: of a judge no grade."""
    outcome, gaps = subject.outcome, subject.gaps
    missing = [f"{len(outcome.missing)} 项未评"] if outcome.missing else []
    unsaid = [f"{len(gaps)} 项待说明"] if gaps else []
    texts = {"total": plain(outcome.points), "open": "、".join([*missing, *unsaid]) or "已填完"}
    if subject.is_graded:
        texts["grade"] = grade_label(subject.assessment.terms, outcome.grade)
        failed = "有基本条件不具备" if outcome.failed_gates else ""
        texts["distance"] = failed or distance(subject.scheme, outcome.points)
        short = None if failed else short_of(subject.scheme, outcome.points)
        texts["ahead"] = "" if short is None else plain(short)
    return texts


def texts_of(subject: Subject) -> dict[str, str]:
    """Return :func:`summary_of`, and what stands beside each indicator: its points, the reason that is missing."""
    texts = summary_of(subject)
    given, gaps, lines = subject.given, subject.gaps, subject.outcome.lines
    for code in given:
        texts[f"gap-{code}"] = gaps.get(code, "")
        texts[f"earned-{code}"] = plain(lines[code]) if code in lines else ""
    for group in groups(rows_of(given.values(), subject.figures), {}):
        texts[f"sum-{group.key}"] = group.points
    return texts
