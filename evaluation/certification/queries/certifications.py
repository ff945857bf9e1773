"""Certifications by what they are on a day, and what speaks for revoking one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from evaluation.certification.queries.in_force import HOLDING, end_of, in_force, in_state
from evaluation.models import Assessment, Certification
from platforms.applications.choices import ApplicationStatus
from platforms.cases.choices import GroundKind, GroundSource
from platforms.cases.queries import grounds
from platforms.models import Application, Round
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

    五 names the grounds for taking a certification away and a D is none of them, so it holds until its date.
    """
    graded = Assessment.objects.filter(evaluation__round=round, application__status=ApplicationStatus.ACCEPTED).exclude(
        grade__in=["", *round.terms.certified]
    )
    rows = in_force(on).filter(result__platform__in=graded.values("application__platform"))
    return rows.select_related("result").order_by("number")


def speaks_for_revocation(certification: Certification) -> list[str]:
    """Return, as Chinese sentences, what is on record that the notice names as a ground; nothing once it ended."""
    if certification.ground or end_of(certification):
        return []
    platform = certification.result.platform_id
    found = grounds.sentences(platform)
    later = Assessment.objects.filter(
        application__platform=platform, evaluation__round__year__gt=certification.result.publication.round.year
    ).exclude(veto="")
    found += [
        f"{assessment.evaluation.round}评价中记录：{GroundKind(assessment.veto).label}({assessment.veto_fact})。"
        for assessment in later.select_related("evaluation__round")
    ]
    return found


@dataclass(frozen=True)
class Noteworthy:
    """What evaluation knows and the register of grounds does not yet: ``key`` names it there, ``text`` is proposed."""

    key: str
    ground: str
    text: str


def noteworthy(certification: Certification) -> list[Noteworthy]:
    """Return what of later rounds can be noted in the register: vetoes, and rounds that the platform took no part in.

    A round counts from its evaluation on, while the certification is in force by its dates (N29). Only people note it.
    """
    if certification.ground or end_of(certification):
        return []
    platform, year = certification.result.platform_id, certification.result.publication.round.year
    later = Assessment.objects.filter(application__platform=platform, evaluation__round__year__gt=year)
    found = [
        Noteworthy(f"assessment:{row.pk}", row.veto, f"{row.evaluation.round}绩效评价：{row.veto_fact}")
        for row in later.exclude(veto="").select_related("evaluation__round").order_by("pk")
    ]
    taken = Application.objects.filter(platform=platform).exclude(status=ApplicationStatus.WITHDRAWN)
    rounds = Round.objects.filter(
        year__gt=year,
        year__lte=certification.valid_until.year,
        status__in=(RoundStatus.EVALUATING, RoundStatus.PUBLISHED),
    ).exclude(pk__in=taken.values("round"))
    found += [
        Noteworthy(
            f"round:{row.pk}:{platform}", GroundKind.REFUSES_EVALUATION, f"{row}没有参加绩效评价：未提交申报表。"
        )
        for row in rounds.order_by("year")
    ]
    return [each for each in found if not grounds.exists(GroundSource.EVALUATION, each.key)]
