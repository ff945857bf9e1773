"""The sheets of those who judge: filled, handed in, sent back, and laid together into the scores that count."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import F

from evaluation.marking.choices import AssessmentStatus, SheetKind, SheetStatus
from evaluation.marking.merging import Difference, differences, merged
from evaluation.marking.queries.by_scheme import scheme_of
from evaluation.marking.queries.judges import ASSESSORS
from evaluation.marking.queries.proven import proven_on
from evaluation.marking.services.assessments import check_not_public, check_turn, code_of
from evaluation.marking.services.entering import (
    LONGEST_TEXT,
    ScoreEntry,
    ScoresRefused,
    by_code,
    decimal_of,
    enter,
    errors_of,
    gaps_of,
    in_words,
    missing_titles,
)
from evaluation.marking.services.outcomes import outcome_of, propose_by_rank
from evaluation.marking.workflow import ASSESSMENT, SHEET
from evaluation.models import Assessment, Mark, Score, Sheet
from platforms.applications.choices import ApplicationStatus, OperatingMode
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import User
from platforms.moves import apply_move, check_may_move
from platforms.text import clean_text


def open_county_sheets(assessments: Iterable[Assessment], *, at: datetime) -> list[Sheet]:
    """Open a sheet of the county for each of ``assessments`` that belongs to one; the caller writes the event."""
    sheets = Sheet.objects.bulk_create(
        Sheet(assessment=each, kind=SheetKind.COUNTY, runs_itself=_runs_itself(each), opened_at=at)
        for each in assessments
        if each.application.region_id is not None
    )
    fill_with_marks(sheets)
    return sheets


def fill_with_marks(sheets: Iterable[Sheet]) -> None:
    """Add an empty mark per indicator to each of the new ``sheets``, with the counted value as the one proposed."""
    rows = list(sheets)
    scores = Score.objects.filter(assessment__in={row.assessment_id for row in rows}).select_related("indicator")
    figures: dict[int, list[Score]] = {}
    for score in scores.order_by("assessment", "indicator__order"):
        figures.setdefault(score.assessment_id, []).append(score)
    Mark.objects.bulk_create(
        (
            enter(
                Mark(sheet=row, indicator=score.indicator, full_marks=score.full_marks),
                ScoreEntry(verified=score.counted),
            )
            for row in rows
            for score in figures.get(row.assessment_id, ())
        ),
        batch_size=2000,
    )


@transaction.atomic
def save_marks(
    *,
    sheet: Sheet,
    entries: Mapping[str, ScoreEntry],
    revision: int,
    by: User,
    at: datetime,
    finish: bool = False,
    unfinished: bool = False,
) -> Sheet:
    """Save the ``entries`` (by indicator code; others stay as they are) and work out the points.

    ``revision`` is the one that the person was looking at. With ``finish`` the sheet is handed in in the same
    transaction, or nothing is saved. With ``unfinished`` reasons may be missing until then.

    Raises:
        StaleVersion: somebody saved in between. Gone: handed in, or the city has finished with the platform.
        ScoresRefused: a figure out of range, a failed gate, a deviating figure or a deduction without a reason.
        Refusal: the sheet is not this person's.
    """
    check_may_move(workflow=SHEET, name="hand_in", by=by)
    check_judge(sheet, by)
    check_open(sheet.assessment)
    _take_turn(sheet, revision)
    marks = by_code(sheet.marks)
    figures = by_code(sheet.assessment.scores)
    errors = errors_of(marks, entries, figures, unfinished=unfinished)
    if errors:
        raise ScoresRefused(errors)
    before = {mark.indicator.title: in_words(mark) for mark in marks.values()}
    touched = [enter(marks[code], entry) for code, entry in entries.items()]
    Mark.objects.bulk_update(touched, ["passed", "verified", "points", "evidence"])
    changes = audit.differences(before, {mark.indicator.title: in_words(mark) for mark in touched})
    outcome = outcome_of(sheet.assessment, marks, vetoed=False)
    points = None if sheet.kind == SheetKind.THIRD else decimal_of(outcome.points)
    Sheet.objects.filter(pk=sheet.pk).update(points=points)
    if changes:
        verb = f"填写{sheet.get_kind_display()}"
        audit.record(verb=verb, by=by, at=at, target=sheet, code=code_of(sheet.assessment), changes=changes)
    sheet.refresh_from_db()
    return hand_in(sheet=sheet, by=by, at=at) if finish else sheet


@transaction.atomic
def hand_in(*, sheet: Sheet, by: User, at: datetime) -> Sheet:
    """Hand in ``sheet``, which is locked from now on; where it was the last one, the scores that count follow.

    Raises:
        ScoresRefused: a reason is missing.
        Refusal: an indicator has no score yet, the sheet is not this person's, or it is not the county's and those who
            come first have not had their turn. Gone: handed in already, or the city has finished with the platform.
    """
    move = check_may_move(workflow=SHEET, name="hand_in", by=by)
    check_judge(sheet, by)
    check_open(sheet.assessment)
    marks = by_code(sheet.marks)
    outcome = outcome_of(sheet.assessment, marks, vetoed=False)
    missing = tuple(code for code in outcome.missing if code in marks)
    if missing:
        raise Refusal(f"{code_of(sheet.assessment)}：{missing_titles(marks, missing)}")
    figures, scheme = by_code(sheet.assessment.scores), sheet.assessment.evaluation.scheme
    proofs = proven_on(sheet.assessment_id, sheet)
    if gaps := gaps_of(marks, figures, proven=proofs, explain_full=scheme.explain_full):
        raise ScoresRefused(gaps)
    if sheet.kind != SheetKind.COUNTY:
        check_turn(sheet.assessment, at)
    points = None if sheet.kind == SheetKind.THIRD else decimal_of(outcome.points)
    apply_move(sheet, move=move, guard={"revision": sheet.revision}, handed_in_by=by, handed_in_at=at, points=points)
    told = {"得分": [None, points]} if points is not None else {}
    verb = f"提交{sheet.get_kind_display()}"
    audit.record(verb=verb, by=by, at=at, target=sheet, code=code_of(sheet.assessment), changes=told)
    if sheet.kind != SheetKind.COUNTY:
        lay_together(assessment=sheet.assessment, by=by, at=at)
    return sheet


@transaction.atomic
def hand_in_all(*, sheets: Iterable[Sheet], by: User, at: datetime) -> int:
    """Hand in all of ``sheets`` or none; returns how many.

    Raises:
        Refusal, Gone: as :func:`hand_in`, naming the platform that stands in the way.
    """
    rows = list(sheets)
    for sheet in rows:
        hand_in(sheet=sheet, by=by, at=at)
    return len(rows)


@transaction.atomic
def reopen_sheet(*, sheet: Sheet, reason: str, by: User, at: datetime) -> Sheet:
    """Send a sheet that was handed in back to whoever filled it, with the reason.

    Raises:
        Refusal: no reason, or ``by`` may not. Gone: it is open, or the city has finished with the platform: that is
            sent back first.
    """
    move = check_may_move(workflow=SHEET, name="reopen", by=by, reason=reason)
    reason = clean_text("理由", reason, most=LONGEST_TEXT, required=True)
    check_open(sheet.assessment)
    apply_move(sheet, move=move, handed_in_by=None, handed_in_at=None)
    if sheet.kind == SheetKind.ASSESSOR:
        # What the third was asked rests on two findings, one of which may change now. A sheet that was handed in is
        # opened first: the database lets no mark of it go.
        third = sheet.assessment.sheets.filter(kind=SheetKind.THIRD)
        third.update(status=SheetStatus.OPEN, handed_in_by=None, handed_in_at=None)
        third.delete()
    audit.record(verb=move.label, by=by, at=at, target=sheet, code=code_of(sheet.assessment), reason=reason)
    return sheet


def lay_together(*, assessment: Assessment, by: User, at: datetime) -> None:
    """Make the scores that count of what the assessors handed in; where they differ too much, ask for a third first.

    Nothing happens while one of them has not handed in.
    """
    sheets = list(assessment.sheets.exclude(kind=SheetKind.COUNTY).prefetch_related("marks__indicator").order_by("pk"))
    assessors = [sheet for sheet in sheets if sheet.kind == SheetKind.ASSESSOR]
    third = next((sheet for sheet in sheets if sheet.kind == SheetKind.THIRD), None)
    if len(assessors) < ASSESSORS or any(sheet.status == SheetStatus.OPEN for sheet in sheets):
        return
    scheme = scheme_of(assessment)
    one, other = ({mark.indicator.code: mark.entry() for mark in sheet.marks.all()} for sheet in assessors[:2])
    apart = differences(scheme, one, other, share=Fraction(scheme.difference_share))
    if apart and third is None:
        _ask_third(assessment, apart, by=by, at=at)
        return
    decided = {mark.indicator.code: mark.entry() for mark in third.marks.all()} if third else {}
    entries = merged(scheme, one, other, decided)
    scores = by_code(assessment.scores)
    words = _words([*assessors, *([third] if third else [])])
    for code, score in scores.items():
        entry = entries[code]
        enter(
            score,
            ScoreEntry(
                entry.passed,
                None if entry.verified is None else decimal_of(entry.verified),
                None if entry.points is None else decimal_of(entry.points),
                words.get(code, ""),
            ),
        )
    Score.objects.bulk_update(scores.values(), ["passed", "verified", "points", "evidence"])
    outcome = outcome_of(assessment, scores, vetoed=bool(assessment.veto))
    apply_move(
        assessment,
        move=ASSESSMENT.move("complete"),
        revision=F("revision") + 1,
        scored_by=by,
        scored_at=at,
        points=decimal_of(outcome.points),
        proposed_grade=outcome.grade,
    )
    propose_by_rank(assessment.evaluation)
    assessment.refresh_from_db()
    changes = {"得分": [None, assessment.points], "建议档次": [None, assessment.proposed_grade]}
    audit.record(verb="汇总评分", by=by, at=at, target=assessment, code=code_of(assessment), changes=changes)


def _ask_third(assessment: Assessment, apart: tuple[Difference, ...], *, by: User, at: datetime) -> None:
    note = "".join(each.sentence for each in apart)
    sheet = Sheet.objects.create(assessment=assessment, kind=SheetKind.THIRD, note=note[:2000], opened_at=at)
    asked = assessment.scores.filter(indicator__code__in=[each.code for each in apart])
    Mark.objects.bulk_create(
        Mark(sheet=sheet, indicator_id=score.indicator_id, full_marks=score.full_marks) for score in asked
    )
    audit.record(verb="提请第三人复评", by=by, at=at, target=sheet, code=code_of(assessment), reason=sheet.note[:400])


def _words(sheets: Iterable[Sheet]) -> dict[str, str]:
    """Return by code what the judges wrote, each sentence once and without their names."""
    found: dict[str, list[str]] = {}
    for sheet in sheets:
        for mark in sheet.marks.all():
            if mark.evidence and mark.evidence not in found.setdefault(mark.indicator.code, []):
                found[mark.indicator.code].append(mark.evidence)
    return {code: "；".join(words)[:LONGEST_TEXT] for code, words in found.items()}


def check_judge(sheet: Sheet, by: User) -> None:
    """Refuse whoever the sheet is not for: a county's is for any officer of its region, the others for their judge."""
    region = sheet.assessment.application.region_id
    mine = by.acts_for(region) if sheet.kind == SheetKind.COUNTY else sheet.judge_id == by.pk
    if not mine:
        raise Refusal("这份评分表不是分派给您的。")


def check_open(assessment: Assessment) -> None:
    """Refuse once the city has finished with the platform, its application was taken back or results are public."""
    check_not_public(assessment)
    rows = Assessment.objects.filter(pk=assessment.pk, application__status=ApplicationStatus.ACCEPTED)
    if not rows.filter(status=AssessmentStatus.OPEN).exists():
        raise Gone("未办理：市级评分已完成或申报已撤回，评分表不再变动。")


def _take_turn(sheet: Sheet, revision: int) -> None:
    rows = Sheet.objects.filter(pk=sheet.pk)
    if not rows.filter(revision=revision, status=SheetStatus.OPEN).update(revision=F("revision") + 1):
        if rows.filter(status=SheetStatus.OPEN).exists():
            raise StaleVersion("未保存：他人已在您打开之后保存过评分，请对照最新内容后重新保存。")
        raise Gone("未保存：评分表已提交，如需修改请联系市经信局退回。")
    sheet.refresh_from_db()


def _runs_itself(assessment: Assessment) -> bool:
    operator = assessment.frozen_form.data.get("operator") or {}
    return bool(operator.get("operating_mode") == OperatingMode.DIRECT)
