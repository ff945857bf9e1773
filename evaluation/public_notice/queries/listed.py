"""What a notice would list of a round now: the confirmed grades of the forms as they were submitted."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from evaluation.marking.queries.by_scheme import fails_unreported
from evaluation.marking.queries.graded import graded
from evaluation.models import Assessment, Score
from evaluation.public_notice.listing import Entry, Found, Marked, explained, reasons
from evaluation.schemes.choices import Method
from platforms.models import Round
from platforms.notices.terms import Terms

#: The methods that give points, as against conditions and deductions.
WITH_POINTS = (Method.SCORED, Method.TIERS, Method.LINEAR)


def entries(round: Round, *, on: date) -> dict[Assessment, Entry]:
    """Return what a notice opened on the day ``on`` would list, by the codes of the platforms."""
    rows = with_facts(graded(round, on=on))
    return {row: entry(row, round.terms) for row in rows.order_by("application__platform__code")}


def with_facts(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return ``rows`` with all that :func:`entry` reads."""
    return rows.select_related(
        "evaluation__scheme", "frozen_form", "application__platform", "application__region", "application__town",
        "application__park",
    ).prefetch_related("scores__indicator")  # fmt: skip


def entry(assessment: Assessment, terms: Terms) -> Entry:
    """Return what is said of ``assessment``, whose grade is confirmed: from the form that was judged."""
    form, application = assessment.frozen_form.data, assessment.application
    accepted = application.platform
    assert accepted is not None  # held by application_accepted_has_platform
    return Entry(
        code=accepted.code,
        name=form["platform"]["name"],
        type=application.type,
        region=application.region.code if application.region else "",
        site_name=application.site_name,
        operator_name=form["operator"]["operator_name"],
        grade=assessment.grade,
        is_public=assessment.grade in terms.certified,
        reasons=reasons(found(assessment, terms)) if assessment.grade in explained(terms) else "",
    )


def found(assessment: Assessment, terms: Terms) -> Found:
    """Return what the confirmed grade of ``assessment`` rests on."""
    scores = sorted(assessment.scores.all(), key=lambda each: each.indicator.order)
    return Found(
        grade=assessment.grade,
        remark=assessment.grade_reason,
        veto=terms.ground(assessment.veto).label if assessment.veto else "",
        veto_fact=assessment.veto_fact,
        unreported=fails_unreported(assessment),
        failed=tuple((each.indicator.title, each.evidence) for each in scores if each.passed is False),
        total=None if assessment.points is None else Fraction(assessment.points),
        marks=tuple(_marks(scores)),
    )


def _marks(scores: Iterable[Score]) -> Iterable[Marked]:
    for each in scores:
        # 0 full marks: platforms of the type are not asked.
        if each.indicator.method in WITH_POINTS and each.points is not None and each.full_marks:
            yield Marked(each.indicator.title, Fraction(each.points), Fraction(each.full_marks))
