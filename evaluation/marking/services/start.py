"""The evaluation of a round is started, and its assessments are kept up with its applications."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from evaluation.marking.choices import JudgedBy
from evaluation.marking.queries.starting import before_starting
from evaluation.marking.services.entering import decimal_of
from evaluation.marking.services.figures import count, count_figures
from evaluation.marking.services.sheets import open_county_sheets
from evaluation.models import Assessment, Evaluation, Scheme, Score
from evaluation.schemes.reported import stated_value
from evaluation.schemes.services import _check_may, put_to_use
from platforms.applications.choices import ApplicationStatus
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Application, Round, User
from platforms.rounds.choices import RoundAct, RoundStatus
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.services import overrides
from platforms.rounds.services.rounds import fix_period

#: What later rooms open with new assessments, in the same transaction; added by ``ready`` of the app.
OPENED: list[Callable[[list[Assessment], datetime], None]] = []


@transaction.atomic
def start_evaluation(
    *,
    round: Round,
    scheme: Scheme,
    self_reports_by: date,
    first_scores_by: date,
    judged_by: str = JudgedBy.CITY,
    reason: str = "",
    by: User,
    at: datetime,
) -> Evaluation:
    """Start the evaluation of ``round`` by ``scheme``: locks the scheme, opens an assessment per accepted application.

    The counted period of the round is written down and stays; where it is over, its figures are counted at once. What
    is missing (``queries.starting``) asks for a ``reason``.

    Raises:
        Refusal: filing is not closed, the round has an evaluation, the scheme does not hold or was written for another
            notice, the round has no period,
            something is missing and there is no reason, the last days for reports and first scores lie behind or in
            the wrong order, or ``by`` may not.
    """
    _check_may(by, "evaluation.add_evaluation", "启动绩效评价")
    today = timezone.localdate(at)
    if self_reports_by < today:
        raise Refusal.of("self_reports_by", "自评截止日期不能早于今天。")
    if first_scores_by < self_reports_by:
        raise Refusal.of("first_scores_by", "县级初评截止日期不能早于自评截止日期。")
    # Locks the row, so that two people cannot both start and nobody reopens filing in between.
    if not Round.objects.filter(pk=round.pk, status=RoundStatus.EVALUATING).update(status=RoundStatus.EVALUATING):
        raise Refusal(f"{round}尚未截止申报或已公布，不能启动评价。")
    if Evaluation.objects.filter(round=round).exists():
        raise Refusal(f"{round}的绩效评价已经启动，不能重复启动。")
    if scheme.notice_id != round.notice_id:
        raise Refusal(f"评价方案“{scheme}”依据的通知（{scheme.notice}）与{round}的（{round.notice}）不同，请另选方案。")
    put_to_use(scheme=scheme, by=by, at=at)
    missing = before_starting(round, on=today)
    overrides.settle(round=round, act=RoundAct.START_EVALUATION, findings=missing, reason=reason, by=by, at=at)
    round = fix_period(round=round, by=by, at=at)
    evaluation = Evaluation.objects.create(
        round=round,
        scheme=scheme,
        started_at=at,
        started_by=by,
        self_reports_by=self_reports_by,
        first_scores_by=first_scores_by,
        judged_by=judged_by,
    )
    audit.record(verb="启动绩效评价", by=by, at=at, target=evaluation, code=str(evaluation), reason=str(scheme))
    _open_assessments(evaluation, at=at)
    period = period_of_round(round)
    if period is not None and today > period.last:
        return count_figures(evaluation=evaluation, by=by, at=at)
    return evaluation


@transaction.atomic
def sync_assessments(*, evaluation: Evaluation, by: User, at: datetime) -> int:
    """Open assessments for applications accepted since the start; returns how many were added.

    Raises:
        Refusal: the round is published, or ``by`` may not.
    """
    _check_may(by, "evaluation.change_evaluation", "补充评价对象")
    if Round.objects.filter(pk=evaluation.round_id, status=RoundStatus.PUBLISHED).exists():
        raise Refusal("认定结果已公布，不能再补充评价对象。")
    added = _open_assessments(evaluation, at=at)
    if added:
        audit.record(
            verb="补充评价对象", by=by, at=at, target=evaluation, code=str(evaluation), changes={"新增": [0, added]}
        )
    return added


def _open_assessments(evaluation: Evaluation, *, at: datetime) -> int:
    """Open an assessment with a score per indicator, and a sheet of the county, for each application that has none."""
    waiting = list(
        Application.objects.filter(
            round=evaluation.round, status=ApplicationStatus.ACCEPTED, assessment__isnull=True
        ).prefetch_related("versions")
    )
    indicators = {each.code: each for each in evaluation.scheme.indicators.all()}
    value = evaluation.scheme.value()
    schemes = {type: value.of_type(type) for type in {each.type for each in waiting}}
    opened = Assessment.objects.bulk_create(
        Assessment(evaluation=evaluation, application=application, frozen_form=list(application.versions.all())[-1])
        for application in waiting
    )
    Score.objects.bulk_create(
        (
            Score(
                assessment=assessment,
                indicator=indicators[asked.code],
                full_marks=decimal_of(asked.full_marks),
                stated=stated_value(asked.source, assessment.frozen_form.data),
            )
            for assessment in opened
            for asked in schemes[assessment.application.type].indicators
        ),
        batch_size=2000,
    )
    if evaluation.counted_at is not None:
        count(evaluation, opened)
    open_county_sheets(opened, at=at)
    for opens in OPENED:
        opens(opened, at)
    return len(opened)
