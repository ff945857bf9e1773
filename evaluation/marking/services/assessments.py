"""One assessment on its way: scored, completed, sent back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.by_scheme import fails_unreported
from evaluation.marking.queries.proven import proven_on
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
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Score
from platforms.applications.choices import ApplicationStatus
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, Round, User
from platforms.moves import apply_move, check_may_move
from platforms.notices.terms import Terms
from platforms.rounds.choices import RoundStatus
from platforms.text import clean_text

#: An assessment for which no grade is staged.
UNSTAGED: dict[str, Any] = {
    **dict.fromkeys(("staged_grade", "staged_reason"), ""),
    **dict.fromkeys(("staged_at", "staged_by", "seconded_at", "seconded_by")),
}


@transaction.atomic
def save_scores(
    *,
    assessment: Assessment,
    entries: Mapping[str, ScoreEntry],
    revision: int,
    by: User,
    at: datetime,
    veto: str = "",
    veto_fact: str = "",
    finish: bool = False,
    unfinished: bool = False,
) -> Assessment:
    """Save the ``entries`` (by indicator code; others stay as they are) and the veto, and work out points and grade.

    ``revision`` is the one that the person was looking at. ``veto`` is a ground of the round's notice with its fact: D
    whatever the points. With ``finish`` scoring is completed in the same transaction, or nothing is saved. With
    ``unfinished`` reasons may be missing until then: a sheet saves itself while it is typed.

    Raises:
        StaleVersion: somebody saved in between. Gone: no longer open for scores, or its application was withdrawn.
        ScoresRefused: a figure out of range, a failed gate, a deviating figure or a deduction without a reason.
        Refusal: ``by`` may not score, or the veto has no fact.
    """
    check_may_move(workflow=ASSESSMENT, name="complete", by=by)
    check_not_public(assessment)
    check_stands(assessment)
    terms = assessment.terms
    if veto and veto not in dict(terms.ground_choices):
        raise Refusal("请选择通知所列情形之一。")
    veto_fact = clean_text("否决事实", veto_fact, most=LONGEST_TEXT, required=bool(veto)) if veto else ""
    _take_turn(assessment, revision)
    scores = by_code(assessment.scores)
    errors = errors_of(scores, entries, scores, unfinished=unfinished)
    if errors:
        raise ScoresRefused(errors)
    before = {score.indicator.title: in_words(score) for score in scores.values()}
    touched = [enter(scores[code], entry) for code, entry in entries.items()]
    changes = audit.differences(before, {score.indicator.title: in_words(score) for score in touched})
    for score in touched:
        if score.indicator.title in changes:
            score.by = by
    Score.objects.bulk_update(touched, ["passed", "verified", "points", "evidence", "by"])
    if (assessment.veto, assessment.veto_fact) != (veto, veto_fact):
        changes["一票否决"] = [
            veto_in_words(terms, assessment.veto, assessment.veto_fact),
            veto_in_words(terms, veto, veto_fact),
        ]
    outcome = outcome_of(assessment, scores, vetoed=bool(veto))
    Assessment.objects.filter(pk=assessment.pk).update(
        points=decimal_of(outcome.points), proposed_grade=outcome.grade, veto=veto, veto_fact=veto_fact
    )
    if changes:
        audit.record(verb="评分", by=by, at=at, target=assessment, code=code_of(assessment), changes=changes)
    assessment.refresh_from_db()
    return complete(assessment=assessment, by=by, at=at) if finish else assessment


@transaction.atomic
def complete(*, assessment: Assessment, by: User, at: datetime) -> Assessment:
    """Finish scoring; from now on the grade waits for confirmation.

    Raises:
        ScoresRefused: a reason is missing.
        Refusal: an indicator has no score yet (a veto needs none), the figures are not counted, the county's days are
            not over and it has not handed in, assessors judge the platform, or ``by`` may not. Gone: moved by somebody
            else, or its application was withdrawn.
    """
    move = check_may_move(workflow=ASSESSMENT, name="complete", by=by)
    check_not_public(assessment)
    check_stands(assessment)
    assessment.refresh_from_db()
    scores = by_code(assessment.scores)
    outcome = outcome_of(assessment, scores, vetoed=bool(assessment.veto))
    if not (assessment.veto or fails_unreported(assessment)):
        if outcome.missing:
            raise Refusal(missing_titles(scores, outcome.missing))
        scheme, proofs = assessment.evaluation.scheme, proven_on(assessment.pk, None)
        if gaps := gaps_of(scores, scores, proven=proofs, explain_full=scheme.explain_full):
            raise ScoresRefused(gaps)
    check_turn(assessment, at)
    assigned = assessment.sheets.filter(kind=SheetKind.ASSESSOR).exists()
    if (assigned or assessment.evaluation.judged_by == JudgedBy.ASSESSORS) and not assessment.veto:
        raise Refusal("该平台由两名评审员独立评分，得分在评审员都提交后自动汇总，不在此处完成。")
    apply_move(
        assessment,
        move=move,
        guard={"revision": assessment.revision},
        scored_by=by,
        scored_at=at,
        points=decimal_of(outcome.points),
        proposed_grade=outcome.grade,
    )
    propose_by_rank(assessment.evaluation)
    assessment.refresh_from_db()
    changes = {"得分": [None, assessment.points], "建议档次": [None, assessment.proposed_grade]}
    audit.record(verb=move.label, by=by, at=at, target=assessment, code=code_of(assessment), changes=changes)
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """Send a scored or confirmed assessment back to scoring; the confirmed grade is taken back.

    Raises:
        Refusal: no reason, or ``by`` may not. Gone: moved by somebody else, withdrawn, or published.
    """
    move = check_may_move(workflow=ASSESSMENT, name="reopen", by=by, reason=reason)
    reason = clean_text("理由", reason, most=LONGEST_TEXT, required=True)
    check_not_public(assessment)
    check_stands(assessment)
    assessment.refresh_from_db()
    taken_back = assessment.grade
    apply_move(assessment, move=move, grade="", grade_reason="", confirmed_by=None, confirmed_at=None, **UNSTAGED)
    propose_by_rank(assessment.evaluation)
    changes = {"核定档次": [taken_back, ""]} if taken_back else {}
    audit.record(
        verb=move.label, by=by, at=at, target=assessment, code=code_of(assessment), reason=reason, changes=changes
    )
    return assessment


def check_not_public(assessment: Assessment) -> None:
    """Refuse what would grade a platform after the results are public: it was published without, with a reason."""
    if Round.objects.filter(evaluation=assessment.evaluation_id, status=RoundStatus.PUBLISHED).exists():
        raise Gone("未办理：认定结果已公布，评分和档次不再变动。")


def check_stands(assessment: Assessment) -> None:
    """Refuse what would score or grade a platform whose application was withdrawn: what it has stays as it is."""
    if not Application.objects.filter(pk=assessment.application_id, status=ApplicationStatus.ACCEPTED).exists():
        raise Gone("未办理：该平台的申报已撤回，已有的评分和档次不再变动。")


def check_turn(assessment: Assessment, at: datetime) -> None:
    """Refuse whoever judges after the county before the figures are counted and the county has had its turn.

    Raises:
        Refusal: not counted, or the county has not handed in and its days are not over.
    """
    evaluation = assessment.evaluation
    if evaluation.counted_at is None:
        raise Refusal("评价期间的数据尚未核计，请先办理“核计数据”。")
    first = assessment.sheets.filter(kind=SheetKind.COUNTY, status=SheetStatus.OPEN)
    if timezone.localdate(at) <= evaluation.first_scores_by and first.exists():
        raise Refusal(f"县级初评尚未提交，截止日期为{day_in_words(evaluation.first_scores_by)}，到期后可直接完成评分。")


def _take_turn(assessment: Assessment, revision: int) -> None:
    """Count the save up, or say why it is not this person's turn; the guard is in the update."""
    rows = Assessment.objects.filter(pk=assessment.pk)
    mine = rows.filter(revision=revision, status=AssessmentStatus.OPEN)
    if not mine.update(revision=F("revision") + 1):
        if rows.filter(status=AssessmentStatus.OPEN).exists():
            raise StaleVersion("未保存：他人已在您打开之后保存过评分，请对照最新内容后重新保存。")
        raise Gone("未保存：评分已完成或已核定，如需修改请先退回重评。")
    assessment.refresh_from_db()


def veto_in_words(terms: Terms, ground: str, fact: str) -> str:
    return f"{terms.ground(ground).label}：{fact}" if ground else ""


def code_of(assessment: Assessment) -> str:
    """Return what the log calls ``assessment``."""
    return assessment.application.number
