"""The page of one platform as its life: what every room holds about it, in sections with anchors."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.audit.queries import events_of, happening
from platforms.models import Application, Platform, User
from platforms.moments import moment
from platforms.pages.charts import Chart
from platforms.planning.queries.overlap import PLACED
from platforms.reference import outline
from platforms.register.queries.life import Line, life_of, sections_of
from platforms.service_records.queries import statistics

#: As many lines of a section are shown; its link leads to all of them.
MOST = 8
MOST_EVENTS = 10
MONTHS = 12
Part = dict[str, Any]


def latest_filed() -> Any:
    """Return the accepted applications of a platform, the latest first: where it stands is what that one says."""
    return Application.objects.filter(status=ApplicationStatus.ACCEPTED).order_by("-round__year", "-pk")


def page(platform: Platform, user: User, more: dict[str, Part]) -> dict[str, Any]:
    """Return what the page of ``platform`` shows: its ``sections`` in order, and ``head_facts`` below its name.

    ``more`` adds to some sections, by key; one of it that no room has brings its own ``title`` and ``place``.
    """
    today, found = timezone.localdate(), life_of(platform, user)
    parts = [
        {
            "key": each.key,
            "place": each.place,
            "title": each.title,
            "columns": [{"label": label} for label in each.columns],
            "rows": [{"url": each.url(line), "cells": each.cells(line, today)} for line in found[each.key][:MOST]],
            "count": len(found[each.key]),
            "left": max(len(found[each.key]) - MOST, 0),
            "links": each.more(platform, found[each.key]),
            "none": each.none,
            **more.get(each.key, {}),
        }
        for each in sections_of(user)
    ]
    known = {each["key"] for each in parts}
    parts += [{"key": key, **part} for key, part in more.items() if key not in known and "title" in part]
    parts = [{"label": f"{each['title']}列表", **each} for each in sorted(parts, key=lambda each: int(each["place"]))]
    return {"sections": parts, "head_facts": [platform.name, *_valid_until(found.get("certificates", ()), today)]}


def _valid_until(found: Sequence[Line], today: date) -> list[str]:
    """Return until when the certificate of today holds; nothing where none does."""
    held = [
        line.until
        for line in found
        if line.day and line.until and line.day <= today <= line.until and not (line.more and line.more <= str(today))
    ]
    return [f"证书有效期至 {max(held).isoformat()}"] if held else []


def services_of(platform: Platform, user: User) -> dict[str, Part]:
    """Return the services of the last months as a chart; each month leads to its records."""
    if not user.has_perm("platforms.view_servicerecord"):
        return {}
    today = timezone.localdate()
    last = today.year * 12 + today.month - 1
    months = [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
    sums = dict.fromkeys(months, 0)
    for line in statistics.by_month(user, platform=platform, since=months[0], until=months[-1]):
        sums[line.month] += line.numbers.records
    total, here = sum(sums.values()), reverse("desk:service_records")

    def records(first: date, until: date) -> str:
        return f"{here}?{urlencode({'platform': platform.code, 'since': f'{first:%Y-%m}', 'until': f'{until:%Y-%m}'})}"

    best = max(months, key=lambda month: sums[month])
    title = f"近 {MONTHS} 个月没有服务记录"
    if total:
        title = f"近 {MONTHS} 个月服务 {total:,} 次，{best:%Y-%m} 最多（{sums[best]:,} 次）"
    rows = tuple((f"{month:%Y-%m}", records(month, month) if n else "", (n,)) for month, n in sums.items())
    links = [
        {"label": f"近 {MONTHS} 个月 {total:,} 条", "url": records(months[0], months[-1])},
        {"label": "全部服务记录", "url": f"{here}?{urlencode({'platform': platform.code})}"},
        {"label": "联通情况", "url": reverse("desk:link_state", args=[platform.code])},
    ]
    return {
        "services": {
            "place": 50,
            "title": "服务记录",
            "chart": Chart("services", title, "columns", "次", ("月份", "服务记录"), rows),
            "links": links if total else links[1:],
        }
    }


def place_of(platform: Any) -> dict[str, Part]:
    """Return where ``platform`` stands, with its spot on the outline where the filed position lies within it.

    ``platform`` carries ``longitude``, ``latitude`` and ``address`` of its latest accepted application.
    """
    pairs = [{"label": "地址", "value": platform.address or ""}]
    part: Part = {"place": 150, "title": "位置", "pairs": pairs}
    if platform.longitude is not None and platform.latitude is not None:
        drawing = outline.load(settings.MAP_OUTLINE)
        pairs.append({"label": "经纬度", "value": f"{platform.longitude:.6f}，{platform.latitude:.6f}"})
        if spot := drawing.place(float(platform.longitude), float(platform.latitude)):
            part["map"] = {"outline": drawing, "x": spot[0], "y": spot[1], "type": platform.type, "name": platform.name}
    if platform.type in PLACED:
        part["links"] = [{"label": "重叠平台", "url": reverse("desk:overlap")}]
    return {"spot": part}


def history_of(platform: Platform) -> dict[str, Part]:
    """Return what happened to the row of the platform, the latest first."""
    events = [
        {"when": moment(each.when), "who": each.who, "what": each.what, "why": each.why}
        for each in map(happening, events_of(platform)[:MOST_EVENTS])
    ]
    url = reverse("admin:platforms_platform_history", args=[platform.pk])
    return {
        "history": {
            "place": 160, "title": "经过", "events": events, "links": [{"label": "全部修改记录", "url": url}],
            "none": "没有办理记录。",
        }
    }  # fmt: skip
