"""The lines of a report with what proves them, as rules and pages read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from evaluation.models import Assessment, Indicator, Score, SelfReport, SelfReportLine
from evaluation.schemes.choices import Method
from evaluation.schemes.reported import RECORDED
from evaluation.self_reports import asking
from evaluation.self_reports.asking import Asked, Given
from platforms.files.choices import EvidenceKind
from platforms.files.queries import counts_of, files_of_all
from platforms.models import EvidenceFile
from platforms.workbench.counted_figures import FIGURES


@dataclass(frozen=True)
class Line:
    """One line of a report: what is asked, what was given, its files, and what the application's form stated."""

    row: SelfReportLine
    asked: Asked
    files: tuple[EvidenceFile, ...]
    stated: Decimal | None

    @property
    def given(self) -> Given:
        """What the unit gave, as :mod:`asking` reads it."""
        return Given(self.row.value, self.row.remark, len(self.files) + bool(self.row.link))

    @property
    def meaning(self) -> str:
        """What is counted for the indicator; empty where the records count nothing."""
        source = self.row.indicator.source
        return FIGURES[source].meaning if source in RECORDED else ""


def asked_of(indicator: Indicator) -> Asked | None:
    """Return how a report asks for ``indicator``; None where it does not."""
    needs_proof = indicator.evidence_required
    if not asking.is_asked(indicator.method, indicator.unit, needs_proof=needs_proof):
        return None
    return Asked(
        code=indicator.code,
        title=indicator.title,
        is_gate=indicator.method == Method.GATE,
        takes_value=asking.takes_value(indicator.method, indicator.unit),
        needs_proof=needs_proof,
    )


def lines_of(report: SelfReport) -> list[Line]:
    """Return the lines of ``report`` in the order of its scheme; three questions."""
    rows = list(report.lines.select_related("indicator__scheme").order_by("indicator__order"))
    files = files_of_all(EvidenceKind.SELF_REPORT, [row.pk for row in rows])
    stated = dict(Score.objects.filter(assessment=report.assessment_id).values_list("indicator", "stated"))
    return [
        Line(row, asked, tuple(files.get(row.pk, ())), stated.get(row.indicator_id))
        for row in rows
        if (asked := asked_of(row.indicator)) is not None
    ]


def gaps_of(lines: Iterable[Line]) -> list[asking.Gap]:
    """Return what is missing of ``lines`` before they can be handed in."""
    return asking.gaps((line.asked, line.given) for line in lines)


def evidence_of(assessment: Assessment) -> dict[str, list[EvidenceFile | str]]:
    """Return what the unit's checked report proves each indicator by, by code: files, then links (https).

    Empty while the county has not checked it; the caller has seen to it that the person may see the assessment.
    """
    rows = list(
        SelfReportLine.objects.filter(report__assessment=assessment, report__status="checked").select_related(
            "indicator"
        )
    )
    files = files_of_all(EvidenceKind.SELF_REPORT, [row.pk for row in rows])
    found = {row.indicator.code: [*files.get(row.pk, ()), *([row.link] if row.link else [])] for row in rows}
    return {code: proofs for code, proofs in found.items() if proofs}


def proven_by(assessments: Collection[int]) -> dict[int, set[int]]:
    """Return by assessment the keys of the indicators that its checked report proves by a file or a link."""
    rows = SelfReportLine.objects.filter(report__assessment__in=assessments, report__status="checked")
    lines = list(rows.values_list("pk", "report__assessment", "indicator", "link"))
    files = counts_of(EvidenceKind.SELF_REPORT, [pk for pk, *_ in lines])
    found: dict[int, set[int]] = {}
    for pk, assessment, indicator, link in lines:
        if link or pk in files:
            found.setdefault(assessment, set()).add(indicator)
    return found
