"""Certifications by what they are on a day, and what speaks for revoking one."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from evaluation.choices import Validity
from evaluation.models import Assessment, Certification
from evaluation.validity import EXPIRING_DAYS
from platforms.choices import ApplicationStatus, RoundStatus
from platforms.ground_choices import GroundKind, GroundSource
from platforms.models import Application, Round
from platforms.queries import grounds

#: In force, whether or not the end is near: what a recognition by city and state may be applied for with (六·(三)).
HOLDING = "holding"


def in_state(rows: QuerySet[Certification], wanted: str, *, on: date) -> QuerySet[Certification]:
    """Return those of ``rows`` for which ``validity.state`` is ``wanted`` on the day ``on``, or :data:`HOLDING`."""
    revoked = Q(revoked_on__isnull=False, revoked_on__lte=on)
    last_quiet_day = on + timedelta(days=EXPIRING_DAYS)
    conditions: dict[str, Q] = {
        HOLDING: ~revoked & Q(valid_from__lte=on, valid_until__gte=on),
        Validity.REVOKED: revoked,
        Validity.PENDING: ~revoked & Q(valid_from__gt=on),
        Validity.EXPIRED: ~revoked & Q(valid_from__lte=on, valid_until__lt=on),
        Validity.EXPIRING: ~revoked & Q(valid_from__lte=on, valid_until__gte=on, valid_until__lte=last_quiet_day),
        Validity.IN_FORCE: ~revoked & Q(valid_from__lte=on, valid_until__gt=last_quiet_day),
    }
    condition = conditions.get(wanted)
    return rows.none() if condition is None else rows.filter(condition)


def speaks_for_revocation(certification: Certification) -> list[str]:
    """Return, as Chinese sentences, what is on record that the notice names as a ground; nothing once revoked."""
    if certification.ground:
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
    if certification.ground:
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
