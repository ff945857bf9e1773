"""Fees for services that must be free, as cases: those that nobody explained yet have no row of their own."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Min, Q, QuerySet, Value, When

from platforms.choices import FeeCaseState
from platforms.models import ServiceRecord, User
from platforms.queries.service_records import CITYS_OWN, flagged

OPEN = "open"
STATES = (OPEN, *FeeCaseState.values)


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; ``state`` is one of :data:`STATES`, ``region`` and ``platform`` are codes."""

    state: str = ""
    region: str = ""
    platform: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state or self.region or self.platform)


def unexplained() -> Q:
    """Return the condition of a fee in force that nobody explained yet."""
    return flagged() & Q(cancelled_at__isnull=True, fee_case__isnull=True)


def found(user: User, choice: Choice) -> QuerySet[Any]:
    """Return the records with a case that ``user`` sees, before its state narrows, with ``case_state``."""
    rows: QuerySet[Any] = ServiceRecord.objects.visible_to(user)
    rows = rows.filter(unexplained() | Q(fee_case__isnull=False))
    if choice.region:
        city = choice.region == CITYS_OWN
        rows = rows.filter(platform__region__isnull=True) if city else rows.filter(platform__region__code=choice.region)
    if choice.platform:
        rows = rows.filter(platform__code=choice.platform)
    state = Case(When(fee_case__isnull=True, then=Value(OPEN)), default=F("fee_case__state"), output_field=CharField())
    return rows.annotate(case_state=state)


def listed(user: User, choice: Choice) -> QuerySet[Any]:
    """Return the rows of the list: to be explained first, then to be decided, the oldest service first."""
    rows = found(user, choice)
    if choice.state:
        rows = rows.filter(case_state=choice.state)
    turn = Case(*(When(case_state=state, then=Value(place)) for place, state in enumerate(STATES)))
    return rows.order_by(turn, "served_on", "pk").select_related("platform__region", "enterprise", "fee_case")


def tally(user: User, choice: Choice) -> dict[str, int]:
    """Count by state; ``state`` of ``choice`` narrows nothing here."""
    rows = found(user, choice).order_by().values_list("case_state")
    return dict.fromkeys(STATES, 0) | dict(rows.annotate(n=Count("pk")))


def waiting(user: User) -> dict[str, Any]:
    """Count what waits: ``open`` to be explained and ``explained`` to be decided, each with ``_since``."""
    rows = found(user, Choice())
    opened, told = Q(case_state=OPEN), Q(case_state=FeeCaseState.EXPLAINED)
    return rows.aggregate(
        open=Count("pk", filter=opened),
        open_since=Min("received_at", filter=opened),
        explained=Count("pk", filter=told),
        explained_since=Min("fee_case__explained_at", filter=told),
    )
