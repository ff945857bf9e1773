"""What each platform did, and what part of it was free (六·(三): public service first), the least free first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.excel.list_file import Row, safe
from platforms.models import Platform, Region
from platforms.pages.access import current_user, officer
from platforms.pages.sending import send_list
from platforms.pages.years import by_year
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries import statistics
from platforms.service_records.queries.statistics import Numbers
from platforms.workbench.desk.address import query_of, rows_url, scope_of, tabs, words_of_place
from platforms.workbench.desk.rows import region_of
from platforms.workbench.desk.workbench import NOTHING
from platforms.workbench.queries.figures import BY_KEY
from platforms.workbench.queries.scope import Scope

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One platform with its numbers of the last twelve months and the enterprises that it served this year."""

    platform: Platform
    numbers: Numbers
    enterprises: int


@dataclass(frozen=True)
class Column:
    """A number of a platform: ``key`` is that of the figure whose rows it opens, ``worth`` what it is sorted by."""

    key: str
    label: str
    unit: str
    worth: Callable[[Line], Fraction | int | None]
    said: Callable[[Line], str]


def _share(value: Fraction | None) -> str:
    return NOTHING if value is None else f"{int(value * 1000) / 10:.1f}%"


COLUMNS = (
    Column("services", "服务", "次", lambda row: row.numbers.records, lambda row: f"{row.numbers.records:,}"),
    Column("free", "免费服务占比", "", lambda row: row.numbers.free_share, lambda row: _share(row.numbers.free_share)),
    Column(
        "public", "公益性服务占比", "", lambda row: row.numbers.public_share,
        lambda row: _share(row.numbers.public_share),
    ),
    Column("flagged", "公益性服务收费", "次", lambda row: row.numbers.flagged, lambda row: f"{row.numbers.flagged:,}"),
    Column(
        "satisfaction", "平均满意度", "分", lambda row: row.numbers.satisfaction,
        lambda row: NOTHING if row.numbers.satisfaction is None else f"{float(row.numbers.satisfaction):.2f}",
    ),
    Column("enterprises", "本年服务企业", "家", lambda row: row.enterprises, lambda row: f"{row.enterprises:,}"),
)  # fmt: skip
BY_NAME = {column.key: column for column in COLUMNS}


def lines_of(scope: Scope) -> list[Line]:
    """Return the platforms of ``scope`` by code."""
    numbers = statistics.per_platform(scope.user, since=scope.since, until=scope.until)
    reached = statistics.reached_per_platform(scope.user, year=scope.until.year)
    return [
        Line(each.platform, each.numbers, reached.get(each.platform.pk, 0))
        for each in numbers
        if _is_of(each.platform, scope)
    ]


def _is_of(platform: Platform, scope: Scope) -> bool:
    if scope.platform is not None and platform.pk != scope.platform.pk:
        return False
    if scope.place is None:
        return True
    return platform.region == (None if scope.place == CITYS_OWN else scope.place)


def _chosen(request: HttpRequest) -> tuple[Scope, list[Line], str, bool]:
    """Return the lines in the order that the address asks for; the least free first where it asks nothing."""
    scope, asked = scope_of(request), request.GET.get("sort", "")
    name = asked.removeprefix("-")
    by, upwards = (BY_NAME[name], not asked.startswith("-")) if name in BY_NAME else (BY_NAME["free"], True)
    lines = lines_of(scope)
    # Those without a number stand last, whichever way.
    known = [line for line in lines if by.worth(line) is not None]
    known.sort(key=lambda line: by.worth(line) or 0, reverse=not upwards)
    return scope, [*known, *(line for line in lines if by.worth(line) is None)], by.key, upwards


@officer("platforms.view_platform")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """The platforms with their services and the share of free ones."""
    scope, lines, by, upwards = _chosen(request)
    user, here = current_user(request), request.path
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    region = request.GET.get("region", "") if user.role == Role.CITY else ""
    columns: list[dict[str, Any]] = [{"label": "平台"}, {"label": "地区"}]
    for column in COLUMNS:
        sorts = column.key == by
        turn = ("-" if upwards else "") if sorts else "-"
        columns.append(
            {
                "label": scope.named(column.label),
                "unit": column.unit,
                "num": True,
                "sort_url": here + query_of(scope, sort=f"{turn}{column.key}"),
                "sorted": ("asc" if upwards else "desc") if sorts else "",
            }
        )
    sort = request.GET.get("sort", "")
    context = {
        "crumbs": [],
        "place": words_of_place(scope),
        "scope": scope,
        "tabs": tabs("desk:workbench_platforms", scope, region),
        "page": page,
        "columns": columns,
        "rows": [
            {
                "url": reverse("desk:workbench") + query_of(scope, platform=line.platform.code, region=""),
                "cells": [
                    f"{line.platform.code} {line.platform.name}",
                    region_of(line.platform),
                    *(_cell(scope, column, line) for column in COLUMNS),
                ],
            }
            for line in page
        ],
        "groups": _regions(scope, region) if user.role == Role.CITY else [],
        "exports": [
            (kind, reverse("desk:workbench_platforms_file", args=[kind]) + query_of(scope, sort=sort))
            for kind in ("xlsx", "csv")
        ],
    }
    return render(request, "workbench/workbench_platforms.html", context)


def _cell(scope: Scope, column: Column, line: Line) -> str:
    url = rows_url(BY_KEY[column.key], scope, platform=line.platform.code)
    return format_html('<a href="{}">{}</a>', url, column.said(line))


def _regions(scope: Scope, chosen: str) -> list[dict[str, Any]]:
    here = reverse("desk:workbench_platforms")
    places = [("", "全部"), *Region.objects.order_by("code").values_list("code", "name"), (CITYS_OWN, "市级重点行业")]
    options = [
        {"label": name, "url": here + query_of(scope, region=code), "active": chosen == code, "count": ""}
        for code, name in places
    ]
    return [{"label": "地区", "options": options}]


@officer("platforms.view_platform")
@require_safe
@by_year
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list as the address sorts and narrows it."""
    scope, lines, _, _ = _chosen(request)
    notes: list[Row] = [
        ["地区", words_of_place(scope)],
        ["年度", str(scope.round)],
        ["服务统计期间", f"{scope.since:%Y-%m} 至 {scope.until:%Y-%m}"],
    ]
    return send_list(request, "各平台服务", len(lines), _file_rows(scope, lines), notes, kind)


def _file_rows(scope: Scope, lines: list[Line]) -> Iterator[Row]:
    yield [
        "平台编号", "平台", "类型", "地区", "服务(次)", "免费服务(次)", "免费服务占比", "公益性服务(次)",
        "公益性服务占比", "公益性服务收费(次)", "平均满意度(分)", scope.named("本年服务企业(家)"),
    ]  # fmt: skip
    for line in lines:
        numbers, mean = line.numbers, line.numbers.satisfaction
        yield safe(
            [
                line.platform.code, line.platform.name, line.platform.get_type_display(), region_of(line.platform),
                numbers.records, numbers.free_records, _share(numbers.free_share), numbers.public_records,
                _share(numbers.public_share), numbers.flagged, NOTHING if mean is None else round(float(mean), 2),
                line.enterprises,
            ]
        )  # fmt: skip
