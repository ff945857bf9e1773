"""Taking the sums of a round out of the house."""

from datetime import datetime

from django.db import transaction

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Round, User


@transaction.atomic
def export_summary(*, round: Round, by: User, at: datetime) -> None:
    """Write down that ``by`` takes along what of ``round`` was paid; each export is one audit event.

    Raises:
        Refusal: ``by`` may not export.
    """
    if not by.has_perm("funding.export_allocationrun"):
        raise Refusal("您没有导出资金拨付情况的权限。")
    audit.record(verb="导出资金拨付情况", by=by, at=at, target=round, code=str(round.year), reason="xlsx")
