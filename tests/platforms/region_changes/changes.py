"""Changes of regions for tests: as they are asked for, and carried out as a careful officer does."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from platforms.models import Region, RegionChange, User
from platforms.region_changes.choices import ChangeKind
from platforms.region_changes.queries.plan import Plan, plan_of
from platforms.region_changes.queries.wanted import Wanted
from platforms.region_changes.services import change_regions

#: The first day of the new order: the day of ``now``.
DAY = date(2026, 4, 10)


def wanted(*ending: Region, main: Region | None = None, **more: Any) -> Wanted:
    """A merger of ``ending`` into ``main`` from :data:`DAY` on, unless ``more`` says otherwise."""
    usual: dict[str, Any] = {
        "kind": ChangeKind.MERGE,
        "effective_on": DAY,
        "document_number": "甬政发〔2026〕12号",
        "reason": "行政区划调整",
    }
    return Wanted(ending=ending, main=main, **(usual | more))


def plan(asked: Wanted, at: datetime) -> Plan:
    """What ``asked`` comes to at ``at``."""
    return plan_of(asked, today=timezone.localdate(at))


def carried_out(asked: Wanted, by: User, at: datetime) -> RegionChange:
    """``asked``, looked at and carried out by ``by``."""
    return change_regions(wanted=asked, seen=plan(asked, at).digest, by=by, at=at)
