"""Counting verified complaints (五·(三)): enough at one platform are proposed as one fact, each counted once.

How many are enough says the notice of the certificate that the platform held on the day of the one that makes them
enough. The window: what came in after the last revocation of the platform (the day on which the ban on its operator or
its place began), without an end. What is merged counts with the case that it was merged into.
"""

from datetime import datetime

from django.utils import timezone

from platforms.applications.queries.standings import notices_of
from platforms.audit.services import audit, numbering
from platforms.cases.choices import ComplaintStatus, GroundSource, GroundStatus
from platforms.cases.queries.grounds import enough_for, verified_complaints
from platforms.cases.services import grounds
from platforms.models import Complaint, Ground, Platform, User
from platforms.notices.choices import Collector
from platforms.notices.models import value_of


def count(platform: Platform, *, at: datetime) -> Ground | None:
    """Propose the ground once enough are verified that no fact counts yet; more join a fact that still waits.

    Runs in the caller's transaction. Returns the fact that counts them, None where there are too few.
    """
    # Two that are verified at once queue here, so that they are not counted twice.
    numbering.next_number("ground-complaints")
    fresh = list(verified_complaints(platform).filter(ground__isnull=True))
    waiting = Ground.objects.filter(
        platform=platform, source=GroundSource.COMPLAINT, status=GroundStatus.PROPOSED
    ).first()
    if waiting is None:
        fact = _fact(platform, fresh)
        if fact is None:
            return None
        waiting = grounds.propose(fact, at=at)
    if fresh:
        Complaint.objects.filter(pk__in=[each.pk for each in fresh]).update(ground=waiting)
        counted = list(waiting.complaints.order_by("received_at", "pk"))
        Ground.objects.filter(pk=waiting.pk).update(text=_words(counted))
        waiting.refresh_from_db()
    return waiting


def release(complaint: Complaint, *, by: User, at: datetime) -> None:
    """Let a fact that is only proposed stop counting ``complaint``; with too few left it is dismissed.

    A fact that was decided stands as it was decided; its page says what has changed.
    """
    fact = complaint.ground
    if fact is None or fact.status != GroundStatus.PROPOSED:
        return
    Complaint.objects.filter(pk=complaint.pk).update(ground=None)
    complaint.refresh_from_db()
    left = list(fact.complaints.order_by("received_at", "pk"))
    enough = enough_for(fact)
    if len(left) >= enough:
        Ground.objects.filter(pk=fact.pk).update(text=_words(left))
        return
    reason = f"投诉 {complaint.number} 重新核查，核实的投诉不足 {enough} 件。"
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


def _fact(platform: Platform, rows: list[Complaint]) -> grounds.Fact | None:
    """Return the fact that ``rows`` (the earliest first) come to, None where they are too few for any notice."""
    days = [timezone.localdate(row.received_at) for row in rows]
    notices = notices_of((platform.pk, day) for day in days)
    for number, (row, day) in enumerate(zip(rows, days, strict=True), start=1):
        notice = notices[platform.pk, day]
        terms = value_of(notice).terms
        listed = terms.collected_by(Collector.COMPLAINTS)
        if listed is not None and number >= terms.complaints_enough:
            # Once for the complaint that made it enough; after a dismissal it may make enough again.
            key = f"{row.number}-{Ground.objects.filter(source=GroundSource.COMPLAINT).count() + 1}"
            return grounds.Fact(platform, notice, listed.key, GroundSource.COMPLAINT, key, _words(rows), day)
    return None


def _words(rows: list[Complaint]) -> str:
    shown = "、".join(each.number for each in rows[:20])
    return f"核查属实的投诉 {len(rows)} 件：{shown}{'等' if len(rows) > 20 else ''}。"
