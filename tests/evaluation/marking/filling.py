"""A round before those who judge it: platforms of two counties, assessors with their sheets, and what they type."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from django.test import Client
from django.urls import reverse

from evaluation.marking.choices import SheetKind
from evaluation.marking.services import sheets
from evaluation.marking.services.entering import ScoreEntry, decimal_of, enter
from evaluation.marking.services.sheets import fill_with_marks
from evaluation.models import Assessment, Evaluation, Mark, Score, Sheet
from evaluation.schemes.grading import Entry
from platforms.models import User
from tests.evaluation import stage

#: The counties have had their days.
AT = datetime(2020, 11, 7, 2, 0, tzinfo=UTC)


def judged(by: User, counts: dict[str, dict[str, int]] | None = None, **options: Any) -> list[Assessment]:
    """The assessments of a round that was just started, by filing number; nobody has scored yet."""
    round_ = stage.filed_round(counts or {"330212": {"A": 2}})
    stage.started(round_, by=by, first_scores=False, **options)
    return list(Assessment.objects.order_by("application__number"))


def counted(assessments: list[Assessment]) -> None:
    """Let the records give the best value of every indicator that is counted, as the judges' sheets propose it."""
    entries = typed()
    for row in (
        *Score.objects.filter(assessment__in=assessments).select_related("indicator"),
        *Mark.objects.filter(sheet__assessment__in=assessments).select_related("indicator"),
    ):
        value = entries[row.indicator.code].verified
        if value is None:
            continue
        if isinstance(row, Score):
            row.counted = value
        enter(row, ScoreEntry(verified=value)).save()
    Evaluation.objects.update(counted_at=AT)


def assigned(assessment: Assessment, judge: User, kind: str = SheetKind.ASSESSOR) -> Sheet:
    """A sheet of ``judge``."""
    sheet = Sheet.objects.create(assessment=assessment, kind=kind, judge=judge, opened_at=AT)
    fill_with_marks([sheet])
    return sheet


def county_sheet(assessment: Assessment) -> Sheet:
    return assessment.sheets.get(kind=SheetKind.COUNTY)


def typed(letter: str = "A", **others: Any) -> dict[str, ScoreEntry]:
    """Entries that earn the grade ``letter``, each with its reason."""
    return {code: _entry(entry) for code, entry in stage.full_entries(letter).items()} | others


def _entry(entry: Entry) -> ScoreEntry:
    def number(value: Any) -> Any:
        return None if value is None else decimal_of(Fraction(value))

    return ScoreEntry(entry.passed, number(entry.verified), number(entry.points), "现场核查")


def fill(sheet: Sheet, by: User, *, finish: bool = True, **entries: ScoreEntry) -> Sheet:
    """Fill ``sheet`` for the best grade, and hand it in."""
    sheet.refresh_from_db()
    codes = set(sheet.marks.values_list("indicator__code", flat=True))
    wanted = {code: entry for code, entry in typed(**entries).items() if code in codes}
    return sheets.save_marks(sheet=sheet, entries=wanted, revision=sheet.revision, by=by, at=AT, finish=finish)


def url(row: Assessment | Sheet, view: str = "change", *args: Any) -> str:
    return reverse(f"admin:evaluation_{row._meta.model_name}_{view}", args=(row.pk, *args))


def send(browser: Client, address: str, *cells: tuple[int, str, str, str]) -> Any:
    """Send cells as a page that saves itself does: row, column, value, and what was seen."""
    body = {"cells": [dict(zip(("row", "col", "value", "seen"), cell, strict=True)) for cell in cells]}
    return browser.post(address, json.dumps(body), content_type="application/json")
