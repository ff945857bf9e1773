"""What is to be mended, as lists, counts and deadlines; overdue is derived here and nowhere else."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from platforms import deadlines
from platforms.applications.queries.standings import in_operation
from platforms.choices import Role
from platforms.models import Platform, Rectification, Region, User
from platforms.notices.clauses import active
from platforms.notices.models import NoticeValue, value_of
from platforms.notices.terms import Ground
from platforms.rectifications.choices import (
    CITED,
    COUNTY_FINDERS,
    NAMED,
    RectificationClause,
    RectificationFinder,
    RectificationStatus,
)
from platforms.scope import ScopedQuerySet

#: Still to be mended and answered.
PENDING = (RectificationStatus.OPENED, RectificationStatus.REOPENED)
OVERDUE = "overdue"
CITY_ONLY = "city"


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; empty strings narrow nothing.

    ``state`` is a status or :data:`OVERDUE`, ``region`` the code of a region or :data:`CITY_ONLY` for key industries,
    ``platform`` a platform's code, ``year`` that of its round.
    """

    state: str = ""
    region: str = ""
    platform: str = ""
    q: str = ""
    year: str = ""


def clause_choices(notice: int | None) -> list[tuple[str, str]]:
    """Return what one can rest on under the notice with this id, as it prints it; None is the one that is cited now."""
    value = _value(notice)
    known = [(str(each), _label(each, value)) for each in RectificationClause]
    first_named = len(known) - len(NAMED)
    grounds = [(ground.key, _of_ground(ground, value)) for ground in value.terms.grounds] if value else []
    return [*known[:first_named], *grounds, *known[first_named:]]


def clause_label(clause: str, notice: int | None) -> str:
    """Return what ``clause`` is called, with the number that the notice with this id prints; None as above."""
    value = _value(notice)
    if clause in RectificationClause.values:
        return _label(RectificationClause(clause), value)
    ground = _ground(clause, value)
    return _of_ground(ground, value) if ground and value else "撤销情形"


def label_of(row: Rectification) -> str:
    """Return what ``row`` rests on by the notice of its round."""
    return clause_label(row.clause, row.round.notice_id if row.round else None)


def ground_of(row: Rectification) -> Ground | None:
    """Return the ground for a revocation that ``row`` rests on, None where it rests on anything else."""
    return _ground(row.clause, _value(row.round.notice_id if row.round else None))


def _value(notice: int | None) -> NoticeValue | None:
    pk = notice if notice is not None else active()
    return value_of(pk) if pk is not None else None


def _label(clause: RectificationClause, value: NoticeValue | None) -> str:
    key = CITED.get(clause)
    return f"{value.clauses[key].number} {clause.label}" if key and value else str(clause.label)


def _ground(clause: str, value: NoticeValue | None) -> Ground | None:
    return next((each for each in value.terms.grounds if each.key == clause), None) if value else None


def _of_ground(ground: Ground, value: NoticeValue) -> str:
    return f"{value.clauses[ground.clause].number} {ground.label}"


def overdue_on(day: date) -> Q:
    """Return the condition of what is overdue on ``day``: the deadline is past and nobody answered."""
    return Q(status__in=PENDING, **deadlines.past("due_on", day))


def is_overdue(status: str, due_on: date, day: date) -> bool:
    """Say whether one of this status and deadline is overdue on ``day``."""
    return status in PENDING and deadlines.is_late(due_on, day)


def found(user: User, choice: Choice) -> ScopedQuerySet:
    """Return what ``user`` sees of the region, the platform and the words of ``choice``, before its state narrows."""
    rows = Rectification.objects.visible_to(user)
    if choice.year:
        rows = rows.filter(round__year=choice.year)
    if choice.region:
        code = None if choice.region == CITY_ONLY else choice.region
        rows = rows.filter(platform__region__isnull=True) if code is None else rows.filter(platform__region__code=code)
    if choice.platform:
        rows = rows.filter(platform__code=choice.platform)
    if choice.q:
        rows = rows.filter(
            Q(number__icontains=choice.q) | Q(platform__name__icontains=choice.q) | Q(problem__icontains=choice.q)
        )
    return rows


def listed(user: User, choice: Choice, on: date) -> QuerySet[Rectification]:
    """Return the rows of the list: what is still to be mended first, by deadline, then what was last opened."""
    rows: QuerySet[Rectification] = found(user, choice)
    if choice.state == OVERDUE:
        rows = rows.filter(overdue_on(on))
    elif choice.state:
        rows = rows.filter(status=choice.state)
    turn = Case(
        When(status__in=PENDING, then=Value(0)),
        When(status=RectificationStatus.ANSWERED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    pending_due = Case(When(status__in=(*PENDING, RectificationStatus.ANSWERED), then="due_on"))
    return rows.annotate(turn=turn, pending_due=pending_due).order_by("turn", "pending_due", "-opened_at", "-pk")


def tally(user: User, choice: Choice, on: date) -> dict[str, int]:
    """Count by status, and what is overdue, in one query; ``state`` of ``choice`` narrows nothing here."""
    counts = {status: Count("pk", filter=Q(status=status)) for status in RectificationStatus.values}
    return found(user, choice).aggregate(**counts, **{OVERDUE: Count("pk", filter=overdue_on(on))})


def regions_with_any(user: User) -> list[tuple[str, str, int]]:
    """Return code, name and count of each region that has any, key industries last under :data:`CITY_ONLY`."""
    rows = Rectification.objects.visible_to(user).order_by().values_list("platform__region__code")
    counts = dict(rows.annotate(n=Count("pk")))
    names = Region.objects.filter(code__in=[code for code in counts if code]).values_list("code", "name")
    listed_ = [(code, name, counts[code]) for code, name in names]
    return [*listed_, *([(CITY_ONLY, "市级重点行业", counts[None])] if None in counts else [])]


def to_answer(user: User) -> QuerySet[Rectification]:
    """Return what others found and ``user``'s side is to answer."""
    return _pending(user).exclude(finder__in=_own_finders(user))


def to_enter(user: User) -> QuerySet[Rectification]:
    """Return what ``user``'s side found itself: the platform mends it, and what it did is entered."""
    return _pending(user).filter(finder__in=_own_finders(user))


def to_check(user: User) -> QuerySet[Rectification]:
    """Return the answers that ``user`` is to check: those of somebody else to what the own side found."""
    by_county = Q(finder__in=COUNTY_FINDERS)
    officers = User.objects.filter(role=Role.COUNTY, is_active=True, region=OuterRef("platform__region"))
    # See ``services.rectifications.city_stands_in``.
    is_alone = ~Exists(officers.exclude(pk=OuterRef("answered_by")))
    found = by_county if user.role == Role.COUNTY else ~by_county | is_alone
    rows: QuerySet[Rectification] = Rectification.objects.visible_to(user)
    return rows.filter(found, ~Q(answered_by=user), status=RectificationStatus.ANSWERED)


def waiting_for(user: User) -> QuerySet[Rectification]:
    """Return all that waits for ``user``'s side: to be answered, entered or checked."""
    return to_answer(user) | to_enter(user) | to_check(user)


def late_at_counties(user: User, on: date) -> QuerySet[Rectification]:
    """Return what counties have not answered although its day is over on ``on``."""
    rows: QuerySet[Rectification] = Rectification.objects.visible_to(user)
    return rows.filter(overdue_on(on), platform__region__isnull=False)


def _own_finders(user: User) -> tuple[RectificationFinder, ...]:
    if user.role == Role.COUNTY:
        return COUNTY_FINDERS
    return tuple(each for each in RectificationFinder if each not in COUNTY_FINDERS)


def _pending(user: User) -> QuerySet[Rectification]:
    rows: QuerySet[Rectification] = Rectification.objects.visible_to(user).filter(status__in=PENDING)
    return rows if user.role == Role.COUNTY else rows.filter(platform__region__isnull=True)


def platforms_for(user: User, on: date) -> QuerySet[Platform]:
    """Return the platforms in operation on the day ``on`` at which ``user`` may find something, by name."""
    rows = in_operation(Platform.objects.visible_to(user), on)
    return rows.select_related("region").order_by("region", "code")
