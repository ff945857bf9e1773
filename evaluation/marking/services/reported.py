"""What a unit reported of itself (自评) comes beside the scores; and what it means that it reported nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.marking.models import Given
from evaluation.marking.services.assessments import check_not_public, code_of
from evaluation.marking.services.entering import LONGEST_TEXT, ScoreEntry, by_code, decimal_of, enter
from evaluation.marking.services.outcomes import outcome_of
from evaluation.models import Assessment, Mark, Score
from evaluation.schemes.choices import MissingReport
from evaluation.schemes.reported import RECORDED
from platforms.audit.services import audit
from platforms.errors import Gone
from platforms.models import User
from platforms.text import clean_text


@transaction.atomic
def take_reported(*, assessment: Assessment, values: Mapping[str, Decimal], by: User, at: datetime) -> int:
    """Write down what the unit reported, by indicator code; returns for how many indicators it changed something.

    It is proposed as the verified value where the records give none and nobody set another.

    Raises:
        Gone: scoring is over, or the results are public.
    """
    _check_open(assessment)
    scores = by_code(assessment.scores)
    before = {code: score.reported for code, score in scores.items()}
    touched = [score for code, score in scores.items() if code in values and values[code] != before[code]]
    marks = Mark.objects.filter(
        sheet__assessment=assessment, sheet__status=SheetStatus.OPEN, indicator__in=[each.indicator for each in touched]
    ).select_related("indicator")
    for score in touched:
        score.reported = values[score.indicator.code]
        _propose(score, before[score.indicator.code], score.reported)
    Score.objects.bulk_update(touched, ["reported", "verified", "points"])
    open_marks = list(marks)
    for mark in open_marks:
        _propose(mark, before[mark.indicator.code], values[mark.indicator.code])
    Mark.objects.bulk_update(open_marks, ["verified", "points"])
    changes = {score.indicator.title: [before[score.indicator.code], score.reported] for score in touched}
    if changes:
        audit.record(verb="记入自评数值", by=by, at=at, target=assessment, code=code_of(assessment), changes=changes)
    return len(touched)


@transaction.atomic
def settle_unreported(*, assessments: Collection[Assessment], by: User | None, at: datetime, actor: str = "") -> int:
    """Settle that the units of ``assessments`` reported nothing: what the scheme says of it holds from now on.

    Those settled already, scored or public are left out. Returns how many are new; the caller checked who may.
    """
    rows = Assessment.objects.filter(
        pk__in=[each.pk for each in assessments], unreported_at__isnull=True, status=AssessmentStatus.OPEN
    ).select_related("application", "evaluation__scheme")
    fresh = list(rows.select_for_update(of=("self",)))
    for row in fresh:
        row.unreported_at = at
        if row.evaluation.scheme.missing_report == MissingReport.ZERO:
            _report_nothing(row)
        _weigh(row)
    Assessment.objects.bulk_update(fresh, ["unreported_at", "points", "proposed_grade"])
    told = {"认定未自评": [None, True]}
    entries = [audit.Entry(verb="登记未自评", target=row, code=code_of(row), changes=told) for row in fresh]
    audit.record_many(entries, by=by, at=at, actor=actor)
    return len(fresh)


@transaction.atomic
def clear_unreported(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """Take back that the unit reported nothing, because its report was accepted late.

    Raises:
        Refusal: no reason. Gone: it does not stand, scoring is over, or the results are public.
    """
    reason = clean_text("理由", reason, most=LONGEST_TEXT, required=True)
    _check_open(assessment)
    if not Assessment.objects.filter(pk=assessment.pk, unreported_at__isnull=False).update(unreported_at=None):
        raise Gone("未办理：未自评的登记已被撤销。")
    assessment.refresh_from_db()
    _weigh(assessment)
    assessment.save(update_fields=["points", "proposed_grade"])
    audit.record(verb="撤销未自评登记", by=by, at=at, target=assessment, code=code_of(assessment), reason=reason)
    return assessment


def _report_nothing(assessment: Assessment) -> None:
    """Put 0 where the unit was to report a figure that the records do not give."""
    scores = [
        score
        for score in by_code(assessment.scores).values()
        if score.reported is None and score.indicator.source and score.indicator.source not in RECORDED
    ]
    for score in scores:
        score.reported = Decimal(0)
        _propose(score, None, score.reported)
    Score.objects.bulk_update(scores, ["reported", "verified", "points"])


def _propose(given: Given, before: Decimal | None, value: Decimal | None) -> None:
    """Propose ``value`` as the verified one where the records have none to propose and nobody set another."""
    if given.indicator.source not in RECORDED and (given.verified is None or given.verified == before):
        enter(given, ScoreEntry(verified=value, points=given.points, evidence=given.evidence))


def _weigh(assessment: Assessment) -> None:
    """Work out points and grade anew where they were worked out already."""
    if assessment.points is not None:
        outcome = outcome_of(assessment, by_code(assessment.scores), vetoed=bool(assessment.veto))
        assessment.points, assessment.proposed_grade = decimal_of(outcome.points), outcome.grade


def _check_open(assessment: Assessment) -> None:
    check_not_public(assessment)
    if not Assessment.objects.filter(pk=assessment.pk, status=AssessmentStatus.OPEN).exists():
        raise Gone("未办理：市级评分已完成，自评不再变动。")
