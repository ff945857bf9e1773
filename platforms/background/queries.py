"""What is asked of jobs and workers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from platforms.background.choices import GONE_AFTER, LATE_AFTER, UNFINISHED, JobState
from platforms.models import Job, User, Worker


@dataclass(frozen=True)
class Health:
    """How the work in the background stands; of what is asked for nothing is told."""

    workers: int
    heard_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    running: int
    failed: int

    @property
    def is_alive(self) -> bool:
        return self.workers > 0


def health(*, at: datetime) -> Health:
    """Return how many workers were heard of lately, what waits since when, and what failed within a day."""
    last = Worker.objects.order_by("-heard_at").values_list("heard_at", flat=True).first()
    jobs = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.WAITING)),
        waiting_since=Min("queued_at", filter=Q(state=JobState.WAITING)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        failed=Count("pk", filter=Q(state=JobState.FAILED, finished_at__gte=at - timedelta(days=1))),
    )
    return Health(workers=alive(at=at).count(), heard_at=last, **jobs)


def alive(*, at: datetime) -> QuerySet[Worker]:
    """Return the workers that were heard of lately."""
    return Worker.objects.filter(heard_at__gt=at - GONE_AFTER)


def nobody_comes(job: Job, *, at: datetime) -> bool:
    """Say whether ``job`` waits for a worker although there is none."""
    return job.state == JobState.WAITING and job.queued_at < at - LATE_AFTER and not alive(at=at).exists()


def of(user: User) -> QuerySet[Job]:
    """Return the jobs that ``user`` asked for, the newest first."""
    rows: QuerySet[Job] = Job.objects.visible_to(user)
    return rows


def to_look_at(user: User) -> QuerySet[Job]:
    """Return those of ``user`` that ended and were not looked at since."""
    return of(user).exclude(state__in=UNFINISHED).filter(seen_at__isnull=True)
