"""Years without applications after a revocation (五)."""

from datetime import date, datetime

from django.db import transaction

from platforms.applications.eligibility import ban_end
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Ban, User
from platforms.text import clean_text


@transaction.atomic
def ban(
    *,
    operator_code: str,
    site_key: str,
    site_label: str,
    starts_on: date,
    years: int,
    reason: str,
    by: User,
    at: datetime,
) -> Ban:
    """Ban an operator, a place or both for ``years`` from ``starts_on``: those of the notice that was broken.

    Raises:
        Refusal: ``by`` may not decide a revocation, no reason, or neither operator nor place is named.
    """
    if not by.has_perm("evaluation.decide_revocation"):
        raise Refusal("您没有限制申报的权限。")
    if not operator_code and not site_key:
        raise Refusal("请指明限制申报的运营单位或地点。")
    made = Ban.objects.create(
        operator_code=operator_code,
        site_key=site_key,
        site_label=site_label,
        starts_on=starts_on,
        ends_on=ban_end(starts_on, years),
        reason=clean_text("原因", reason, most=400, required=True),
    )
    audit.record(verb="限制申报", by=by, at=at, target=made, code=site_label or operator_code, reason=made.reason)
    return made
