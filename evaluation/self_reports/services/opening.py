"""A report is opened with each assessment."""

from collections.abc import Collection
from datetime import datetime

from evaluation.models import Assessment, Indicator, SelfReport, SelfReportLine
from evaluation.self_reports.queries.lines import asked_of


def open_reports(assessments: Collection[Assessment], at: datetime) -> None:  # noqa: ARG001 - how marking calls it
    """Open a report with a line per asked indicator for each of ``assessments``, all of one evaluation.

    The caller has written the event: with the evaluation, or with the platforms that were added to it.
    """
    schemes = {each.evaluation.scheme_id for each in assessments}
    indicators = [each for each in Indicator.objects.filter(scheme__in=schemes) if asked_of(each) is not None]
    opened = SelfReport.objects.bulk_create(SelfReport(assessment=each) for each in assessments)
    SelfReportLine.objects.bulk_create(
        (SelfReportLine(report=report, indicator=indicator) for report in opened for indicator in indicators),
        batch_size=2000,
    )
