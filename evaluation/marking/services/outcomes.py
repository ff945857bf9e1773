"""What the scheme gives for the scores of an assessment as they stand."""

from collections.abc import Mapping
from fractions import Fraction

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.models import Given
from evaluation.marking.queries.by_scheme import fails_unreported, scheme_of
from evaluation.models import Assessment, Evaluation
from evaluation.schemes import grading
from evaluation.schemes.choices import MissingReport
from platforms.applications.choices import ApplicationStatus

_RANKED = (AssessmentStatus.SCORED, AssessmentStatus.CONFIRMED)


def outcome_of(assessment: Assessment, given: Mapping[str, Given], *, vetoed: bool) -> grading.Outcome:
    """Return points and grade for ``given``; a veto, and what the scheme says of a missing report, may decide."""
    entries = {code: each.entry() for code, each in given.items()}
    return grading.grade(scheme_of(assessment), entries, vetoed=vetoed or fails_unreported(assessment))


def propose_by_rank(evaluation: Evaluation) -> None:
    """Propose the grades of all that are scored anew where the scheme grades by rank; otherwise nothing changes.

    What is still open has no rank, so proposals settle when the last platform is scored.
    """
    scheme = evaluation.scheme.value()
    if not scheme.by_rank:
        return
    rows = list(
        Assessment.objects.filter(
            evaluation=evaluation, status__in=_RANKED, application__status=ApplicationStatus.ACCEPTED
        ).prefetch_related("scores")
    )
    points = {row.pk: None if row.points is None else Fraction(row.points) for row in rows}
    failed = {row.pk for row in rows if _fails(row, evaluation)}
    grades = grading.grades_by_rank(scheme, points, failed)
    # What is confirmed has its rank and keeps its proposal.
    scored = [row for row in rows if row.status == AssessmentStatus.SCORED]
    for row in scored:
        row.proposed_grade = grades.get(row.pk, row.proposed_grade)
    Assessment.objects.bulk_update(scored, ["proposed_grade"], batch_size=500)


def _fails(row: Assessment, evaluation: Evaluation) -> bool:
    unreported = row.unreported_at is not None and evaluation.scheme.missing_report == MissingReport.LAST
    return bool(row.veto) or unreported or any(score.passed is False for score in row.scores.all())
