"""统计 for everybody: what is built and covered, how it was graded, what was done for enterprises; in sums only."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, CITY_NAME, Cell, publications
from evaluation.site import statistics_charts as charts
from evaluation.site.answers import public_page
from evaluation.site.filters import Filters, read_filters, terms_of
from evaluation.site.joined import OpenFile, OpenFiles
from evaluation.site.snapshot_pages import cells_of
from evaluation.statistics import queries
from evaluation.statistics.queries import KEPT, Services
from evaluation.statistics.small_cells import LEAST, Sum
from platforms.choices import TYPES_IN_SHORT, ServiceClass
from platforms.models import Region
from platforms.pages.charts import Chart
from platforms.pages.plot import Drawn, plot

#: What the table and the file of each chart are called; the order of the page.
NAMES = {
    "progress": "建设进度",
    "coverage": "工业强镇覆盖情况",
    "platforms": "各地区有效期内的窗口平台",
    "grades": "各年度各档次平台",
    "enterprises": "各年服务企业",
    "free": "各年免费服务占比",
    "recent": "近 12 个月服务次数",
    "months": "各月服务次数",
    "classes": "各类别服务次数",
    "service-regions": "各地区服务次数",
    "service-types": "各类型平台服务次数",
    "reached-regions": "各地区服务企业",
    "reached-types": "各类型平台服务企业",
}
#: The charts whose last series is what is missing to a whole.
PARTS_OF_A_WHOLE = ("progress", "coverage")
#: The charts of all years, by the part of the page that they stand in; those of one year come after them.
SECTIONS = (("建设和覆盖", ("progress", "coverage", "platforms")), ("评价认定", ("grades",)))
SERVICES = ("enterprises", "free")
OF_A_YEAR = ("months", "classes", "service-regions", "service-types", "reached-regions", "reached-types")


@dataclass(frozen=True)
class Asked:
    """What charts are made of: what is in force, the sums of services, the day, and the year of those of one year."""

    filters: Filters
    services: Services
    today: date
    year: int | None


def asked(year: int | None = None) -> Asked:
    """Return what charts are made of today; without ``year`` the latest one of which something is told.

    Raises:
        Http404: nothing is told of ``year``.
    """
    services = KEPT.current()
    if year is not None and year not in services.years:
        raise Http404
    latest = services.years[0] if services.years else None
    return Asked(read_filters({}), services, timezone.localdate(), latest if year is None else year)


def drawn(found: Asked, keys: Iterable[str]) -> list[Drawn]:
    """Return the charts ``keys``, drawn, each with its file; one that has nothing to tell is left out."""
    made = []
    for key in keys:
        chart = chart_of(found, key)
        if chart is not None:
            drawing = plot(chart, missing=key in PARTS_OF_A_WHOLE, whole=100 if chart.unit == "%" else 0)
            made.append(Drawn(chart, drawing, name_of(found, key), (("csv", file_url(found, key)),)))
    return made


def open_files() -> OpenFiles:
    """Return the files of the statistics, those of one year for the latest."""
    found = asked()
    files = tuple(OpenFile(name_of(found, key), file_url(found, key), chart.title) for key, chart in _charts(found))
    return OpenFiles(
        "statistics",
        "统计数据",
        (
            f"统计页各图的数据表，由窗口平台报送的服务记录和公布的认定结果汇总；不足 {LEAST} 个平台的不单列。"
            "各年的文件在统计页选择年份后下载。"
        ),
        files,
    )


def year_pages() -> list[str]:
    """Return the addresses of the years that have a page of their own."""
    services = KEPT.current()
    return [_year_url(year, services) for year in services.years[1:]]


def _charts(found: Asked) -> list[tuple[str, Chart]]:
    return [(key, chart) for key in NAMES if (chart := chart_of(found, key)) is not None]


def held(filters: Filters) -> list[Cell]:
    """Return the counts of the platforms that ``filters`` ask for, by region, type and grade."""
    return [cell for cell in cells_of(filters.wanted) if published.fits(cell, filters.wanted)]


def name_of(found: Asked, key: str) -> str:
    """Return what the table of the chart ``key`` lists."""
    return f"{found.year}年{NAMES[key]}" if key in OF_A_YEAR else NAMES[key]


def file_url(found: Asked, key: str) -> str:
    """Return the address of the file of the chart ``key``."""
    if key in OF_A_YEAR:
        return reverse("site:statistics_year_csv", args=(found.year, key))
    return reverse("site:statistics_csv", args=(key,))


def chart_of(found: Asked, key: str) -> Chart | None:
    """Return the chart ``key``, None where it has nothing to tell.

    Raises:
        KeyError: there is no such chart.
    """
    if key in OF_A_YEAR:
        return _of_a_year(found, key, found.year) if found.year else None
    services, today = found.services, found.today
    match key:
        case "progress":
            latest = found.filters.latest
            return (
                charts.progress(sum(cell.count for cell in held(found.filters)), latest.round.terms.target)
                if latest
                else None
            )
        case "coverage":
            return charts.coverage(queries.coverage(today)) if found.filters.latest else None
        case "platforms":
            counts: dict[tuple[str, str], int] = defaultdict(int)
            for cell in sorted(held(found.filters), key=lambda cell: cell.region == CITY_CODE):
                counts[cell.region_name, cell.type] += cell.count
            return charts.platforms(counts, tuple(TYPES_IN_SHORT.items()))
        case "grades":
            return charts.grades(queries.grades(), _grades())
        case "enterprises":
            return charts.enterprises(services.reached, today)
        case "free":
            return charts.free_shares(_totals(services), today)
        case "recent":
            return charts.recent(services.months, today)
    raise KeyError(key)


def _of_a_year(found: Asked, key: str, year: int) -> Chart | None:
    services, today = found.services, found.today
    types = TYPES_IN_SHORT
    match key:
        case "months":
            return charts.months(services.months, year, today)
        case "classes":
            labels = {str(code): str(label) for code, label in ServiceClass.choices}
            return charts.classes(services.months, labels, year, today)
        case "service-types":
            return charts.services_by(key, services.types.get(year), types, year, today, what="类型")
        case "reached-types":
            return charts.reached_by(key, services.reached_types.get(year), types, year, today, what="类型")
        case "service-regions":
            return charts.services_by(key, services.regions.get(year), _regions(), year, today, what="地区")
    return charts.reached_by(key, services.reached_regions.get(year), _regions(), year, today, what="地区")


@public_page
def statistics(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Show all charts; those of one year are of ``year``, else of the latest one that has any."""
    found = asked(year)
    sections: list[dict[str, Any]] = [
        {"key": f"part-{at}", "title": title, "drawn": made}
        for at, (title, keys) in enumerate(SECTIONS, start=1)
        if (made := drawn(found, keys))
    ]
    return render(
        request,
        "public/statistics.html",
        {
            "sections": sections,
            "services": drawn(found, SERVICES),
            "of_a_year": drawn(found, OF_A_YEAR) if found.year else [],
            "year": found.year,
            "is_one_year": year is not None,
            "years": found.services.years,
            "year_groups": [{"label": "年份", "options": _year_options(found)}],
            "counted_at": found.services.counted_at,
        },
    )


@public_page
def file(_request: HttpRequest, key: str, year: int | None = None) -> HttpResponse:
    """Send the table of the chart ``key`` as a file that Excel and WPS open as Chinese."""
    if key not in NAMES or (year is not None) != (key in OF_A_YEAR):
        raise Http404
    found = asked(year)
    chart = chart_of(found, key)
    if chart is None:
        raise Http404
    text = StringIO()
    csv.writer(text).writerows(chart.file_rows())
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{name_of(found, key).replace(' ', '')}-{found.today:%Y%m%d}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _year_options(found: Asked) -> list[dict[str, Any]]:
    years = found.services.years
    return [
        {
            "label": f"{each}年",
            "url": f"{_year_url(each, found.services)}#of-a-year",
            "active": each == found.year,
            "count": None,
        }
        for each in years
    ]


def _year_url(year: int, services: Services) -> str:
    latest = year == services.years[0]
    return reverse("site:statistics") if latest else reverse("site:statistics_year", args=(year,))


def _grades() -> list[tuple[str, str, bool]]:
    labels: dict[str, tuple[str, str, bool]] = {}
    for terms in terms_of(publications()):
        for grade in terms.grades:
            labels.setdefault(grade.code, (grade.code, grade.label, grade.certified))
    return list(labels.values())


def _totals(services: Services) -> dict[int, Sum]:
    found: dict[int, Sum] = defaultdict(Sum)
    for month, told in services.months.items():
        year, more = found[month.year], told.total
        found[month.year] = Sum(year.services + more.services, year.free + more.free)
    return dict(found)


def _regions() -> dict[str, str]:
    names = dict(Region.objects.order_by("code").values_list("code", "name"))
    return {**names, CITY_CODE: CITY_NAME}
