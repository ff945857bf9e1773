"""What the records of the counted period give for each indicator, kept beside the scores."""

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.marking.services.assessments import check_not_public
from evaluation.marking.services.entering import ScoreEntry, enter
from evaluation.models import Assessment, Evaluation, Mark, Score
from evaluation.schemes.reported import RECORDED
from evaluation.schemes.services import _check_may
from platforms.applications.choices import ApplicationStatus
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.counted_period import period_of_round
from platforms.text import clean_text
from platforms.workbench.counted_figures import FIGURES
from platforms.workbench.queries.counting import tally

FIELDS = ("counted", "counted_rows", "counted_digest", "counted_meaning", "verified", "points")

#: What later rooms do once the figures of an evaluation are counted, in the same transaction; added by ``ready``.
COUNTED: list[Callable[[Evaluation, datetime], None]] = []


@transaction.atomic
def count_figures(
    *, evaluation: Evaluation, reason: str = "", by: User | None, at: datetime, actor: str = ""
) -> Evaluation:
    """Read the figures of the counted period from the records for every platform not yet scored.

    Each is kept with how many records it rests on and their digest, and proposed as the verified value wherever nobody
    set another. Counting again takes a ``reason`` and changes only what is not yet scored. ``by`` None is the clock.

    Raises:
        Refusal: the period is not over, it was counted before and there is no reason, or ``by`` may not. Gone: the
            results are public.
    """
    if by is not None:
        _check_may(by, "evaluation.change_evaluation", "核计数据")
    first = evaluation.assessments.first()
    if first is not None:
        check_not_public(first)
    period = period_of_round(evaluation.round)
    today = timezone.localdate(at)
    if period is None or today <= period.last:
        until = f"至{day_in_words(period.last)}，" if period else ""
        raise Refusal(f"评价期间{until}尚未结束，结束后才能核计数据。")
    again = evaluation.counted_at is not None
    reason = clean_text("理由", reason, most=400, required=again)
    touched = count(evaluation, _countable(evaluation))
    Evaluation.objects.filter(pk=evaluation.pk).update(counted_at=at)
    evaluation.refresh_from_db()
    audit.record(
        verb="重新核计数据" if again else "核计数据",
        by=by,
        at=at,
        actor=actor,
        target=evaluation,
        code=str(evaluation),
        reason=reason,
        changes={"核计指标": [0, touched]},
    )
    for goes_on in COUNTED:
        goes_on(evaluation, at)
    return evaluation


def _countable(evaluation: Evaluation) -> QuerySet[Assessment]:
    open_ones = evaluation.assessments.filter(status=AssessmentStatus.OPEN)
    return open_ones.filter(application__status=ApplicationStatus.ACCEPTED)


@transaction.atomic
def count_due(*, at: datetime, actor: str) -> list[Evaluation]:
    """Count every evaluation whose period is over and whose figures were never read; returns those counted now."""
    today = timezone.localdate(at)
    waiting = Evaluation.objects.filter(counted_at__isnull=True).exclude(round__status=RoundStatus.PUBLISHED)
    due = [
        each
        for each in waiting.select_related("round").order_by("pk")
        if (period := period_of_round(each.round)) is not None and today > period.last
    ]
    return [count_figures(evaluation=each, by=None, at=at, actor=actor) for each in due]


def count(evaluation: Evaluation, assessments: Collection[Assessment]) -> int:
    """Read the figures for ``assessments``; returns how many indicators were counted."""
    period = period_of_round(evaluation.round)
    if period is None:
        return 0
    names = sorted({each.source for each in evaluation.scheme.indicators.all() if each.source in RECORDED})
    scores = list(
        Score.objects.filter(assessment__in=assessments, indicator__source__in=names).select_related(
            "indicator", "assessment__application"
        )
    )
    keys = {score.assessment.application.platform_id or 0 for score in scores}
    figures = tally(keys, period, names)
    changed: dict[tuple[int, int], tuple[Score, Decimal | None]] = {}
    for score in scores:
        source, before = score.indicator.source, score.counted
        found = figures[score.assessment.application.platform_id or 0][source]
        score.counted, score.counted_rows, score.counted_digest = found.value, found.rows, found.digest
        score.counted_meaning = FIGURES[source].meaning
        if score.verified is None or score.verified == before:
            enter(score, ScoreEntry(verified=score.counted, points=score.points, evidence=score.evidence))
        changed[score.assessment_id, score.indicator_id] = (score, before)
    Score.objects.bulk_update(scores, FIELDS, batch_size=500)
    marks = Mark.objects.filter(
        sheet__assessment__in=assessments, sheet__status=SheetStatus.OPEN, indicator__source__in=names
    ).select_related("indicator", "sheet")
    taken = []
    for mark in marks:
        score, before = changed[mark.sheet.assessment_id, mark.indicator_id]
        if mark.verified is None or mark.verified == before:
            taken.append(enter(mark, ScoreEntry(verified=score.counted, points=mark.points, evidence=mark.evidence)))
    Mark.objects.bulk_update(taken, ["verified", "points"], batch_size=500)
    return len(scores)
