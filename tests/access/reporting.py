"""What the stage holds of self-reports (自评): of each county one in each state, every text of a county marked."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from evaluation.models import SelfReport, SelfReportLink
from evaluation.self_reports.queries.lines import lines_of
from evaluation.self_reports.services import checking, filling, links
from evaluation.self_reports.services.filling import LineEntry
from tests import factories
from tests.access.world import Side


def reporting(side: Side, year: int) -> None:
    """Of the platforms that are judged: one that writes, one handed in, one sent back; of those published one checked.

    The one that is handed in is of the platform not scored yet. Their days are over, so that each was let in later.
    """
    assert side.officer.region is not None
    at = timezone.now()
    mine = SelfReport.objects.filter(assessment__application__region=side.officer.region)
    writes, back, handed = (
        mine.get(assessment__evaluation__round__year=year, assessment__status=status)
        for status in ("confirmed", "scored", "open")
    )
    for report in (writes, back, handed):
        until = timezone.localdate(at) + timedelta(days=30)
        checking.let_in(report=report, until=until, reason=side.mark.text("leave"), by=side.officer, at=at)
        report.refresh_from_db()
        sent = links.send(report=report, by=side.officer, at=at)
        if report == writes:
            side.report, side.report_token = report, sent.token
            links.open_link(link=sent.link, at=at)
        _fill(side, sent.link)
        if report != writes:
            filling.hand_in(link=sent.link, filled_by=side.mark.text("filler"), version=2, at=at)
    row = SelfReport.objects.get(pk=back.pk)
    questions = {line.asked.code: side.mark.text("question") for line in lines_of(row)}
    checking.send_back(report=row, questions=questions, reason=side.mark.text("sent back"), by=side.officer, at=at)
    done = mine.filter(assessment__status="published")[0]
    SelfReport.objects.filter(pk=done.pk).update(
        status="checked", receipt=f"ZP-{side.mark.letters}", filled_by=side.mark.text("filler"), handed_in_at=at,
        checked_at=at, checked_by=side.officer,
    )  # fmt: skip
    SelfReportLink.objects.filter(report__in=mine).update(recipient=side.mark.text("recipient"))
    side.report = SelfReport.objects.get(pk=writes.pk)
    side.handed_report = SelfReport.objects.get(pk=handed.pk)


def _fill(side: Side, link: SelfReportLink) -> None:
    """Write every line, so that it can be handed in, and bring one proof."""
    entries = {
        line.asked.code: LineEntry(
            value=Decimal(12) if line.asked.takes_value else None,
            remark=side.mark.text("remark"),
            link=f"https://www.example.cn/{side.mark.letters}/{side.mark.word}",
        )
        for line in lines_of(link.report)
    }
    at = timezone.now()
    filling.save(link=link, entries=entries, version=1, at=at)
    line = link.report.lines.first()
    assert line is not None
    upload = factories.upload(f"{side.mark.text('proof')}.pdf", factories.PDF)
    filling.add_file(link=link, line=line, upload=upload, note=side.mark.text("note"), at=at)
