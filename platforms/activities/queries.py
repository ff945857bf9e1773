"""Activities as lists, counts, figures per platform and facts of a register; nothing here writes."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum

from platforms import deadlines
from platforms.activities.choices import HUBS, ActivityStatus, InvitationAnswer, Organiser
from platforms.activities.rules import REPORT_DAYS
from platforms.applications.queries.standings import in_operation
from platforms.choices import Role
from platforms.models import Activity, Invitation, Platform, Region, User
from platforms.scope import regions_of_officer

#: States of the list that are derived: the report is late, an answer is still to be given.
LATE, TO_ANSWER = "late", "to_answer"
CITY_ONLY = "city"
UNREPORTED = (ActivityStatus.PLANNED, ActivityStatus.HELD)


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; ``state`` is a status, :data:`LATE` or :data:`TO_ANSWER`, ``region`` a code or
    :data:`CITY_ONLY` for what the city entered, ``platform`` the code of one that holds it or is invited, ``year``
    that of its round."""

    state: str = ""
    kind: str = ""
    region: str = ""
    platform: str = ""
    q: str = ""
    year: str = ""


@dataclass(frozen=True)
class Figures:
    """Counts of one platform: activities it ``held`` itself, ``attended`` by invitation, ``refused``; invitations
    without an answer after their day (``unanswered``), which are no refusals, and all invitations."""

    held: int = 0
    attended: int = 0
    refused: int = 0
    unanswered: int = 0
    invited: int = 0


def late_on(day: date) -> Q:
    """Return the condition of activities whose report is overdue on ``day``."""
    return Q(status__in=UNREPORTED, **deadlines.past("held_on", day - timedelta(days=REPORT_DAYS)))


def own(user: User) -> QuerySet[Activity]:
    """Return what the side of ``user`` entered."""
    rows: QuerySet[Activity] = Activity.objects.visible_to(user)
    if user.role == Role.CITY:
        return rows.filter(region__isnull=True)
    return rows.filter(region__in=regions_of_officer(user))


def open_invitations(user: User, on: date) -> QuerySet[Invitation]:
    """Return the invitations that ``user``'s side has to answer for its platforms that operate on the day ``on``."""
    at_work = in_operation(Platform.objects.all(), on).values("pk")
    rows = own_invitations(user).filter(answer="", activity__status=ActivityStatus.PLANNED)
    return rows.filter(platform__in=at_work)


def own_invitations(user: User) -> QuerySet[Invitation]:
    """Return the invitations that ``user``'s side answers for its platforms: not those of its own activities."""
    rows: QuerySet[Invitation] = Invitation.objects.visible_to(user)
    if user.role == Role.CITY:
        return rows.filter(platform__region__isnull=True, activity__region__isnull=False)
    return rows.filter(platform__region=user.region_id).exclude(activity__region=user.region_id)


def found(user: User, choice: Choice) -> QuerySet[Activity]:
    """Return what ``user`` sees of ``choice`` before its state narrows."""
    rows: QuerySet[Activity] = Activity.objects.visible_to(user)
    if choice.year:
        rows = rows.filter(round__year=choice.year)
    if choice.region == CITY_ONLY:
        rows = rows.filter(region__isnull=True)
    elif choice.region:
        rows = rows.filter(region__code=choice.region)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.platform:
        invited = Invitation.objects.visible_to(user).filter(platform__code=choice.platform).values("activity")
        rows = rows.filter(Q(platform__code=choice.platform) | Q(pk__in=invited))
    if choice.q:
        rows = rows.filter(Q(number__icontains=choice.q) | Q(title__icontains=choice.q) | Q(place__icontains=choice.q))
    return rows


def _state(user: User, state: str, on: date) -> Q:
    if state == LATE:
        return late_on(on)
    if state == TO_ANSWER:
        return Q(pk__in=open_invitations(user, on).values("activity"))
    return Q(status=state) if state else Q()


def listed(user: User, choice: Choice, on: date) -> QuerySet[Activity]:
    """Return the rows of the list, the latest day first, each with how many of the invitations that the person sees
    there are (``invited``), were accepted, refused, and are open."""
    mine = Invitation.objects.visible_to(user).filter(activity=OuterRef("pk")).order_by().values("activity")

    def counted(**filters: str) -> Subquery:
        return Subquery(mine.filter(**filters).annotate(n=Count("pk")).values("n"), output_field=IntegerField())

    rows = found(user, choice).filter(_state(user, choice.state, on))
    rows = rows.annotate(
        invited=counted(), accepted=counted(answer=InvitationAnswer.ACCEPTED),
        refused=counted(answer=InvitationAnswer.REFUSED),
    )  # fmt: skip
    return rows.order_by("-held_on", "-pk")


def tally(user: User, choice: Choice, on: date) -> dict[str, int]:
    """Count by status, what is late and what waits for an answer, in one query."""
    waits = Exists(open_invitations(user, on).filter(activity=OuterRef("pk")))
    rows = found(user, choice).annotate(waits=waits)
    counts = {status: Count("pk", filter=Q(status=status)) for status in ActivityStatus.values}
    return rows.order_by().aggregate(
        **counts, **{LATE: Count("pk", filter=late_on(on)), TO_ANSWER: Count("pk", filter=Q(waits=True))}
    )


def regions_with_any(user: User) -> list[tuple[str, str, int]]:
    """Return code, name and count of each region that entered any, the city's first under :data:`CITY_ONLY`."""
    rows = Activity.objects.visible_to(user).order_by().values_list("region__code")
    counts = dict(rows.annotate(n=Count("pk")))
    names = Region.objects.filter(code__in=[code for code in counts if code]).values_list("code", "name")
    first = [(CITY_ONLY, "市级", counts[None])] if None in counts else []
    return [*first, *((code, name, counts[code]) for code, name in names)]


def to_report(user: User, on: date) -> QuerySet[Activity]:
    """Return what ``user``'s side entered, that was held by ``on`` and is not reported yet."""
    return own(user).filter(status__in=UNREPORTED, held_on__lte=on)


def invitations_of(activity: Activity, user: User) -> list[Invitation]:
    """Return the invitations to ``activity`` that ``user`` sees."""
    rows: QuerySet[Invitation] = Invitation.objects.visible_to(user).filter(activity=activity)
    return list(rows.select_related("platform__region", "answered_by").order_by("platform__code"))


def platforms_to_invite(user: User, *, on: date, region: str = "", type: str = "") -> list[Platform]:
    """Return the platforms in operation on the day ``on`` that ``user`` may invite, by region code and type."""
    rows = in_operation(Platform.objects.visible_to(user), on).select_related("region")
    if region:
        rows = rows.filter(region__isnull=True) if region == CITY_ONLY else rows.filter(region__code=region)
    if type:
        rows = rows.filter(type=type)
    return list(rows.order_by("code"))


# Facts of a register, figures of an evaluation ---------------------------------------------------------------------


def unanswered_on(day: date) -> Q:
    """Return the condition of invitations that were not answered by their day, or by that of the activity."""
    over = Q(**deadlines.past("activity__answer_by", day)) | Q(
        activity__answer_by__isnull=True, **deadlines.past("activity__held_on", day)
    )
    return over & Q(answer="") & ~Q(activity__status=ActivityStatus.CANCELLED)


def figures_of(platform: Platform, on: date) -> Figures:
    """Return what ``platform`` did and how it answered; ``on`` is the day on which a missing answer is late.

    Held and attended count only what was reported, refused and unanswered the activities of the hubs (五·4).
    """
    of_hubs = Q(activity__organiser__in=HUBS)
    found = Invitation.objects.filter(platform=platform).aggregate(
        attended=Count("pk", filter=Q(took_part=True)),
        refused=Count("pk", filter=of_hubs & Q(answer=InvitationAnswer.REFUSED)),
        unanswered=Count("pk", filter=of_hubs & unanswered_on(on)),
        invited=Count("pk"),
    )
    held = Activity.objects.filter(platform=platform, status=ActivityStatus.REPORTED).count()
    return Figures(held=held, **found)


# What the public reads ----------------------------------------------------------------------------------------------

#: Days for which an activity that was held is shown to the public.
SHOWN_FOR = 365


def announced(platform: int, on: date) -> QuerySet[Activity]:
    """Return what ``platform`` itself holds for everybody on the day ``on`` or later, the next first: planned and not
    cancelled."""
    rows = _public_of(platform).filter(status=ActivityStatus.PLANNED, held_on__gte=on)
    return rows.order_by("held_on", "pk")


def told(platform: int, on: date) -> QuerySet[Activity]:
    """Return what ``platform`` itself held for everybody in the :data:`SHOWN_FOR` days before ``on`` and reported, the
    latest first.

    What is held and not reported yet is nobody's to read.
    """
    first = on - timedelta(days=SHOWN_FOR)
    rows = _public_of(platform).filter(status=ActivityStatus.REPORTED, held_on__gte=first, held_on__lte=on)
    return rows.order_by("-held_on", "-pk").prefetch_related("links")


def edition(on: date) -> tuple[object, ...]:
    """Return what :func:`announced` and :func:`told` of all platforms are made of, in short, on the day ``on``."""
    rows = Activity.objects.filter(organiser=Organiser.PLATFORM, held_on__gte=on - timedelta(days=SHOWN_FOR))
    counts = {status: Count("pk", filter=Q(status=status)) for status in ActivityStatus.values}
    return tuple(rows.aggregate(**counts, changes=Sum("version"), last=Max("pk")).values())


def _public_of(platform: int) -> QuerySet[Activity]:
    rows: QuerySet[Activity] = Activity.objects.filter(platform=platform, is_public=True)
    return rows
