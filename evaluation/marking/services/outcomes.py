"""What the scheme gives for the scores of an assessment as they stand."""

from collections.abc import Mapping

from evaluation.marking.models import Given
from evaluation.models import Assessment
from evaluation.schemes import grading


def outcome_of(assessment: Assessment, given: Mapping[str, Given], *, vetoed: bool) -> grading.Outcome:
    """Return points and grade for ``given``; a veto and what was never reported of itself give the last grade."""
    entries = {code: each.entry() for code, each in given.items()}
    scheme = assessment.evaluation.scheme.value()
    return grading.grade(scheme, entries, vetoed=vetoed or assessment.unreported_at is not None)
