"""The first page of the desk: what waits, how the round stands, the own applications; and the list as a file."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import ApplicationStatus, PlatformType, Role, RoundStatus
from platforms.desk.exception_words import exception_sentence
from platforms.models import Liaison, Round, User
from platforms.pages.access import officer, person
from platforms.pages.application_parts import APPLICATION_TONES, state_label
from platforms.pages.downloads import FILES, download
from platforms.pages.years import by_year, kept, round_here
from platforms.queries import desk
from platforms.queries.desk import Choice
from platforms.queries.exceptions import exceptions_for, standings
from platforms.queries.quotas import quota_use
from platforms.queries.reporting import can_report, duty_of, may_begin
from platforms.queries.todo import todo_for
from platforms.wording import moment

PAGE = 25
#: So many days before the reports are due a banner says what is left.
BANNER_DAYS = 7


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    status, kind, sort = get.get("status", ""), get.get("type", ""), get.get("sort", "-saved")
    return Choice(
        status=status if status in ApplicationStatus.values else "",
        type=kind if kind in PlatformType.values else "",
        q=get.get("q", "").strip()[:80],
        sort=sort if sort.removeprefix("-") in desk.SORTS else "-saved",
        all_rounds=get.get("round") == "all",
        year=kept(request).get("year", ""),
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``choice``; what narrows nothing stays out of it."""
    new = replace(choice, **changes)
    parts = {"status": new.status, "type": new.type, "q": new.q, "round": "all" if new.all_rounds else ""}
    parts |= {"year": new.year}
    parts["sort"] = "" if new.sort == "-saved" else new.sort
    query = urlencode({name: value for name, value in parts.items() if value})
    return base + (f"?{query}" if query else "") if base or query else "?"


@officer("platforms.add_application")
@require_safe
@by_year
def home(request: HttpRequest) -> HttpResponse:
    """待办， the round, and the own applications."""
    user, round_, choice = person(request), round_here(request), choice_of(request)
    counts = desk.tally(desk.in_round(user, round_, choice))
    count = sum(
        n for (status, kind), n in counts.items() if choice.status in ("", status) and choice.type in ("", kind)
    )
    pages = Paginator(desk.listed(user, round_, choice), PAGE)
    pages.count = count  # known from the tally already
    page = pages.get_page(request.GET.get("page"))
    context = {
        "crumbs": [],
        "round": round_,
        "todo": todo_for(user),
        "may_begin": may_begin(round_, user.region, on=timezone.localdate()),
        "may_report": can_report(round_, user.region, on=timezone.localdate()),
        "choice": choice,
        "page": page,
        "groups": _chips(choice, counts, round_),
        "clear_url": address(Choice(year=choice.year), request.path) if choice.is_narrowed else "",
        "columns": _columns(choice),
        "rows": [_row(application) for application in page],
        "exports": [(name, address(choice, reverse("desk:export", args=[name]))) for name in FILES],
        "keep": [
            {"name": name, "value": value}
            for name, value in (
                ("status", choice.status),
                ("type", choice.type),
                ("round", "all" if choice.all_rounds else ""),
                ("year", choice.year),
            )
            if value
        ],
        "none_yet": f"{round_}还没有申报。",
        "none_here": f"{round_}没有申报。",
        "by_county": user.role == Role.COUNTY,
    }
    return render(request, "desk/home.html", context | _standing(round_, user))


def _standing(round_: Round, user: User) -> dict[str, Any]:
    """Return how the round stands today and, for a county, its quota and its liaison officer."""
    today = timezone.localdate()
    phases = []
    for figure in desk.phase_line(round_, today):
        first, last = figure.phase.starts_on, figure.phase.ends_on
        days = figure.days_left
        note = "" if days is None else "进行中，今天截止" if days == 0 else f"进行中，还有 {days} 天"
        years = ["" if day.year == round_.year else f"{day.year}年" for day in (first, last)]
        dates = f"{years[0]}{first.month}月{first.day}日至{years[1]}{last.month}月{last.day}日"
        phases.append({"label": figure.phase.get_number_display(), "dates": dates, "state": figure.state, "note": note})
    due = round_.report_due_on
    standing: dict[str, Any] = {
        "phases": phases,
        "due": f"{due.year}年{due.month}月{due.day}日",
        "due_days": (due - today).days if round_.status == RoundStatus.FILING else None,
    }
    standing["leave"] = _leave(round_, user)
    if user.role == Role.COUNTY and user.region is not None:
        standing["reminder"] = _reminder(round_, user, today)
        standing["quota"] = quota_use(round=round_, region=user.region)
        standing["liaison"] = Liaison.objects.visible_to(user).filter(round=round_).first()
    return standing


def _leave(round_: Round, user: User) -> list[str]:
    """Return what the city lets this region file after the closing, one sentence for each exception, ended ones too."""
    if round_.status != RoundStatus.EVALUATING:
        return []
    rows = exceptions_for(round=round_, region=user.region)
    return [exception_sentence(each) for each in standings(rows, on=timezone.localdate())]


def _reminder(round_: Round, user: User, today: date) -> dict[str, str]:
    """Return the banner of the last days before the reports are due, and after; nothing where nothing is left."""
    if round_.status != RoundStatus.FILING or (round_.report_due_on - today).days > BANNER_DAYS:
        return {}
    duty = duty_of(round_, user, on=today)
    if duty.has_reported and not duty.drafts:
        return {}
    when = (
        f"距上报截止日期还有 {duty.days} 天" if duty.days > 0
        else "今天是上报截止日期" if duty.days == 0
        else f"上报截止日期已过 {-duty.days} 天，现在上报的将标记为逾期"
    )  # fmt: skip
    left = [] if duty.has_reported else ["本地区还没有上报"]
    left += [f"还有 {duty.drafts} 份草稿没有上报"] if duty.drafts else []
    return {"text": f"{when}，{'，'.join(left)}。", "tone": "bad" if duty.days < 0 else "wait"}


def _chips(choice: Choice, counts: Any, round_: Round) -> list[dict[str, Any]]:
    def group(label: str, name: str, choices: Any, place: int) -> dict[str, Any]:
        other = choice.type if name == "status" else choice.status
        tally: dict[str, int] = {}
        for key, n in counts.items():
            if other in ("", key[1 - place]):
                tally[key[place]] = tally.get(key[place], 0) + n
        now = getattr(choice, name)
        options = [
            {"label": "全部", "url": address(choice, **{name: ""}), "active": not now, "count": sum(tally.values())}
        ]
        options += [
            {
                "label": word,
                "url": address(choice, **{name: value}),
                "active": now == value,
                "count": tally.get(value, 0),
            }
            for value, word in choices
            if tally.get(value) or now == value
        ]
        return {"label": label, "options": options}

    groups = [
        group("状态", "status", ApplicationStatus.choices, 0),
        group("类型", "type", [(value, label.removesuffix("窗口平台")) for value, label in PlatformType.choices], 1),
    ]
    years = [
        {"label": str(round_), "url": address(choice, all_rounds=False), "active": not choice.all_rounds},
        {"label": "各年度", "url": address(choice, all_rounds=True), "active": choice.all_rounds},
    ]
    return [*groups, {"label": "年度", "options": years}]


def _columns(choice: Choice) -> list[dict[str, Any]]:
    named = (
        ("number", "编号"),
        ("name", "平台名称"),
        ("type", "类型"),
        ("", "地点"),
        ("", "运营单位"),
        ("status", "状态"),
        ("saved", "最近保存"),
    )
    columns = []
    for key, label in named:
        column: dict[str, Any] = {"label": label}
        if key:
            now = choice.sort.removeprefix("-") == key
            backwards = now and not choice.sort.startswith("-")
            column["sort_url"] = address(choice, sort=f"-{key}" if backwards else key)
            column["sorted"] = ("desc" if choice.sort.startswith("-") else "asc") if now else ""
        columns.append(column)
    return columns


def _row(each: Any) -> dict[str, Any]:
    """Return one line; ``each`` is a row of ``queries.desk.listed``."""
    state, tone = state_label(each), APPLICATION_TONES[ApplicationStatus(each.status)]
    if each.is_editable and each.handed_over:
        state, tone = f"{state}（单位已交回）", "info"
    return {
        "url": reverse("desk:application", args=[each.number]),
        "cells": [
            each.number,
            each.name,
            each.get_type_display().removesuffix("窗口平台"),
            each.site_name,
            each.operator_name or "未填写",
            {"label": state, "tone": tone},
            moment(each.saved_at),
        ],
    }


@officer("platforms.export_application")
@require_safe
@by_year
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the list that the address describes, all pages of it."""
    make, media_type = FILES[kind]
    rows = desk.listed(person(request), round_here(request), choice_of(request))
    return download(make(rows), f"申报-{timezone.localdate():%Y%m%d}.{kind}", media_type)
