"""What the desk shows first: the round as a line, the own applications as a list, and the rows of the summary sheet."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from platforms.applications.choices import ApplicationStatus
from platforms.choices import PlatformType, Role
from platforms.models import Application, FillLink, Region, Round, User
from platforms.scope import ScopedQuerySet

#: What may be sorted by, and the columns that do it.
SORTS = {
    "number": ("number",),
    "name": ("name", "number"),
    "type": ("type", "number"),
    "status": ("status", "number"),
    "saved": ("saved_at", "number"),
}
FILED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED)
#: As a state of the list: whatever was filed and not withdrawn.
ALL_FILED = "filed"


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; empty strings narrow nothing.

    ``status`` is one or :data:`ALL_FILED`, ``sort`` is a key of :data:`SORTS`, "-" before it.
    """

    status: str = ""
    type: str = ""
    q: str = ""
    sort: str = "-saved"
    all_rounds: bool = False


def own_applications(user: User) -> ScopedQuerySet:
    """Return the applications that are ``user``'s to write: a county's own, or the city's key industries (三·(四))."""
    rows = Application.objects.visible_to(user)
    if user.role == Role.COUNTY:
        return rows
    return rows.filter(type=PlatformType.INDUSTRY) if user.role == Role.CITY else rows.none()


def listed(user: User, round: Round | None, choice: Choice) -> QuerySet[Application]:
    """Return the rows of the desk's list, in order; ``handed_over`` says that the operating unit gave its link back."""
    rows = in_round(user, round, choice)
    if choice.status:
        rows = rows.filter(status__in=FILED if choice.status == ALL_FILED else (choice.status,))
    if choice.type:
        rows = rows.filter(type=choice.type)
    backwards = choice.sort.startswith("-")
    order = SORTS.get(choice.sort.removeprefix("-"), SORTS["saved"])
    given_back = FillLink.objects.filter(
        application=OuterRef("pk"), handed_over_at__isnull=False, revoked_at__isnull=True
    )
    names = (f"-{name}" if backwards else name for name in order)
    return rows.annotate(handed_over=Exists(given_back)).order_by(*names)


def in_round(user: User, round: Round | None, choice: Choice) -> QuerySet[Application]:
    """Return the own applications that the search finds, before chips narrow them."""
    rows: QuerySet[Application] = own_applications(user)
    if not choice.all_rounds:
        rows = rows.filter(round=round)
    if choice.q:
        rows = rows.filter(
            Q(search_text__icontains=choice.q)
            | Q(town__search_text__icontains=choice.q)
            | Q(number__icontains=choice.q)
            | Q(operator_name__icontains=choice.q)
        )
    return rows


def tally(rows: QuerySet[Application]) -> Counter[tuple[str, str]]:
    """Count ``rows`` by status and type, in one query."""
    found = rows.order_by().values_list("status", "type").annotate(n=Count("*"))
    return Counter({(status, type_): n for status, type_, n in found})


def filed_for_summary(round: Round, region: Region | None) -> QuerySet[Application]:
    """Return what ``region`` filed and did not withdraw, with the counts of its people; None means the city itself."""
    return (
        Application.objects.filter(round=round, region=region, status__in=FILED)
        .select_related("region", "town", "park")
        .prefetch_related("services")
        .annotate(
            people=Count("staff", distinct=True),
            full_time_people=Count("staff", filter=Q(staff__full_time=True), distinct=True),
        )
        .order_by("number")
    )
