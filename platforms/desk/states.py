"""The status of an application as people say it, with what is late about it."""

from django.utils import timezone

from platforms.models import Application
from platforms.queries.corrections import is_overdue


def state_words(row: Application) -> str:
    """Return the status of ``row``, marked where it was filed or corrected late, or the correction is overdue."""
    late = ["逾期"] if row.is_late else []
    late += ["补正逾期"] if is_overdue(row, timezone.localdate()) else []
    state = row.get_status_display()
    return f"{state}（{'，'.join(late)}）" if late else state
