"""Counting verified complaints (五·(三)): three at one platform are proposed as one fact, each counted once.

The window: what came in after the last revocation of the platform (the day on which the ban on its operator or its
place began), without an end. What is merged counts with the case that it was merged into.
"""

from datetime import datetime

from django.utils import timezone

from platforms.audit.services import audit, numbering
from platforms.cases.choices import VERIFIED_ENOUGH, ComplaintStatus, GroundKind, GroundSource, GroundStatus
from platforms.cases.queries.grounds import verified_complaints
from platforms.cases.services import grounds
from platforms.models import Complaint, Ground, Platform, User


def count(platform: Platform, *, at: datetime) -> Ground | None:
    """Propose the ground once three are verified that no fact counts yet; more join a fact that still waits.

    Runs in the caller's transaction. Returns the fact that counts them, None where there are too few.
    """
    # Two that are verified at once queue here, so that they are not counted twice.
    numbering.next_number("ground-complaints")
    fresh = list(verified_complaints(platform).filter(ground__isnull=True))
    waiting = Ground.objects.filter(
        platform=platform, source=GroundSource.COMPLAINT, status=GroundStatus.PROPOSED
    ).first()
    if waiting is None and len(fresh) < VERIFIED_ENOUGH:
        return None
    if waiting is None:
        waiting = grounds.propose(_fact(platform, fresh), at=at)
    if fresh:
        Complaint.objects.filter(pk__in=[each.pk for each in fresh]).update(ground=waiting)
        counted = list(waiting.complaints.order_by("received_at", "pk"))
        Ground.objects.filter(pk=waiting.pk).update(text=_words(counted))
        waiting.refresh_from_db()
    return waiting


def release(complaint: Complaint, *, by: User, at: datetime) -> None:
    """Let a fact that is only proposed stop counting ``complaint``; with fewer than three left it is dismissed.

    A fact that was decided stands as it was decided; its page says what has changed.
    """
    fact = complaint.ground
    if fact is None or fact.status != GroundStatus.PROPOSED:
        return
    Complaint.objects.filter(pk=complaint.pk).update(ground=None)
    complaint.refresh_from_db()
    left = list(fact.complaints.order_by("received_at", "pk"))
    if len(left) >= VERIFIED_ENOUGH:
        Ground.objects.filter(pk=fact.pk).update(text=_words(left))
        return
    reason = f"投诉 {complaint.number} 重新核查，核实的投诉不足 {VERIFIED_ENOUGH} 件。"
    Complaint.objects.filter(ground=fact).update(ground=None)
    done = Ground.objects.filter(pk=fact.pk, status=GroundStatus.PROPOSED).update(
        status=GroundStatus.DISMISSED, decided_at=at, decided_by=by, decision_reason=reason
    )
    if done:
        audit.record(verb="撤销情形不予认定", by=by, at=at, target=fact, reason=reason)


def count_all(*, at: datetime) -> int:
    """Count again at every platform with verified complaints that no fact counts; returns how many facts are new."""
    before = Ground.objects.filter(source=GroundSource.COMPLAINT).count()
    open_ = Complaint.objects.filter(status=ComplaintStatus.VERIFIED, ground__isnull=True)
    for platform in Platform.objects.filter(pk__in=open_.values("platform")).order_by("pk"):
        count(platform, at=at)
    return Ground.objects.filter(source=GroundSource.COMPLAINT).count() - before


def _fact(platform: Platform, rows: list[Complaint]) -> grounds.Fact:
    return grounds.Fact(
        platform=platform,
        ground=GroundKind.COMPLAINTS,
        source=GroundSource.COMPLAINT,
        # Once for the complaint that made it three; after a dismissal it may make three again.
        key=f"{rows[VERIFIED_ENOUGH - 1].number}-{Ground.objects.filter(source=GroundSource.COMPLAINT).count() + 1}",
        text=_words(rows),
        happened_on=timezone.localdate(rows[VERIFIED_ENOUGH - 1].received_at),
    )


def _words(rows: list[Complaint]) -> str:
    shown = "、".join(each.number for each in rows[:20])
    return f"核查属实的投诉 {len(rows)} 件：{shown}{'等' if len(rows) > 20 else ''}。"
