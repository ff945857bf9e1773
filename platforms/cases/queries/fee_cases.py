"""Fees for services that must be free, as cases: those that nobody explained yet have no row of their own.

What is still to be explained is counted from the rollups and listed by the index of such fees, never by going through
all records.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value

from platforms.cases.choices import FeeCaseState
from platforms.models import FeeCase, PlatformMonth, ServiceRecord, User
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries.records import flagged

CASE_OPEN = "open"
CASE_STATES = {CASE_OPEN: "待说明", **dict(FeeCaseState.choices)}
CASE_TONES = {
    CASE_OPEN: "wait",
    FeeCaseState.EXPLAINED: "info",
    FeeCaseState.SETTLED: "good",
    FeeCaseState.PASSED: "bad",
}
OPEN = "open"
STATES = (OPEN, *FeeCaseState.values)


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; ``state`` is one of :data:`STATES`, ``region`` and ``platform`` are codes."""

    state: str = OPEN
    region: str = ""
    platform: str = ""


def unexplained() -> Q:
    """Return the condition of a fee in force that nobody explained yet."""
    return flagged() & Q(cancelled_at__isnull=True, fee_case__isnull=True)


def listed(user: User, choice: Choice) -> QuerySet[Any]:
    """Return the records of one state that ``user`` sees, the oldest service first, with ``case_state``."""
    rows: QuerySet[Any] = ServiceRecord.objects.visible_to(user).filter(**_place(choice, "platform__"))
    if choice.state == OPEN:
        rows = rows.filter(unexplained()).annotate(case_state=Value(OPEN))
    else:
        rows = rows.filter(fee_case__state=choice.state).annotate(case_state=F("fee_case__state"))
    return rows.order_by("served_on", "pk")


def tally(user: User, choice: Choice) -> dict[str, int]:
    """Count by state; ``state`` of ``choice`` narrows nothing here."""
    months = PlatformMonth.objects.visible_to(user).filter(**_place(choice, "platform__"))
    total = months.aggregate(n=Sum("flagged"))["n"] or 0
    cases = FeeCase.objects.visible_to(user).filter(**_place(choice, "record__platform__")).order_by()
    # A case stays when its record is corrected or cancelled; only those in force are among the flagged.
    in_force = ~Q(record__free_category="") & Q(record__fee__gt=0, record__cancelled_at__isnull=True)
    counts = dict.fromkeys(STATES, 0)
    for state, count, still in cases.values_list("state").annotate(n=Count("pk"), still=Count("pk", filter=in_force)):
        counts[state] = count
        total -= still
    return counts | {OPEN: max(0, total)}


def to_explain(user: User) -> QuerySet[ServiceRecord]:
    """Return the records of ``user``'s region with a fee that nobody explained yet."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.visible_to(user).filter(unexplained())
    return rows


def explained(user: User) -> QuerySet[ServiceRecord]:
    """Return the records whose fee was explained and waits to be decided on."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.visible_to(user)
    return rows.filter(fee_case__state=FeeCaseState.EXPLAINED)


def _place(choice: Choice, path: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {f"{path}code": choice.platform} if choice.platform else {}
    if choice.region == CITYS_OWN:
        wanted[f"{path}region__isnull"] = True
    elif choice.region:
        wanted[f"{path}region__code"] = choice.region
    return wanted
