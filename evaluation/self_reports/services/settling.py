"""What it means that a unit reported nothing by its day: settled by the city, or by the clock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from evaluation.marking.services.reported import settle_unreported
from evaluation.models import Evaluation
from evaluation.self_reports.queries.reports import unreported
from evaluation.self_reports.services import facts
from platforms.errors import Refusal
from platforms.models import User


@transaction.atomic
def settle(*, evaluation: Evaluation | None = None, by: User | None, at: datetime, actor: str = "") -> int:
    """Settle for each unit whose day is over and that never handed in that it reported nothing; returns how many.

    What the scheme says of it follows, and the ground of taking no part in the evaluation is proposed as a fact.
    ``evaluation`` None means all; ``by`` None is the clock.

    Raises:
        Refusal: ``by`` may not.
    """
    if by is not None and not by.has_perm("evaluation.settle_selfreport"):
        raise Refusal("您没有“登记未自评”的权限。")
    rows = [report.assessment for report in unreported(timezone.localdate(at), evaluation)]
    count = settle_unreported(assessments=rows, by=by, at=at, actor=actor)
    if count:
        facts.follow_unreported(at=at)
    return count
