"""Grades are staged one by one or in bulk, seen by nobody outside the city, and applied all at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.jump import JUMP, jumps
from evaluation.marking.queries.by_scheme import fails_unreported
from evaluation.marking.services.assessments import UNSTAGED, check_not_public, check_stands, code_of
from evaluation.marking.services.entering import LONGEST_TEXT
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Evaluation, Look
from platforms.applications.choices import ApplicationStatus
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import User
from platforms.moves import check_may_move
from platforms.text import clean_text


def scorers_of(assessment: Assessment) -> set[int]:
    """Return the keys of everybody who scored ``assessment``: on the scores that count, or on a sheet."""
    found = {assessment.scored_by_id, *assessment.scores.values_list("by", flat=True)}
    found |= set(assessment.sheets.values_list("handed_in_by", flat=True))
    return {pk for pk in found if pk is not None}


def waits_for_second(assessment: Assessment) -> bool:
    """Say whether the staged grade of ``assessment`` needs a second officer, who has not agreed yet."""
    if not assessment.staged_grade or assessment.seconded_by_id is not None:
        return False
    return jumps(assessment.terms.grade_codes, assessment.proposed_grade, assessment.staged_grade)


@transaction.atomic
def stage(
    *, assessment: Assessment, grade: str, reason: str = "", revision: int | None = None, by: User, at: datetime
) -> Assessment:
    """Stage ``grade``; one that differs from the proposal needs a reason, two grades of difference a second officer.

    ``revision`` is the one that the person was looking at, where a person was.

    Raises:
        Refusal: ``by`` scored the platform or may not, no such grade, a reason is missing, a failed gate, a veto or a
            missing report leaves no grade but the last (四·(四)). Gone: not scored, withdrawn, or confirmed already.
            StaleVersion: scored anew since it was shown.
    """
    check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    check_not_public(assessment)
    check_stands(assessment)
    assessment.refresh_from_db()
    check_seen(assessment.revision, revision, "未暂定：评分在您打开之后已被他人修改，请查看最新得分后再办理。")
    _check_other(assessment, by)
    _check_ranked(assessment)
    terms = assessment.terms
    if grade not in terms.grade_codes:
        raise Refusal(f"请选择{'、'.join(label for _, label in terms.grade_choices)}中的一档。")
    reason = clean_text("档次说明", reason, most=LONGEST_TEXT)
    if grade != assessment.proposed_grade and not reason:
        raise Refusal(f"暂定档次与建议档次（{assessment.proposed_label}）不一致，请填写说明。")
    if grade != terms.failing.code and _must_fail(assessment):
        # 四·(四): D档为不满足基本建设条件的单位, whatever the points
        raise Refusal(f"有基本条件不具备、一票否决或未提交自评情形的，只能评为{terms.failing.label}。")
    before = assessment.staged_grade
    done = Assessment.objects.filter(
        pk=assessment.pk, status=AssessmentStatus.SCORED, revision=assessment.revision
    ).update(staged_grade=grade, staged_reason=reason, staged_by=by, staged_at=at, seconded_by=None, seconded_at=None)
    if not done:
        raise Gone("未暂定：评分尚未完成或档次已核定，请刷新页面后查看最新情况。")
    assessment.refresh_from_db()
    audit.record(
        verb="暂定档次",
        by=by,
        at=at,
        target=assessment,
        code=code_of(assessment),
        reason=reason,
        changes={"暂定档次": [before, grade]},
    )
    return assessment


@transaction.atomic
def stage_proposed(*, shown: Mapping[int, int], by: User, at: datetime) -> int:
    """Stage assessments at their proposed grades, all or none; returns how many.

    ``shown`` maps the key of each to the revision that the person was looking at.

    Raises:
        Refusal, Gone, StaleVersion: as :func:`stage`, naming the one that stands in the way.
    """
    rows = Assessment.objects.filter(pk__in=shown).select_related("application", "evaluation__round")
    for assessment in rows:
        seen = shown[assessment.pk]
        try:
            stage(assessment=assessment, grade=assessment.proposed_grade, revision=seen, by=by, at=at)
        except Refusal as refusal:
            raise type(refusal)(f"{code_of(assessment)}：{refusal}") from refusal
    return len(rows)


@transaction.atomic
def second(*, assessment: Assessment, by: User, at: datetime) -> Assessment:
    """Agree to a staged grade that lies two grades or more from the proposal.

    Raises:
        Refusal: ``by`` staged it, scored the platform or may not. Gone: withdrawn, or nothing is staged that needs a
            second officer.
    """
    check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    check_stands(assessment)
    assessment.refresh_from_db()
    if assessment.staged_by_id == by.pk:
        raise Refusal("暂定人不能复核自己暂定的档次，请由另一位经办人员复核。")
    _check_other(assessment, by)
    if not waits_for_second(assessment):
        raise Gone("未复核：没有需要复核的暂定档次，请刷新页面后查看最新情况。")
    Assessment.objects.filter(pk=assessment.pk, staged_at=assessment.staged_at).update(seconded_by=by, seconded_at=at)
    assessment.refresh_from_db()
    changes = {"暂定档次": [assessment.staged_grade, assessment.staged_grade]}
    audit.record(verb="复核暂定档次", by=by, at=at, target=assessment, code=code_of(assessment), changes=changes)
    return assessment


@transaction.atomic
def unstage(*, assessments: Mapping[int, int], by: User, at: datetime) -> int:
    """Take staged grades back, all or none; returns how many. Each leaves one event.

    ``assessments`` maps the key of each to the revision that the person was looking at.

    Raises:
        Refusal: ``by`` may not. Gone: one of them has nothing staged any more, or was scored anew.
    """
    check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    staged = Assessment.objects.filter(pk__in=assessments).exclude(staged_grade="").select_related("application")
    rows = [row for row in staged if row.revision == assessments[row.pk]]
    if len(rows) != len(assessments):
        raise Gone("未取消：有平台的暂定档次已被他人取消或核定，请刷新页面后重新选择。")
    Assessment.objects.filter(pk__in=[row.pk for row in rows]).update(**UNSTAGED)
    audit.record_many(
        [
            audit.Entry(
                verb="取消暂定档次", target=row, code=code_of(row), changes={"暂定档次": [row.staged_grade, ""]}
            )
            for row in rows
        ],
        by=by,
        at=at,
    )
    return len(rows)


@transaction.atomic
def apply_staged(*, evaluation: Evaluation, by: User, at: datetime) -> int:
    """Confirm every staged grade of ``evaluation`` at once; returns how many. Who staged a grade has confirmed it.

    Raises:
        Refusal: nothing is staged, one of them still needs a second officer, or ``by`` may not.
        Gone: somebody changed one of them in between, or the results are public.
    """
    move = check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    staged = Assessment.objects.filter(evaluation=evaluation, application__status=ApplicationStatus.ACCEPTED)
    rows = list(staged.exclude(staged_grade="").select_related("application", "evaluation__round"))
    if not rows:
        raise Refusal("没有暂定的档次，请先暂定各平台的档次。")
    check_not_public(rows[0])
    waiting = [row for row in rows if waits_for_second(row)]
    if waiting:
        names = "、".join(code_of(row) for row in waiting[:5])
        raise Refusal(
            f"有 {len(waiting)} 个平台的暂定档次与建议档次相差{JUMP}档以上，须由另一位经办人员复核：{names}。"
        )
    for row in rows:
        done = Assessment.objects.filter(pk=row.pk, status__in=move.sources, staged_at=row.staged_at).update(
            status=move.target,
            grade=row.staged_grade,
            grade_reason=row.staged_reason,
            confirmed_by=row.staged_by,
            confirmed_at=at,
            **UNSTAGED,
        )
        if not done:
            raise Gone(f"未核定：{code_of(row)}的暂定档次刚被他人改变，请刷新页面后重新核对。")
    audit.record_many(
        [
            audit.Entry(
                verb=move.label,
                target=row,
                code=code_of(row),
                reason=row.staged_reason,
                changes={"核定档次": ["", row.staged_grade]},
            )
            for row in rows
        ],
        by=by,
        at=at,
    )
    return len(rows)


@transaction.atomic
def look(*, evaluation: Evaluation, by: User, at: datetime) -> Look:
    """Note that ``by`` looked through the grades of ``evaluation``; what changes from now on is shown as new.

    Raises:
        Refusal: ``by`` may not.
    """
    check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    row, _ = Look.objects.update_or_create(evaluation=evaluation, user=by, defaults={"looked_at": at})
    audit.record(verb="看过档次分布", by=by, at=at, target=evaluation, code=str(evaluation))
    return row


def _must_fail(assessment: Assessment) -> bool:
    failed = assessment.scores.filter(passed=False).exists()
    return bool(assessment.veto or failed or fails_unreported(assessment))


def _check_ranked(assessment: Assessment) -> None:
    """Refuse to stage while ranks may still change."""
    if not assessment.evaluation.scheme.value().by_rank:
        return
    open_ = Assessment.objects.filter(
        evaluation=assessment.evaluation_id,
        status=AssessmentStatus.OPEN,
        application__status=ApplicationStatus.ACCEPTED,
    ).count()
    if open_:
        raise Refusal(f"评价方案按名次评档，还有 {open_} 个平台未完成评分，全部完成后才能暂定档次。")


def _check_other(assessment: Assessment, by: User) -> None:
    if by.pk in scorers_of(assessment):
        raise Refusal("您参与了该平台的评分，不能核定其档次，请由其他经办人员办理。")
