"""Taking the sheet of a run out of the house."""

from datetime import datetime

from django.db import transaction

from funding.models import AllocationRun
from funding.runs.queries.sheet import Sheet, sheet_of
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import User


@transaction.atomic
def export_sheet(*, run: AllocationRun, kind: str, by: User, at: datetime) -> Sheet:
    """Return the sheet of ``run`` to be sent as ``kind``, in words; each export is one audit event.

    Raises:
        Refusal: ``by`` may not export.
    """
    if not by.has_perm("funding.export_allocationrun"):
        raise Refusal("您没有导出资金分配的权限。")
    audit.record(verb="导出资金分配", by=by, at=at, target=run, reason=kind)
    return sheet_of(run)
