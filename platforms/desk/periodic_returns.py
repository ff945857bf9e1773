"""定期报送 at the desk: the list with its file, the board of one schedule, handing in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms import deadlines
from platforms.choices import EvidenceKind, Role
from platforms.dates import day_in_words
from platforms.desk.activities import version_of
from platforms.desk.activity_forms import ReturnForm
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import PeriodicReturn, ReturnSchedule, User
from platforms.pages import evidence
from platforms.pages.access import officer, person
from platforms.queries import periodic_returns as queries
from platforms.queries.evidence import files_of
from platforms.queries.periodic_returns import STATES, TONES, Choice
from platforms.resources.list_file import Row, list_response, safe
from platforms.services import audit
from platforms.services import periodic_returns as service
from platforms.wording import moment

PAGE, BOARD_PAGE = 50, 50
METHODS = ["GET", "HEAD", "POST"]
_HEADS = (
    "报送安排", "报送期", "平台编号", "窗口平台", "地区", "报送期限", "状态", "报送时间", "报送人", "报送内容", "数字",
)  # fmt: skip


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    state, schedule = get.get("state", ""), get.get("schedule", "")
    return Choice(
        state=state if state in STATES else "",
        schedule=schedule if schedule.isascii() and schedule.isdigit() and len(schedule) < 10 else "",
        key=get.get("key", "")[:8].replace("\x00", ""),
        region=get.get("region", "")[:12].replace("\x00", "") if person(request).role == Role.CITY else "",
        q=get.get("q", "").strip().replace("\x00", "")[:80],
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    names = ("state", "schedule", "key", "region", "q")
    query = urlencode({name: getattr(new, name) for name in names if getattr(new, name)})
    return f"{base}?{query}" if query else base or "?"


def state_words(row: PeriodicReturn, today: date) -> dict[str, str]:
    """Return label and tone of the state of ``row``, with the days where it is still owed."""
    state = queries.state_of(row, today)
    label = STATES[state]
    if state in ("open", "missing"):
        label = f"{label}，{deadlines.in_words(deadlines.days_left(row.due_on, today))}"
    return {"label": label, "tone": TONES[state]}


@officer("platforms.view_periodicreturn")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is handed in, what is still owed first."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    counts = queries.tally(user, choice, today)
    pages = Paginator(queries.listed(user, choice, today), PAGE)
    pages.count = counts[choice.state] if choice.state else sum(counts.values())  # known already
    page = pages.get_page(request.GET.get("page"))
    schedules = queries.schedules_of(user)
    keep = ("state", "schedule", "key", "region")
    context = {
        "crumbs": [],
        "page": page,
        "choice": choice,
        "groups": _chips(user, choice, counts, schedules),
        "clear_url": request.path if choice.is_narrowed else "",
        "columns": [{"label": label} for label in ("报送", "窗口平台", "地区", "报送期限", "报送时间", "状态")],
        "rows": [_row(each, today) for each in page],
        "keep": [{"name": name, "value": getattr(choice, name)} for name in keep if getattr(choice, name)],
        "exports": [(kind, address(choice, reverse("desk:return_list", args=[kind]))) for kind in ("xlsx", "csv")],
        "boards": [
            {"label": str(each), "url": f"{reverse('desk:return_board')}?schedule={each.pk}"} for each in schedules
        ],
        "setting_url": _setting_url(user),
    }
    return render(request, "desk/returns.html", context)


def _setting_url(user: User) -> str:
    may = user.has_perm("platforms.change_returnschedule")
    return reverse("admin:platforms_returnschedule_changelist") if may else ""


def _row(row: PeriodicReturn, today: date) -> dict[str, Any]:
    region = row.platform.region
    return {
        "url": reverse("desk:return", args=[row.pk]),
        "cells": [
            f"{row.schedule.title} {row.label}",
            row.platform.name,
            region.name if region else "市级",
            f"{row.due_on:%Y-%m-%d}",
            moment(row.handed_in_at) if row.handed_in_at else "—",
            state_words(row, today),
        ],
    }


def _chips(user: User, choice: Choice, counts: dict[str, int], schedules: list[ReturnSchedule]) -> list[dict[str, Any]]:
    def option(label: str, name: str, value: str, **more: Any) -> dict[str, Any]:
        now = getattr(choice, name) == value
        return {"label": label, "url": address(choice, **{name: value}), "active": now, **more}

    states = [option("全部", "state", "", count=sum(counts.values()))]
    states += [
        option(label, "state", value, count=counts[value])
        for value, label in STATES.items()
        if counts[value] or choice.state == value
    ]
    groups: list[dict[str, Any]] = [{"label": "状态", "options": states}]
    named = [option("全部", "schedule", ""), *(option(str(each), "schedule", str(each.pk)) for each in schedules)]
    groups.append({"label": "报送安排", "options": named})
    if user.role == Role.CITY:
        places = [option(name, "region", code) for code, name in queries.regions_with_any(user)]
        groups.append({"label": "地区", "options": [option("全部", "region", ""), *places]})
    return groups


@officer("platforms.view_periodicreturn")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list that the address describes, all pages of it; it is noted in the log."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    rows = queries.listed(user, choice, today)
    count = rows.count()
    audit.record(verb="导出列表：定期报送", by=user, at=timezone.now(), reason=f"{count} 条，{kind}")

    def lines() -> Iterator[Row]:
        yield list(_HEADS)
        for row in rows.iterator(chunk_size=500):
            region = row.platform.region
            yield safe(
                (
                    row.schedule.title, row.label, row.platform.code, row.platform.name,
                    region.name if region else "市级", f"{row.due_on:%Y-%m-%d}",
                    STATES[queries.state_of(row, today)], moment(row.handed_in_at) if row.handed_in_at else "",
                    row.handed_in_by.name if row.handed_in_by else "", row.text,
                    "；".join(f"{label}：{value}" for label, value in row.figures.items()),
                )
            )  # fmt: skip

    made_at = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    notes: list[list[Any]] = [["列表", "定期报送"], ["条数", count], ["导出时间", made_at]]
    return list_response(f"定期报送-{count}条-{today:%Y%m%d}.{kind}", "定期报送", lines(), notes)


@officer("platforms.view_periodicreturn")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """One schedule: regions with their counts, and platform by platform the periods."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    schedules = queries.schedules_of(user)
    now = next((each for each in schedules if str(each.pk) == choice.schedule), schedules[0] if schedules else None)
    listing = reverse("desk:returns")
    context: dict[str, Any] = {
        "crumbs": [{"label": "定期报送", "url": listing}, {"label": "进度", "url": ""}],
        "schedule": now,
        "groups": [
            {
                "label": "报送安排",
                "options": [
                    {"label": str(each), "url": f"?schedule={each.pk}", "active": each == now} for each in schedules
                ],
            }
        ],
    }
    if now is not None:
        here = Choice(schedule=str(now.pk), region=choice.region)
        periods = queries.periods(user, now, today)
        pages = Paginator(queries.platforms_of(user, now, choice.region), BOARD_PAGE)
        page = pages.get_page(request.GET.get("page"))
        cells = queries.board(user, now, page)
        context |= {
            "page": page,
            "states": list(STATES.values()),
            "regions": [
                {
                    "name": name,
                    "url": f"?schedule={now.pk}&region={code}",
                    "cells": [
                        {"count": count, "url": address(here, listing, region=code, state=state)}
                        for state, count in counts.items()
                    ],
                }
                for code, name, counts in queries.by_region(user, now, today)
            ]
            if user.role == Role.CITY
            else [],
            "periods": [
                {"label": each.label, "due": each.due_on, "url": address(here, listing, key=each.key)}
                for each in periods
            ],
            "rows": [
                {
                    "name": platform.name,
                    "cells": [_cell(cells.get((platform.pk, each.key)), today) for each in periods],
                }
                for platform in page
            ],
            "changes": queries.date_changes(now)[:10],
        }
    return render(request, "desk/return_board.html", context)


def _cell(row: PeriodicReturn | None, today: date) -> dict[str, str]:
    if row is None:
        return {}
    state = queries.state_of(row, today)
    return {"label": STATES[state], "tone": TONES[state], "url": reverse("desk:return", args=[row.pk])}


@officer("platforms.view_periodicreturn")
@require_http_methods(METHODS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What one platform handed in for one period, and the form to hand it in or correct it."""
    rows = PeriodicReturn.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("schedule__round", "platform__region", "handed_in_by"), pk=pk)
    user, today = person(request), timezone.localdate()
    may = service.is_own(row, user) and row.closed_at is None
    form, refusal, status = None, "", 200
    if request.method == "POST" or may:
        form = ReturnForm(*((request.POST, request.FILES) if request.method == "POST" else ()), row=row)
    if form is not None and form.is_bound and form.is_valid():
        outcome = _receive(request, row, form)
        if isinstance(outcome, HttpResponse):
            return outcome
        refusal, status = outcome, 409 if outcome else 200
    context = {
        "crumbs": [{"label": "定期报送", "url": reverse("desk:returns")}, {"label": row.label, "url": ""}],
        "row": row,
        "state": state_words(row, today),
        "form": form if may or refusal else None,
        "refusal": refusal,
        "verb": "更正" if row.handed_in_at else "报送",
        "pairs": _pairs(row),
        "changes": queries.date_changes(row.schedule, row.key),
        "evidence": evidence.panel(files_of(EvidenceKind.RETURN, row.pk), title="已上传的文件"),
        "is_late": row.handed_in_at is None and deadlines.is_late(row.due_on, today),
    }
    return render(request, "desk/return.html", context, status=status)


def _receive(request: HttpRequest, row: PeriodicReturn, form: ReturnForm) -> HttpResponse | str:
    """Keep the files, then hand in; returns the answer, or the sentence of what was refused ("" beside a field)."""
    user = person(request)
    if not service.is_own(row, user):
        return "定期报送由平台所属区县(市)、管委会办理，您可以查看，不能报送。"
    if row.closed_at is not None:
        return "市经信局已结束这一期报送，不能再报送或更正。"
    region, uploads = row.platform.region, form.cleaned_data["uploads"]
    for each in evidence.keep(request, uploads, kind=EvidenceKind.RETURN, key=row.pk, region=region):
        if each["refusal"]:
            form.add_error("uploads", each["refusal"])
    if form.errors:
        return ""
    values = {"text": form.cleaned_data["text"], "figures": form.figures(row), "version": version_of(request)}
    try:
        service.hand_in(row=row, by=user, at=timezone.now(), **values)
    except (Gone, StaleVersion) as refused:
        return str(refused)
    except Refusal as refused:
        form.refuse(refused)
        return ""
    messages.success(request, f"已报送“{row.schedule.title}”{row.label}：{row.platform.name}。")
    return redirect("desk:return", row.pk)


def _pairs(row: PeriodicReturn) -> list[dict[str, str]]:
    pairs = [
        {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
        {"label": "报送期限", "value": day_in_words(row.due_on)},
    ]
    if row.schedule.what:
        pairs.append({"label": "报送要求", "value": row.schedule.what})
    if row.handed_in_at and row.handed_in_by:
        pairs += [{"label": label, "value": value} for label, value in row.figures.items()]
        pairs += [{"label": "报送内容", "value": row.text}] if row.text else []
        pairs.append({"label": "最近报送", "value": f"{row.handed_in_by.name}，{moment(row.handed_in_at)}"})
    return pairs
