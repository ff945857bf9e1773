"""What the tests of self-reports write into one."""

from datetime import datetime
from decimal import Decimal

from evaluation.models import SelfReport, SelfReportLink
from evaluation.self_reports.queries.lines import lines_of
from evaluation.self_reports.services import filling
from evaluation.self_reports.services.filling import LineEntry


def report_of(region: str, number: int = 0) -> SelfReport:
    """The ``number``-th report of a region, by the numbers of its applications."""
    rows = SelfReport.objects.select_related("assessment__application", "assessment__evaluation__round")
    found: SelfReport = rows.filter(assessment__application__region__code=region)[number]
    return found


def entries_for(report: SelfReport, **special: str) -> dict[str, LineEntry]:
    """A figure of 12 for each indicator that takes one, or what ``special`` says by code; a word for all."""
    return {
        line.asked.code: LineEntry(
            value=Decimal(special.get(line.asked.code, "12")) if line.asked.takes_value else None,
            remark="按台账统计",
            link="https://www.example.cn/proof.html",
        )
        for line in lines_of(report)
    }


def fill(link: SelfReportLink, at: datetime, *, version: int = 1, **special: str) -> SelfReport:
    """Save all lines of the report behind ``link``."""
    return filling.save(link=link, entries=entries_for(link.report, **special), version=version, at=at)
