"""Lists of service records, paged by key: the last page costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value

from platforms import checks
from platforms.choices import Role
from platforms.models import Enterprise, Platform, PlatformMonth, Region, RegionMonth, ServiceRecord, User
from platforms.reference.choices import CITYS_OWN
from platforms.scope import may_view

SIZE = 50
#: So many enterprises of one name are asked for by their keys; more of them have a good part of all records.
MOST_NAMED = 200
#: Fewer characters are no beginning of a credit code that anybody means.
LEAST_OF_CODE = 4


@dataclass(frozen=True)
class RecordFilters:
    """What is asked for; empty asks nothing. Days are inclusive.

    ``platform`` and ``region`` are codes (:data:`CITYS_OWN` for the city's own platforms), ``enterprise`` a credit
    code, its beginning or a part of the name, ``number`` an external number, ``source`` how it came in: ``api``,
    ``excel`` or ``hand``.
    ``flagged`` asks for fees in a free category; ``free`` for services without a fee (True) or with one (False).
    ``cancelled`` asks for cancelled ones (True) or those in force (False).
    """

    platform: str = ""
    region: str = ""
    enterprise: str = ""
    number: str = ""
    service_class: str = ""
    free_category: str = ""
    channel: str = ""
    result: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    flagged: bool = False
    free: bool | None = None
    cancelled: bool | None = None


class Key(NamedTuple):
    """The place of a record in the list, newest first."""

    served_on: date
    pk: int

    def __str__(self) -> str:
        return f"{self.served_on.isoformat()}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """Read what an address holds; None for anything that is no key."""
        day, _, pk = text[:40].partition(".")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        try:
            return cls(date.fromisoformat(day), int(pk))
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """Some rows, and the keys to ask with for newer (``before``) and older ones (``after``), None where are none."""

    rows: Sequence[Any]
    before: Key | None
    after: Key | None


def page_of(
    user: User,
    *,
    filters: RecordFilters,
    after: Key | None = None,
    before: Key | None = None,
    size: int = SIZE,
    fields: Sequence[str] = (),
) -> Page:
    """Return ``size`` records that ``user`` may see: the newest, or the next after or before a key.

    With ``fields``, among them ``pk`` and ``served_on``, they are read as tuples of these.
    """
    return keyed(_read(chosen(user, filters), fields), after=after, before=before, size=size)


def keyed(rows: QuerySet[Any], *, after: Key | None = None, before: Key | None = None, size: int = SIZE) -> Page:
    """Return ``size`` of ``rows``, which are records: the newest, or the next after or before a key."""
    if before is not None:
        newer = Q(served_on__gt=before.served_on) | Q(served_on=before.served_on, pk__gt=before.pk)
        found = list(rows.filter(newer, served_on__gte=before.served_on).order_by("served_on", "pk")[: size + 1])
        shown = found[:size][::-1]
        more_before, more_after = len(found) > size, True
    else:
        if after is not None:
            older = Q(served_on__lt=after.served_on) | Q(served_on=after.served_on, pk__lt=after.pk)
            rows = rows.filter(older, served_on__lte=after.served_on)
        found = list(rows.order_by("-served_on", "-pk")[: size + 1])
        shown = found[:size]
        more_before, more_after = after is not None, len(found) > size
    return Page(
        shown,
        before=_key(shown[0]) if shown and more_before else None,
        after=_key(shown[-1]) if shown and more_after else None,
    )


def last_page_of(user: User, *, filters: RecordFilters, size: int = SIZE, fields: Sequence[str] = ()) -> Page:
    """Return the oldest ``size`` records, newest first; ``fields`` as in :func:`page_of`."""
    return last_keyed(_read(chosen(user, filters), fields), size=size)


def last_keyed(rows: QuerySet[Any], *, size: int = SIZE) -> Page:
    """Return the oldest ``size`` of ``rows``, which are records, newest first."""
    found = list(rows.order_by("served_on", "pk")[: size + 1])
    shown = found[:size][::-1]
    return Page(shown, before=_key(shown[0]) if len(found) > size else None, after=None)


def _read(rows: QuerySet[Any], fields: Sequence[str]) -> QuerySet[Any]:
    return rows.values_list(*fields, named=True) if fields else rows


def chosen(user: User, filters: RecordFilters) -> QuerySet[ServiceRecord]:
    """Return the records that ``user`` may see and ``filters`` ask for, with platform and enterprise, unordered."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.visible_to(user)
    if may_view(user, ServiceRecord) and (filters.platform or filters.region or user.role == Role.COUNTY):
        # The keys of the platforms that the person sees, not a join to them, which would be made before the list.
        rows = _of_platforms(ServiceRecord.objects.all(), _platforms(user, filters), one=bool(filters.platform))
    if filters.enterprise:
        rows = rows.filter(_of_enterprise(filters.enterprise))
    wanted = {
        "service_class": filters.service_class,
        "free_category": filters.free_category,
        "channel": filters.channel,
        "result": filters.result,
        "external_id": filters.number,
        "served_on__gte": filters.since,
        "served_on__lte": filters.until,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if filters.source in ("excel", "hand"):
        rows = rows.filter(source__startswith=f"{filters.source}:")
    elif filters.source == "api":
        rows = rows.filter(Q(source__startswith="platform:") | Q(source__startswith="region:"))
    if filters.flagged:
        rows = rows.filter(flagged())
    if filters.free is not None:
        rows = rows.filter(fee=0) if filters.free else rows.filter(fee__gt=0)
    if filters.cancelled is not None:
        rows = rows.filter(cancelled_at__isnull=not filters.cancelled)
    return rows.select_related("platform__region", "enterprise").order_by()


def flagged() -> Q:
    """Return the condition of a fee in a free category (二·(四), 五·(五)); cancelled ones among them."""
    return ~Q(free_category="") & Q(fee__gt=0)


def _platforms(user: User, filters: RecordFilters) -> list[int]:
    platforms = Platform.objects.visible_to(user)
    if filters.platform:
        platforms = platforms.filter(code=filters.platform)
    if filters.region:
        region = Region.objects.filter(code=filters.region).first()
        platforms = platforms.filter(region=None if filters.region == CITYS_OWN else region)
        if filters.region != CITYS_OWN and region is None:
            return []
    return list(platforms.order_by().values_list("pk", flat=True))


def _of_platforms(rows: QuerySet[ServiceRecord], keys: list[int], *, one: bool) -> QuerySet[ServiceRecord]:
    """Narrow to platforms so that a page is found without sorting all that they ever did.

    One platform has an index in the order of the list. For many there is none: where they have a good part of all
    records, walking the list by day and leaving out the others is quick; where they have few, sorting those is.
    """
    if one or not keys:
        return rows.filter(platform__in=keys)
    theirs = PlatformMonth.objects.filter(platform__in=keys).aggregate(n=Sum("records", default=0))["n"]
    everybody = RegionMonth.objects.aggregate(n=Sum("records", default=0))["n"]
    if theirs**2 < SIZE * everybody:
        return rows.filter(platform__in=keys)
    # A sum is in no index: the database has to take the one by day.
    return rows.alias(of_platform=F("platform_id") + Value(0)).filter(of_platform__in=keys)


def _of_enterprise(text: str) -> Q:
    code = checks.normalise_credit_code(text)
    if checks.check_credit_code(code) is None:
        return Q(enterprise__in=Enterprise.objects.filter(code=code).values("pk")[:1])
    if len(code) >= LEAST_OF_CODE and code.isascii() and code.isalnum() and code[0].isdigit():
        # Between two codes, which the index knows; what begins otherwise is left out afterwards.
        begins = Q(code__gte=code, code__lte=code.ljust(18, "Z"), code__startswith=code)
        found = _of_some(begins)
        if found is not None:
            return found
    return _of_some(Q(name__icontains=text.strip()) | Q(first_name__icontains=text.strip())) or Q(pk__in=())


def _of_some(who: Q) -> Q | None:
    """Return the condition of records of the enterprises ``who``, None where there are none.

    The enterprises are asked for first, up to a bound, and their records found by their keys: the list itself is not
    read through for a name that few of them have. Where many have it, the next page of the list is near.
    """
    enterprises = Enterprise.objects.filter(who).order_by()
    keys = list(enterprises.values_list("pk", flat=True)[: MOST_NAMED + 1])
    if not keys:
        return None
    if len(keys) <= MOST_NAMED:
        return Q(enterprise__in=keys)
    return Q(Exists(enterprises.filter(pk=OuterRef("enterprise"))))


def _key(row: ServiceRecord) -> Key:
    return Key(row.served_on, row.pk)
