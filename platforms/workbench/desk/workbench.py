"""The workbench (六·(一)): the figures of a county, and for the city all regions side by side; each opens its rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.excel.list_file import MOST_IN_SHEET, Row
from platforms.pages.access import officer
from platforms.pages.sending import send_list
from platforms.pages.years import by_year, year_url
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries.records import Key
from platforms.workbench.desk.address import OWN, query_of, rows_url, scope_of, tabs, words_of_place
from platforms.workbench.desk.rows import KINDS
from platforms.workbench.queries import figures as workbench
from platforms.workbench.queries.figures import BY_KEY, FIGURES
from platforms.workbench.queries.scope import ALL, COUNT, SHARE, Amount, Figure, Place, Scope

PAGE = 50
NOTHING = "无"


def said(figure: Figure, amount: Amount) -> str:
    """Return ``amount`` as it is read, without its unit; a share is rounded down, so that 100 % is all of them."""
    if figure.shown == COUNT:
        return f"{amount.top:,}"
    if not amount.bottom:
        return NOTHING
    if figure.shown == SHARE:
        return f"{amount.top * 1000 // amount.bottom / 10:.1f}%"
    return f"{amount.top / amount.bottom:.2f}"


@officer("platforms.view_platform")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """The figures of one region; for the city the regions side by side until it chooses one."""
    scope = scope_of(request)
    if scope.user.role == Role.CITY and scope.place is None and scope.platform is None:
        return _side_by_side(request, scope)
    found = workbench.numbers(scope)
    region = request.GET.get("region", "") if scope.user.role == Role.CITY else ""
    platform = scope.platform.code if scope.platform else ""
    groups: dict[str, list[dict[str, Any]]] = {}
    for figure in FIGURES:
        amount = found[figure.key][ALL]
        groups.setdefault(scope.named(figure.group), []).append(
            {
                "label": scope.named(figure.label),
                "said": said(figure, amount),
                "unit": "" if said(figure, amount) == NOTHING else figure.unit,
                "of": f"{amount.top:,} / {amount.bottom:,}" if figure.shown == SHARE and amount.bottom else "",
                "url": rows_url(figure, scope, region=region, platform=platform),
                "bad": figure.bad and amount.top > 0,
            }
        )
    narrowed = bool(region or platform)
    context = {
        "crumbs": _trail(request, words_of_place(scope)) if narrowed else [],
        "place": words_of_place(scope),
        "scope": scope,
        "groups": groups,
        "tabs": tabs("desk:workbench", scope, region),
        "exports": [(kind, reverse("desk:workbench_file", args=[kind]) + query_of(scope)) for kind in ("xlsx", "csv")],
    }
    return render(request, "workbench/workbench.html", context)


def _trail(request: HttpRequest, *labels: str) -> list[dict[str, str]]:
    here = year_url(request, "desk:workbench")
    return [{"label": "工作台", "url": here}, *({"label": label, "url": ""} for label in labels)]


# All regions -----------------------------------------------------------------------------------------------------


def _lines(scope: Scope) -> tuple[list[tuple[str, str, Place]], Mapping[str, Mapping[Place, Amount]]]:
    """Return code, name and key of each region, and the amounts of all figures."""
    regions = workbench.regions_with_platforms(scope.user)
    lines: list[tuple[str, str, Place]] = [
        (each.code, each.name, each.pk) if each else (CITYS_OWN, OWN, None) for each in regions
    ]
    return lines, workbench.numbers(scope)


def _sorted(request: HttpRequest, lines: list[Any], found: Mapping[str, Mapping[Place, Amount]]) -> tuple[Any, ...]:
    """Return ``lines`` as the address asks, the figure and whether it is upwards; by code where it asks nothing."""
    asked = request.GET.get("sort", "")
    figure, upwards = BY_KEY.get(asked.removeprefix("-")), not asked.startswith("-")
    if figure is None:
        return lines, None, True

    def worth(line: tuple[str, str, Place]) -> float:
        amount = found[figure.key].get(line[2], Amount())
        if figure.shown == COUNT:
            return amount.top
        return amount.top / amount.bottom if amount.bottom else -1.0

    return sorted(lines, key=worth, reverse=not upwards), figure, upwards


def _side_by_side(request: HttpRequest, scope: Scope) -> HttpResponse:
    lines, found = _lines(scope)
    lines, by, upwards = _sorted(request, lines, found)
    here = reverse("desk:workbench")
    columns: list[dict[str, Any]] = [{"label": "地区", "sort_url": here + query_of(scope)}]
    for figure in FIGURES:
        sorts = figure is by
        first = "-" if not sorts or upwards else ""
        columns.append(
            {
                "label": scope.named(figure.label),
                "unit": figure.unit,
                "num": True,
                "sort_url": here + query_of(scope, sort=f"{first}{figure.key}"),
                "sorted": ("asc" if upwards else "desc") if sorts else "",
            }
        )
    rows = [
        {
            "url": here + query_of(scope, region=code),
            "cells": [name, *(_cell(scope, each, found[each.key].get(key, Amount()), code) for each in FIGURES)],
        }
        for code, name, key in lines
    ]
    sort = request.GET.get("sort", "") if by else ""
    context = {
        "crumbs": [],
        "scope": scope,
        "columns": columns,
        "rows": rows,
        "total": ["全市", *(_cell(scope, each, found[each.key][ALL]) for each in FIGURES)],
        "tabs": tabs("desk:workbench", scope),
        "exports": [
            (kind, reverse("desk:workbench_file", args=[kind]) + query_of(scope, sort=sort)) for kind in ("xlsx", "csv")
        ],
    }
    return render(request, "workbench/workbench_city.html", context)


def _cell(scope: Scope, figure: Figure, amount: Amount, region: str = "") -> str:
    return format_html('<a href="{}">{}</a>', rows_url(figure, scope, region=region), said(figure, amount))


@officer("platforms.view_platform")
@require_safe
@by_year
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the figures: the city's all regions in the order that the address asks for, a county's its own."""
    scope = scope_of(request)
    lines, found = _lines(scope)
    if scope.user.role == Role.COUNTY or scope.place is not None or scope.platform is not None:
        lines = []
    lines, _, _ = _sorted(request, lines, found)
    total = (words_of_place(scope), ALL)
    rows = _file_rows(scope, [*((name, key) for _, name, key in lines), total], found)
    months: Row = ["服务统计期间", f"{scope.since:%Y-%m} 至 {scope.until:%Y-%m}"]
    return send_list(request, "工作台", len(lines) + 1, rows, [["年度", str(scope.round or NOTHING)], months], kind)


def _file_rows(
    scope: Scope, lines: list[tuple[str, Place]], found: Mapping[str, Mapping[Place, Amount]]
) -> Iterator[Row]:
    names = [scope.named(each.label) for each in FIGURES]
    yield ["地区", *(f"{name}({each.unit})" if each.unit else name for name, each in zip(names, FIGURES, strict=True))]
    for name, key in lines:
        yield [name, *(_plain(each, found[each.key].get(key, Amount())) for each in FIGURES)]


def _plain(figure: Figure, amount: Amount) -> Any:
    return amount.top if figure.shown == COUNT else said(figure, amount)


# The rows behind a figure ----------------------------------------------------------------------------------------


@officer("platforms.view_platform")
@require_safe
@by_year
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """Exactly the rows that a figure counts."""
    figure, scope = _figure(key), scope_of(request)
    amount = figure.numbers(scope)[ALL]
    kind = KINDS[figure.kind]
    found = kind.read(figure.rows(scope))
    context: dict[str, Any] = {
        "crumbs": _trail(request, scope.named(figure.label)),
        "figure": figure,
        "label": scope.named(figure.label),
        "group": scope.named(figure.group),
        "place": words_of_place(scope),
        "scope": scope,
        "count": figure.counted(amount),
        "said": said(figure, amount),
        "columns": list(kind.columns),
        "back": reverse("desk:workbench") + query_of(scope),
        "exports": [
            (ending, reverse("desk:workbench_rows_file", args=[key, ending]) + query_of(scope))
            for ending in ("xlsx", "csv")
        ],
    }
    if figure.kind == "record":
        shown: Any
        shown, older = _by_key(request, found)
        context |= {
            "older": query_of(scope, after=str(older)) if older else "",
            "newest": (query_of(scope) or "?") if request.GET.get("after") else "",
        }
    else:
        pages = Paginator(found, PAGE)
        shown = context["page"] = pages.get_page(request.GET.get("page"))
    context["rows"] = kind.shown(shown, scope.user)
    return render(request, "workbench/workbench_rows.html", context)


def _figure(key: str) -> Figure:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def _by_key(request: HttpRequest, found: Any) -> tuple[list[Any], Key | None]:
    """Return a page of records after the key in the address, and the key of the next page if there is one."""
    after = Key.read(request.GET.get("after", ""))
    if after is not None:
        older = Q(served_on__lt=after.served_on) | Q(served_on=after.served_on, pk__lt=after.pk)
        found = found.filter(older, served_on__lte=after.served_on)
    shown = list(found[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    return shown[:PAGE], Key(last.served_on, last.pk) if last else None


@officer("platforms.view_platform")
@require_safe
@by_year
def rows_file(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """Send the rows behind a figure, all pages of them."""
    figure, scope = _figure(key), scope_of(request)
    count = figure.counted(figure.numbers(scope)[ALL])
    ending = "csv" if count > MOST_IN_SHEET else kind
    notes: list[Row] = [["地区", words_of_place(scope)], ["年度", str(scope.round)]]
    lines = KINDS[figure.kind].file_rows(figure.rows(scope))
    return send_list(request, scope.named(figure.label), count, lines, notes, ending)
