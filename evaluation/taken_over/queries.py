"""What a workbook of past years would do: which platforms its rows mean, what is wrong, what would be made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.validators import MinValueValidator
from django.db.models import Q
from django.db.models.functions import Upper

from evaluation.certification.certificate_number import alike, spellings
from evaluation.models import Certification, Publication, Result
from evaluation.taken_over.rows import (
    Held,
    Problem,
    Row,
    alone,
    grade_code,
    in_order,
    of_all,
    of_one_platform,
    of_one_year,
)
from platforms.applications.models.platform import SITE
from platforms.choices import PlatformType
from platforms.models import Notice, Park, Platform, Region, Round, Standing, Town
from platforms.notices.models import value_of
from platforms.notices.terms import Terms, grade_label
from platforms.reference.queries.named import Named, plain

#: What stands for the city itself in the column of regions.
CITYS_OWN = ("", "市级")


@dataclass(frozen=True)
class Entry:
    """A row with the platform that it means: ``platform`` is the one on record, ``place`` where a new one would stand.

    ``how`` says by what it was found, empty for a new one. ``grade`` is the code of its grade, empty where the notice
    of the year has no such grade.
    """

    row: Row
    region: Region | None
    platform: Platform | None
    place: Platform
    how: str
    grade: str
    grade_label: str

    @property
    def key(self) -> str:
        """What rows of the same platform have in common."""
        return f"code:{self.platform.code}" if self.platform else self.place.site_key


@dataclass(frozen=True)
class Year:
    """One year of the file: ``publication`` is what is public of it already; ``is_closed`` says that it is our own."""

    year: int
    publication: Publication | None
    entries: tuple[Entry, ...]
    is_closed: bool = False

    @property
    def certified(self) -> int:
        """How many certificates it brings."""
        return sum(each.row.is_whole for each in self.entries)


@dataclass(frozen=True)
class Plan:
    """What a file would do; nothing of it is done while there are ``problems``."""

    notice: Notice
    years: tuple[Year, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: int = 0
    #: The rows of each platform in the order of years, by what they have in common.
    chains: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """All rows in the order of the file."""
        return sorted((each for year in self.years for each in year.entries), key=lambda each: each.row.number)

    @property
    def made(self) -> list[Entry]:
        """The latest row of each platform that would be made."""
        return [rows[-1] for rows in self.chains.values() if rows[-1].platform is None]

    @property
    def matched(self) -> list[Entry]:
        """The latest row of each platform that is on record."""
        return [rows[-1] for rows in self.chains.values() if rows[-1].platform is not None]

    @property
    def certificates(self) -> int:
        return sum(year.certified for year in self.years)


def first_year() -> int:
    """Return the first year that a round can be of."""
    validators = Round._meta.get_field("year").validators
    return next(int(each.limit_value) for each in validators if isinstance(each, MinValueValidator))


def taken_over() -> list[Publication]:
    """Return the years that were taken over, the latest first."""
    return list(Publication.objects.filter(taken_over=True).select_related("round").order_by("-round__year"))


def plan(rows: Sequence[Row], *, notice: Notice, today: date) -> Plan:
    """Return what taking over ``rows`` would do on the day ``today``; years that are new run under ``notice``."""
    rounds = {row.year: row for row in Round.objects.filter(year__in={row.year for row in rows})}
    publications = {each.round.year: each for each in _publications(rounds.values())}
    problems: list[Problem] = []
    years: defaultdict[int, list[Row]] = defaultdict(list)
    usual, first = value_of(notice.pk).terms, first_year()
    terms: dict[int, Terms] = {}
    for row in rows:
        years[row.year].append(row)
        there = rounds.get(row.year)
        terms[row.year] = there.terms if there else usual
        problems += alone(row, terms[row.year], first_year=first, today=today)
    for year, some in years.items():
        problems += _of_year(year, some, rounds.get(year), publications.get(year))
    problems += of_all(rows)
    places = _Places(rows)
    entries = []
    for row in rows:
        found = places.entry(row, terms[row.year])
        if isinstance(found, Problem):
            problems.append(found)
        else:
            entries.append(found)
    chains: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: (each.row.year, each.row.number)):
        chains[entry.key].append(entry)
    problems += _of_platforms(chains)
    problems += _there_already(entries, publications)
    problems += _numbers(rows)
    return Plan(
        notice=notice,
        years=tuple(
            Year(
                year,
                publications.get(year),
                tuple(each for each in entries if each.row.year == year),
                year in rounds and not (year in publications and publications[year].taken_over),
            )
            for year in sorted(years)
        ),
        problems=tuple(sorted(problems, key=lambda each: each.row)),
        rows=len(rows),
        chains=dict(chains),
    )


def _publications(rounds: Iterable[Round]) -> list[Publication]:
    return list(Publication.objects.filter(round__in=list(rounds)).select_related("round"))


def _of_year(year: int, rows: Sequence[Row], round: Round | None, there: Publication | None) -> Iterator[Problem]:
    if there is not None and there.taken_over:
        yield from of_one_year(rows, decided_on=there.decided_on, number=there.document_number)
        return
    if round is not None:
        told = "已由本系统公布" if there is not None else "正在本系统中办理"
        yield from (Problem(row.number, "year", f"{year}年度{told}，不能导入。") for row in rows)
        return
    yield from of_one_year(rows)


def _of_platforms(chains: dict[str, list[Entry]]) -> Iterator[Problem]:
    known = [each.platform.pk for rows in chains.values() for each in rows if each.platform]
    held: defaultdict[int, list[Held]] = defaultdict(list)
    for row in Standing.objects.filter(platform__in=known):
        held[row.platform_id].append(Held(row.certificate, row.starts_on, row.ends_on, row.ended_on))
    for rows in chains.values():
        platform = rows[0].platform
        yield from of_one_platform(in_order(each.row for each in rows), held[platform.pk] if platform else ())


def _there_already(entries: Iterable[Entry], publications: dict[int, Publication]) -> Iterator[Problem]:
    """Yield the rows whose platform has a result of the year already: what was taken over is never changed."""
    stored = set(
        Result.objects.filter(publication__in=[each.pk for each in publications.values()]).values_list(
            "publication__round__year", "platform"
        )
    )
    for each in entries:
        if each.platform and (each.row.year, each.platform.pk) in stored:
            yield Problem(each.row.number, "year", f"该平台{each.row.year}年度的结果已有记录，不能改动，请删除这一行。")


def _numbers(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield the rows whose number another certificate has."""
    wanted = {spelling for row in rows if row.certificate for spelling in spellings(row.certificate)}
    stored = Certification.objects.annotate(capitals=Upper("number")).filter(capitals__in=wanted)
    taken = {alike(number) for number in stored.values_list("number", flat=True)}
    for row in rows:
        if row.certificate and alike(row.certificate) in taken:
            yield Problem(row.number, "certificate", f"证书编号 {row.certificate} 已有记录，不能重复。")


class _Places:
    """Finds regions, places and platforms that rows name; reads each list once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._regions = Named(Region.objects.all())
        self._towns: dict[int, Named[Town]] = {}
        self._parks: dict[int, Named[Park]] = {}
        codes = {row.code for row in rows if row.code}
        self._by_code = {each.code: each for each in Platform.objects.filter(code__in=codes)}
        self._at: dict[str, Platform] | None = None

    def entry(self, row: Row, terms: Terms) -> Entry | Problem:
        """Return what ``row`` of a year under ``terms`` means, or why nobody can say."""
        region = self._region(row)
        if isinstance(region, Problem):
            return region
        grade = grade_code(terms, row.grade)
        grades = grade, grade_label(terms, grade) or row.grade
        if row.code:
            known = self._by_code.get(row.code)
            if known is None:
                return Problem(row.number, "code", f"没有编号为“{row.code}”的平台；新平台请留空，导入时编号。")
            return Entry(row, region, known, known, "编号", *grades)
        place = self._place(row, region)
        if isinstance(place, Problem):
            return place
        found = self._platforms().get(place.site_key)
        how = "" if found is None else "单位和地点"
        if found is not None and found.operator_code != row.operator_code:
            how = "地点（运营单位不同）"
        return Entry(row, region, found, place, how, *grades)

    def _region(self, row: Row) -> Region | Problem | None:
        if row.type == PlatformType.INDUSTRY:
            if row.region not in CITYS_OWN:
                return Problem(row.number, "region", "重点行业平台属于市级，请留空或填写“市级”。")
            return None
        if not row.region:
            return Problem(row.number, "region", "没有填写，请填写地区的代码或名称。")
        found = self._regions.find(row.region)
        if len(found) != 1:
            near = self._regions.proposal(row.region)
            return Problem(row.number, "region", f"没有名为“{row.region}”的地区{near}，请填写代码或名称。")
        return found[0]

    def _place(self, row: Row, region: Region | None) -> Platform | Problem:
        """Return a platform, not saved, at the place that ``row`` names."""
        made = Platform(type=row.type, region=region)
        if region is None:
            made.association = row.site
            return made if row.site else Problem(row.number, "site", "没有填写，请填写行业协会名称。")
        if region.ended:
            return Problem(row.number, "region", f"{region.ended}旧名称下的结果请填写平台编号。")
        if row.type == PlatformType.PARK:
            if region.pk not in self._parks:
                self._parks[region.pk] = Named(Park.objects.filter(region=region).select_related("region"))
            parks = self._parks[region.pk]
            found = parks.find(row.site) if row.site else []
            if len(found) != 1:
                return self._unknown(row, region, "小微企业园", parks)
            made.park = found[0]
            return made
        if row.type == PlatformType.FUNCTIONAL_ZONE and (not row.site or plain(row.site) == plain(region.name)):
            return made
        if region.pk not in self._towns:
            of_region = Town.objects.filter(Q(region=region) | Q(zone=region))
            self._towns[region.pk] = Named(of_region.select_related("region"))
        towns = self._towns[region.pk]
        there = towns.find(row.site) if row.site else []
        if len(there) != 1:
            return self._unknown(row, region, "乡镇（街道）", towns)
        made.town = there[0]
        return made

    def _unknown(self, row: Row, region: Region, what: str, known: Named) -> Problem:
        near = known.proposal(row.site) if row.site else ""
        told = f"{region}没有名为“{row.site}”的{what}{near}" if row.site else f"没有填写，请填写{what}"
        return Problem(row.number, "site", f"{told}；名单中没有的，请先在基础数据中登记。" if row.site else f"{told}。")

    def _platforms(self) -> dict[str, Platform]:
        """Return every platform by its place."""
        if self._at is None:
            rows = Platform.objects.select_related(*SITE).order_by("pk")
            self._at = {each.site_key: each for each in rows}
        return self._at
