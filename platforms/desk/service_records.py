"""Service records at the desk: the list, paged by key, and its file; one page for counties and the city."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import FreeService, Role, ServiceChannel, ServiceClass
from platforms.desk.service_words import FREE, SOURCES, columns, file_rows, row_of, with_regions
from platforms.models import Platform, Region, User
from platforms.pages.access import officer, person
from platforms.queries import service_records as queries
from platforms.queries.service_records import CITYS_OWN, Key, RecordFilters
from platforms.resources.list_file import list_response, safe
from platforms.services import audit

#: What the list asks for where the address says nothing.
STATES = {"": "有效", "flagged": "公益性服务收费", "cancelled": "已作废", "all": "全部"}
#: A month is written so in the address.
_MONTH = "%Y-%m"
#: More rows than a sheet of a workbook holds go as csv only.
MOST_IN_SHEET = 200_000


def state_of(filters: RecordFilters) -> str:
    """Return the key of :data:`STATES` that ``filters`` say."""
    if filters.flagged:
        return "flagged"
    return {True: "cancelled", False: "", None: "all"}[filters.cancelled]


def filters_of(request: HttpRequest) -> RecordFilters:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    user = person(request)

    def among(name: str, values: Any) -> str:
        value = get.get(name, "")
        return value if value in values else ""

    def words(name: str, most: int) -> str:
        return get.get(name, "").strip().replace("\x00", "")[:most]

    state = among("state", STATES)
    until = _month(get.get("until", ""))
    return RecordFilters(
        platform=words("platform", 20),
        region=words("region", 12) if user.role == Role.CITY else "",
        enterprise=words("q", 80),
        service_class=among("class", ServiceClass.values),
        free_category=among("free", FreeService.values),
        channel=among("channel", ServiceChannel.values),
        source=among("source", SOURCES),
        since=_month(get.get("since", "")),
        until=_last_day(until) if until else None,
        flagged=state == "flagged",
        cancelled={"cancelled": True, "all": None}.get(state, False),
    )


def _month(text: str) -> date | None:
    """Return the first day of a month written 2026-04; None for anything else."""
    year, _, month = text.partition("-")
    if not (len(text) == 7 and year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
        return None
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def parts_of(filters: RecordFilters) -> dict[str, str]:
    """Return what the address says for ``filters``; what narrows nothing stays out of it."""
    parts = {
        "state": state_of(filters), "platform": filters.platform, "region": filters.region, "q": filters.enterprise,
        "class": filters.service_class, "free": filters.free_category, "channel": filters.channel,
        "source": filters.source, "since": filters.since.strftime(_MONTH) if filters.since else "",
        "until": filters.until.strftime(_MONTH) if filters.until else "",
    }  # fmt: skip
    return {name: value for name, value in parts.items() if value}


def address(filters: RecordFilters, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``filters``."""
    query = urlencode(parts_of(replace(filters, **changes)))
    return f"{base}?{query}" if query else base or "?"


@officer("platforms.view_servicerecord")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest records, or those next to a key."""
    user, filters = person(request), filters_of(request)
    if request.GET.get("end"):
        page = queries.last_page_of(user, filters=filters)
    else:
        after, before = Key.read(request.GET.get("after", "")), Key.read(request.GET.get("before", ""))
        page = queries.page_of(user, filters=filters, after=after, before=before)
    narrowed = parts_of(filters)
    platforms = list(Platform.objects.visible_to(user).order_by("code").values_list("code", "name"))
    base = f"{request.path}?"
    context = {
        "crumbs": [],
        "filters": filters,
        "parts": narrowed,
        "groups": _chips(user, filters),
        "platforms": platforms,
        "platform_name": dict(platforms).get(filters.platform, ""),
        "clear_url": request.path if narrowed else "",
        "columns": columns(with_region=with_regions(user)),
        "rows": [row_of(each, with_region=with_regions(user)) for each in page.rows],
        "first_url": address(filters, request.path) if page.before else "",
        "newer_url": base + urlencode({**narrowed, "before": str(page.before)}) if page.before else "",
        "older_url": base + urlencode({**narrowed, "after": str(page.after)}) if page.after else "",
        "last_url": base + urlencode({**narrowed, "end": "1"}) if page.after else "",
        "keep": [{"name": name, "value": value} for name, value in narrowed.items() if name not in FORM],
        "exports": [(kind, address(filters, reverse("desk:service_list", args=[kind]))) for kind in ("xlsx", "csv")]
        if user.has_perm("platforms.export_servicerecord")
        else [],
        "may_enter": user.has_perm("platforms.add_servicerecord"),
    }
    return render(request, "desk/service_records.html", context)


#: What the form above the list asks itself; the rest is kept beside it.
FORM = ("q", "platform", "since", "until")


def _chips(user: User, filters: RecordFilters) -> list[dict[str, Any]]:
    def group(label: str, name: str, choices: Any, every: str = "全部") -> dict[str, Any]:
        now = getattr(filters, name)
        options = [{"label": every, "url": address(filters, **{name: ""}), "active": not now}]
        options += [
            {"label": word, "url": address(filters, **{name: value}), "active": now == value} for value, word in choices
        ]
        return {"label": label, "options": options}

    now = state_of(filters)
    states = [
        {
            "label": word,
            "url": address(
                filters, flagged=key == "flagged", cancelled={"cancelled": True, "all": None}.get(key, False)
            ),
            "active": now == key,
        }
        for key, word in STATES.items()
    ]
    groups = [
        {"label": "状态", "options": states},
        group("公益性服务", "free_category", FREE.items()),
        group("服务类别", "service_class", ServiceClass.choices),
        group("方式", "channel", ServiceChannel.choices),
        group("来源", "source", SOURCES.items()),
    ]
    if user.role == Role.CITY:
        places = [*Region.objects.order_by("code").values_list("code", "name"), (CITYS_OWN, "市级重点行业")]
        groups.append(group("地区", "region", places, "全市"))
    return groups


@officer("platforms.export_servicerecord")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list that the address describes, all of it, as it is read; it is noted in the log."""
    user, filters, now = person(request), filters_of(request), timezone.now()
    rows = queries.chosen(user, filters).order_by("-served_on", "-pk")
    told = "；".join(f"{name}={value}" for name, value in parts_of(filters).items()) or "无"
    if kind == "xlsx":
        count = rows[: MOST_IN_SHEET + 1].count()
        if count > MOST_IN_SHEET:
            kind = "csv"
    audit.record(verb="导出列表：服务记录", by=user, at=now, reason=f"{kind}，筛选：{told}"[:200])
    notes = [
        ["列表", "服务记录"],
        ["筛选条件", told],
        ["导出时间", f"{timezone.localtime(now):%Y-%m-%d %H:%M}"],
        ["导出人", user.name],
    ]
    name = f"服务记录-{timezone.localdate():%Y%m%d}.{kind}"
    return list_response(name, "服务记录", file_rows(rows), [safe(note) for note in notes])
