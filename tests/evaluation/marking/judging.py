"""One platform on which the county has had its turn and two assessors are to judge."""

from decimal import Decimal
from typing import Any

from evaluation.marking.choices import JudgedBy, SheetKind
from evaluation.marking.services.assigning import assign
from evaluation.marking.services.entering import ScoreEntry, decimal_of
from evaluation.marking.services.sheets import save_marks
from evaluation.models import Assessment, Sheet
from evaluation.schemes.grading import Entry
from platforms.models import User
from tests.evaluation import stage

AT = stage.moment(2020)
#: What is written beside whatever is less than proposed.
WORDS = "现场核查"


def entries_of(found: dict[str, Entry], **other: ScoreEntry) -> dict[str, ScoreEntry]:
    """Findings as a judge types them, each with words; ``other`` by code, with _ for -."""
    typed = {
        code: ScoreEntry(
            entry.passed,
            None if entry.verified is None else Decimal(int(entry.verified)),
            None if entry.points is None else decimal_of(entry.points),
            WORDS,
        )
        for code, entry in found.items()
    }
    return typed | {code.replace("_", "-"): entry for code, entry in other.items()}


def full(letter: str = "A", **other: ScoreEntry) -> dict[str, ScoreEntry]:
    """All that the default scheme asks for, worth the grade ``letter``."""
    return entries_of(stage.full_entries(letter), **other)


def judged_by_assessors(counts: Any = None, **options: Any) -> Assessment:
    """The first of the platforms of ``counts`` in a round that two assessors judge; one of 鄞州区 unless told."""
    round_ = stage.filed_round(counts or {"330212": {"A": 1}})
    stage.started(round_, judged_by=JudgedBy.ASSESSORS, **options)
    return Assessment.objects.order_by("application__number")[0]


def assigned(assessment: Assessment, judge: User) -> Sheet:
    return assign(assessment=assessment, judge=judge, by=stage.city_officer(), at=AT)


def filled(sheet: Sheet, by: User, *, finish: bool = True, letter: str = "A", **other: ScoreEntry) -> Sheet:
    """``sheet`` filled by ``by`` with what earns ``letter`` but for ``other``, and handed in."""
    entries = full(letter, **other)
    if sheet.kind == SheetKind.THIRD:
        there = set(sheet.marks.values_list("indicator__code", flat=True))
        entries = {code: entry for code, entry in entries.items() if code in there}
    return save_marks(sheet=sheet, entries=entries, revision=sheet.revision, by=by, at=AT, finish=finish)
