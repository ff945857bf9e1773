"""Workers are heard of while they live. A matter of the machine: the log of who did what leaves it out."""

from datetime import datetime, timedelta

from platforms.models import Worker

#: Rows of workers that ended without a word are kept so long for whoever looks for the reason.
KEPT = timedelta(days=1)


def beat(*, name: str, at: datetime) -> None:
    """Note that the worker ``name`` lives."""
    Worker.objects.update_or_create(
        name=name, defaults={"heard_at": at}, create_defaults={"started_at": at, "heard_at": at}
    )


def leave(*, name: str) -> None:
    """Note that the worker ``name`` ended in good order."""
    Worker.objects.filter(name=name).delete()


def clear(*, at: datetime) -> None:
    """Forget the workers that were not heard of for long."""
    Worker.objects.filter(heard_at__lt=at - KEPT).delete()
