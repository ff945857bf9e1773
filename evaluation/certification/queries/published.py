"""What the public reads: lines of published rounds and their certificates, through these functions only.

Drafts, applications, scores and people live in other tables, which nothing here touches.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Sign, StrIndex
from django.utils import timezone

from evaluation.certification import certificate_number, one_typo
from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries.in_force import NOT_CERTIFIED, end_of, holding, state_of, state_of_lines
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Certification, CertificationEnd, Publication, Result
from evaluation.public_notice.queries import notices
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.identity import ours
from platforms.models import Region

#: Stands for the platforms that the city files itself (三·(四)).
CITY_CODE, CITY_NAME = ours().city_code, "市级"
#: A search of more words than this looks for the first ones only.
MOST_WORDS = 6
MOST_CHARACTERS = 60
UNCERTIFIED = "未认定"
#: In force, whether or not the end is near.
HOLDING_STATES = (Validity.IN_FORCE, Validity.EXPIRING)
#: What lines can be chosen by: the state of the certificate on a day, or that there is none.
STATES = (*((each.value, str(each.label)) for each in Validity), (NOT_CERTIFIED, UNCERTIFIED))
#: The types whose site is a town or a zone; the others stand in a park or an association.
IN_TOWNS = (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN)
#: The filters that a line fits or not, whatever else it fits.
FACETS = ("region", "town", "type", "grade", "state", "service")
#: What a line from before this system is called.
HISTORIC = "历史数据"
#: What only the page of one platform shows, and no list reads.
PAGE_ONLY = ("services", "public_rules", "introduction", "pinyin")

#: What a search looks at, and of that what people mistype; codes and numbers are one character apart anyway.
SEARCHED = ("name", "operator_name", "site_name", "code", "region__name", "pinyin")
MISTYPED = ("name", "operator_name", "site_name", "pinyin")
#: A search with a typo that means more lines than this means nothing.
MOST_NEAR = 500

#: People type other brackets for those of a document's number.
_BRACKETS = str.maketrans("()[]", "〔〕〔〕")
_FULL_WIDTH = str.maketrans("()", "（）")
# A phone is published for the office, never for a person.
MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for: those of ``publication``, or without one those whose certificates are in force.

    ``every`` asks for the lines of all rounds. ``on`` is the day for which states are judged. Empty means all;
    ``region`` is a region's code or :data:`CITY_CODE`, ``town`` a town or zone as it was published, ``state`` one of
    :data:`STATES`, ``service`` a class of service that is offered. ``patterns`` say how numbers of certificates are
    written. ``near`` are the keys of the lines that a search means which fits none exactly (:func:`near`).
    """

    publication: Publication | None
    on: date
    q: str = ""
    region: str = ""
    region_name: str = ""
    type: str = ""
    grade: str = ""
    patterns: tuple[str, ...] = ()
    every: bool = False
    state: str = ""
    town: str = ""
    service: str = ""
    near: tuple[int, ...] | None = None

    @property
    def year(self) -> int | None:
        """The year of the round asked for."""
        return self.publication.round.year if self.publication else None

    @property
    def words(self) -> list[str]:
        return self.q.split()[:MOST_WORDS]


@dataclass(frozen=True)
class Line:
    """One published line as every door shows it: page, CSV, JSON and API; ``round`` is the year of its publication.

    Dates are inclusive and empty without a certificate; ``state`` is a :class:`Validity` value or empty. ``ended_on``
    is the first day without it where it ended before its last day, ``replaced_by`` the number of the one in its place.
    ``version`` counts from 1; ``corrected_on`` is the day on which a later version took the place of the one before.
    ``taken_over`` marks a line from before this system.
    """

    code: str
    name: str
    type: str
    type_code: str
    region: str
    region_code: str
    site: str
    operator: str
    round: int
    grade: str
    grade_label: str
    certificate: str
    valid_from: date | None
    valid_until: date | None
    revoked_on: date | None
    ended_on: date | None
    replaced_by: str
    state: str
    state_label: str
    phone: str
    version: int
    corrected_on: date | None
    taken_over: bool


@dataclass(frozen=True)
class Cell:
    """How many published lines share all that they can be chosen by.

    ``town`` is told apart only below the region or town asked for, ``current`` says that no later version counts.
    """

    region: str
    region_name: str
    type: str
    grade: str
    count: int
    round: int = 0
    state: str = NOT_CERTIFIED
    town: str = ""
    services: frozenset[str] = frozenset()
    current: bool = True

    def values(self, name: str) -> Iterable[str]:
        """Return the values by which the lines are found under the filter ``name``."""
        return self.services if name == "service" else (getattr(self, name),)


def publications() -> list[Publication]:
    """Return all published rounds, the latest first."""
    return list(Publication.objects.select_related("round").order_by("-round__year"))


def number_patterns(found: Iterable[Publication] | None = None) -> tuple[str, ...]:
    """Return how the numbers of certificates of the published rounds are written, each way once."""
    rows = publications() if found is None else found
    return tuple(dict.fromkeys(each.round.terms.number_pattern for each in rows))


def number_of_lines() -> int:
    """Return how many lines were ever published, all versions counted."""
    return Result.objects.count()


def codes() -> QuerySet[Result, str]:
    """Return the codes of all platforms that were ever published, in order."""
    return Result.objects.order_by("code").values_list("code", flat=True).distinct()


def numbers_meant(text: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Return which numbers of certificates ``text`` may mean.

    That is one as a pattern writes it, and one of before this system, which is of no pattern: as it was typed, in half
    width and without blanks, with brackets of a document for others, and with brackets in full width.
    """
    plain = "".join(unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).split())
    wide = plain.translate(_FULL_WIDTH)
    ours_ = certificate_number.normalise(text, patterns)
    others = (plain, plain.upper(), plain.translate(_BRACKETS), wide, wide.upper())
    return tuple(dict.fromkeys(each for each in (ours_, *others) if each))


def region_name(code: str) -> str | None:
    """Return the name of the region ``code``, or nothing if there is none."""
    if code == CITY_CODE:
        return CITY_NAME
    return Region.objects.filter(code=code).values_list("name", flat=True).first()


def regions() -> list[tuple[str, str]]:
    """Return code and name of the regions that anything was ever published of, by code."""
    rows = Region.objects.filter(Exists(Result.objects.filter(region=OuterRef("pk")))).order_by("code")
    return list(rows.values_list("code", "name"))


def towns(region: str) -> list[str]:
    """Return the towns and zones of ``region`` as they were published in any round, by name."""
    rows = Result.objects.filter(region__code=region, type__in=IN_TOWNS).order_by()
    return sorted(rows.values_list("site_name", flat=True).distinct())


def is_town(name: str) -> bool:
    """Say whether any published line stands in a town or zone called ``name``."""
    return Result.objects.filter(site_name=name, type__in=IN_TOWNS).exists()


def _offered(service: str) -> StrIndex:
    """Return where in the text of its services a line says that it offers the class ``service``; 0 if it does not.

    A quotation mark in what somebody wrote has a backslash before it there, so that no text looks like a key.
    """
    return StrIndex(Cast("services", CharField()), Value(f'"service_class": "{service}"'))


def _searched(wanted: Wanted) -> QuerySet[Result]:
    """Return the lines of all rounds that the search finds: the last versions, and those that still hold."""
    rows = Result.objects.filter(Q(corrected_by__isnull=True) | holding(wanted.on, "certification__"))
    if wanted.near is not None:
        return rows.filter(pk__in=wanted.near)
    for word in wanted.words:
        rows = rows.filter(_match(word, wanted.patterns))
    return rows


def spellings(word: str) -> set[str]:
    """Return how ``word`` may be stored: names keep the width of brackets that they were typed with."""
    return {word, word.translate(_FULL_WIDTH)}


def _match(word: str, patterns: Iterable[str]) -> Q:
    match = Q(certification__number__in=numbers_meant(word, patterns))
    for spelling in spellings(word):
        for column in SEARCHED:
            match |= Q(**{f"{column}__icontains": spelling})
    return match


def near(wanted: Wanted) -> tuple[int, ...]:
    """Return the keys of the lines that the search of ``wanted`` means if each of its words has a typo at most.

    A word that is too short to tell a typo from another word must fit as it is. Finds nothing where too many fit.
    """
    doubtful = [word for word in wanted.words if one_typo.may_have_one(word)]
    if not doubtful:
        return ()
    rows = _searched(replace(wanted, q=" ".join(word for word in wanted.words if word not in doubtful)))
    for word in doubtful:
        holds = Q()
        for piece in one_typo.pieces(word):
            for column in MISTYPED:
                holds |= Q(**{f"{column}__icontains": piece})
        rows = rows.filter(holds)
    patterns = [one_typo.pattern(word) for word in doubtful]
    found = tuple(
        pk
        for pk, *texts in rows.order_by("pk").values_list("pk", *MISTYPED).iterator()
        if all(pattern.search("\n".join(texts).lower()) for pattern in patterns)
    )
    return found if len(found) <= MOST_NEAR else ()


def results(wanted: Wanted) -> QuerySet[Result]:
    """Return the published lines that ``wanted`` asks for, with all that :func:`line` needs.

    They come by code, those of one platform the latest first.
    """
    rows = _searched(wanted)
    if wanted.publication:
        rows = rows.filter(publication=wanted.publication, corrected_by__isnull=True)
    elif not wanted.every:
        rows = rows.filter(holding(wanted.on, "certification__"))
    if wanted.region == CITY_CODE:
        rows = rows.filter(region__isnull=True)
    elif wanted.region:
        rows = rows.filter(region__code=wanted.region)
    if wanted.town:
        rows = rows.filter(site_name=wanted.town, type__in=IN_TOWNS)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if wanted.grade:
        rows = rows.filter(grade=wanted.grade)
    if wanted.state:
        rows = rows.alias(state=state_of_lines(wanted.on)).filter(state=wanted.state)
    if wanted.service:
        rows = rows.alias(offered=_offered(wanted.service)).filter(offered__gt=0)
    needed = ("region", "publication__round", "certification__end__successor", "amendment")
    rows = rows.select_related(*needed).defer(*PAGE_ONLY)
    return rows.order_by("code", "-publication__round__year", "-version")


def cells(wanted: Wanted) -> list[Cell]:
    """Count what the search of ``wanted`` finds in all rounds; round and filters are left aside (:func:`fits`)."""
    classes = ServiceClass.values
    named = Q(site_name=wanted.town) | Q(region__code=wanted.region)
    counted = (
        _searched(wanted)
        .order_by()
        .annotate(
            state=state_of_lines(wanted.on),
            town=Case(
                When(named, type__in=IN_TOWNS, then=F("site_name")), default=Value(""), output_field=CharField()
            ),
            counts=Case(When(corrected_by__isnull=True, then=1), default=0, output_field=IntegerField()),
            **{f"has_{each}": Sign(_offered(each)) for each in classes},
        )
        .values_list(
            "region__code", "region__name", "type", "grade", "publication__round__year", "state", "town", "counts",
            *(f"has_{each}" for each in classes),
        )
        .annotate(count=Count("pk"))
        .order_by("region__code", "type", "grade", "publication__round__year", "state", "town")
    )  # fmt: skip
    return [
        Cell(
            region=code or CITY_CODE,
            region_name=name or CITY_NAME,
            type=type_,
            grade=grade,
            count=more[-1],
            round=year,
            state=state,
            town=town,
            services=frozenset(each for each, has in zip(classes, more, strict=False) if has),
            current=bool(counts),
        )
        for code, name, type_, grade, year, state, town, counts, *more in counted
    ]


def fits(cell: Cell, wanted: Wanted, *, leave_out: Iterable[str] = ()) -> bool:
    """Say whether the lines of ``cell`` are among those wanted; filters in ``leave_out`` are not looked at."""
    return in_extent(cell, wanted) and all(
        not getattr(wanted, name) or name in leave_out or getattr(wanted, name) in cell.values(name) for name in FACETS
    )


def in_extent(cell: Cell, wanted: Wanted) -> bool:
    """Say whether the lines of ``cell`` are of the round asked for, or in force where none is."""
    if wanted.publication:
        return cell.current and cell.round == wanted.year
    return wanted.every or cell.state in HOLDING_STATES


def line(result: Result, on: date) -> Line:
    """Return what is shown of ``result`` on the day ``on``."""
    certification = getattr(result, "certification", None)
    amendment = amendment_of(result)
    state = state_of(certification, on) if certification else None
    end = end_of(certification) if certification else None
    # A certificate that takes over later is known already; what it replaces holds until then.
    revoked = end.ended_on if end and end.cause == EndCause.REVOKED else None
    return Line(
        code=result.code,
        name=result.name,
        type=PlatformType(result.type).label,
        type_code=result.type,
        region=result.region.name if result.region else CITY_NAME,
        region_code=result.region.code if result.region else CITY_CODE,
        site=result.site_name,
        operator=result.operator_name,
        round=result.publication.round.year,
        grade=result.grade,
        grade_label=result.grade_label,
        certificate=certification.number if certification else "",
        valid_from=certification.valid_from if certification else None,
        valid_until=certification.valid_until if certification else None,
        revoked_on=revoked,
        ended_on=end.ended_on if end else None,
        replaced_by=end.successor.number if end and end.successor else "",
        state=state.value if state else "",
        state_label=state.label if state else UNCERTIFIED,
        phone=office_phone(result.service_phone),
        version=result.version,
        corrected_on=day_in_ningbo(amendment.decided_at) if amendment and amendment.decided_at else None,
        taken_over=result.publication.taken_over,
    )


def amendment_of(result: Result) -> Any:
    """Return the correction or change that made ``result``, None for a first version."""
    return getattr(result, "amendment", None)


def taken_over_by(result: Result) -> Any:
    """Return the correction or change that made the version in whose favour ``result`` counts no longer, or None."""
    later = getattr(result, "corrected_by", None)
    return amendment_of(later) if later is not None else None


def lines(wanted: Wanted, on: date) -> Iterator[Line]:
    """Yield the lines wanted, read in portions so that a hundred thousand of them fit."""
    return (line(result, on) for result in results(wanted).iterator(chunk_size=1000))


def office_phone(text: str) -> str:
    """Return ``text`` without mobile numbers."""
    return "、".join(part for part in (p.strip() for p in re.split("[、,;，；]", MOBILE.sub("", text))) if part)


def history(code: str) -> list[Result]:
    """Return the published lines of the platform ``code`` that count, the latest round first."""
    return list(
        Result.objects.current()
        .filter(code=code)
        .select_related("region", "certification__end__successor", "publication__round", "amendment")
        .order_by("-publication__round__year")
    )


@dataclass(frozen=True)
class Earlier:
    """A version that counts no longer: replaced ``on`` that day, by a correction or a change, for a public reason."""

    result: Result
    on: date
    kind: str
    reason: str


def earlier(code: str) -> list[Earlier]:
    """Return the versions of the lines of the platform ``code`` that were corrected or changed, the latest first."""
    rows = (
        Result.objects.filter(code=code, corrected_by__isnull=False)
        .select_related("region", "certification__end__successor", "publication__round", "amendment")
        .select_related("corrected_by__amendment")
        .order_by("-publication__round__year", "-version")
    )
    found = []
    for row in rows:
        made = row.corrected_by.amendment
        assert made.decided_at is not None  # it made a version
        found.append(Earlier(row, day_in_ningbo(made.decided_at), made.get_kind_display(), made.public_reason))
    return found


def certification(text: str) -> Certification | None:
    """Return the certificate whose number ``text`` is, as it was typed; or nothing. A guess costs what a hit costs."""
    meant = numbers_meant(text, number_patterns())
    rows = Certification.objects.filter(number__in=meant).select_related(
        "result__region",
        "result__publication__round",
        "end__successor",
        "result__amendment",
        "result__corrected_by__amendment",
    )
    return min(rows, key=lambda row: meant.index(row.number), default=None)


def latest_of_platform(found: Certification) -> Certification | None:
    """Return the certificate of the platform of ``found`` that begins last."""
    return Certification.objects.filter(result__code=found.result.code).order_by("-valid_from", "-pk").first()


def changed_at(wanted: Wanted, on: date) -> datetime | None:
    """Return when the lines last changed: by publication, by an end or by the day, which moves the states on.

    When a line got a new version says ``evaluation.amendments.queries.decided``.
    """
    published, ends = Publication.objects.all(), CertificationEnd.objects.all()
    if wanted.publication:
        published = published.filter(pk=wanted.publication.pk)
        ends = ends.filter(certification__result__publication=wanted.publication)
    first: datetime | None = published.aggregate(at=Max("published_at"))["at"]
    if first is None:
        return None
    ended: datetime | None = ends.aggregate(at=Max("ended_at"))["at"]
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    return max(moment for moment in (first, ended, midnight) if moment)


def edition(on: date) -> Hashable:
    """Return what public pages are made of on the day ``on``, in short: as long as it is equal, so are they.

    Published lines never change (the database refuses it), so the acts of publication stand for them, and those of
    ``evaluation.amendments.queries.decided`` for later versions; certificates change by their ends, and before all that
    there are the public notices.
    """
    ended = CertificationEnd.objects.aggregate(count=Count("pk"), at=Max("ended_at"))
    return (
        on,
        tuple(Publication.objects.order_by("pk").values_list("pk", "published_at", "decided_on", "round__year")),
        (ended["count"], ended["at"]),
        notices.edition(),
        tuple(Region.objects.order_by("pk").values_list("code", "name")),
    )


def named(text: str) -> Result | None:
    """Return the latest published line of the platform that ``text`` names, or nothing if that is none or several.

    ``text`` is a code, a name, or a name with the code in brackets as the choice of platforms offers it.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    bracketed = re.search(r"\(([^()]+)\)$", text)
    for code in (text, bracketed.group(1) if bracketed else ""):
        if code and (found := history(code)):
            return found[0]
    # Names are stored as they were typed, with brackets of either width.
    spellings = {text, text.replace("(", "（").replace(")", "）")}
    codes = set(Result.objects.filter(name__in=spellings).values_list("code", flat=True))
    return history(codes.pop())[0] if len(codes) == 1 else None


def meant(text: str, on: date, most: int) -> list[Result]:
    """Return the latest published lines of platforms that a search for ``text`` finds in any round, at most ``most``.

    Where none fits exactly, those that one typo would make fit.
    """
    wanted = Wanted(None, on, q=unicodedata.normalize("NFKC", text), every=True, patterns=number_patterns())
    if not wanted.words:
        return []
    rows = results(wanted)
    if not rows.exists():
        rows = results(replace(wanted, near=near(wanted)))
    # More than one line of each: the later ones come first.
    found: dict[str, Result] = {}
    for row in rows[: most * 10]:
        found.setdefault(row.code, row)
    return list(found.values())[:most]


@dataclass(frozen=True)
class Offer:
    """One service on offer; ``public_interest`` marks the three that must be free (二·(四))."""

    label: str
    content: str
    free: bool
    fee_standard: str
    public_interest: bool


def offers(result: Result) -> list[Offer]:
    """Return the services of ``result``, the three of public interest first."""
    found = [
        Offer(
            label=_label(FreeService, row.get("free_service")) or _label(ServiceClass, row.get("service_class")),
            content=str(row.get("content") or ""),
            free=bool(row.get("is_free")),
            fee_standard=str(row.get("fee_standard") or ""),
            public_interest=bool(row.get("free_service")),
        )
        for row in result.services
    ]
    return sorted(found, key=lambda offer: not offer.public_interest)


def _label(vocabulary: Any, value: Any) -> str:
    return vocabulary(value).label if value in vocabulary.values else str(value or "")
