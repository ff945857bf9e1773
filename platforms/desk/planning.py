"""Planning for county and city: which strong industrial towns have a platform, and which still lack one (三·(二))."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.desk.access import officer, person
from platforms.desk.planning_choice import Choice, address, choice_of, platform_url, region_options, tabs
from platforms.desk.sending import send_list
from platforms.models import User
from platforms.queries import planning
from platforms.queries.coverage import STRONG_TOWNS
from platforms.queries.planning import BUILT, LACKING, ON_FILE, STATES, TownLine
from platforms.queries.rounds import current_round
from platforms.resources.list_file import Row, safe

TONES = {BUILT: "good", ON_FILE: "wait", LACKING: "bad"}


@officer("platforms.view_platform")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which strong industrial towns have a platform, which applied for one, which lack one."""
    user, choice = person(request), choice_of(request)
    round_ = current_round()
    everything = planning.strong_towns(user=user, round=round_)
    shown = _narrowed(everything, choice)
    marked = planning.marked_towns()
    summary = planning.by_region(everything)
    context = {
        "crumbs": [],
        "tabs": tabs("desk:planning"),
        "marked": marked,
        "expected": STRONG_TOWNS,
        "import_url": _import_url(user),
        "by_county": user.role == Role.COUNTY,
        "count": len(everything),
        "lacking": sum(len(line.lacking) for line in summary),
        "groups": _town_chips(everything, choice, user),
        "clear_url": request.path if choice.is_narrowed else "",
        "summary_columns": [
            {"label": "地区"},
            *({"label": label, "unit": "个", "num": True} for label in ("工业强镇", *STATES.values())),
            {"label": "尚无平台的工业强镇"},
        ],
        "summary": [
            {
                "url": address(Choice(), region=line.region.code),
                "cells": [
                    line.region.name, line.towns, line.built, line.filed, len(line.lacking),
                    "、".join(line.lacking) or ("已全覆盖" if line.built == line.towns else "无"),
                ],
            }
            for line in summary
        ] if user.role == Role.CITY else [],
        "total": [
            "合计", len(everything), *(sum(line.state == state for line in everything) for state in STATES), "",
        ],
        "columns": [{"label": label} for label in ("工业强镇", "地区", "情况", "平台或申报")],
        "rows": [{"cells": _town_cells(line)} for line in shown],
        "choice": choice,
        "round": round_,
        "exports": [(kind, address(choice, reverse("desk:planning_file", args=[kind]))) for kind in ("xlsx", "csv")],
    }  # fmt: skip
    return render(request, "desk/planning.html", context)


def _narrowed(lines: list[TownLine], choice: Choice) -> list[TownLine]:
    return [
        line
        for line in lines
        if (not choice.state or line.state == choice.state)
        and (not choice.region or line.town.run_by.code == choice.region)
    ]


def _import_url(user: User) -> str:
    return reverse("admin:platforms_town_strong") if user.has_perm("platforms.change_town") else ""


def _town_cells(line: TownLine) -> list[Any]:
    links = [(platform_url(each), each.code, each.name) for each in line.platforms]
    links += [
        (reverse("desk:application", args=[each.number]), each.number, each.get_status_display())
        for each in line.applications
        if line.state != BUILT
    ]
    cell = format_html_join("；", '<a href="{}">{} {}</a>', links) if links else "无"
    if line.state != LACKING and not links:
        cell = "由其他地区申报"
    return [line.town.name, line.town.run_by.name, {"label": STATES[line.state], "tone": TONES[line.state]}, cell]


def _town_chips(lines: list[TownLine], choice: Choice, user: User) -> list[dict[str, Any]]:
    here = _narrowed(lines, replace(choice, state=""))
    options = [{"label": "全部", "url": address(choice, state=""), "active": not choice.state, "count": len(here)}]
    for state, word in STATES.items():
        count = sum(line.state == state for line in here)
        options.append(
            {"label": word, "url": address(choice, state=state), "active": choice.state == state, "count": count}
        )
    groups = [{"label": "情况", "options": options}]
    if user.role == Role.CITY:
        names = {line.town.run_by.code: line.town.run_by.name for line in lines}
        groups.append({"label": "地区", "options": region_options(names, choice)})
    return groups


@officer("platforms.view_platform")
@require_safe
def coverage_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list of the strong industrial towns as it is narrowed."""
    user, choice = person(request), choice_of(request)
    lines = _narrowed(planning.strong_towns(user=user, round=current_round()), choice)
    notes: list[Row] = [
        ["全市已标注", f"{planning.marked_towns()} / {STRONG_TOWNS}"],
    ]
    return send_list(request, "工业强镇覆盖", len(lines), _coverage_rows(lines), notes, kind)


def _coverage_rows(lines: list[TownLine]) -> Iterator[Row]:
    yield ["地区", "代码", "工业强镇", "情况", "平台编号", "平台名称", "申报编号"]
    for line in lines:
        yield safe(
            [
                line.town.run_by.name,
                line.town.code,
                line.town.name,
                STATES[line.state],
                "、".join(each.code for each in line.platforms),
                "、".join(each.name for each in line.platforms),
                "、".join(each.number for each in line.applications),
            ]
        )
