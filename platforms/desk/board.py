"""The board of the phases (platform × task) for county and city, and the same as a file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import PhaseNumber, PlatformType, Role, RoundStatus
from platforms.dates import day_in_words
from platforms.models import Phase, TaskTemplate, User
from platforms.pages.access import officer, person
from platforms.pages.date_changes import changes_of
from platforms.pages.years import by_year, round_here, year_url
from platforms.queries import tasks
from platforms.queries.tasks import STATES, Cell, Choice, Figures
from platforms.resources.list_file import Row, list_response, safe

PAGE = 50
CHUNK = 500
#: Moved dates that the board tells.


def choice_of(request: HttpRequest, on: date) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get, round_ = request.GET, round_here(request)
    phase, state, kind = get.get("phase", ""), get.get("state", ""), get.get("type", "")
    known = phase in {str(number) for number in PhaseNumber.values}
    return Choice(
        round=round_,
        phase=int(phase) if known else tasks.current_phase(round_, on),
        state=state if state in STATES else "",
        region=get.get("region", "")[:12].replace("\x00", ""),
        type=kind if kind in PlatformType.values else "",
        q=get.get("q", "").strip().replace("\x00", "")[:80],
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the board with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    year = str(new.round.year) if new.round else ""
    parts = {"year": year, "phase": str(new.phase), "state": new.state, "region": new.region}
    parts |= {"type": new.type, "q": new.q}
    return f"{base}?{urlencode({name: value for name, value in parts.items() if value})}"


@officer("platforms.view_task")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """Platforms down, tasks of one phase across."""
    user, today = person(request), timezone.localdate()
    choice = choice_of(request, today)
    across = tasks.columns(choice)
    page = Paginator(tasks.listed(user, choice, today), PAGE).get_page(request.GET.get("page"))
    rows = tasks.rows_of(user, choice, list(page), across, today)
    counts = tasks.figures(user, choice.round, today)
    phase = Phase.objects.filter(round=choice.round, number=choice.phase).first()
    clear = replace(choice, state="", region="", type="", q="")
    context = {
        "crumbs": [],
        "choice": choice,
        "span": span(phase),
        "has_tasks": bool(across or counts) or TaskTemplate.objects.filter(round=choice.round).exists(),
        "phase_label": PhaseNumber(choice.phase).label,
        "page": page,
        "columns": [_column(each, choice, user) for each in across],
        "rows": [
            {
                "platform": each.platform,
                "region": each.platform.region.name if each.platform.region else "市级",
                "cells": [_cell(cell, template) for cell, template in zip(each.cells, across, strict=True)],
            }
            for each in rows
        ],
        "with_region": user.role == Role.CITY,
        "figures": counts.get(choice.phase, Figures()),
        "late_url": address(clear, state="late"),
        "blocked_url": address(clear, state="blocked"),
        "groups": _chips(choice, counts, user, today),
        "clear_url": address(clear) if choice.is_narrowed else "",
        "keep": [
            {"name": name, "value": value}
            for name, value in (
                ("year", choice.round.year if choice.round else ""), ("phase", choice.phase),
                ("state", choice.state), ("region", choice.region), ("type", choice.type),
            )
            if value
        ],
        "exports": [(kind, address(choice, reverse("desk:tasks_file", args=[kind]))) for kind in ("xlsx", "csv")],
        "events": changes_of(choice.round, choice.phase),
        "templates_url": _templates_url(choice, user),
        "calendar_url": year_url(request, "desk:calendar"),
    }  # fmt: skip
    return render(request, "desk/board.html", context)


@officer("platforms.view_task")
@require_safe
@by_year
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the board as it is narrowed, all pages of it."""
    user, today = person(request), timezone.localdate()
    choice = choice_of(request, today)
    count = tasks.listed(user, choice, today).count()
    phase = PhaseNumber(choice.phase).label
    narrowed = [STATES.get(choice.state, ""), choice.region, choice.type and PlatformType(choice.type).label, choice.q]
    notes: list[Row] = [
        ["列表", f"{choice.round or ''} {phase}"],
        ["平台(个)", count],
        ["筛选条件", "；".join(filter(None, narrowed)) or "无"],
        ["导出时间", f"{timezone.localtime():%Y-%m-%d %H:%M}"],
        ["导出人", user.name],
    ]
    year = choice.round.year if choice.round else today.year
    name = f"阶段任务-{year}年度-第{choice.phase}阶段-{count}个平台-{today:%Y%m%d}.{kind}"
    return list_response(name, "阶段任务", _lines(user, choice, today), [safe(note) for note in notes])


def _lines(user: User, choice: Choice, on: date) -> Iterator[Row]:
    across = tasks.columns(choice)
    heads = [f"{each.title}（{each.due_on.isoformat()} 前）" for each in across]
    yield safe(["平台编号", "平台名称", "类型", "地区", *heads])
    platforms = tasks.listed(user, choice, on)
    for start in range(0, platforms.count(), CHUNK):
        for row in tasks.rows_of(user, choice, list(platforms[start : start + CHUNK]), across, on):
            own = row.platform
            told = [_told(cell, template) for cell, template in zip(row.cells, across, strict=True)]
            place = own.region.name if own.region else "市级"
            yield safe([own.code, own.name, own.get_type_display(), place, *told])


def _told(cell: Cell | None, template: TaskTemplate) -> str:
    if cell is None:
        return "不适用"
    moved = _moved(cell, template)
    return f"{cell.standing.text}（{moved}）" if moved else cell.standing.text


def _moved(cell: Cell, template: TaskTemplate) -> str:
    due = cell.task.due_on
    return "" if due == template.due_on or cell.standing.key == "done" else f"期限调整为{due.month}月{due.day}日"


def _column(template: TaskTemplate, choice: Choice, user: User) -> dict[str, Any]:
    settled = template.round_id is None or (choice.round is not None and choice.round.status == RoundStatus.PUBLISHED)
    return {
        "title": template.title,
        "due": f"{template.due_on.month}月{template.due_on.day}日前",
        "bulk_url": ""
        if settled or template.retired or not user.has_perm("platforms.change_task")
        else f"{reverse('desk:tasks_bulk')}?template={template.pk}",
    }


def _cell(cell: Cell | None, template: TaskTemplate) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "title": template.title,
        "url": reverse("desk:task", args=[cell.task.pk]),
        "word": cell.standing.word,
        "detail": cell.standing.detail,
        "tone": cell.standing.tone,
        "moved": _moved(cell, template),
    }


def _chips(choice: Choice, counts: dict[int, Figures], user: User, on: date) -> list[dict[str, Any]]:
    now = counts.get(choice.phase, Figures())
    groups = [
        {
            "label": "阶段",
            "options": [
                {
                    "label": PhaseNumber(number).label.split("：")[1],
                    "url": address(choice, phase=number),
                    "active": number == choice.phase,
                    "count": counts[number].platforms if number in counts else 0,
                }
                for number in sorted({*counts, choice.phase})
            ],
        },
        {
            "label": "状态",
            "options": [{"label": "全部", "url": address(choice, state=""), "active": not choice.state}]
            + [
                {"label": word, "url": address(choice, state=key), "active": choice.state == key}
                | ({"count": getattr(now, key)} if key in ("late", "blocked") else {})
                for key, word in STATES.items()
            ],
        },
        {
            "label": "类型",
            "options": [{"label": "全部", "url": address(choice, type=""), "active": not choice.type}]
            + [
                {
                    "label": label.removesuffix("窗口平台"),
                    "url": address(choice, type=value),
                    "active": choice.type == value,
                }
                for value, label in PlatformType.choices
            ],
        },
    ]
    if user.role == Role.CITY:
        regions = tasks.by_region(user, choice, on)
        options = [{"label": "全市", "url": address(choice, region=""), "active": not choice.region}]
        options += [
            {
                "label": f"{name}（逾期 {late}）" if late else name,
                "url": address(choice, region=code),
                "active": choice.region == code,
                "count": n,
            }
            for code, name, n, late in regions
        ]
        groups.append({"label": "地区", "options": options})
    return groups


def _templates_url(choice: Choice, user: User) -> str:
    if choice.round is None or not user.has_perm("platforms.change_tasktemplate"):
        return ""
    return f"{reverse('admin:platforms_tasktemplate_changelist')}?round__id__exact={choice.round.pk}"


def span(phase: Phase | None) -> str:
    """Return the days of ``phase`` in words."""
    if phase is None:
        return ""
    return f"{day_in_words(phase.starts_on)}至{day_in_words(phase.ends_on)}"
