"""Certifications by what they are on a day, and what speaks for revoking one."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from evaluation.choices import RevocationGround, Validity
from evaluation.models import Assessment, Certification
from evaluation.validity import EXPIRING_DAYS
from platforms.choices import ComplaintStatus
from platforms.models import Complaint

#: 五·(三): 因管理服务不规范被小微企业投诉3次以上且核实的
VERIFIED_COMPLAINTS = 3


def in_state(rows: QuerySet[Certification], wanted: str, *, on: date) -> QuerySet[Certification]:
    """Return those of ``rows`` for which ``validity.state`` is ``wanted`` on the day ``on``."""
    revoked = Q(revoked_on__isnull=False, revoked_on__lte=on)
    last_quiet_day = on + timedelta(days=EXPIRING_DAYS)
    conditions = {
        Validity.REVOKED: revoked,
        Validity.PENDING: ~revoked & Q(valid_from__gt=on),
        Validity.EXPIRED: ~revoked & Q(valid_from__lte=on, valid_until__lt=on),
        Validity.EXPIRING: ~revoked & Q(valid_from__lte=on, valid_until__gte=on, valid_until__lte=last_quiet_day),
        Validity.IN_FORCE: ~revoked & Q(valid_from__lte=on, valid_until__gt=last_quiet_day),
    }
    condition = conditions.get(Validity(wanted)) if wanted in Validity.values else None
    return rows.none() if condition is None else rows.filter(condition)


def speaks_for_revocation(certification: Certification) -> list[str]:
    """Return, as Chinese sentences, what is on record that the notice names as a ground; nothing once revoked."""
    if certification.ground:
        return []
    platform = certification.result.platform_id
    found: list[str] = []
    complaints = Complaint.objects.filter(platform=platform, status=ComplaintStatus.VERIFIED).count()
    if complaints >= VERIFIED_COMPLAINTS:
        found.append(f"核查属实的投诉已有 {complaints} 件(通知第五条第三项：3次以上且核实)。")
    later = Assessment.objects.filter(
        application__platform=platform, evaluation__round__year__gt=certification.result.publication.round.year
    ).exclude(veto="")
    found += [
        f"{assessment.evaluation.round}评价中记录：{RevocationGround(assessment.veto).label}({assessment.veto_fact})。"
        for assessment in later.select_related("evaluation__round")
    ]
    return found
