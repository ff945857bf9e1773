"""Facts that reports leave in the register of grounds (五): proposed by the system, decided by the city alone."""

from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from evaluation.models import Assessment, Evaluation, Score, SelfReport
from evaluation.schemes.grading import plain
from evaluation.schemes.reported import RECORDED
from evaluation.self_reports.asking import differs_too_much
from evaluation.self_reports.choices import SelfReportStatus
from evaluation.self_reports.queries.reports import assessments_unreported, due_on
from platforms.cases.choices import GroundSource
from platforms.cases.services import grounds
from platforms.cases.services.grounds import Said
from platforms.dates import day_in_words
from platforms.notices.choices import Collector


def follow_unreported(*, at: datetime) -> int:
    """Propose that a unit took no part for each that reported nothing; takes back what no longer stands.

    Returns how many facts are new; each assessment once.
    """
    facts = list(grounds.under_notices(_unreported()))
    fresh = grounds.propose_each(facts, at=at)
    grounds.follow(GroundSource.UNREPORTED, facts, at=at)
    return fresh


def propose_differences(evaluation: Evaluation, *, at: datetime, reports: Collection[SelfReport] | None = None) -> int:
    """Propose false material for each figure of a checked report that lies too far from the records.

    ``reports`` narrows to some. Each assessment and indicator once; nothing of scores or grades follows. Returns how
    many facts are new.
    """
    rows = Score.objects.filter(
        assessment__evaluation=evaluation,
        assessment__self_report__status=SelfReportStatus.CHECKED,
        indicator__source__in=RECORDED,
        reported__isnull=False,
        counted__isnull=False,
    )
    if reports is not None:
        rows = rows.filter(assessment__self_report__in=reports)
    share = evaluation.scheme.gap_share
    found = rows.select_related("indicator", "assessment__application__platform", "assessment__evaluation__round")
    said = [_difference(score, at) for score in found.order_by("pk") if differs_too_much(*_figures(score), share)]
    return grounds.propose_each(grounds.under_notices(said), at=at)


def differences_counted(evaluation: Evaluation, at: datetime) -> None:
    """Propose the differences of ``evaluation`` once its figures are counted."""
    propose_differences(evaluation, at=at)


def _figures(score: Score) -> tuple[Decimal, Decimal]:
    assert score.reported is not None
    assert score.counted is not None
    return score.reported, score.counted


def _unreported() -> Iterator[Said]:
    for row in assessments_unreported():
        platform = row.application.platform
        assert platform is not None
        assert row.unreported_at is not None
        due = due_on(_report_of(row))
        yield Said(
            platform=platform,
            collectors=(Collector.REFUSES_EVALUATION,),
            source=GroundSource.UNREPORTED,
            key=str(row.pk),
            text=f"{row.evaluation.round}绩效评价：至{day_in_words(due)}未提交自评。",
            happened_on=due,
        )


def _report_of(row: Assessment) -> SelfReport:
    report: SelfReport = row.self_report
    report.assessment = row
    return report


def _difference(score: Score, at: datetime) -> Said:
    reported, counted = (plain(Fraction(each)) for each in _figures(score))
    row, unit = score.assessment, score.indicator.unit
    platform = row.application.platform
    assert platform is not None
    return Said(
        platform=platform,
        collectors=(Collector.FALSE_MATERIAL,),
        source=GroundSource.SELF_REPORT,
        key=f"{row.pk}:{score.indicator_id}",
        text=f"{row.evaluation.round}绩效评价：“{score.indicator.title}”自评填报 {reported} {unit}，"
        f"系统核计 {counted} {unit}，相差较大，请核实。",
        happened_on=timezone.localdate(at),
    )
