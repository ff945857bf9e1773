"""What the scheme of an evaluation says for one platform."""

from evaluation.models import Assessment
from evaluation.schemes import grading
from evaluation.schemes.choices import MissingReport


def scheme_of(assessment: Assessment) -> grading.SchemeValue:
    """Return the scheme of the evaluation as it stands for the type of the platform."""
    return assessment.evaluation.scheme.value().of_type(assessment.application.type)


def fails_unreported(assessment: Assessment) -> bool:
    """Say whether the unit reported nothing (自评) and the scheme gives the last grade for that."""
    last = assessment.evaluation.scheme.missing_report == MissingReport.LAST
    return assessment.unreported_at is not None and last
