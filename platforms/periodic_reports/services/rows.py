"""The rows of what is handed in periodically: made for each platform and period, taken away where no longer asked."""

from collections.abc import Iterable

from django.db import transaction

from platforms.applications.queries.standings import operations
from platforms.models import PeriodicReturn, Platform, ReturnDateChange, ReturnSchedule
from platforms.periodic_reports.dates import dues

BATCH = 500


@transaction.atomic
def sync(*, schedules: Iterable[ReturnSchedule], platforms: Iterable[Platform] | None = None) -> int:
    """Give each platform the rows of ``schedules``, take away empty ones that are no longer asked; returns how many
    were made. Made again it changes nothing.

    A platform owes what is due after it was accepted, on days on which it is in operation as far as is known now.
    Days that were moved stay moved.
    """
    everybody = list(Platform.objects.all() if platforms is None else platforms)
    at_work = operations([platform.pk for platform in everybody])
    total = 0
    for schedule in schedules:
        periods = dues(schedule.period, day=schedule.due_day, since=schedule.starts_on, until=schedule.ends_on)
        moved = dict(
            ReturnDateChange.objects.filter(schedule=schedule).order_by("changed_at", "pk").values_list("key", "new")
        )
        wanted = {
            (platform.pk, each.key): each
            for platform in everybody
            if schedule.is_for(platform.type)
            for each in periods
            if moved.get(each.key, each.due_on) > platform.accepted_on
            and at_work[platform.pk].on(moved.get(each.key, each.due_on))
        }
        known = PeriodicReturn.objects.filter(schedule=schedule, platform__in=[each.pk for each in everybody])
        stored = {(row.platform_id, row.key): row for row in known}
        made = [
            PeriodicReturn(
                schedule=schedule, platform_id=platform, key=key, label=each.label,
                due_on=moved.get(key, each.due_on),
            )
            for (platform, key), each in wanted.items()
            if (platform, key) not in stored
        ]  # fmt: skip
        PeriodicReturn.objects.bulk_create(made, batch_size=BATCH)
        empty = {place: row for place, row in stored.items() if row.handed_in_at is None and row.closed_at is None}
        gone = [row.pk for place, row in empty.items() if place not in wanted and not row.text and not row.figures]
        later = []
        for place, row in empty.items():
            day = moved.get(row.key, wanted[place].due_on) if place in wanted else row.due_on
            if day != row.due_on:
                row.due_on = day
                later.append(row)
        PeriodicReturn.objects.bulk_update(later, ["due_on"], batch_size=BATCH)
        for start in range(0, len(gone), BATCH):
            PeriodicReturn.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        total += len(made)
    return total


def sync_all(*, platforms: Iterable[Platform] | None = None) -> int:
    """Bring the rows of all schedules that are not stopped up to date, as :func:`sync`."""
    return sync(schedules=ReturnSchedule.objects.filter(stopped=False), platforms=platforms)
