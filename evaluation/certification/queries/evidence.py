"""What each platform of an evaluation was found to be, as the value that is frozen with its result."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from evaluation.certification.evidence import Evidence, Line, Rank, frozen_indicators, recompute, scheme_digest
from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.queries.graded import judged
from evaluation.models import Assessment, Evaluation, Score
from evaluation.schemes.choices import MissingReport
from evaluation.schemes.grading import Entry
from evaluation.schemes.models import heads_of

_READ = (
    "assessment_id", "indicator__code", "passed", "verified", "points", "evidence", "reported", "counted",
    "counted_meaning", "stated",
)  # fmt: skip


def evidence_of(evaluation: Evaluation, assessments: Iterable[Assessment]) -> dict[int, Evidence]:
    """Return the evidence of ``assessments``, all of ``evaluation``, by their keys; many take as many queries as one.

    Where grades go by rank the proposed grade is what the ranks give now: who withdrew since is not counted.
    """
    indicators = list(evaluation.scheme.indicators.all())
    scheme = evaluation.scheme.value_with(indicators, evaluation.scheme.cutoffs.all())
    terms = evaluation.round.terms
    heads, units = dict(heads_of(terms)), {each.code: each.unit for each in indicators}
    digest, bare = scheme_digest(scheme), replace(scheme, indicators=())
    rows = list(assessments)
    own = {type: frozen_indicators(scheme, type) for type in {each.application.type for each in rows}}
    found = _lines(evaluation)
    ranks = _ranks(evaluation) if scheme.by_rank else {}
    made = {}
    for each in rows:
        lines = []
        for indicator in own[each.application.type]:
            entry, points, rest = found[each.pk].get(indicator.code, (Entry(), None, ()))
            lines.append(Line(indicator, heads.get(indicator.head, ""), units[indicator.code], entry, points, *rest))
        evidence = Evidence(
            scheme_name=evaluation.scheme.name,
            scheme_version=evaluation.scheme.version,
            scheme_digest=digest,
            scheme=bare,
            type=each.application.type,
            lines=tuple(lines),
            points=_exact(each.points) or Fraction(0),
            proposed_grade=each.proposed_grade,
            grade=each.grade,
            grade_reason=each.grade_reason,
            veto=terms.ground(each.veto).label if each.veto else "",
            veto_fact=each.veto_fact,
            unreported=each.unreported_at is not None,
            rank=ranks.get(each.pk),
        )
        if evidence.rank is not None:
            evidence = replace(evidence, proposed_grade=recompute(evidence).proposed_grade)
        made[each.pk] = evidence
    return made


def _lines(evaluation: Evaluation) -> dict[int, dict[str, tuple[Entry, Fraction | None, tuple]]]:
    found: dict[int, dict[str, tuple[Entry, Fraction | None, tuple]]] = defaultdict(dict)
    rows = Score.objects.filter(assessment__evaluation=evaluation).order_by().values_list(*_READ)
    for key, code, passed, verified, points, reason, reported, counted, meaning, stated in rows.iterator():
        entry = Entry(passed, _exact(verified), _exact(points))
        rest = (reason, _exact(reported), _exact(counted), meaning, _exact(stated))
        found[key][code] = (entry, entry.points if passed is None else None, rest)
    return found


def _ranks(evaluation: Evaluation) -> dict[int, Rank]:
    """Return how each judged platform stands: who failed counts among all and stands ahead of nobody."""
    rows = judged(evaluation.round).exclude(status=AssessmentStatus.OPEN)
    failed = set(rows.filter(scores__passed=False).values_list("pk", flat=True))
    last = evaluation.scheme.missing_report == MissingReport.LAST
    points: dict[int, Decimal | None] = {}
    for pk, earned, veto, unreported in rows.values_list("pk", "points", "veto", "unreported_at"):
        points[pk] = earned
        if veto or (last and unreported is not None):
            failed.add(pk)
    counted = [pk for pk, earned in points.items() if earned is not None or pk in failed]
    ranked = sorted(earned for pk, earned in points.items() if earned is not None and pk not in failed)
    return {pk: Rank(len(counted), _ahead(points[pk], ranked)) for pk in counted}


def _ahead(earned: Decimal | None, ranked: list[Decimal]) -> int:
    return 0 if earned is None else len(ranked) - bisect_right(ranked, earned)


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
