"""Open data: every published line as files, today's and those of each version, and the page that leads to them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition

from evaluation.amendments.queries import amendments
from evaluation.amendments.queries import versions as kept
from evaluation.certification.queries import published
from evaluation.models import Publication
from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.columns import (
    COUNTS,
    DATUM,
    FROZEN,
    RESULTS,
    SERVICES,
    VERSIONS,
    Column,
    Counted,
    Offered,
    Row,
    Versioned,
)
from evaluation.site.filters import EVERY_ROUND, IN_FORCE, NAMES, Filters, chip_groups, grades_of, read_filters
from evaluation.site.joined import OpenTable, Table
from evaluation.site.snapshot_pages import cells_of
from evaluation.site.structured import dataset
from evaluation.site.tables import MEDIA_TYPES, WRITERS
from platforms.choices import PlatformType
from platforms.identity import ours

#: Part of each ETag: a change in how the files are written makes all copies old.
FORMAT = "5"
#: What became other in the files, the latest first; whoever reads them by program follows it.
CHANGES = (
    (
        "5",
        "2026-11-29",
        "新增 XLSX、GeoJSON 格式，各版本、各档平台数和服务内容的文件；新增类型代码、地区代码、地址、开放时间、经纬度、"
        "撤销日期、终止日期、换发的新证；“此前版本数”改为“版本”（自 1 起），“数据来源”改为“历史数据”（是或否）；"
        "JSON 中 state 改为代码，名称见 state_label，日期和数字不再写作文字；没有的参数不再忽略，返回 400。",
    ),
    ("4", "2026-11-29", "CSV 和 JSON，可按年度、地区、类型、档次筛选。"),
)
#: A file that never changes may be kept for a year, the longest that caches keep anything.
FOR_EVER = "public, max-age=31536000, immutable"
#: So many later versions of a round stand on the page; all of them are in the file of all versions.
MOST_VERSIONS = 10
#: The formats of a table; those with a place have points too.
KINDS = ("csv", "xlsx", "json")
NAMES_OF_KINDS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "geojson": "GeoJSON"}


@dataclass(frozen=True)
class Dataset:
    """One table of today, its files at ``open-data/{key}.{kind}``; ``filtered`` ones take the filters of the list."""

    key: str
    title: str
    says: str
    columns: Sequence[Column]
    rows: Callable[[Filters], Iterator[Any]]
    filtered: bool
    kinds: tuple[str, ...] = KINDS


def result_rows(filters: Filters) -> Iterator[Row]:
    # Read in portions, so that a hundred thousand of them fit.
    for result in published.results(filters.wanted).iterator(chunk_size=1000):
        yield Row(published.line(result, filters.wanted.on), result)


def service_rows(filters: Filters) -> Iterator[Offered]:
    rows = published.results(filters.wanted).defer(None).defer("public_rules", "introduction", "pinyin")
    for result in rows.iterator(chunk_size=1000):
        line = published.line(result, filters.wanted.on)
        for offer in published.offers(result):
            yield Offered(line, offer)


def version_rows(filters: Filters) -> Iterator[Versioned]:
    for result, place in kept.all_lines():
        yield Versioned(published.line(result, filters.wanted.on), place)


def count_rows(filters: Filters) -> Iterator[Counted]:
    """Yield the counts of what is in force, then those of each round, the latest first."""
    types = {value: str(label) for value, label in PlatformType.choices}
    cells = published.cells(filters.wanted)
    for publication in (None, *filters.published):
        wanted = replace(filters.wanted, publication=publication)
        labels = dict(grades_of(replace(filters, wanted=wanted)))
        if publication is not None:
            labels |= dict(publication.round.terms.grade_choices)
        counted: dict[tuple[str, str, str, str], int] = {}
        for each in cells:
            if published.fits(each, wanted):
                key = (each.region, each.region_name, each.type, each.grade)
                counted[key] = counted.get(key, 0) + each.count
        year = publication.round.year if publication else None
        for (region, name, type_, grade), count in sorted(counted.items()):
            yield Counted(year, name, region, types[type_], type_, grade, labels.get(grade, grade), count)


DATASETS: Sequence[Dataset] = (
    Dataset(
        "results",
        "认定结果",
        "每个平台一行。不填年度的为下载当日现行有效的认定，填年度的为该年度公布的全部结果，含未认定、已到期和撤销的。",
        RESULTS,
        result_rows,
        filtered=True,
        kinds=(*KINDS, "geojson"),
    ),
    Dataset(
        "services", "服务内容", "每项公布的服务一行：内容、是否免费、收费标准。筛选条件与认定结果相同。",
        SERVICES, service_rows, filtered=True,
    ),
    Dataset(
        "counts", "各地区各档平台数", "现行有效的认定和各年度公布的结果，按地区、类型、档次计数。",
        COUNTS, count_rows, filtered=False,
    ),
    Dataset(
        "versions",
        "全部版本",
        "各年度公布过的每一行的每一版，含已更正、变更的，注明何时因何被取代。",
        VERSIONS,
        version_rows,
        filtered=False,
    ),
)  # fmt: skip


@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """Say what there is, since when and how current; the filters of the list apply to its files."""
    filters = read_filters(request.GET)
    counted = cells_of(filters.wanted)
    path_ = reverse("site:open_data")
    own = [each for each in DATASETS if each.key != "results"]
    return render(
        request,
        "public/open_data.html",
        {
            "filters": filters,
            "publication": filters.wanted.publication,
            "today": filters.wanted.on,
            "groups": chip_groups(filters, counted, path_),
            "clear_url": path_ + filters.cleared() if filters.is_set else "",
            "total": sum(cell.count for cell in counted if published.fits(cell, filters.wanted)),
            "files": [
                (NAMES_OF_KINDS[kind], reverse(f"site:results_{kind}") + filters.query())
                for kind in (*KINDS, "geojson")
            ],
            "tables": [OpenTable(each.title, each.says, links(each)) for each in own] if filters.latest else [],
            "versions": [(each, version_links(each)) for row in filters.published for each in shown_of(row)],
            "others": [found for more in joined.FILES if (found := more()).files or found.tables],
            "licence": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL},
            "example_url": settings.SITE_URL.rstrip("/") + reverse("site:results_csv"),
            "example_query": filters.query() or f"?region={ours().examples.region_code}&grade=A",
            "datum": DATUM,
            "most_versions": MOST_VERSIONS,
            "thing": dataset(filters.latest, [reverse(f"site:results_{kind}") for kind in (*KINDS, "geojson")]),
        },
    )


def links(table: Dataset) -> tuple[tuple[str, str], ...]:
    """Return format and address of each file of ``table``."""
    return tuple((NAMES_OF_KINDS[kind], reverse(f"site:{table.key}_{kind}")) for kind in table.kinds)


def shown_of(publication: Publication) -> list[kept.Version]:
    """Return the latest versions of a round and the first one, the latest first: a page need not name hundreds."""
    first, *later = kept.versions(publication)
    return [*reversed(later[-MOST_VERSIONS:]), first]


def version_links(version: kept.Version) -> list[tuple[str, str]]:
    year, number = version.publication.round.year, version.number
    return [(NAMES_OF_KINDS[kind], reverse(f"site:version_{kind}", args=[year, number])) for kind in KINDS]


def asked(request: HttpRequest) -> Filters:
    """Return the filters of ``request``, read once for tag, day and file."""
    found: Filters | None = vars(request).get("filters")
    if found is None:
        found = vars(request)["filters"] = read_filters(request.GET)
    return found


def etag(request: HttpRequest, table: Dataset, kind: str) -> str | None:
    """Return the tag of the file asked for, without reading its lines; None where it is refused.

    It changes with publication, correction, the end of a certificate, names of regions, filters and day.
    """
    if problems(request, table):
        return None
    state = (published.edition(timezone.localdate()), amendments.decided())
    return tag(FORMAT, table.key, kind, repr(asked(request)), repr(state))


def last_modified(request: HttpRequest, table: Dataset, kind: str) -> datetime | None:  # noqa: ARG001 - as etag
    if problems(request, table):
        return None
    wanted = asked(request).wanted
    first = published.changed_at(wanted, timezone.localdate())
    _, amended = amendments.decided(wanted.publication)
    return max(first, amended) if first and amended else first


def tag(*parts: str) -> str:
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def problems(request: HttpRequest, table: Dataset | None) -> list[str]:
    """Return what is wrong with the parameters of a file: here nothing is ignored. Only a table may have any."""
    known = NAMES if table and table.filtered else ()
    takes = f"可用的参数：{'、'.join(known)}" if known else "本文件没有参数"
    unknown = [f"没有参数“{name[:40]}”，{takes}。" for name in request.GET if name not in known]
    return unknown or (asked(request).problems if known else [])


def refused(request: HttpRequest, wrong: list[str]) -> HttpResponse:
    return render(request, "400.html", {"reason": "".join(wrong)}, status=400)


@public_page
@condition(etag_func=etag, last_modified_func=last_modified)
def file(request: HttpRequest, table: Dataset, kind: str) -> HttpResponseBase:
    """Send a table of today; a parameter or value that means nothing is refused."""
    filters = asked(request)
    if wrong := problems(request, table):
        return refused(request, wrong)
    day = f"{filters.wanted.on:%Y%m%d}"
    extent = filters.year or f"{filters.extent}-{day}"
    name = f"{table.title}-{extent if table.filtered else day}.{kind}"
    return sent(kind, name, table.columns, table.rows(filters), head_of(filters, table))


def title_of(filters: Filters) -> str:
    """Return what the lines asked for are called."""
    if filters.wanted.publication:
        return str(filters.wanted.publication)
    if not filters.latest:
        return "尚未公布认定结果"
    return f"{EVERY_ROUND}的认定结果" if filters.wanted.every else f"{IN_FORCE}的认定"


def head_of(filters: Filters, table: Dataset) -> dict[str, Any]:
    """Return what a file says of itself: which table, of which round, for which day."""
    publication, today = filters.wanted.publication, filters.wanted.on
    head: dict[str, Any] = {"title": table.title}
    if table.filtered:
        decided = publication.decided_on.isoformat() if publication else None
        head = {"title": title_of(filters), "round": filters.year, "decided_on": decided}
    return {
        **head,
        "states_on": today.isoformat(),
        "dictionary": settings.SITE_URL.rstrip("/") + reverse("site:dictionary"),
    }


def sent(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any], head: dict[str, Any]
) -> StreamingHttpResponse:
    """Return the rows as a download of the format ``kind``."""
    response = StreamingHttpResponse(WRITERS[kind](columns, rows, head), content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def find(year: int) -> Publication:
    """Return the publication of ``year``.

    Raises:
        Http404: nothing of that year is published.
    """
    found = Publication.objects.filter(round__year=year).select_related("round").first()
    if found is None:
        raise Http404
    return found


def _version_etag(request: HttpRequest, year: int, number: int, kind: str) -> str | None:
    publication = find(year)
    there = kept.exists(publication, number) and not problems(request, None)
    return tag(FORMAT, kind, str(publication.pk), str(number)) if there else None


@public_page
@condition(etag_func=_version_etag)
def version_file(request: HttpRequest, year: int, number: int, kind: str) -> HttpResponseBase:
    """Send one version of a round, which never changes: caches may keep it for ever."""
    publication = find(year)
    if not kept.exists(publication, number):
        raise Http404
    if wrong := problems(request, None):
        return refused(request, wrong)
    rows = (Row(published.line(each, publication.decided_on), each) for each in kept.lines_of(publication, number))
    head = {
        "title": f"{publication}（第 {number} 版）",
        "round": year,
        "version": number,
        "decided_on": publication.decided_on.isoformat(),
    }
    return sent(kind, f"认定结果-{year}-第{number}版.{kind}", FROZEN, rows, head)


def kept_for_ever(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let every cache keep what was sent as it is, or confirmed; a refusal is kept nowhere."""

    def answer(request: HttpRequest, **values: Any) -> HttpResponseBase:
        response = view(request, **values)
        if response.status_code in (200, 304):
            response["Cache-Control"] = FOR_EVER
        return response

    return answer


def tables() -> Iterator[Table]:
    """Yield the tables of the published rounds for the data dictionary."""
    for each in DATASETS:
        addresses = tuple(f"/open-data/{each.key}.{kind}" for kind in each.kinds)
        yield Table(each.key, each.title, each.says, addresses, each.columns)
    yield Table(
        "version",
        "一个年度的一个版本",
        "公布后不再改变的内容，地址和文件都不变，可以长期引用。认定状态随日期变化，不在其中。",
        tuple(f"/open-data/年度/v版本/results.{kind}" for kind in KINDS),
        FROZEN,
    )


joined.TABLES.append(tables)

urlpatterns = [
    path("open-data/", open_data, name="open_data"),
    *(
        path(f"open-data/{table.key}.{kind}", file, {"table": table, "kind": kind}, name=f"{table.key}_{kind}")
        for table in DATASETS
        for kind in table.kinds
    ),
    *(
        path(
            f"open-data/<int:year>/v<int:number>/results.{kind}",
            kept_for_ever(version_file),
            {"kind": kind},
            name=f"version_{kind}",
        )
        for kind in KINDS
    ),
]
