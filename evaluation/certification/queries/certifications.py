"""Certifications by what they are on a day, and what speaks for revoking one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from evaluation.certification.queries.in_force import HOLDING, end_of, in_force, in_state
from evaluation.models import Assessment, Certification
from platforms.applications.choices import ApplicationStatus
from platforms.cases.choices import GroundSource
from platforms.cases.queries import grounds
from platforms.models import Application, Round
from platforms.notices.choices import Collector
from platforms.notices.terms import Ground, Terms
from platforms.rounds.choices import RoundStatus

__all__ = [
    "HOLDING",
    "Noteworthy",
    "in_state",
    "kept_despite_d",
    "noteworthy",
    "speaks_for_revocation",
]


def kept_despite_d(round: Round, *, on: date) -> QuerySet[Certification]:
    """Return the certificates in force on the day ``on`` whose platforms get a grade without one in ``round``.

    What a correction of ``round`` gave is none of them.
    五 names the grounds for taking a certification away and a D is none of them, so it holds until its date.
    """
    graded = Assessment.objects.filter(evaluation__round=round, application__status=ApplicationStatus.ACCEPTED).exclude(
        grade__in=["", *round.terms.certified]
    )
    rows = in_force(on).filter(result__platform__in=graded.values("application__platform"))
    rows = rows.exclude(result__publication__round=round)
    return rows.select_related("result").order_by("number")


def speaks_for_revocation(certification: Certification) -> list[str]:
    """Return, as Chinese sentences, what is on record that the notice names as a ground; nothing once it ended.

    The notice is that of the certificate's round. A veto of a later round is told as the notice of that round calls it.
    """
    if certification.ground or end_of(certification):
        return []
    platform = certification.result.platform_id
    found = grounds.sentences(platform)
    found += [
        f"{row.evaluation.round}评价中记录：{row.veto_label}（{row.veto_fact}）。"
        for row, _ in _vetoes_since(certification)
    ]
    return found


def _vetoes_since(certification: Certification) -> list[tuple[Assessment, Ground]]:
    """Return the vetoes of later rounds, each with the ground that it is under the notice of ``certification``."""
    round = certification.result.publication.round
    later = Assessment.objects.filter(
        application__platform=certification.result.platform_id, evaluation__round__year__gt=round.year
    ).exclude(veto="")
    rows = [(row, _counterpart(round.terms, row)) for row in later.select_related("evaluation__round").order_by("pk")]
    return [(row, ground) for row, ground in rows if ground is not None]


def _counterpart(terms: Terms, row: Assessment) -> Ground | None:
    """Return the ground of ``terms`` that the veto of ``row`` is: of the same key, else of the same collector."""
    veto = row.evaluation.round.terms.ground(row.veto)
    if veto.key in dict(terms.ground_choices):
        return terms.ground(veto.key)
    return terms.collected_by(veto.collector) if veto.collector else None


@dataclass(frozen=True)
class Noteworthy:
    """What evaluation knows and the register of grounds does not yet: ``key`` names it there, ``text`` is proposed."""

    key: str
    ground: str
    label: str
    text: str


def noteworthy(certification: Certification) -> list[Noteworthy]:
    """Return what of later rounds can be noted in the register: vetoes, and rounds that the platform took no part in.

    A round counts from its evaluation on, while the certification is in force by its dates (N29). Only people note it.
    """
    if certification.ground or end_of(certification):
        return []
    platform, round = certification.result.platform_id, certification.result.publication.round
    found = [
        Noteworthy(f"assessment:{row.pk}", ground.key, ground.label, f"{row.evaluation.round}绩效评价：{row.veto_fact}")
        for row, ground in _vetoes_since(certification)
    ]
    if absent := round.terms.collected_by(Collector.REFUSES_EVALUATION):
        found += [
            Noteworthy(f"round:{row.pk}:{platform}", absent.key, absent.label, f"{row}没有参加绩效评价：未提交申报表。")
            for row in _rounds_without(certification)
        ]
    known = grounds.known(GroundSource.EVALUATION, [each.key for each in found])
    return [each for each in found if each.key not in known]


def _rounds_without(certification: Certification) -> QuerySet[Round]:
    """Return the later rounds, from their evaluation on, that its platform took no part in, the earliest first.

    Of a round that was taken over nobody knows who applied.
    """
    platform, year = certification.result.platform_id, certification.result.publication.round.year
    taken = Application.objects.filter(platform=platform).exclude(status=ApplicationStatus.WITHDRAWN)
    rows: QuerySet[Round] = Round.objects.filter(
        year__gt=year,
        year__lte=certification.valid_until.year,
        status__in=(RoundStatus.EVALUATING, RoundStatus.PUBLISHED),
    ).exclude(Q(pk__in=taken.values("round")) | Q(publication__taken_over=True))
    return rows.order_by("year")
