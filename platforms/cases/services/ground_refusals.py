"""Counting refused invitations of the hubs (五·(四)): several within a period are one fact about the platform.

What counts: the invitation came from a hub, the activity was held, and the platform did not come after all. How many
and within how many days is a setting (``GROUND_REFUSALS``, ``GROUND_REFUSAL_DAYS``): the notice names neither, and
with these defaults one busy day is not yet "refuses to cooperate". What people decided covers the refusals until the
day of the fact; only later ones count again.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from platforms.activities.choices import HUBS, ActivityStatus, InvitationAnswer
from platforms.cases.choices import GroundSource, GroundStatus
from platforms.cases.services.grounds import MOST_TEXT, Said
from platforms.models import Ground, Invitation, Platform
from platforms.notices.choices import Collector

_MOST_REASON = 60


def facts(_on: date) -> Iterator[Said]:
    """Yield what is said of each platform that refused often enough, with every refusal that it counts."""
    rows = Invitation.objects.filter(
        answer=InvitationAnswer.REFUSED,
        activity__organiser__in=HUBS,
        activity__status__in=(ActivityStatus.HELD, ActivityStatus.REPORTED),
    ).exclude(took_part=True)
    of_platform: dict[Platform, list[Invitation]] = defaultdict(list)
    for each in rows.select_related("activity", "platform").order_by("platform", "answered_at", "pk"):
        of_platform[each.platform].append(each)
    covered, alone = _decided()
    for platform, refused in of_platform.items():
        since = covered.get(platform.pk, date.min)
        fresh = [each for each in refused if _day(each) > since and str(each.pk) not in alone]
        if counted := often_enough(fresh):
            yield Said(
                platform=platform,
                collectors=(Collector.REFUSES_ACTIVITIES,),
                source=GroundSource.ACTIVITY,
                # Once for the refusal that made it enough; later ones join while nobody decided.
                key=f"refusals:{counted[settings.GROUND_REFUSALS - 1].pk}",
                text=_words(counted),
                happened_on=_day(counted[-1]),
            )


def often_enough(refused: list[Invitation]) -> list[Invitation]:
    """Return what is counted of ``refused`` (the earliest first): from the first period that holds enough of them on,
    all; nothing where no period does. The period holds its first and its last day."""
    most, days = settings.GROUND_REFUSALS, timedelta(days=settings.GROUND_REFUSAL_DAYS)
    for last in range(most - 1, len(refused)):
        first = last - most + 1
        if _day(refused[last]) - _day(refused[first]) < days:
            return refused[first:]
    return []


def _decided() -> tuple[dict[int, date], set[str]]:
    """Return until which day people decided for each platform, and the single refusals that they decided by itself."""
    rows = Ground.objects.filter(~Q(status=GroundStatus.PROPOSED), source=GroundSource.ACTIVITY)
    covered: dict[int, date] = {}
    alone = set()
    for platform, key, day in rows.values_list("platform", "source_key", "happened_on"):
        if key.startswith("refusals:"):
            covered[platform] = max(covered.get(platform, day), day)
        else:
            alone.add(key)
    return covered, alone


def _day(row: Invitation) -> date:
    assert row.answered_at is not None
    return timezone.localdate(row.answered_at)


def _words(rows: list[Invitation]) -> str:
    """Return all of ``rows`` in sentences, the latest in full where the text cannot hold them all."""
    head = f"拒绝参加枢纽平台的服务活动 {len(rows)} 次："
    lines: list[str] = []
    for row in reversed(rows):
        reason = row.reason if len(row.reason) <= _MOST_REASON else f"{row.reason[: _MOST_REASON - 1]}…"
        activity = row.activity
        told = f"{activity.get_organiser_display()}“{activity.title}”（{activity.number}）"
        line = f"{_day(row):%Y-%m-%d} {told}，理由：{reason}"
        if len(head) + len("\n".join([line, *lines])) + 30 > MOST_TEXT:
            return "\n".join([f"{head}以下为最近 {len(lines)} 次，其余见服务活动。", *lines])
        lines.insert(0, line)
    return "\n".join([head, *lines])
