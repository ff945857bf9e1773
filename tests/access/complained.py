"""What the stage holds of complaints and facts: one in each state, every text marked."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from platforms.cases.services import complaint_cases, complaints, grounds
from platforms.models import Complaint, Platform, User
from tests.access.world import Mark, Side


def decide_marked(side: Side, row: Complaint, move: str, city: User) -> None:
    """Have ``row`` looked into and decided, every text marked."""
    text, now = side.mark.text, timezone.now()
    complaint_cases.examine(
        complaint=row, finding="unclear", text=text("finding"), reply=text("reply"), by=side.officer, at=now
    )
    complaint_cases.decide(complaint=row, move=move, reason=text("decision"), outcome=text("outcome"), by=city, at=now)


def complained(side: Side, platform: Platform, city: User, facts: Callable[[Mark, str], dict[str, Any]]) -> None:
    """Complaints that are being looked into, wait to be decided, were opened again and were merged; then facts."""
    text, now = side.mark.text, timezone.now()

    def send(words: str) -> Complaint:
        at = now - timedelta(days=9)
        return complaints.file_complaint(platform=platform, at=at, **facts(side.mark, words))[0]

    complaint_cases.take_up(complaint=send("taken"), by=side.officer, at=now)
    for name in ("examined", "reopened"):
        row = send(name)
        complaint_cases.examine(complaint=row, finding="unclear", text=text("finding"), by=side.officer, at=now)
        if name == "reopened":
            complaint_cases.reopen(complaint=row, reason=text("again"), by=city, at=now)
    twin = send("taken")
    assert twin.status == "merged"
    into = twin.merged_into
    assert into is not None
    complaint_cases.merge(complaint=send("apart"), into=into, reason=text("same"), by=side.officer, at=now)
    for move in (grounds.confirm, grounds.dismiss, None):
        side.ground = grounds.note(
            platform=platform, ground="other", text=text("fact"), happened_on=date(2026, 4, 10), by=city, at=now
        )
        if move:
            move(ground=side.ground, reason=text("weighed"), by=city, at=now)
