"""What is handed in periodically, as a list, counts, a board and what is owed; nothing here writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Min, Q, QuerySet

from platforms import deadlines
from platforms.applications.models.platform import SITE
from platforms.choices import Role
from platforms.models import PeriodicReturn, Platform, Region, ReturnDateChange, ReturnSchedule, User
from platforms.tones import Tone

#: States of a row, all derived: not due yet, due and missing, handed in, handed in late, closed without.
STATES = {
    "open": "待报送", "missing": "逾期未报", "done": "已报送", "late": "逾期报送", "never": "未报送，已结束",
}  # fmt: skip
TONES: Mapping[str, Tone] = {"open": "wait", "missing": "bad", "done": "good", "late": "wait", "never": "bad"}
CITY_ONLY = "city"


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; ``schedule`` is a key as text, ``key`` one of its periods."""

    state: str = ""
    schedule: str = ""
    key: str = ""
    region: str = ""
    q: str = ""


def condition(state: str, on: date) -> Q:
    """Return the condition of a state of :data:`STATES` on the day ``on``."""
    waits = Q(handed_in_at__isnull=True, closed_at__isnull=True)
    return {
        "open": waits & Q(due_on__gte=on),
        "missing": waits & Q(**deadlines.past("due_on", on)),
        "done": Q(handed_in_at__isnull=False, late=False),
        "late": Q(handed_in_at__isnull=False, late=True),
        "never": Q(handed_in_at__isnull=True, closed_at__isnull=False),
    }[state]


def state_of(handed_in_at: datetime | None, late: bool, closed_at: datetime | None, due_on: date, on: date) -> str:
    """Return the state of a row on the day ``on``, a key of :data:`STATES`."""
    if handed_in_at is not None:
        return "late" if late else "done"
    if closed_at is not None:
        return "never"
    return "missing" if deadlines.is_late(due_on, on) else "open"


def found(user: User, choice: Choice) -> QuerySet[PeriodicReturn]:
    """Return what ``user`` sees of ``choice`` before its state narrows."""
    rows: QuerySet[PeriodicReturn] = PeriodicReturn.objects.visible_to(user)
    if choice.schedule:
        rows = rows.filter(schedule=int(choice.schedule))
    if choice.key:
        rows = rows.filter(key=choice.key)
    if choice.region:
        city = choice.region == CITY_ONLY
        rows = rows.filter(platform__region__isnull=True) if city else rows.filter(platform__region__code=choice.region)
    if choice.q:
        rows = rows.filter(Q(platform__name__icontains=choice.q) | Q(platform__code__icontains=choice.q))
    return rows


def listed(user: User, choice: Choice, on: date) -> QuerySet[PeriodicReturn]:
    """Return the rows of the list, by day, period and platform; what is still owed first."""
    rows = found(user, choice)
    if choice.state:
        rows = rows.filter(condition(choice.state, on))
    return rows.order_by(F("handed_in_at").desc(nulls_first=True), "due_on", "platform__code", "pk")


def tally(user: User, choice: Choice, on: date) -> dict[str, int]:
    """Count by state in one query."""
    return found(user, choice).order_by().aggregate(
        **{state: Count("pk", filter=condition(state, on)) for state in STATES}
    )  # fmt: skip


def schedules_of(user: User) -> list[ReturnSchedule]:
    """Return the schedules that have rows for ``user``."""
    used = PeriodicReturn.objects.visible_to(user).order_by().values("schedule").distinct()
    return list(ReturnSchedule.objects.visible_to(user).filter(pk__in=used).order_by("-round__year", "title"))


def own(user: User) -> QuerySet[PeriodicReturn]:
    """Return what ``user``'s side hands in."""
    rows: QuerySet[PeriodicReturn] = PeriodicReturn.objects.visible_to(user)
    return rows.filter(platform__region__isnull=True) if user.role == Role.CITY else rows


def owed(user: User, on: date, days: int = 7) -> QuerySet[PeriodicReturn]:
    """Return what ``user``'s side still has to hand in and is due within ``days`` from ``on``, or overdue."""
    waits = own(user).filter(handed_in_at__isnull=True, closed_at__isnull=True)
    return waits.filter(due_on__lte=date.fromordinal(on.toordinal() + days))


def late_at_counties(user: User, on: date) -> QuerySet[PeriodicReturn]:
    """Return what counties have not handed in although its day is over on ``on``."""
    rows: QuerySet[PeriodicReturn] = PeriodicReturn.objects.visible_to(user)
    return rows.filter(condition("missing", on), platform__region__isnull=False)


@dataclass(frozen=True)
class Period:
    """One period of a schedule with its counts by state."""

    key: str
    label: str
    due_on: date
    counts: dict[str, int]
    is_closed: bool


def periods(user: User, schedule: ReturnSchedule, on: date) -> list[Period]:
    """Return the periods of ``schedule`` with the counts of the rows that ``user`` sees, the earliest first."""
    rows = PeriodicReturn.objects.visible_to(user).filter(schedule=schedule).order_by().values("key", "label")
    counted = rows.annotate(
        due=Min("due_on"),
        unclosed=Count("pk", filter=Q(closed_at__isnull=True)),
        **{f"n_{state}": Count("pk", filter=condition(state, on)) for state in STATES},
    )
    return [
        Period(
            each["key"], each["label"], each["due"], {state: each[f"n_{state}"] for state in STATES},  # type: ignore[literal-required]
            is_closed=not each["unclosed"],
        )
        for each in sorted(counted, key=lambda each: (each["due"], each["key"]))
    ]  # fmt: skip


def board(user: User, schedule: ReturnSchedule, platforms: Iterable[Platform]) -> dict[tuple[int, str], PeriodicReturn]:
    """Return the rows of ``schedule`` by platform and period, for ``platforms`` only."""
    keys = [each.pk for each in platforms]
    rows = PeriodicReturn.objects.visible_to(user).filter(schedule=schedule, platform__in=keys)
    return {(row.platform_id, row.key): row for row in rows}


def platforms_of(user: User, schedule: ReturnSchedule, region: str = "") -> QuerySet[Platform]:
    """Return the platforms that ``user`` sees and that hand in ``schedule``."""
    has = PeriodicReturn.objects.visible_to(user).filter(schedule=schedule).values("platform")
    rows = Platform.objects.visible_to(user).filter(pk__in=has).select_related(*SITE).order_by("code")
    if region:
        rows = rows.filter(region__isnull=True) if region == CITY_ONLY else rows.filter(region__code=region)
    return rows


def by_region(user: User, schedule: ReturnSchedule, on: date) -> list[tuple[str, str, dict[str, int]]]:
    """Return code, name and counts by state of each region, the city's own last."""
    rows = PeriodicReturn.objects.visible_to(user).filter(schedule=schedule).order_by()
    counted = rows.values("platform__region__code", "platform__region__name").annotate(
        **{f"n_{state}": Count("pk", filter=condition(state, on)) for state in STATES}
    )
    found_ = [
        (
            each["platform__region__code"] or CITY_ONLY,
            each["platform__region__name"] or "市级重点行业",
            {state: each[f"n_{state}"] for state in STATES},  # type: ignore[literal-required]
        )
        for each in counted
    ]
    return sorted(found_, key=lambda each: (each[0] == CITY_ONLY, each[0]))


def regions_with_any(user: User) -> list[tuple[str, str]]:
    """Return code and name of each region that hands in anything, the city's own last."""
    used = set(PeriodicReturn.objects.visible_to(user).order_by().values_list("platform__region__code", flat=True))
    names = list(Region.objects.filter(code__in=[code for code in used if code]).values_list("code", "name"))
    return [*names, *([(CITY_ONLY, "市级重点行业")] if None in used else [])]


def date_changes(schedule: ReturnSchedule, key: str = "") -> list[ReturnDateChange]:
    """Return how the days of ``schedule`` were moved, the latest first."""
    rows = ReturnDateChange.objects.filter(schedule=schedule).select_related("changed_by")
    return list(rows.filter(key=key) if key else rows)
