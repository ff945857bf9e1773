"""How the platforms are linked to the city's information system: the latest finding, the last record, who is silent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from platforms.applications.queries.standings import in_operation
from platforms.choices import PlatformType, Role
from platforms.models import LinkState, Platform, ServiceRecord, User
from platforms.reference.choices import CITYS_OWN

#: A linked platform whose last service lies so many days back, or that has been linked so long without one, is silent.
SILENT_DAYS = 30
UNLINKED, SILENT, ACTIVE = "unlinked", "silent", "active"
STATES = {UNLINKED: "未联通", SILENT: "近期无服务记录", ACTIVE: "正常"}
#: As in the addresses of the lists of service records.
CITY_ONLY = CITYS_OWN


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; empty strings narrow nothing.

    ``state`` is a key of :data:`STATES`, ``region`` the code of a region or :data:`CITY_ONLY`, ``type`` a type of
    platforms.
    """

    state: str = ""
    region: str = ""
    type: str = ""
    q: str = ""


@dataclass
class Figures:
    """How many platforms there are, and how many of each state."""

    unlinked: int = 0
    silent: int = 0
    active: int = 0

    @property
    def total(self) -> int:
        return self.unlinked + self.silent + self.active

    @property
    def linked(self) -> int:
        return self.silent + self.active


@dataclass
class Owing:
    """What one region is to be reminded of: counts, and a line for each platform."""

    unlinked: int = 0
    silent: int = 0
    lines: list[str] = field(default_factory=list)


def standing(rows: QuerySet[Platform], on: date) -> QuerySet[Platform]:
    """Return ``rows`` with how each stands on the day ``on``.

    ``state`` is a key of :data:`STATES`; ``finding`` the key of the latest finding, with ``link_method``, ``link_on``,
    ``link_note`` and ``noted_at``; ``last_served_on`` and ``last_received_at`` are those of the last service by its
    date, cancelled ones left out; ``quiet_since`` is that date or the day of the link, whichever is later.
    """
    latest = LinkState.objects.filter(platform=OuterRef("pk")).order_by("-pk")
    # The index of the list of a platform answers this with one row.
    records = ServiceRecord.objects.filter(platform=OuterRef("pk"), cancelled_at__isnull=True)
    records = records.order_by("-served_on", "-pk")
    rows = rows.annotate(
        finding=Subquery(latest.values("pk")[:1], output_field=IntegerField()),
        is_linked=Subquery(latest.values("linked")[:1], output_field=BooleanField()),
        link_method=Subquery(latest.values("method")[:1], output_field=CharField()),
        link_on=Subquery(latest.values("on")[:1], output_field=DateField()),
        link_note=Subquery(latest.values("note")[:1], output_field=CharField()),
        noted_at=Subquery(latest.values("noted_at")[:1], output_field=DateTimeField()),
        last_served_on=Subquery(records.values("served_on")[:1], output_field=DateField()),
        last_received_at=Subquery(records.values("received_at")[:1], output_field=DateTimeField()),
    )
    return rows.annotate(
        quiet_since=Case(
            When(Q(last_served_on__isnull=True) | Q(last_served_on__lt=F("link_on")), then=F("link_on")),
            default=F("last_served_on"),
        )
    ).annotate(
        state=Case(
            When(is_linked=True, quiet_since__lt=on - timedelta(days=SILENT_DAYS), then=Value(SILENT)),
            When(is_linked=True, then=Value(ACTIVE)),
            default=Value(UNLINKED),
            output_field=CharField(),
        ),
        turn=Case(
            When(is_linked=True, quiet_since__lt=on - timedelta(days=SILENT_DAYS), then=Value(1)),
            When(is_linked=True, then=Value(2)),
            default=Value(0),
            output_field=IntegerField(),
        ),
    )


def listed(user: User, choice: Choice, on: date) -> QuerySet[Any]:
    """Return the platforms in operation, not linked first, then the silent ones, the longest silent first."""
    rows: QuerySet[Any] = standing(_found(user, choice, on), on)
    if choice.state:
        rows = rows.filter(state=choice.state)
    return rows.order_by("turn", "quiet_since", "code")


def _found(user: User, choice: Choice, on: date) -> QuerySet[Platform]:
    rows: QuerySet[Platform] = in_operation(Platform.objects.visible_to(user), on)
    if choice.region:
        rows = (
            rows.filter(region__isnull=True) if choice.region == CITY_ONLY else rows.filter(region__code=choice.region)
        )
    if choice.type:
        rows = rows.filter(type=choice.type)
    if choice.q:
        rows = rows.filter(Q(name__icontains=choice.q) | Q(code__icontains=choice.q) | site_words(choice.q))
    return rows


def site_words(text: str) -> Q:
    """Return the condition that the place of a platform is called so."""
    return Q(town__name__icontains=text) | Q(park__name__icontains=text) | Q(association__icontains=text)


def figures(user: User, choice: Choice, on: date) -> dict[tuple[str, str], Figures]:
    """Count by region (its code, :data:`CITY_ONLY`) and type what ``user`` sees, in one query.

    Only the words of ``choice`` narrow, so that every chip can say what it would show.
    """
    rows: QuerySet[Any] = standing(_found(user, Choice(q=choice.q), on), on).order_by()
    counted: dict[tuple[str, str], Figures] = {}
    for code, kind, state, count in rows.values_list("region__code", "type", "state").annotate(n=Count("pk")):
        setattr(counted.setdefault((code or CITY_ONLY, kind), Figures()), state, count)
    return counted


def added(some: Iterable[Figures]) -> Figures:
    """Return the sum."""
    total = Figures()
    for each in some:
        total.unlinked += each.unlinked
        total.silent += each.silent
        total.active += each.active
    return total


def own(user: User, on: date) -> QuerySet[Platform]:
    """Return the platforms, not linked or silent, that ``user`` sees to: a county's, the city's key industries."""
    rows = Platform.objects.visible_to(user)
    return _at_fault(rows if user.role == Role.COUNTY else rows.filter(region__isnull=True), on)


def of_counties(user: User, on: date) -> QuerySet[Platform]:
    """Return the platforms, not linked or silent, that counties have to see to."""
    return _at_fault(Platform.objects.visible_to(user).filter(region__isnull=False), on)


def _at_fault(rows: QuerySet[Platform], on: date) -> QuerySet[Platform]:
    found: QuerySet[Any] = standing(in_operation(rows, on), on)
    return found.filter(turn__lt=2)


def owing(on: date) -> dict[int, Owing]:
    """Return, by key of the region, what each region is to be reminded of; key industries are the city's own."""
    rows: Any = standing(in_operation(Platform.objects.filter(region__isnull=False), on), on)
    rows = rows.exclude(state=ACTIVE).order_by("region", "turn", "quiet_since", "code")
    found: dict[int, Owing] = {}
    for each in rows:
        own = found.setdefault(each.region_id, Owing())
        if each.state == UNLINKED:
            own.unlinked += 1
            own.lines.append(f"未联通：{each.name}")
        else:
            own.silent += 1
            own.lines.append(f"已 {(on - each.quiet_since).days} 天没有服务记录：{each.name}")
    return found


def level_of(kind: str) -> str:
    """Return what platforms of a type are called in a list."""
    return PlatformType(kind).short
