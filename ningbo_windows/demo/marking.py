"""Scores in bulk for the assessments of a round, so that each platform reaches the grade of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.marking.services.assessments import veto_in_words
from evaluation.marking.services.entering import ScoreEntry as Entry
from evaluation.marking.services.entering import decimal_of, enter, in_words
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Evaluation, Mark, Score, Sheet
from evaluation.schemes import grading
from evaluation.schemes.choices import Method
from ningbo_windows.demo import words
from ningbo_windows.demo.calendar import Clock, at
from ningbo_windows.demo.cases import Case
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.histories import LEVELS
from ningbo_windows.demo.world import World
from platforms.audit.services import audit

#: The points that a platform of each grade is aimed at, from and to.
AIMS = {"A": (91, 98), "B": (76, 86), "C": (61, 71), "D": (34, 57)}
GIVEN = ("passed", "verified", "points", "evidence")
FIELDS = (
    "revision", "points", "proposed_grade", "veto", "veto_fact", "status", "scored_by", "scored_at", "grade",
    "grade_reason", "confirmed_by", "confirmed_at",
)  # fmt: skip


def mark(world: World, evaluation: Evaluation, cases: Sequence[Case], *, start: date, end: date) -> None:
    """Score and confirm every assessment of ``evaluation`` between the days ``start`` and ``end``."""
    wanted = {case.application.pk: case.grade for case in cases if case.grade}
    rows = Assessment.objects.filter(evaluation=evaluation).select_related("application")
    assessments = list(rows.prefetch_related("scores__indicator"))
    scheme = evaluation.scheme.value()
    scores: list[Score] = []
    for assessment in assessments:
        scores += _mark(world, assessment, wanted[assessment.application_id], scheme, start, end)
    # Put back under the same keys: much quicker than an update of every row.
    Score.objects.filter(assessment__evaluation=evaluation).delete()
    Score.objects.bulk_create(scores, batch_size=2000)
    _first_scores(world, evaluation, scores, at(start, 16))
    Assessment.objects.bulk_update(assessments, FIELDS, batch_size=100)


def _first_scores(world: World, evaluation: Evaluation, scores: Iterable[Score], handed_in: datetime) -> None:
    """Let the counties have found before what the city found then, and hand it in."""
    sheets = Sheet.objects.filter(assessment__evaluation=evaluation).select_related("assessment__application__region")
    by_assessment = {sheet.assessment_id: sheet for sheet in sheets}
    Mark.objects.filter(sheet__in=by_assessment.values()).delete()
    Mark.objects.bulk_create(
        (
            Mark(
                sheet=by_assessment[score.assessment_id],
                **{name: getattr(score, name) for name in ("indicator_id", "full_marks", *GIVEN)},
            )
            for score in scores
            if score.assessment_id in by_assessment
        ),
        batch_size=2000,
    )
    points: dict[int, Decimal] = {}
    for score in scores:
        points[score.assessment_id] = points.get(score.assessment_id, Decimal(0)) + (score.points or 0)
    for sheet in by_assessment.values():
        region = sheet.assessment.application.region
        assert region is not None  # only counties fill sheets here
        sheet.status, sheet.handed_in_at = SheetStatus.HANDED_IN, handed_in
        sheet.handed_in_by, sheet.points = world.officers[region.code], max(points[sheet.assessment_id], Decimal(0))
    Sheet.objects.bulk_update(by_assessment.values(), ["status", "handed_in_at", "handed_in_by", "points"])


def _mark(
    world: World, assessment: Assessment, outcome: str, scheme: grading.SchemeValue, start: date, end: date
) -> list[Score]:
    """Enter the scores of one assessment, unsaved, and leave the events of scoring, completing and confirming."""
    draw, code = world.draw, assessment.application.number
    clock = Clock(draw, start + timedelta(days=draw.between(0, (end - start).days - 20)), until=end)
    scorer = world.people["city" if draw.random() < 0.5 else "city2"]
    head = world.people["city2" if scorer.username == "city" else "city"]
    scores = list(assessment.scores.all())
    before = {score.indicator.title: in_words(score) for score in scores}
    entries = _entries(draw, scores, outcome)
    for score in scores:
        enter(score, entries[score.indicator.code])
        score.by = scorer
    vetoed = outcome == "D?"
    result = grading.grade(scheme, {score.indicator.code: score.entry() for score in scores}, vetoed=vetoed)
    changes = audit.differences(before, {score.indicator.title: in_words(score) for score in scores})
    if vetoed:
        assessment.veto, assessment.veto_fact = "refuses_evaluation", words.VETO_FACT
        changes["一票否决"] = [
            "",
            veto_in_words(assessment.evaluation.round.terms, assessment.veto, assessment.veto_fact),
        ]
    assessment.revision += 1
    assessment.points, assessment.proposed_grade = decimal_of(result.points), result.grade
    assessment.scored_by, assessment.scored_at = scorer, clock.minutes(20, 90)
    world.ledger.note(assessment.scored_at, "评分", scorer, assessment, code, changes=changes)
    told = {"得分": [None, assessment.points], "建议档次": [None, assessment.proposed_grade]}
    world.ledger.note(assessment.scored_at, ASSESSMENT.move("complete").label, scorer, assessment, code, changes=told)
    assessment.grade, assessment.status = outcome[0], AssessmentStatus.CONFIRMED
    assessment.grade_reason = words.RAISED if outcome[0] != result.grade else ""
    assessment.confirmed_by, assessment.confirmed_at = head, clock.days(3, 12)
    world.ledger.note(
        assessment.confirmed_at,
        "暂定档次",
        head,
        assessment,
        code,
        reason=assessment.grade_reason,
        changes={"暂定档次": ["", assessment.grade]},
    )
    world.ledger.note(
        assessment.confirmed_at,
        ASSESSMENT.move("confirm").label,
        head,
        assessment,
        code,
        reason=assessment.grade_reason,
        changes={"核定档次": ["", assessment.grade]},
    )
    return scores


def _entries(draw: Draw, scores: Iterable[Score], outcome: str) -> Mapping[str, Entry]:
    """Return what the city found: counted values mostly as reported, the rest so that the sum reaches the aim."""
    level = LEVELS.get(outcome, outcome)
    entries: dict[str, Entry] = {}
    counted = Fraction(0)
    for score in scores:
        indicator = score.indicator
        if indicator.method == Method.GATE:
            failed = outcome == "D!" and indicator.code == "gate-network"
            entries[indicator.code] = Entry(passed=not failed, evidence=words.GATE_FACT if failed else "")
        elif indicator.method in grading.COUNTED:
            entries[indicator.code] = _counted(draw, score)
            value = Fraction(entries[indicator.code].verified or 0)
            counted += grading.points_of(indicator.value(), grading.Entry(verified=value)) or 0
    scored = [score for score in scores if score.indicator.method == Method.SCORED]
    aim = Fraction(draw.between(*AIMS[level])) - counted
    full = sum((Fraction(score.indicator.full_marks) for score in scored), Fraction(0))
    for score in scored:
        most = Fraction(score.indicator.full_marks)
        # Half points, rounded up so that the sum never falls short of the aim.
        points = min(most, max(Fraction(-(-(aim * most / full * 2) // 1), 2), Fraction(0)))
        entries[score.indicator.code] = Entry(
            verified=score.stated,
            points=decimal_of(points),
            evidence=draw.one(words.EVIDENCE) if points == most else draw.one(words.FAULTS),
        )
    return entries


def _counted(draw: Draw, score: Score) -> Entry:
    """Return the verified value: what the form states, or in one of ten a few less with the reason."""
    reported = score.stated if score.stated is not None else score.counted or Decimal(0)
    if score.indicator.code in ("enterprises", "attendance") and reported > 50 and draw.random() < 0.1:
        return Entry(verified=reported - draw.between(1, 6), evidence=words.CUTS)
    return Entry(verified=reported, evidence="")
