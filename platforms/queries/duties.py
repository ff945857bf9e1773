"""What regions owe on which day: the sources that reminders are put together from.

A part adds its own by a function that takes a day and returns :class:`Duty` rows still owed whose due day is one of
``deadlines.due_days`` of its kind, and a line in :data:`SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from platforms import deadlines
from platforms.choices import ApplicationStatus, RoundStatus
from platforms.models import Application, Batch, Rectification, Region, Round, Task
from platforms.queries.rectifications import PENDING

AT_WORK = (RoundStatus.FILING, RoundStatus.EVALUATING)


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
        for key in Region.objects.exclude(pk__in=reported).values_list("pk", flat=True):
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
    """Return the open tasks of the phases, those of several platforms of a region as one."""
    rows = Task.objects.filter(
        done_at__isnull=True,
        dropped=False,
        due_on__in=list(deadlines.due_days(deadlines.TASK, on)),
        platform__region__isnull=False,
        template__round__status__in=AT_WORK,
    )
    found = rows.order_by("due_on", "template__phase", "template__position", "template").values_list(
        "platform__region", "due_on", "template__title"
    )
    for region, due_on, title, n, name in found.annotate(n=Count("pk"), name=Min("platform__name")):
        whose = name if n == 1 else f"{n} 个平台"
        yield Duty(region, deadlines.TASK, due_on, f"阶段任务“{title}”（{whose}）")


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


#: Every source; asked once per run, whatever the number of regions.
SOURCES: list[Source] = [reports, corrections, tasks, rectifications]


def owed(on: date) -> dict[int, list[Duty]]:
    """Return what each region is reminded of on the day ``on``, the most overdue first."""
    found: dict[int, list[Duty]] = {}
    for source in SOURCES:
        for duty in source(on):
            found.setdefault(duty.region, []).append(duty)
    return {region: sorted(some, key=lambda duty: duty.due_on) for region, some in found.items()}
