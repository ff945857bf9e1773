"""What stands in a person's calendar, put together from sources; pages and the feed read the same list.

A part adds its own by a function that takes the person and the first and last day and returns :class:`Entry` rows in
the person's scope, and a line in :data:`SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse

from platforms.activities.choices import ActivityStatus
from platforms.activities.rules import REPORT_DAYS, report_due_on
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.listing import own_applications
from platforms.choices import Role
from platforms.models import Activity, Batch, Phase, Rectification, Round, User
from platforms.periodic_reports.queries import own as own_reports
from platforms.rectifications.choices import COUNTY_FINDERS, RectificationStatus
from platforms.rectifications.queries import PENDING
from platforms.rounds.choices import RoundStatus
from platforms.tasks.queries import own_tasks


@dataclass(frozen=True)
class Entry:
    """One thing with its first and last day, inclusive.

    ``uid`` is stable when it moves, ``kind`` the word for its sort, ``url`` a path of this site, ``is_done`` says that
    nothing is left to do, ``place`` is where it is held.
    """

    uid: str
    first: date
    last: date
    kind: str
    title: str
    note: str = ""
    url: str = ""
    is_done: bool = False
    place: str = ""


Source = Callable[[User, date, date], Iterable[Entry]]


def phases(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the phases of all rounds that have begun to be filed."""
    rows = Phase.objects.visible_to(user).filter(starts_on__lte=until, ends_on__gte=since)
    for each in rows.exclude(round__status=RoundStatus.PREPARING).select_related("round").order_by("starts_on"):
        url = f"{reverse('desk:tasks')}?year={each.round.year}&phase={each.number}"
        title = f"{each.round} {each.label}"
        yield Entry(f"phase-{each.pk}", each.starts_on, each.ends_on, "阶段", title, url=url)


def reports(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the days by which counties report; done for a region that has reported, and for the city."""
    rows = Round.objects.visible_to(user).filter(report_due_on__range=(since, until))
    reported = set(Batch.objects.visible_to(user).order_by().values_list("round", flat=True))
    for each in rows.exclude(status=RoundStatus.PREPARING).order_by("report_due_on"):
        due, url = each.report_due_on, f"{reverse('desk:batches')}?year={each.year}"
        done = user.role != Role.COUNTY or each.pk in reported
        yield Entry(f"report-{each.pk}", due, due, "上报截止", f"{each}上报截止", url=url, is_done=done)


def corrections(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the days by which the person's own forms come back corrected."""
    rows = own_applications(user).filter(status=ApplicationStatus.RETURNED, correction_due_on__range=(since, until))
    for each in rows.order_by("correction_due_on", "number"):
        day = each.correction_due_on
        if day is not None:
            url = reverse("desk:application", args=[each.number])
            yield Entry(f"correction-{each.pk}", day, day, "补正", f"补正申报表 {each.number}", each.name, url)


def tasks(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the tasks of the phases that are the person's to do; one entry for all platforms due on the usual day."""
    rows = own_tasks(user).filter(due_on__range=(since, until))
    usual = rows.filter(due_on=F("template__due_on")).order_by("due_on", "template__position", "template")
    names = ("template", "due_on", "template__title", "template__phase", "template__round__year")
    counted = usual.values_list(*names).annotate(n=Count("pk"), left=Count("pk", filter=Q(done_at__isnull=True)))
    for template, due_on, title, phase, year, n, left in counted:
        url = f"{reverse('desk:tasks')}?year={year}&phase={phase}"
        note = f"{n} 个平台，未完成 {left} 个" if left else f"{n} 个平台，均已完成"
        yield Entry(f"task-{template}", due_on, due_on, "任务", title, note, url, is_done=not left)
    moved = rows.exclude(due_on=F("template__due_on")).select_related("template", "platform").order_by("due_on", "pk")
    for task in moved:
        url, done = reverse("desk:task", args=[task.pk]), task.done_at is not None
        note = f"{task.platform.name}，{'已完成' if done else '未完成'}（期限已调整）"
        yield Entry(
            f"task-{task.template_id}-{task.pk}", task.due_on, task.due_on, "任务", task.template.title, note, url,
            is_done=done,
        )  # fmt: skip


def rectifications(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the deadlines of what the person's side mends; for the city of what it found or mends itself."""
    rows = Rectification.objects.visible_to(user).filter(due_on__range=(since, until))
    rows = rows.exclude(status=RectificationStatus.WITHDRAWN)
    if user.role == Role.CITY:
        rows = rows.exclude(finder__in=COUNTY_FINDERS)
    for each in rows.select_related("platform").order_by("due_on", "pk"):
        url, is_done = reverse("desk:rectification", args=[each.number]), each.status not in PENDING
        note = f"{each.platform.name}，{each.get_status_display()}"
        yield Entry(
            f"rectification-{each.pk}", each.due_on, each.due_on, "整改", f"整改 {each.number}", note, url, is_done
        )


def activities(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return the activities that the person sees, and the reports that its side owes."""
    days = {"held_on__range": (since - timedelta(days=REPORT_DAYS), until)}
    rows = Activity.objects.visible_to(user).exclude(status=ActivityStatus.CANCELLED).filter(**days)
    for each in rows.order_by("held_on", "pk"):
        url, done = reverse("desk:activity", args=[each.number]), each.status == ActivityStatus.REPORTED
        if each.held_on >= since:
            uid, day = f"activity-{each.pk}", each.held_on
            yield Entry(uid, day, day, "活动", each.title, each.hours, url, done, place=each.place)
        day = report_due_on(each.held_on)
        is_own = user.acts_for(each.region_id) if user.role == Role.COUNTY else each.region_id is None
        if is_own and since <= day <= until:
            title = f"总结活动 {each.number}"
            yield Entry(f"activity-report-{each.pk}", day, day, "活动总结", title, each.title, url, done)


def periodic_reports(user: User, since: date, until: date) -> Iterable[Entry]:
    """Return what the person's side hands in periodically; one entry for all platforms due on the same day."""
    rows = own_reports(user).filter(due_on__range=(since, until)).order_by("due_on", "schedule", "key")
    names = ("schedule", "key", "due_on", "schedule__title", "label")
    left = Count("pk", filter=Q(handed_in_at__isnull=True, closed_at__isnull=True))
    for schedule, key, due_on, title, label, n, owed in rows.values_list(*names).annotate(n=Count("pk"), owed=left):
        url = f"{reverse('desk:returns')}?schedule={schedule}&key={key}"
        note = f"{n} 个平台，未报送 {owed} 个" if owed else f"{n} 个平台，均已办结"
        uid = f"return-{schedule}-{key}-{due_on:%Y%m%d}"
        yield Entry(uid, due_on, due_on, "定期报送", f"{title} {label}", note, url, not owed)


#: Every source; each asks the database as often for one row as for many.
SOURCES: list[Source] = [phases, reports, corrections, tasks, rectifications, activities, periodic_reports]


def entries(user: User, since: date, until: date) -> list[Entry]:
    """Return what touches the days from ``since`` to ``until``, both inclusive, in the scope of ``user``, by day."""
    found = [each for source in SOURCES for each in source(user, since, until)]
    return sorted(found, key=lambda each: (each.first, each.kind, each.title, each.uid))
