"""One assessment on its way: scored, completed, sent back, its grade confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import F

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Score
from evaluation.schemes import grading
from evaluation.schemes.choices import Method
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, StaleVersion, check_seen
from platforms.models import Round, User
from platforms.moves import apply_move, check_may_move
from platforms.notices.terms import Terms
from platforms.rounds.choices import RoundStatus
from platforms.text import clean_text

LARGEST = Decimal("999999999.99")
LONGEST_TEXT = 400


@dataclass(frozen=True)
class ScoreEntry:
    """What the city found for one indicator; which of the figures counts follows from the indicator's method."""

    passed: bool | None = None
    verified: Decimal | None = None
    points: Decimal | None = None
    evidence: str = ""


class ScoresRefused(Refusal):
    """Scores that cannot be saved; ``errors`` holds one Chinese sentence per indicator code."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("未保存：" + "".join(errors.values()))


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
) -> Assessment:
    """Save the ``entries`` (by indicator code; others stay as they are) and the veto, and work out points and grade.

    ``revision`` is the one that the person was looking at. ``veto`` is a ground of the round's notice with its fact: D
    whatever the points. With ``finish`` scoring is completed in the same transaction, or nothing is saved.

    Raises:
        StaleVersion: somebody saved in between. Gone: no longer open for scores.
        ScoresRefused: a figure out of range, a failed gate, a deviating figure or a deduction without a reason.
        Refusal: ``by`` may not score, or the veto has no fact.
    """
    check_may_move(workflow=ASSESSMENT, name="complete", by=by)
    _check_not_public(assessment)
    terms = assessment.terms
    if veto and veto not in dict(terms.ground_choices):
        raise Refusal("请选择通知所列情形之一。")
    veto_fact = clean_text("否决事实", veto_fact, most=LONGEST_TEXT, required=bool(veto)) if veto else ""
    _take_turn(assessment, revision)
    scores = _scores_of(assessment)
    errors = _errors(scores, entries)
    if errors:
        raise ScoresRefused(errors)
    before = {score.indicator.title: in_words(score) for score in scores.values()}
    touched = [enter(scores[code], entry) for code, entry in entries.items()]
    Score.objects.bulk_update(touched, ["passed", "verified", "points", "evidence"])
    changes = audit.differences(before, {score.indicator.title: in_words(score) for score in touched})
    if (assessment.veto, assessment.veto_fact) != (veto, veto_fact):
        changes["一票否决"] = [
            veto_in_words(terms, assessment.veto, assessment.veto_fact),
            veto_in_words(terms, veto, veto_fact),
        ]
    outcome = _outcome(assessment, scores, vetoed=bool(veto))
    Assessment.objects.filter(pk=assessment.pk).update(
        points=decimal_of(outcome.points), proposed_grade=outcome.grade, veto=veto, veto_fact=veto_fact
    )
    if changes:
        audit.record(verb="评分", by=by, at=at, target=assessment, code=_code(assessment), changes=changes)
    assessment.refresh_from_db()
    return complete(assessment=assessment, by=by, at=at) if finish else assessment


@transaction.atomic
def complete(*, assessment: Assessment, by: User, at: datetime) -> Assessment:
    """Finish scoring; from now on the grade waits for confirmation.

    Raises:
        Refusal: an indicator has no score yet (a veto needs none), or ``by`` may not. Gone: moved by somebody else.
    """
    move = check_may_move(workflow=ASSESSMENT, name="complete", by=by)
    _check_not_public(assessment)
    assessment.refresh_from_db()
    scores = _scores_of(assessment)
    outcome = _outcome(assessment, scores, vetoed=bool(assessment.veto))
    if outcome.missing and not assessment.veto:
        titles = "".join(f"“{scores[code].indicator.title}”" for code in outcome.missing[:5])
        raise Refusal(f"还有 {len(outcome.missing)} 项指标未评分：{titles}{'等' if len(outcome.missing) > 5 else ''}。")
    apply_move(
        assessment,
        move=move,
        guard={"revision": assessment.revision},
        scored_by=by,
        scored_at=at,
        points=decimal_of(outcome.points),
        proposed_grade=outcome.grade,
    )
    changes = {"得分": [None, assessment.points], "建议档次": [None, assessment.proposed_grade]}
    audit.record(verb=move.label, by=by, at=at, target=assessment, code=_code(assessment), changes=changes)
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Assessment:
    """Send a scored or confirmed assessment back to scoring; the confirmed grade is taken back.

    Raises:
        Refusal: no reason, or ``by`` may not. Gone: moved by somebody else, or published.
    """
    move = check_may_move(workflow=ASSESSMENT, name="reopen", by=by, reason=reason)
    reason = clean_text("理由", reason, most=LONGEST_TEXT, required=True)
    _check_not_public(assessment)
    assessment.refresh_from_db()
    taken_back = assessment.grade
    apply_move(assessment, move=move, grade="", grade_reason="", confirmed_by=None, confirmed_at=None)
    changes = {"核定档次": [taken_back, ""]} if taken_back else {}
    audit.record(
        verb=move.label, by=by, at=at, target=assessment, code=_code(assessment), reason=reason, changes=changes
    )
    return assessment


@transaction.atomic
def confirm(
    *, assessment: Assessment, grade: str, reason: str = "", revision: int | None = None, by: User, at: datetime
) -> Assessment:
    """Confirm the grade; one that differs from the proposal needs a reason.

    ``revision`` is the one that the person was looking at, where a person was.

    Raises:
        Refusal: no such grade, a reason is missing, a failed gate or a veto leaves no grade but the last (N21), or
            ``by`` may not. Gone: moved by somebody else. StaleVersion: scored anew since it was shown.
    """
    move = check_may_move(workflow=ASSESSMENT, name="confirm", by=by)
    _check_not_public(assessment)
    assessment.refresh_from_db()
    check_seen(assessment.revision, revision, "未核定：评分在您打开之后已被他人修改，请查看最新得分后再核定。")
    terms = assessment.terms
    if grade not in terms.grade_codes:
        raise Refusal(f"请选择{'、'.join(label for _, label in terms.grade_choices)}中的一档。")
    reason = clean_text("核定说明", reason, most=LONGEST_TEXT)
    if grade != assessment.proposed_grade and not reason:
        raise Refusal(f"核定档次与建议档次({assessment.proposed_label})不一致，请填写核定说明。")
    if grade != terms.failing.code and (assessment.veto or assessment.scores.filter(passed=False).exists()):
        # 四·(四): D档为不满足基本建设条件的单位, whatever the points
        raise Refusal(f"有基本条件不具备或一票否决情形的，只能核定为{terms.failing.label}。")
    apply_move(
        assessment,
        move=move,
        guard={"revision": assessment.revision},
        grade=grade,
        grade_reason=reason,
        confirmed_by=by,
        confirmed_at=at,
    )
    changes = {"核定档次": ["", grade]}
    audit.record(
        verb=move.label, by=by, at=at, target=assessment, code=_code(assessment), reason=reason, changes=changes
    )
    return assessment


@transaction.atomic
def confirm_proposed(*, shown: Mapping[int, int], by: User, at: datetime) -> int:
    """Confirm assessments at their proposed grades, all or none; returns how many.

    ``shown`` maps the key of each to the revision that the person was looking at.

    Raises:
        Refusal, Gone, StaleVersion: as :func:`confirm`, naming the one that stands in the way.
    """
    rows = Assessment.objects.filter(pk__in=shown).select_related("application")
    for assessment in rows:
        try:
            confirm(
                assessment=assessment,
                grade=assessment.proposed_grade,
                revision=shown[assessment.pk],
                by=by,
                at=at,
            )
        except Refusal as refusal:
            raise type(refusal)(f"{_code(assessment)}：{refusal}") from refusal
    return len(rows)


def decimal_of(value: Fraction) -> Decimal:
    """Return a number of hundredths as the decimal that is stored."""
    return Decimal(int(value * 100)).scaleb(-2)


def _check_not_public(assessment: Assessment) -> None:
    """Refuse what would grade a platform after the results are public: it was published without, with a reason."""
    if Round.objects.filter(evaluation=assessment.evaluation_id, status=RoundStatus.PUBLISHED).exists():
        raise Gone("未办理：认定结果已公布，评分和档次不再变动。")


def _take_turn(assessment: Assessment, revision: int) -> None:
    """Count the save up, or say why it is not this person's turn; the guard is in the update."""
    rows = Assessment.objects.filter(pk=assessment.pk)
    mine = rows.filter(revision=revision, status=AssessmentStatus.OPEN)
    if not mine.update(revision=F("revision") + 1):
        if rows.filter(status=AssessmentStatus.OPEN).exists():
            raise StaleVersion("未保存：他人已在您打开之后保存过评分，请对照最新内容后重新保存。")
        raise Gone("未保存：评分已完成或已核定，如需修改请先退回重评。")
    assessment.refresh_from_db()


def _scores_of(assessment: Assessment) -> dict[str, Score]:
    return {score.indicator.code: score for score in assessment.scores.select_related("indicator")}


def _outcome(assessment: Assessment, scores: Mapping[str, Score], *, vetoed: bool) -> grading.Outcome:
    entries = {code: score.entry() for code, score in scores.items()}
    return grading.grade(assessment.evaluation.scheme.value(), entries, vetoed=vetoed)


def _errors(scores: Mapping[str, Score], entries: Mapping[str, ScoreEntry]) -> dict[str, str]:
    unknown = {code: f"评价方案中没有指标“{code}”。" for code in entries if code not in scores}
    found = {code: _error(scores[code], entry) for code, entry in entries.items() if code in scores}
    return unknown | {code: error for code, error in found.items() if error}


def _error(score: Score, entry: ScoreEntry) -> str:
    """Say what is wrong with one entry; nothing if it can be saved."""
    indicator, title = score.indicator, score.indicator.title
    full = Fraction(indicator.full_marks)
    explained = bool(entry.evidence.strip())
    try:
        clean_text(f"{title}：佐证与说明", entry.evidence, most=LONGEST_TEXT)
    except Refusal as refusal:
        return str(refusal)
    if indicator.method == Method.GATE:
        return f"“{title}”判定为不具备，请填写佐证与说明。" if entry.passed is False and not explained else ""
    if entry.verified is not None and not _fits(entry.verified, LARGEST):
        return f"“{title}”的核定数值须为不小于 0 的数，最多两位小数。"
    if entry.verified is not None and score.reported not in (None, entry.verified) and not explained:
        return f"“{title}”的核定数值与填报数值不一致，请填写佐证与说明。"
    if indicator.method == Method.SCORED and entry.points is not None:
        if not _fits(entry.points, indicator.full_marks):
            return f"“{title}”的得分须在 0 至 {grading.plain(full)} 分之间，最多两位小数。"
        if entry.points < full and not explained:
            return f"“{title}”未得满分，请说明扣分理由。"
    return ""


def _fits(value: Decimal, largest: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= largest and value == round(value, 2)


def enter(score: Score, entry: ScoreEntry) -> Score:
    """Set the one figure that counts for the method; points of a counted indicator follow from the value."""
    method = score.indicator.method
    score.passed = entry.passed if method == Method.GATE else None
    score.verified = None if method == Method.GATE else entry.verified
    score.points = entry.points if method == Method.SCORED else None
    score.evidence = clean_text("佐证与说明", entry.evidence, most=LONGEST_TEXT)
    if method in grading.COUNTED:
        earned = grading.points_of(score.indicator.value(), score.entry())
        score.points = None if earned is None else decimal_of(earned)
    return score


def in_words(score: Score) -> dict[str, Any]:
    """What the log keeps of one score."""
    figures = {"具备": score.passed, "核定数值": _plain(score.verified), "得分": _plain(score.points)}
    return {label: value for label, value in figures.items() if value is not None} | {"佐证": score.evidence}


def veto_in_words(terms: Terms, ground: str, fact: str) -> str:
    return f"{terms.ground(ground).label}：{fact}" if ground else ""


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else grading.plain(Fraction(value))


def _code(assessment: Assessment) -> str:
    return assessment.application.number
