"""What became of results after their publication: what waits to be decided, and what was decided."""

from datetime import datetime

from django.db.models import Count, Max, QuerySet

from evaluation.amendments.choices import AmendmentStatus
from evaluation.models import Amendment, Publication, Result
from platforms.models import Platform, User


def decided(publication: Publication | None = None) -> tuple[int, datetime | None]:
    """Return how many lines got a new version by now, and when the last one did; of one publication where given."""
    rows = Amendment.objects.filter(status=AmendmentStatus.DECIDED)
    if publication is not None:
        rows = rows.filter(result__publication=publication)
    found = rows.aggregate(count=Count("pk"), at=Max("decided_at"))
    return found["count"], found["at"]


def waiting_for(user: User) -> QuerySet[Amendment]:
    """Return the proposals that wait for ``user`` to decide: those of somebody else."""
    rows: QuerySet[Amendment] = Amendment.objects.visible_to(user)
    if not user.has_perm("evaluation.decide_amendment"):
        return rows.none()
    return rows.filter(status=AmendmentStatus.PROPOSED).exclude(proposed_by=user)


def open_one(platform: Platform | int) -> Amendment | None:
    """Return the proposal about ``platform`` that waits, or nothing."""
    return Amendment.objects.filter(platform=platform, status=AmendmentStatus.PROPOSED).first()


def of_result(result: Result) -> QuerySet[Amendment]:
    """Return the proposals about any version of the line of ``result``, the latest first; the caller checks scope."""
    rows: QuerySet[Amendment] = Amendment.objects.filter(
        result__publication=result.publication_id, result__platform=result.platform_id
    )
    return rows.select_related("proposed_by", "decided_by")
