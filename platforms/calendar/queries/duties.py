"""What regions owe on which day: the sources that reminders are put together from.

A part adds its own by a function that takes a day and returns :class:`Duty` rows still owed whose due day is one of
``deadlines.due_days`` of its kind, and a line in :data:`SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min

from platforms import deadlines
from platforms.activities.choices import ActivityStatus
from platforms.activities.rules import REPORT_DAYS, report_due_on
from platforms.applications.choices import ApplicationStatus
from platforms.models import (
    Activity,
    Application,
    Batch,
    Invitation,
    PeriodicReturn,
    Rectification,
    Round,
    Task,
)
from platforms.rectifications.queries import PENDING
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.regions import regions_of
from platforms.rounds.queries.rounds import AT_WORK, rounds_at_work


@dataclass(frozen=True)
class Duty:
    """One thing that a region (by key) still owes: ``text`` says what, without the date."""

    region: int
    kind: str
    due_on: date
    text: str


Source = Callable[[date], Iterable[Duty]]


def reports(on: date) -> Iterable[Duty]:
    """Return the regions that have reported nothing in a round that takes reports."""
    days = list(deadlines.due_days(deadlines.REPORT, on))
    for round_ in Round.objects.filter(status=RoundStatus.FILING, report_due_on__in=days):
        reported = Batch.objects.filter(round=round_, region__isnull=False).values("region")
        for key in regions_of(round_).exclude(pk__in=reported).values_list("pk", flat=True):
            yield Duty(key, deadlines.REPORT, round_.report_due_on, f"{round_}窗口平台申报尚未上报")


def corrections(on: date) -> Iterable[Duty]:
    """Return the forms that were returned and have not come back."""
    days = list(deadlines.due_days(deadlines.CORRECTION, on))
    rows = Application.objects.filter(
        status=ApplicationStatus.RETURNED, correction_due_on__in=days, region__isnull=False, round__status__in=AT_WORK
    )
    for row in rows.order_by("number"):
        if row.region_id is not None and row.correction_due_on is not None:
            text = f"补正申报表 {row.number}（{row.name}）"
            yield Duty(row.region_id, deadlines.CORRECTION, row.correction_due_on, text)


def tasks(on: date) -> Iterable[Duty]:
    """Return the open tasks of the phases, those of several platforms of a region as one.

    Where several rounds are at work each names its year.
    """
    several = len(rounds_at_work()) > 1
    rows = Task.objects.filter(
        done_at__isnull=True,
        dropped=False,
        due_on__in=list(deadlines.due_days(deadlines.TASK, on)),
        platform__region__isnull=False,
        template__round__status__in=AT_WORK,
    )
    found = rows.order_by("due_on", "template__phase", "template__position", "template").values_list(
        "platform__region", "due_on", "template__title", "template__round__year"
    )
    for region, due_on, title, year, n, name in found.annotate(n=Count("pk"), name=Min("platform__name")):
        whose = name if n == 1 else f"{n} 个平台"
        yield Duty(region, deadlines.TASK, due_on, f"{f'{year}年度' if several else ''}阶段任务“{title}”（{whose}）")


def rectifications(on: date) -> Iterable[Duty]:
    """Return what is still to be mended and answered (整改), found by whomever."""
    rows = Rectification.objects.filter(
        status__in=PENDING,
        due_on__in=list(deadlines.due_days(deadlines.RECTIFICATION, on)),
        platform__region__isnull=False,
    ).select_related("platform")
    for row in rows.order_by("due_on", "pk"):
        if row.platform.region_id is not None:
            text = f"整改 {row.number}（{row.platform.name}）"
            yield Duty(row.platform.region_id, deadlines.RECTIFICATION, row.due_on, text)


def invitations(on: date) -> Iterable[Duty]:
    """Return the invitations that platforms of a region have not answered, those to one activity as one."""
    days = list(deadlines.due_days(deadlines.ACTIVITY, on))
    rows = Invitation.objects.filter(
        answer="", activity__status=ActivityStatus.PLANNED, activity__answer_by__in=days, platform__region__isnull=False
    )
    found = rows.order_by("activity__answer_by", "activity").values_list(
        "platform__region", "activity__answer_by", "activity__title"
    )
    for region, day, title, n in found.annotate(n=Count("pk")):
        yield Duty(region, deadlines.ACTIVITY, day, f"答复活动“{title}”的邀请（{n} 个平台）")


def activity_reports(on: date) -> Iterable[Duty]:
    """Return the activities that a region held and has not reported."""
    days = [day - timedelta(days=REPORT_DAYS) for day in deadlines.due_days(deadlines.ACTIVITY, on)]
    held = [day for day in days if day <= on]
    rows = Activity.objects.filter(
        status__in=(ActivityStatus.PLANNED, ActivityStatus.HELD), held_on__in=held, region__isnull=False
    )
    for row in rows.order_by("held_on", "pk"):
        if row.region_id is not None:
            text = f"总结活动 {row.number}（{row.title}）"
            yield Duty(row.region_id, deadlines.ACTIVITY, report_due_on(row.held_on), text)


def periodic_reports(on: date) -> Iterable[Duty]:
    """Return what platforms of a region have not handed in, those of one period as one."""
    rows = PeriodicReturn.objects.filter(
        handed_in_at__isnull=True,
        closed_at__isnull=True,
        due_on__in=list(deadlines.due_days(deadlines.RETURN, on)),
        platform__region__isnull=False,
    )
    found = rows.order_by("due_on", "schedule", "label").values_list(
        "platform__region", "due_on", "schedule__title", "label"
    )
    for region, due_on, title, label, n in found.annotate(n=Count("pk")):
        yield Duty(region, deadlines.RETURN, due_on, f"报送“{title}”{label}（{n} 个平台）")


#: Every source; asked once per run, whatever the number of regions.
SOURCES: list[Source] = [reports, corrections, tasks, rectifications, invitations, activity_reports, periodic_reports]


def owed(on: date) -> dict[int, list[Duty]]:
    """Return what each region is reminded of on the day ``on``, the most overdue first."""
    found: dict[int, list[Duty]] = {}
    for source in SOURCES:
        for duty in source(on):
            found.setdefault(duty.region, []).append(duty)
    return {region: sorted(some, key=lambda duty: duty.due_on) for region, some in found.items()}
