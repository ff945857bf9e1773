"""Planning for county and city: which strong industrial towns have a platform, and which still lack one (三·(二))."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from platforms.applications.choices import EndedWhy
from platforms.choices import Role
from platforms.excel.list_file import Row, safe
from platforms.models import User
from platforms.pages.access import current_user, officer
from platforms.pages.sending import send_list
from platforms.pages.years import by_year, round_here
from platforms.planning.desk.choice import Choice, address, choice_of, platform_url, region_options, tabs
from platforms.planning.queries import coverage
from platforms.planning.queries.coverage import (
    BUILT,
    EXPIRED,
    LACKING,
    ON_FILE,
    REVOKED,
    STATES,
    STRONG_TOWNS,
    TownLine,
)

TONES = {BUILT: "good", ON_FILE: "wait", LACKING: "bad", REVOKED: "bad", EXPIRED: "neutral"}
#: How the last certificate of a town ended, in its own line.
ENDED: dict[str, str] = {EndedWhy.REVOKED: "撤销", EndedWhy.EXPIRED: "到期", EndedWhy.GIVEN_UP: "放弃"}


@officer("platforms.view_platform")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """Which strong industrial towns have a platform, which applied for one, which lack one."""
    user, choice = current_user(request), choice_of(request)
    round_ = round_here(request)
    today = timezone.localdate()
    everything = coverage.strong_towns(user=user, round=round_, on=today)
    shown = _narrowed(everything, choice)
    marked = coverage.marked_towns()
    summary, counts = coverage.by_region(everything), coverage.tally(everything)
    context = {
        "crumbs": [],
        "tabs": tabs("desk:planning", choice),
        "marked": marked,
        "expected": STRONG_TOWNS,
        "counted": f"工业强镇 {len(everything)} 个，尚须建设 {coverage.uncovered(counts)} 个",
        "lead": (
            f"全市 {STRONG_TOWNS} 个工业强镇须全覆盖。已建成指平台持有有效证书；已申报指{round_}已提交申报、尚未公布；"
            "已撤销、到期或放弃的不计入已建成，可申报日期见下表；其余为空缺。"
        ),
        "import_url": _import_url(user),
        "by_county": user.role == Role.COUNTY,
        "count": len(everything),
        "groups": _town_chips(everything, choice, user),
        "clear_url": address(Choice(year=choice.year), request.path) if choice.is_narrowed else "",
        "summary_columns": [
            {"label": "地区"},
            *({"label": label, "unit": "个", "num": True} for label in ("工业强镇", *STATES.values())),
            {"label": "须建设的工业强镇"},
        ],
        "summary": [
            {
                "url": address(Choice(year=choice.year), region=line.region.code),
                "cells": [
                    line.region.name, line.towns, *line.counts.values(),
                    "、".join(line.uncovered) or ("已全覆盖" if line.counts[BUILT] == line.towns else "无"),
                ],
            }
            for line in summary
        ] if user.role == Role.CITY else [],
        "total": [
            "合计", len(everything), *counts.values(), "",
        ],
        "columns": [{"label": label} for label in ("工业强镇", "地区", "情况", "终止和可申报日期", "平台或申报")],
        "rows": [{"cells": _town_cells(line, today)} for line in shown],
        "choice": choice,
        "round": round_,
        "exports": [(kind, address(choice, reverse("desk:planning_file", args=[kind]))) for kind in ("xlsx", "csv")],
    }  # fmt: skip
    return render(request, "planning/planning.html", context)


def _narrowed(lines: list[TownLine], choice: Choice) -> list[TownLine]:
    return [
        line
        for line in lines
        if (not choice.state or line.state == choice.state)
        and (not choice.region or line.town.run_by.code == choice.region)
    ]


def _import_url(user: User) -> str:
    return reverse("admin:platforms_town_strong") if user.has_perm("platforms.change_town") else ""


def _town_cells(line: TownLine, today: date) -> list[Any]:
    links = [(platform_url(each), each.code, each.name) for each in line.platforms]
    links += [
        (reverse("desk:application", args=[each.number]), each.number, each.get_status_display())
        for each in line.applications
        if line.state != BUILT
    ]
    cell = format_html_join("；", '<a href="{}">{} {}</a>', links) if links else "无"
    if line.state not in coverage.UNCOVERED and not links:
        cell = "由其他地区申报"
    # What the state does not say already: the place was released, or is barred though nothing stood there.
    if line.ban and (line.apply_from is None or line.apply_from <= today):
        cell = format_html("{}<br>{}", cell, line.ban)
    state = {"label": _word(line), "tone": TONES[line.state]}
    return [line.town.name, line.town.run_by.name, state, when_words(line, today), cell]


def _word(line: TownLine) -> str:
    return f"已{ENDED[line.past.why]}" if line.past else STATES[line.state]


def when_words(line: TownLine, today: date) -> str:
    """Return since when there is no certificate, and from when the town may be applied for; nothing where none was."""
    if line.past is None or line.apply_from is None:
        return ""
    possible = "现可申报" if line.apply_from <= today else f"{date_format(line.apply_from)}起可申报"
    # What ran out did so on its last day, all else on the first day without.
    day = line.past.since - timedelta(days=line.past.why == EndedWhy.EXPIRED)
    return f"{date_format(day)}{ENDED[line.past.why]}，{possible}"


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
@by_year
def coverage_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list of the strong industrial towns as it is narrowed."""
    user, choice = current_user(request), choice_of(request)
    round_ = round_here(request)
    lines = _narrowed(coverage.strong_towns(user=user, round=round_, on=timezone.localdate()), choice)
    notes: list[Row] = [
        ["年度", str(round_)],
        ["全市已标注", f"{coverage.marked_towns()} / {STRONG_TOWNS}"],
    ]
    return send_list(request, "工业强镇覆盖", len(lines), _coverage_rows(lines), notes, kind)


def _coverage_rows(lines: list[TownLine]) -> Iterator[Row]:
    yield [
        "地区", "代码", "工业强镇", "情况", "终止日期", "可申报日期", "平台编号", "平台名称", "申报编号", "限制申报",
    ]  # fmt: skip
    for line in lines:
        yield safe(
            [
                line.town.run_by.name,
                line.town.code,
                line.town.name,
                _word(line),
                line.past.since if line.past else "",
                line.apply_from or "",
                "、".join(each.code for each in line.platforms),
                "、".join(each.name for each in line.platforms),
                "、".join(each.number for each in line.applications),
                line.ban,
            ]
        )
