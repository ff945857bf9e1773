"""Every reported application of a round that has no grade, each once, and what each way to count them would give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus, Gap
from evaluation.marking.late import Filed, Standing
from evaluation.marking.queries.graded import kept_out
from evaluation.marking.queries.withdrawals import handed_in
from evaluation.models import Assessment, Evaluation
from platforms.applications.choices import ApplicationStatus
from platforms.applications.models.platform import SITE
from platforms.cases.choices import GroundStatus
from platforms.models import Application, ApplicationMove, Ground, Round
from platforms.notices.choices import Collector
from platforms.notices.models import value_of
from platforms.rounds.choices import RoundStatus

WITHDRAWN = (Gap.WITHDRAWN, Gap.WITHDRAWN_LATE)
BANNED = "运营单位或地点在限制申报期内"


@dataclass(frozen=True)
class Missing:
    """One application without a grade: why, since when, and the reason that was written down (empty: none)."""

    application: Application
    gap: Gap
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Gaps:
    """All of a round that was reported, as ``rows``: ``missing`` has no grade, ``standings`` say how each counts."""

    missing: tuple[Missing, ...]
    rows: tuple[Application, ...]
    standings: tuple[Filed, ...]

    @property
    def filed(self) -> int:
        """How many were reported at least once."""
        return len(self.standings)

    @property
    def graded(self) -> int:
        """How many have a grade: published, or before that confirmed."""
        return self.filed - len(self.missing)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each gap, in the order of the vocabulary; those without any are left out."""
        found = {gap.value: sum(each.gap == gap for each in self.missing) for gap in Gap}
        return {gap: number for gap, number in found.items() if number}

    def of(self, *wanted: Gap) -> list[Missing]:
        """Return those with one of the gaps ``wanted``."""
        return [each for each in self.missing if each.gap in wanted]


def gaps_of(round: Round, *, on: date, kept: Iterable[Application] | None = None) -> Gaps:
    """Return what of ``round`` has no grade on the day ``on``, by number, and how everything reported stands.

    A staged grade counts among the standings and not yet among the grades. ``kept`` is what
    :func:`~evaluation.marking.queries.graded.kept_out` said, for a caller who has asked already.
    """
    filed = Application.objects.filter(round=round, submitted_at__isnull=False)
    rows = list(filed.select_related(*SITE, "assessment").order_by("number"))
    scored = set(handed_in(Assessment.objects.filter(application__in=rows)).values_list("application", flat=True))
    banned = {row.pk for row in (kept_out(round, on=on) if kept is None else kept)}
    told, refusals = _told(rows), _refusals(round, rows)
    published = round.status == RoundStatus.PUBLISHED
    found, standings = [], []
    for row in rows:
        assessment = getattr(row, "assessment", None)
        refusal = refusals.get(row.platform_id or 0)
        missing: Missing | None
        if row.status == ApplicationStatus.WITHDRAWN:
            missing = _withdrawn(row, row.pk in scored, told)
        else:
            missing = _missing(row, assessment, row.pk in banned, told, published=published)
            if missing and missing.gap not in (Gap.KEPT_OUT, Gap.STAGED) and refusal:
                missing = Missing(row, Gap.REFUSED, *refusal)
        standings.append(_standing(row, assessment, missing))
        if missing:
            found.append(missing)
    return Gaps(tuple(found), tuple(rows), tuple(standings))


Told = Mapping[tuple[int, str], tuple[date, str]]


def _told(rows: Iterable[Application]) -> Told:
    """Return day and reason of the last return and of the withdrawal, by application and name of the move."""
    gone = [row.pk for row in rows if row.status in (ApplicationStatus.RETURNED, ApplicationStatus.WITHDRAWN)]
    moves = ApplicationMove.objects.filter(application__in=gone, name__in=("return", "withdraw")).order_by("pk")
    return {
        (key, name): (timezone.localdate(at), reason)
        for key, name, at, reason in moves.values_list("application", "name", "at", "reason")
    }


def _refusals(round: Round, rows: Iterable[Application]) -> dict[int, tuple[date, str]]:
    """Return day and fact of the confirmed refusals to take part in the evaluation of ``round``, by platform.

    A fact belongs to the round whose evaluation was the last to begin before it.
    """
    starts = [
        timezone.localdate(at) for at in Evaluation.objects.order_by("started_at").values_list("started_at", flat=True)
    ]
    evaluation = Evaluation.objects.filter(round=round).first()
    if evaluation is None:
        return {}
    begun = timezone.localdate(evaluation.started_at)
    ended = min((day for day in starts if day > begun), default=date.max)
    facts = Ground.objects.filter(
        platform__in={row.platform_id for row in rows if row.platform_id},
        status=GroundStatus.CONFIRMED,
        happened_on__gte=begun,
        happened_on__lt=ended,
    )
    return {
        fact.platform_id: (fact.happened_on, fact.text)
        for fact in facts.order_by("-happened_on", "-pk")
        if value_of(fact.notice_id).terms.ground(fact.ground).collector == Collector.REFUSES_EVALUATION
    }


def _withdrawn(row: Application, late: bool, told: Told) -> Missing:
    day, reason = told.get((row.pk, "withdraw"), (_day(row.withdrawn_at), ""))
    return Missing(row, Gap.WITHDRAWN_LATE if late else Gap.WITHDRAWN, day, reason)


def _missing(
    row: Application, assessment: Assessment | None, banned: bool, told: Told, *, published: bool
) -> Missing | None:
    """Return why ``row``, which was not withdrawn, has no grade; None where it has one."""
    if row.status == ApplicationStatus.SUBMITTED:
        return Missing(row, Gap.UNREAD, _day(row.last_submitted_at))
    if row.status == ApplicationStatus.RETURNED:
        return Missing(row, Gap.RETURNED, *told.get((row.pk, "return"), (None, "")))
    if assessment is None:
        return Missing(row, Gap.NOT_IN, _day(row.accepted_at))
    if assessment.grade:
        kept = assessment.status != AssessmentStatus.PUBLISHED if published else banned
        return Missing(row, Gap.KEPT_OUT, reason=BANNED) if kept else None
    if assessment.staged_grade:
        return Missing(row, Gap.STAGED, _day(assessment.staged_at), assessment.staged_reason)
    if assessment.unreported_at:
        return Missing(row, Gap.UNREPORTED, _day(assessment.unreported_at))
    if assessment.status == AssessmentStatus.OPEN:
        return Missing(row, Gap.NOT_SCORED, _day(row.accepted_at))
    return Missing(row, Gap.NOT_STAGED, _day(assessment.scored_at))


def _standing(row: Application, assessment: Assessment | None, missing: Missing | None) -> Filed:
    region = row.region.code if row.region else ""
    if missing is None and assessment is not None:
        return Filed(region, Standing.GRADED, assessment.grade)
    gap = missing.gap if missing else None
    if gap == Gap.STAGED and assessment is not None:
        return Filed(region, Standing.GRADED, assessment.staged_grade)
    if gap == Gap.WITHDRAWN_LATE:
        scored = assessment is not None and assessment.status != AssessmentStatus.OPEN
        return Filed(region, Standing.WITHDRAWN_LATE, assessment.proposed_grade if scored and assessment else "")
    plain = {Gap.WITHDRAWN: Standing.WITHDRAWN, Gap.REFUSED: Standing.REFUSED}
    return Filed(region, plain.get(gap, Standing.UNGRADED) if gap else Standing.UNGRADED)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
