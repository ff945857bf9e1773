"""Charts of the workbench: each is a table whose title says what it shows; a script draws the table as a chart."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.choices import Role, ServiceClass
from platforms.excel.list_file import Row
from platforms.models import Region
from platforms.pages.access import officer
from platforms.pages.charts import Chart
from platforms.pages.sending import send_list
from platforms.pages.years import NAME, by_year
from platforms.planning.queries import coverage
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries import statistics
from platforms.workbench.desk.address import OWN, query_of, rows_url, scope_of, tabs, words_of_place
from platforms.workbench.queries import figures as workbench
from platforms.workbench.queries.figures import BY_KEY
from platforms.workbench.queries.scope import ALL, MONTHS, Amount, Scope

#: Series that a chart shows by themselves; the others are added up, so that nobody has to tell more than five apart.
MOST_SERIES = 4


def services(scope: Scope) -> Chart:
    """Services by month and class."""
    lines = statistics.by_month(
        scope.user, platform=scope.platform, region=scope.place, since=scope.since, until=scope.until
    )
    months = [_month(scope, number) for number in range(MONTHS)]
    found: dict[tuple[Any, str], int] = {(line.month, line.service_class): line.numbers.records for line in lines}
    sums = {kind: sum(found.get((month, kind), 0) for month in months) for kind in ServiceClass}
    ranked = sorted(ServiceClass, key=lambda kind: -sums[kind])
    alone, rest = ranked[:MOST_SERIES], ranked[MOST_SERIES:]
    rows = tuple(
        (
            f"{month:%Y-%m}",
            "",
            (
                *(found.get((month, kind), 0) for kind in alone),
                sum(found.get((month, kind), 0) for kind in rest),
            ),
        )
        for month in months
    )
    everything = sum(sums.values())
    span = scope.named(f"近{MONTHS}个月")
    title = f"{span}没有服务记录"
    if everything:
        title = f"{span}服务 {everything:,} 次，{ranked[0].label}最多（{sums[ranked[0]]:,} 次）"
    head = ("月份", *(kind.label for kind in alone), f"其余{_chinese(len(rest))}类")
    detail = (
        ("月份", *(f"{kind.label}（次）" for kind in ServiceClass), "合计（次）"),
        *(
            (
                f"{month:%Y-%m}",
                *(found.get((month, kind), 0) for kind in ServiceClass),
                sum(found.get((month, kind), 0) for kind in ServiceClass),
            )
            for month in months
        ),
    )
    note = f"其余{_chinese(len(rest))}类为{'、'.join(kind.label for kind in rest)}，导出的文件列出每一类。"
    return Chart("services", title, "columns", "次", head, rows, total=True, detail=detail, note=note)


def enterprises(scope: Scope) -> Chart:
    """Enterprises that were served this year, by region; by platform where there is one region only."""
    figure, year = BY_KEY["enterprises"], scope.until.year
    found = figure.numbers(scope)
    one_region = scope.user.role == Role.COUNTY or scope.place is not None or scope.platform is not None
    if one_region:
        reached = statistics.reached_per_platform(scope.user, year=year)
        rows = [
            (each.name, rows_url(figure, scope, platform=each.code), (reached.get(each.pk, 0),))
            for each in BY_KEY["platforms"].rows(scope)
        ]
    else:
        rows = [
            (each.name, rows_url(figure, scope, region=each.code), (found.get(each.pk, Amount()).top,))
            if each
            else (OWN, rows_url(figure, scope, region=CITYS_OWN), (found.get(None, Amount()).top,))
            for each in workbench.regions_with_platforms(scope)
        ]
    rows.sort(key=lambda row: -row[2][0])
    total = found[ALL].top
    title = f"{year}年暂无服务企业"
    if total:
        title = f"{year}年服务企业 {total:,} 家，{rows[0][0]}最多（{rows[0][2][0]:,} 家）"
    head = ("平台" if one_region else "地区", "服务企业")
    note = "同一家企业由几个平台服务的，在各行分别计数，合计只计一次。"
    return Chart("enterprises", title, "bars", "家", head, tuple(rows), note=note)


def strong_towns(scope: Scope) -> Chart:
    """Strong industrial towns by region and how they stand."""
    lines = coverage.strong_towns(user=scope.user, round=scope.round, on=scope.on)
    if isinstance(scope.place, Region):
        lines = [line for line in lines if line.town.run_by == scope.place]
    elif scope.place == CITYS_OWN:
        lines = []
    here, year = reverse("desk:planning"), {NAME: scope.year} if scope.year else {}
    rows = tuple(
        (line.region.name, f"{here}?{urlencode({'region': line.region.code} | year)}", tuple(line.counts.values()))
        for line in coverage.by_region(lines)
    )
    counts, marked = coverage.tally(lines), coverage.marked_towns()
    title = f"工业强镇名单尚未导入（{marked} / {coverage.STRONG_TOWNS} 已标注）"
    if lines:
        title = f"{len(lines)} 个工业强镇已建成 {counts[coverage.BUILT]} 个，尚须建设 {coverage.uncovered(counts)} 个"
    elif marked:
        title = "没有工业强镇"
    head = ("地区", *coverage.STATES.values())
    return Chart("coverage", title, "bars", "个", head, rows, total=True)


CHARTS: dict[str, tuple[str, Callable[[Scope], Chart]]] = {
    "services": ("各月各类服务", services),
    "enterprises": ("服务企业", enterprises),
    "coverage": ("工业强镇覆盖", strong_towns),
}


@officer("platforms.view_platform")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """All charts, each with its table and its file."""
    scope = scope_of(request)
    region = request.GET.get("region", "") if scope.user.role == Role.CITY else ""
    charts = [
        {
            "chart": make(scope),
            "name": name,
            "exports": [
                (kind, reverse("desk:chart_file", args=[key, kind]) + query_of(scope)) for kind in ("xlsx", "csv")
            ],
        }
        for key, (name, make) in CHARTS.items()
    ]
    context = {
        "crumbs": [],
        "scope": scope,
        "place": words_of_place(scope),
        "tabs": tabs("desk:charts", scope, region),
        "charts": charts,
    }
    return render(request, "workbench/charts.html", context)


@officer("platforms.view_platform")
@require_safe
@by_year
def export(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """Send the table of one chart."""
    if key not in CHARTS:
        raise Http404
    scope = scope_of(request)
    name, make = CHARTS[key]
    chart = make(scope)
    notes: list[Row] = [["地区", words_of_place(scope)], ["年度", str(scope.round)], ["结论", chart.title]]
    return send_list(request, name, len(chart.rows), chart.file_rows(), notes, kind)


def _month(scope: Scope, number: int) -> Any:
    months = scope.since.year * 12 + scope.since.month - 1 + number
    return scope.since.replace(year=months // 12, month=months % 12 + 1)


def _chinese(number: int) -> str:
    return "零一二三四五六七八"[number]
