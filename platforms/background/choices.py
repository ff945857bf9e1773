"""The closed vocabulary of work in the background, and how long things may take."""

from datetime import timedelta

from django.db.models import TextChoices


class JobState(TextChoices):
    """Where a job stands; what was broken off with its worker waits again, once."""

    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "未完成"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)

#: A job that was broken off with its worker is begun so often by itself; after that a person has to ask again.
MOST_ATTEMPTS = 2
#: Unfinished jobs of one person.
MOST_OF_ONE = 10
#: Jobs that ended longer ago are removed with their files.
KEPT = timedelta(days=7)
#: A worker that was not heard of for so long is taken for gone.
GONE_AFTER = timedelta(seconds=60)
#: A job that waits longer while no worker is heard of says so.
LATE_AFTER = timedelta(seconds=30)
#: What waits longer without a place in the queue is queued again.
QUEUED_WITHIN = timedelta(seconds=30)
