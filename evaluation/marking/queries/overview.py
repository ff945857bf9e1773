"""Where the grades of a round stand before they are applied: their spread, who is close to a line, each region."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from evaluation.marking.jump import jumps
from evaluation.marking.queries.graded import judged
from evaluation.marking.spread import Step, close_to, more_until, steps
from evaluation.models import Assessment, Evaluation, Look
from platforms.applications.choices import ApplicationStatus
from platforms.models import Application, AuditEvent, User
from platforms.notices.terms import grade_label

#: What counts as declared (申报): everything that was filed and not taken back.
DECLARED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED)
#: Most changes that the page names; the log has them all.
MOST_CHANGES = 50


@dataclass(frozen=True)
class Close:
    """A platform within a point of a cut-off: ``above`` is its distance, below 0 where it misses the grade."""

    assessment: Assessment
    label: str
    above: Fraction


@dataclass(frozen=True)
class RegionLine:
    """How a region stands: declared, how many would get each grade, and how many more of the last cost its money."""

    name: str
    declared: int
    counts: tuple[int, ...]
    failing: int
    share: Fraction
    more: int
    over: bool


@dataclass(frozen=True)
class Overview:
    """Everything that the page of a round's grades shows; grades are the staged ones, else the proposed."""

    spread: tuple[Step, ...]
    close: tuple[Close, ...]
    regions: tuple[RegionLine, ...]
    line: Fraction | None
    jumping: tuple[Assessment, ...]
    counts: tuple[int, ...]
    waiting: int
    staged: int


def overview(evaluation: Evaluation) -> Overview:
    """Return how the grades of ``evaluation`` stand now, of everything that was scored."""
    terms, cutoffs = evaluation.round.terms, dict(evaluation.scheme.value().cutoffs)
    rows = list(
        judged(evaluation.round)
        .select_related("application__region", "evaluation__round")
        .order_by("application__region__code", "application__number")
    )
    known = [row for row in rows if meant(row)]
    codes = terms.grade_codes
    close = [
        Close(row, grade_label(terms, found[0]), found[1])
        for row in known
        if (found := close_to(Fraction(row.points or 0), cutoffs)) is not None
    ]
    money = terms.money
    counts = Counter(meant(row) for row in known)
    return Overview(
        spread=steps([(Fraction(row.points or 0), meant(row)) for row in known], codes, cutoffs),
        close=tuple(close),
        regions=_regions(evaluation, known, money.line if money else None),
        line=money.line if money else None,
        jumping=tuple(row for row in known if row.staged_grade and jumps(codes, row.proposed_grade, row.staged_grade)),
        counts=tuple(counts[code] for code in codes),
        waiting=len(rows) - len(known),
        staged=sum(bool(row.staged_grade) for row in known),
    )


def meant(row: Assessment) -> str:
    """Return the grade that ``row`` would get now: confirmed, staged, or proposed once it is scored; else nothing."""
    scored = row.proposed_grade if row.status != "open" else ""
    return row.grade or row.staged_grade or scored


def _regions(evaluation: Evaluation, rows: list[Assessment], line: Fraction | None) -> tuple[RegionLine, ...]:
    terms = evaluation.round.terms
    failing = terms.money.failing if terms.money else terms.failing.code
    # Whether the line itself is over it is a reading of the notice (五·1).
    inclusive = terms.readings.get("cutoff") != "exclusive"
    filed = Application.objects.filter(round=evaluation.round, status__in=DECLARED, region__isnull=False)
    declared = Counter(filed.values_list("region__name", flat=True))
    codes = dict(filed.values_list("region__name", "region__code"))
    found: dict[str, Counter[str]] = {}
    for row in rows:
        if row.application.region is not None:
            found.setdefault(row.application.region.name, Counter())[meant(row)] += 1
    lines = []
    for name in sorted(declared, key=lambda each: codes[each]):
        counts = found.get(name, Counter())
        share = Fraction(counts[failing], declared[name])
        over, more = False, 0
        if line is not None:
            more = more_until(line, failing=counts[failing], declared=declared[name], inclusive=inclusive)
            over = more == 0
        by_grade = tuple(counts[code] for code in terms.grade_codes)
        lines.append(RegionLine(name, declared[name], by_grade, counts[failing], share, more, over))
    return tuple(lines)


def last_look(evaluation: Evaluation, user: User) -> datetime | None:
    """Return when ``user`` last said that everything was seen, or nothing."""
    return Look.objects.filter(evaluation=evaluation, user=user).values_list("looked_at", flat=True).first()


def changed_since(evaluation: Evaluation, moment: datetime | None) -> list[AuditEvent]:
    """Return what was done to the assessments of ``evaluation`` since ``moment``, the latest first, 50 at most."""
    keys = [str(pk) for pk in evaluation.assessments.values_list("pk", flat=True)]
    kind = Assessment._meta.verbose_name
    events = AuditEvent.objects.filter(object_type=kind, object_pk__in=keys).order_by("-serial")
    return list((events.filter(at__gt=moment) if moment else events)[:MOST_CHANGES])
