"""What stands between a round and its publication, and what publishing it will do: one answer for page and service."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from evaluation.marking.choices import Gap
from evaluation.marking.queries.gaps import gaps_of
from evaluation.marking.queries.graded import applications, graded, judged, kept_out
from evaluation.marking.queries.phase_four import too_early
from evaluation.public_notice.queries import findings
from platforms.applications.choices import ApplicationStatus
from platforms.models import Application, Round
from platforms.notices.queries import printed_number
from platforms.rounds.readiness import Finding, Weight

#: What becomes of what the results are published without.
STAYS = "公布后计入申报数，不评档次"


@dataclass(frozen=True)
class RegionLine:
    """How many platforms of a region would be published with each grade."""

    name: str
    grades: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Preview:
    """What publishing would do now: counts per grade in the order of the notice, and the same by region."""

    total: int
    grades: tuple[int, ...]
    certified: int
    regions: tuple[RegionLine, ...]


def before_publishing(round: Round, *, on: date, kept: list[Application] | None = None) -> list[Finding]:
    """Return what is missing for publishing the results of ``round`` on the day ``on``.

    What the public notice leaves to be done stops it. A submitted application has a right to an answer first, which
    nobody could give once the results are public. What was returned, or has no confirmed grade, can stay behind for a
    reason: it counts as declared (五·1) and gets no grade. Refusals and withdrawals are told. ``kept`` is
    what ``kept_out`` said, for a caller who has asked already.
    """
    filed = Application.objects.filter(round=round)
    kept = kept_out(round, on=on) if kept is None else kept
    unread = filed.filter(status=ApplicationStatus.SUBMITTED)
    found = applications(unread, "份申报表已提交，尚未受理或退回", Weight.STOPS)
    if not graded(round, on=on, kept=kept).exists():
        found.append(Finding("没有可公布的评价结果。", Weight.STOPS))
    else:
        found += findings.before_publishing(round, on)
    found += too_early(round, on)
    found += applications(filed.filter(status=ApplicationStatus.RETURNED), f"份申报表已退回，尚未补正提交，{STAYS}")
    accepted = filed.filter(status=ApplicationStatus.ACCEPTED)
    found += applications(accepted.filter(assessment__isnull=True), f"份已受理的申报表尚未纳入评价，{STAYS}")
    clause = printed_number(round.notice_id, "ban")
    found += _named(kept, f"份申报表的运营单位或地点在限制申报期内，不予认定（{clause}），{STAYS}")
    waiting = judged(round).filter(grade="").order_by("application__number")
    names = tuple(
        (number, reverse("admin:evaluation_assessment_change", args=(pk,)))
        for pk, number in waiting.values_list("pk", "application__number")
    )
    if names:
        url = f"{reverse('admin:evaluation_assessment_changelist')}?evaluation__round__id__exact={round.pk}"
        found.append(
            Finding(f"还有 {len(names)} 个平台的档次尚未核定，{STAYS}", names=names, url=url, label="查看评价")
        )
    return [*found, *_told(round, kept, on=on)]


def _told(round: Round, kept: list[Application], *, on: date) -> list[Finding]:
    """Return what asks for nothing and is not passed over: refusals and withdrawals, each with its applications."""
    gaps = gaps_of(round, on=on, kept=kept)
    url = f"{reverse('evaluation:gaps')}?year={round.year}"
    texts = {
        Gap.REFUSED: "份申报的平台拒不参加评价且已核实",
        Gap.UNREPORTED: "份申报的平台未提交自评，尚无档次",
        Gap.WITHDRAWN_LATE: "份申报在评分提交后撤回，是否计入申报数由资金测算口径确定",
        Gap.WITHDRAWN: "份申报在评分提交前撤回，不计入申报数",
    }
    found = []
    for gap, text in texts.items():
        rows = [each.application for each in gaps.of(gap)]
        names = tuple((row.number, reverse("admin:platforms_application_change", args=(row.pk,))) for row in rows)
        if names:
            told = f"有 {len(names)} {text}"
            found.append(Finding(told, Weight.NOTE, names, f"{url}&gap={gap}", "查看清单"))
    return found


def _named(rows: Iterable[Application], what: str) -> list[Finding]:
    names = tuple((row.number, reverse("admin:platforms_application_change", args=(row.pk,))) for row in rows)
    return [Finding(f"有 {len(names)} {what}", names=names)] if names else []


def preview(round: Round, *, on: date, kept: list[Application] | None = None) -> Preview:
    """Return what would be published on the day ``on``; ``kept`` as for :func:`before_publishing`."""
    rows = (
        graded(round, on=on, kept=kept)
        .values_list("application__region__name", "grade")
        .order_by("application__region__code")
    )
    regions: dict[str, Counter[str]] = {}
    for name, grade in rows:
        regions.setdefault(name or "市级", Counter())[grade] += 1
    totals, codes = sum(regions.values(), Counter()), round.terms.grade_codes
    return Preview(
        total=sum(totals.values()),
        grades=_by_grade(totals, codes),
        certified=sum(totals[grade] for grade in round.terms.certified),
        regions=tuple(RegionLine(name, _by_grade(found, codes), found.total()) for name, found in regions.items()),
    )


def _by_grade(found: Counter[str], codes: Iterable[str]) -> tuple[int, ...]:
    return tuple(found[grade] for grade in codes)
