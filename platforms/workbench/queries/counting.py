"""What the system itself recorded about platforms within the counted period of a round (四·(四)).

Every figure counts by the day on which something happened at the platform or came in about it: a service or a call by
the day of the service, an activity and its invitations by the day it was held, a complaint by the day it came in, a
finding by the day it was noted, a task or a return by its due day (``platforms.rounds.counted_period`` says why).

All figures are counted live, in one question for each kind of rows. The rollups would be quicker by far, and wrong
here: they know whole months only, they keep counting records that were archived, and two records that changed places
within a month leave them as they are. A figure that decides on a grade has to name its very rows.

The digest of a figure is over two sums, to which the database adds a number for each row, so that no row has to be
read and their order does not matter. A row that comes, goes or changes its counted value changes the first sum. Of
changes to several rows that cancel each other out in one sum, one in some 2³¹ does so in the other one too. The
numbers depend on keys that nobody can choose.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Case, Count, Expression, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast
from django.urls import reverse

from platforms.activities.choices import HUBS, ActivityStatus, InvitationAnswer
from platforms.cases.choices import ComplaintStatus
from platforms.choices import FreeService, ServiceClass
from platforms.follow_ups.choices import FollowUpResult
from platforms.follow_ups.queries import DIFFERS
from platforms.models import (
    Activity,
    Complaint,
    FollowUp,
    Invitation,
    PeriodicReturn,
    Rectification,
    ServiceRecord,
    Task,
    User,
)
from platforms.rectifications.choices import RectificationStatus
from platforms.rounds.counted_period import Period
from platforms.scope import ScopedModel
from platforms.service_records.queries.records import flagged
from platforms.workbench.counted_figures import (
    FIGURES,
    PRIME,
    SATISFIED,
    Kind,
    Sums,
    Tally,
    number_of,
    tally_of,
    value_of,
)

Keys = Collection[int]
ALL = Q()


@dataclass(frozen=True)
class Source:
    """Rows of one kind that figures count: those of ``model`` that ``within`` keeps, listed in ``order``.

    ``kind`` says what they are, as the pages of the workbench list them.
    """

    kind: str
    model: type[ScopedModel]
    within: Callable[[Period], Q]
    order: tuple[str, ...]


_RECORDS = Source(
    "record", ServiceRecord,
    lambda period: Q(cancelled_at__isnull=True, **period.days("served_on")), ("-served_on", "-pk"),
)  # fmt: skip
_CALLS = Source(
    "follow_up", FollowUp, lambda period: Q(**period.days("served_on")) & ~Q(result=""), ("-served_on", "-pk")
)
_ACTIVITIES = Source(
    "activity", Activity,
    lambda period: Q(status=ActivityStatus.REPORTED, **period.days("held_on")), ("-held_on", "-pk"),
)  # fmt: skip
_INVITATIONS = Source(
    "invitation", Invitation,
    lambda period: Q(**period.days("activity__held_on")) & ~Q(activity__status=ActivityStatus.CANCELLED),
    ("-activity__held_on", "-pk"),
)  # fmt: skip
_TASKS = Source("due_task", Task, lambda period: Q(dropped=False, **period.days("due_on")), ("due_on", "pk"))
_RETURNS = Source("return", PeriodicReturn, lambda period: Q(**period.days("due_on")), ("due_on", "pk"))
_RECTIFICATIONS = Source(
    "rectification", Rectification,
    lambda period: Q(**period.moments("opened_at")) & ~Q(status=RectificationStatus.WITHDRAWN), ("-opened_at", "-pk"),
)  # fmt: skip
# What was merged counts with its case, which has a day of its own.
_COMPLAINTS = Source(
    "complaint", Complaint,
    lambda period: Q(status=ComplaintStatus.VERIFIED, **period.moments("received_at")), ("-received_at", "-pk"),
)  # fmt: skip

_OF_HUBS = Q(activity__organiser__in=HUBS)
_FREE = ~Q(free_category="")
_SAID = Q(result=FollowUpResult.CONFIRMED, satisfaction__isnull=False)
_NEVER = Q(handed_in_at__isnull=True, closed_at__isnull=False)


@dataclass(frozen=True)
class Rule:
    """How the rows of one figure are found: those of ``source`` that ``narrow`` keeps.

    ``column`` is what is counted once for each value, or summed up; ``words`` are its values where it is a closed
    vocabulary. ``part`` are the rows of a share that belong to it.
    """

    source: Source
    narrow: Q = ALL
    column: str = ""
    words: tuple[str, ...] = ()
    part: Q = ALL


RULES: Mapping[str, Rule] = {
    "counted_services": Rule(_RECORDS),
    "counted_enterprises": Rule(_RECORDS, column="enterprise_id"),
    "counted_classes": Rule(_RECORDS, column="service_class", words=tuple(ServiceClass.values)),
    "counted_free": Rule(_RECORDS, _FREE),
    "counted_free_kinds": Rule(_RECORDS, _FREE, column="free_category", words=tuple(FreeService.values)),
    "counted_free_share": Rule(_RECORDS, part=_FREE),
    "counted_fees": Rule(_RECORDS, flagged()),
    "counted_follow_ups": Rule(_CALLS),
    "counted_satisfaction": Rule(_CALLS, _SAID, part=Q(satisfaction__gte=SATISFIED)),
    "counted_differences": Rule(_CALLS, DIFFERS),
    "counted_activities": Rule(_ACTIVITIES),
    "counted_attendance": Rule(_ACTIVITIES, column="people"),
    "counted_attended": Rule(_INVITATIONS, Q(took_part=True)),
    "counted_answered": Rule(_INVITATIONS, _OF_HUBS, part=~Q(answer="")),
    "counted_refused": Rule(_INVITATIONS, _OF_HUBS & Q(answer=InvitationAnswer.REFUSED)),
    "counted_tasks": Rule(_TASKS, part=Q(done_at__date__lte=F("due_on"))),
    "counted_returns": Rule(_RETURNS, part=Q(handed_in_at__isnull=False, late=False)),
    "counted_late_returns": Rule(_RETURNS, Q(late=True) | _NEVER),
    "counted_rectifications": Rule(_RECTIFICATIONS),
    "verified_complaints": Rule(_COMPLAINTS),
}

Counted = dict[str, Decimal | None]


def tally(keys: Keys, period: Period, names: Collection[str] = tuple(RULES)) -> dict[int, dict[str, Tally]]:
    """Return, for each of the platforms ``keys``, what the figures ``names`` come to within ``period``.

    One question for each kind of rows, however many platforms there are.
    """
    found = _found(keys, period, names, lambda name: {**_value_sums(name), **_digest_sums(name)})
    return {key: {name: tally_of(FIGURES[name], each) for name, each in sums.items()} for key, sums in found.items()}


def counted(keys: Keys, period: Period, names: Collection[str] = tuple(RULES)) -> dict[int, Counted]:
    """Return the values alone of what :func:`tally` returns, for a page: Django needs a third of the time to ask."""
    found = _found(keys, period, names, _value_sums)
    return {key: {name: value_of(FIGURES[name], each) for name, each in sums.items()} for key, sums in found.items()}


def rows_of(user: User, name: str, platform: int, period: Period) -> QuerySet[Any]:
    """Return the rows behind the figure ``name`` of ``platform`` that ``user`` may see, in order.

    ``is_part`` says of a row of a share whether it belongs to the part.
    """
    rule = RULES[name]
    rows: Any = rule.source.model.objects.visible_to(user)
    rows = rows.filter(rule.source.within(period), rule.narrow, platform=platform).order_by(*rule.source.order)
    if FIGURES[name].kind is Kind.SHARE:
        rows = rows.annotate(is_part=Case(When(rule.part, then=Value(True)), default=Value(False)))
    found: QuerySet[Any] = rows
    return found


def records_url(name: str, platform: int, period: Period) -> str:
    """Return the address of the page that lists the rows behind the figure ``name`` of the platform of this key."""
    days = urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})
    return f"{reverse('desk:counted_rows', args=[name, platform])}?{days}"


def period_of_days(first: str, last: str) -> Period | None:
    """Read the days of :func:`records_url`; None for what are no days, or the wrong way round."""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return period if period.first <= period.last else None


def _place(name: str) -> int:
    return list(RULES).index(name)


def _found(
    keys: Keys, period: Period, names: Collection[str], ask: Callable[[str], dict[str, Expression]]
) -> dict[int, dict[str, Sums]]:
    """Return the sums of the figures ``names`` of each platform; ``ask`` says which of them the database makes."""
    found = {key: dict.fromkeys(names, Sums()) for key in keys}
    for source, named in groupby(sorted(names, key=_place), key=lambda name: RULES[name].source):
        asked = list(named)
        sums = {f"{part}_{name}": sum_ for name in asked for part, sum_ in ask(name).items()}
        rows: Any = source.model.objects
        rows = rows.filter(source.within(period), platform__in=keys)
        for line in rows.order_by().values("platform").annotate(**sums):
            found[line["platform"]] |= {name: _read(line, name) for name in asked}
    return found


def _value_sums(name: str) -> dict[str, Expression]:
    """Return what the database is asked for the value of a figure, by the names of ``Sums``."""
    rule, kind = RULES[name], FIGURES[name].kind
    narrow = rule.narrow or None
    asked: dict[str, Expression] = {"rows": Count("pk", filter=narrow)}
    if kind is Kind.DISTINCT:
        asked["amount"] = Count(rule.column, filter=narrow, distinct=True)
    elif kind is Kind.SUM:
        asked["amount"] = Sum(rule.column, filter=narrow)
    elif kind is Kind.SHARE:
        asked["amount"] = Count("pk", filter=rule.narrow & rule.part)
    return asked


def _digest_sums(name: str) -> dict[str, Expression]:
    """Return what the database is asked for the digest of a figure, by the names of ``Sums``."""
    rule, kind = RULES[name], FIGURES[name].kind
    narrow = rule.narrow or None
    # Columns are cast: PostgreSQL would multiply their type, which is too narrow.
    key, value = Cast("pk", BigIntegerField()) % PRIME, _number(rule, kind)
    mixed = (key * 715225739 + value * 1190494759) % PRIME
    # Cast again: PostgreSQL adds up four bytes in eight, and eight in a decimal number of any length.
    numbers = {"first": (key * 1000003 + value) % PRIME, "second": mixed * mixed % PRIME}
    return {part: Sum(Cast(number, IntegerField()), filter=narrow) for part, number in numbers.items()}


def _number(rule: Rule, kind: Kind) -> Expression:
    """Return the number that stands for what a row says in the counted column."""
    if kind is Kind.SHARE:
        number: Any = Case(When(rule.part, then=Value(1)), default=Value(0))
    elif rule.words:
        whens = [When(**{rule.column: word}, then=Value(number_of(word))) for word in rule.words]
        number = Case(*whens, default=Value(0))
    else:
        number = F(rule.column) % PRIME if rule.column else Value(0)
    return Cast(number, BigIntegerField())


def _read(line: dict[str, Any], name: str) -> Sums:
    # A sum over no rows is None, a count has no amount besides its rows, and not every sum was asked for.
    return Sums(**{part: line.get(f"{part}_{name}") or 0 for part in ("rows", "amount", "first", "second")})
