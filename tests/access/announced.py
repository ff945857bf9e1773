"""What the stage holds of public notices: the rounds whose grades are settled have one that was opened."""

from datetime import UTC, datetime

from django.utils import timezone

from evaluation.models import NoticeLine, PublicNotice
from evaluation.public_notice.services import notices
from tests.access import objected
from tests.access.world import World
from tests.evaluation.stage import grader, proposed

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def notice_of(made: World) -> PublicNotice:
    """The opened notice of the round that is not published yet."""
    return PublicNotice.objects.get(round=made.rounds["evaluating"], status="opened")


def line_of(made: World, region: str) -> NoticeLine:
    """The line of the graded platform of ``region`` in it."""
    return NoticeLine.objects.get(notice=notice_of(made), region__code=region)


def in_each_status(made: World) -> dict[str, PublicNotice]:
    """A notice of ``city2`` in each status; the one that waits can be opened today."""
    city, city2, round_ = made.people["city"], made.people["city2"], made.rounds["evaluating"]
    found = {"stopped": notices.stop(notice=notice_of(made), reason="名单有误", by=grader(), at=AT)}
    for status in ("declined", "withdrawn", "proposed"):
        row = proposed(round_, by=city2, at=timezone.now())
        if status == "declined":
            notices.decline(notice=row, reason="名单有误", by=city, at=AT)
        elif status == "withdrawn":
            notices.withdraw(notice=row, by=city2, at=AT)
        found[status] = PublicNotice.objects.get(pk=row.pk)
    # A round has one that is proposed or opened at a time.
    return {**found, "opened": objected.open_notice()}
