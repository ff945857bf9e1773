"""The status of an application as people say it, with what is late about it."""

from datetime import date, datetime

from django.utils import timezone

from platforms.choices import ApplicationStatus
from platforms.models import Application
from platforms.queries.corrections import is_answer_late


def state_words(row: Application) -> str:
    """Return the status of ``row``, marked where it was filed or corrected late, or the correction is overdue."""
    today = timezone.localdate()
    return state_text(row.status, row.is_late, row.correction_due_on, row.last_submitted_at, today)


def state_text(status: str, is_late: bool, due: date | None, sent: datetime | None, today: date) -> str:
    """Return the same from the fields of an application."""
    late = ["逾期"] if is_late else []
    late += ["补正逾期"] if is_answer_late(status, due, sent, today) else []
    state = ApplicationStatus(status).label
    return f"{state}（{'，'.join(late)}）" if late else state
