"""Taking a certification back (五): once, for one of six grounds; no application is accepted for three years."""

from datetime import date, datetime

from django.db import transaction

from evaluation.choices import RevocationGround
from evaluation.models import Certification
from evaluation.services.endings import end_for_revocation
from evaluation.validity import day_in_ningbo
from platforms.errors import Gone, Refusal
from platforms.models import User
from platforms.services import audit
from platforms.services.bans import ban
from platforms.services.text import clean_text


@transaction.atomic
def revoke(
    *, certification: Certification, ground: str, reason: str, on: date, by: User, at: datetime
) -> Certification:
    """Revoke ``certification`` from the day ``on`` for ``ground``; ``reason`` holds the facts.

    The operator that was certified and its place are banned for three years (N35).

    Raises:
        Gone: it is revoked already. Refusal: no such ground, no facts, a day before the certification or after today,
            or ``by`` may not.
    """
    if not by.has_perm("evaluation.revoke_certification"):
        raise Refusal("您没有“撤销认定”的权限。")
    if ground not in RevocationGround.values:
        raise Refusal("请选择通知第五条所列六种撤销情形之一。")
    reason = clean_text("撤销事实", reason, most=1000, required=True)
    today = day_in_ningbo(at)
    # One that begins later is taken away before it does.
    if not min(certification.valid_from, today) <= on <= today:
        raise Refusal("撤销日期须在认定之日以后，且不晚于今天。")
    if on > certification.valid_until:
        raise Refusal("该认定在撤销日期已经到期，无须撤销。")
    ended = end_for_revocation(
        platform=certification.result.platform, on=on, ground=ground, reason=reason, by=by, at=at
    )
    if certification.pk not in {each.pk for each in ended}:
        raise Gone("该认定已被撤销或已终止，请刷新页面后查看。")
    certification.refresh_from_db()
    result = certification.result
    ban(
        operator_code=result.assessment.frozen_form.data["operator"]["operator_code"],
        site_key=result.platform.site_key,
        site_label=result.site_name,
        starts_on=on,
        reason=f"{certification.number}被撤销：{certification.get_ground_display()}",
        by=by,
        at=at,
    )
    audit.record(
        verb="撤销认定",
        by=by,
        at=at,
        target=certification,
        reason=reason,
        changes={"撤销情形": ["", certification.get_ground_display()], "撤销日期": ["", on]},
    )
    return certification
