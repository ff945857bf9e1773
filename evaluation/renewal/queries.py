"""Certificates with how their renewal stands, for who works on them and who has to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from evaluation.certification.choices import EndCause
from evaluation.certification.queries.in_force import HOLDING, in_state
from evaluation.certification.queries.published import CITY_NAME
from evaluation.models import Certification, ExpiryWarning
from evaluation.renewal.choices import Renewal
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.reporting import may_begin
from platforms.choices import PlatformType, Role
from platforms.models import Application, Platform, Round, Standing, User
from platforms.reference.choices import CITYS_OWN
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.rounds import rounds_at_work
from platforms.search.queries import Hit, Kind, note, row_url


@dataclass(frozen=True)
class Choice:
    """Which certificates a list is narrowed to; empty means all. ``state`` is a :class:`Validity` value."""

    state: str = ""
    renewal: str = ""
    region: str = ""
    q: str = ""


def visible(user: User) -> QuerySet[Certification]:
    """Return the certificates of the platforms that ``user`` sees, whatever region they were issued in."""
    rows: QuerySet[Certification] = Certification.objects.filter(result__platform__in=Platform.objects.visible_to(user))
    return rows


def _certificate(row: Certification, user: User) -> Hit:
    whole = row.result.name
    told = note(row.result.site_name, f"有效期至{row.valid_until.isoformat()}")
    url = row_url(row) if user.has_perm("evaluation.view_certification") else _list_url(row.number)
    return Hit(row.number, whole, told, url, row.number)


def _list_url(asked: str) -> str:
    return f"{reverse('evaluation:certificates')}?{urlencode({'q': asked})}"


#: Certificates in the search of the top bar.
CERTIFICATES = Kind(
    "认定证书",
    lambda user: visible(user).select_related("result"),
    ("result__platform__town__search_text", "result__platform__search_text"),
    "number",
    _certificate,
    lambda _user, asked: _list_url(asked),
)


def with_renewal(rows: QuerySet[Certification], *, on: date) -> QuerySet[Any]:
    """Return ``rows`` with ``renewal``, a :class:`Renewal` value of the day ``on``, and ``application``, the number of
    what was filed to renew them, None where nothing is."""
    # What came only after the end renewed nothing, unless it was filed to do so; what a change or a correction put in
    # the place of a certificate ends with it.
    in_time = Q(valid_from__lte=OuterRef("valid_until")) | Q(
        result__publication__published_at__date__lte=OuterRef("valid_until")
    )
    newer = Certification.objects.filter(
        Q(end__isnull=True) | Q(end__ended_on__gt=F("valid_from")),
        result__platform=OuterRef("result__platform"),
        valid_from__gt=OuterRef("valid_from"),
        valid_until__gt=OuterRef("valid_until"),
    )
    later = newer.filter(in_time | Q(result__assessment__application__renews__ends_on=OuterRef("valid_until")))
    filed = _filed(
        OuterRef("result__platform"), OuterRef("result__publication__round__year"), OuterRef("valid_until"),
        Standing.objects.filter(
            platform=OuterRef(OuterRef("result__platform")), ends_on=OuterRef(OuterRef("valid_until"))
        ),
    )  # fmt: skip
    is_over = Q(end__ended_on__lte=on)
    cases = (
        When(is_over & ~Q(end__cause=EndCause.REPLACED), then=Value(Renewal.NONE)),
        When(Exists(later), then=Value(Renewal.RENEWED)),
        When(is_over, then=Value(Renewal.NONE)),
        When(filed_status=ApplicationStatus.DRAFT, then=Value(Renewal.FILING)),
        When(filed_status=ApplicationStatus.ACCEPTED, then=Value(Renewal.ACCEPTED)),
        When(filed_status__isnull=False, then=Value(Renewal.FILED)),
        When(Exists(newer), valid_until__lt=on, then=Value(Renewal.AGAIN)),
        When(valid_until__lt=on, then=Value(Renewal.LAPSED)),
        When(valid_from__lte=on, valid_until__lte=_opens_until(on), then=Value(Renewal.OPEN)),
    )
    return rows.annotate(
        filed_status=Subquery(filed.values("status")[:1]), application=Subquery(filed.values("number")[:1])
    ).annotate(renewal=Case(*cases, default=Value(Renewal.EARLY), output_field=CharField()))


def filed_for(row: Certification) -> QuerySet[Application]:
    """Return what is under way to renew ``row``, the latest first: applications that were filed to do so, and what was
    accepted of its platform while it held, in a later round that is not published.

    A certificate that took the place of another one with its last day is renewed by what was filed for that.
    """
    year = row.result.publication.round.year
    renewed = Standing.objects.filter(platform=row.result.platform_id, ends_on=row.valid_until)
    return _filed(row.result.platform_id, year, row.valid_until, renewed).select_related("round")


def _filed(platform: Any, year: Any, last_day: Any, renewed: QuerySet[Standing]) -> QuerySet[Application]:
    accepted = Q(
        platform=platform, status=ApplicationStatus.ACCEPTED, round__year__gt=year, accepted_at__date__lte=last_day
    )
    # Keys, not a join: each side of the "or" has its index, and a list asks this for each of its certificates.
    rows: QuerySet[Application] = Application.objects.filter(Q(renews__in=renewed.values("pk")) | accepted)
    over = Q(status=ApplicationStatus.WITHDRAWN) | Q(round__status=RoundStatus.PUBLISHED)
    return rows.exclude(over).order_by("-round__year", "-pk")


def listed(user: User, choice: Choice, on: date) -> QuerySet[Any]:
    """Return what ``user`` sees of what ``choice`` asks for: what holds, the nearest end first, then what is over.

    ``warned_on`` is the day on which the county was told of the end last.
    """
    rows = _narrowed(user, choice, on)
    if choice.renewal:
        rows = rows.filter(renewal=choice.renewal)
    over = Q(valid_until__lt=on) | Q(end__isnull=False, end__ended_on__lte=on)
    is_over = Case(When(over, then=Value(1)), default=Value(0))
    warned = ExpiryWarning.objects.filter(certification=OuterRef("pk")).order_by("-on")
    told: QuerySet[Any] = rows.annotate(warned_on=Subquery(warned.values("on")[:1]))
    return told.order_by(is_over, "valid_until", "number")


def tally(user: User, choice: Choice, on: date) -> Mapping[str, int]:
    """Count what ``choice`` would find for each :class:`Renewal`."""
    rows = _narrowed(user, choice, on).order_by().values_list("renewal")
    return dict(rows.annotate(count=Count("pk")))


def regions_of(user: User) -> list[tuple[str, str]]:
    """Return code and name of the regions that ``user`` sees certificates of, the city's own last."""
    rows = visible(user).order_by("result__platform__region__code")
    found = rows.values_list("result__platform__region__code", "result__platform__region__name").distinct()
    return sorted(((code or CITYS_OWN, name or CITY_NAME) for code, name in found), key=lambda each: each[0])


def _narrowed(user: User, choice: Choice, on: date) -> QuerySet[Any]:
    rows = visible(user)
    if choice.state:
        rows = in_state(rows, choice.state, on=on)
    if choice.region:
        of_city = choice.region == CITYS_OWN
        place = Q(result__platform__region__isnull=True) if of_city else Q(result__platform__region__code=choice.region)
        rows = rows.filter(place)
    for word in choice.q.split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(result__name__icontains=word) | Q(result__code__icontains=word)
            | Q(result__operator_name__icontains=word) | Q(result__platform__search_text__icontains=word)
            | Q(result__platform__town__search_text__icontains=word)
        )  # fmt: skip
    return with_renewal(rows, on=on)


def ending(on: date, within: int) -> QuerySet[Any]:
    """Return the certificates in force on ``on`` that end within so many days and that nobody renews."""
    rows = in_state(Certification.objects.all(), HOLDING, on=on).filter(valid_until__lte=on + timedelta(days=within))
    return with_renewal(rows, on=on).exclude(renewal__in=(Renewal.RENEWED, Renewal.ACCEPTED))


def to_renew(user: User, on: date) -> QuerySet[Any]:
    """Return the certificates that ``user`` can renew: of the own region, for the city of key industries."""
    rows = visible(user)
    if user.role == Role.CITY:
        rows = rows.filter(result__platform__type=PlatformType.INDUSTRY)
    # Said once more beside the case: what ends later is not asked what was filed for it.
    soon = in_state(rows, HOLDING, on=on).filter(valid_until__lte=_opens_until(on))
    return with_renewal(soon, on=on).filter(renewal=Renewal.OPEN)


def _opens_until(on: date) -> date:
    """Return the latest last day of a certificate whose renewal is open on the day ``on``."""
    return on + timedelta(days=settings.RENEWAL_DAYS)


def round_for(user: User, on: date) -> Round | None:
    """Return the latest round in which ``user`` may make an application on ``on``; None where there is none."""
    rounds = [each for each in rounds_at_work() if may_begin(each, user.region, on=on)]
    return rounds[-1] if rounds else None
