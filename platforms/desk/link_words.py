"""How platforms are linked, in the words of the desk: rows of the list and of its file, the table by region."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from platforms.choices import PlatformType
from platforms.models import ApiToken, Region
from platforms.queries.link_states import (
    ACTIVE,
    CITY_ONLY,
    SILENT,
    STATES,
    UNLINKED,
    Figures,
    added,
    level_of,
)
from platforms.resources.list_file import Row, safe
from platforms.wording import moment

TONES = {UNLINKED: "bad", SILENT: "wait", ACTIVE: "good"}
_HEADS = (
    "平台编号", "窗口平台", "类型", "地区", "地点", "状态", "联通日期", "联通方式", "说明", "最近服务日期",
    "最近登记时间", "无新记录天数",
)  # fmt: skip


def state_of(row: Any, today: date) -> dict[str, str]:
    """Return label and tone of how a platform stands; ``row`` is one of ``queries.link_states.listed``."""
    label = STATES[row.state]
    if row.state == SILENT:
        label = f"{label}，已 {quiet_days(row, today)} 天"
    elif row.state == UNLINKED and row.finding is None:
        label = "未联通（没有登记）"
    return {"label": label, "tone": TONES[row.state]}


def quiet_days(row: Any, today: date) -> int:
    """Return for how many days nothing came from a linked platform."""
    days: int = (today - row.quiet_since).days
    return max(0, days)


def columns(*, with_region: bool) -> list[dict[str, Any]]:
    """Return the heads of the list."""
    names = [
        "窗口平台",
        *(["地区"] if with_region else []),
        "类型",
        "状态",
        "联通日期",
        "联通方式",
        "最近一条服务",
        "说明",
    ]
    return [{"label": name} for name in names]


def row_of(row: Any, today: date, *, with_region: bool) -> dict[str, Any]:
    """Return one line of the list."""
    note = row.link_note or ""
    return {
        "url": reverse("desk:link_state", args=[row.code]),
        "cells": [
            row.name,
            *([row.region.name if row.region else "市级"] if with_region else []),
            level_of(row.type),
            state_of(row, today),
            f"{row.link_on:%Y-%m-%d}" if row.is_linked else "",
            row.link_method or "",
            last_of(row),
            note if len(note) <= 30 else f"{note[:29]}…",
        ],
    }


def last_of(row: Any) -> str:
    """Return the last service of a platform and when it came in."""
    if row.last_served_on is None:
        return "没有记录"
    return f"{row.last_served_on:%Y-%m-%d}（{moment(row.last_received_at)}登记）"


def file_rows(rows: QuerySet[Any], today: date) -> Iterator[Row]:
    """Yield the list as a file has it, heads first; formula-safe."""
    yield list(_HEADS)
    for row in rows.select_related("region", "town", "park").iterator(chunk_size=500):
        yield safe(
            [
                row.code, row.name, level_of(row.type), row.region.name if row.region else "市级", row.site_name,
                STATES[row.state], row.link_on.isoformat() if row.is_linked else "", row.link_method or "",
                row.link_note or "", row.last_served_on.isoformat() if row.last_served_on else "",
                moment(row.last_received_at) if row.last_received_at else "",
                quiet_days(row, today) if row.is_linked else "",
            ]
        )  # fmt: skip


def by_region(
    counted: Mapping[tuple[str, str], Figures], regions: list[Region], hubs: Mapping[int | None, ApiToken], address: Any
) -> list[dict[str, Any]]:
    """Return the table of the city: a line for each region and its hub, key industries, and the sum at the end.

    ``hubs`` holds the token of each county hub; ``address`` makes the address of the list for a region and a state.
    """
    kinds = [kind for kind in PlatformType.values if any(key[1] == kind for key in counted)]
    places: list[tuple[str, str, int | None]] = [(each.code, each.name, each.pk) for each in regions]
    if any(code == CITY_ONLY for code, _ in counted):
        places.append((CITY_ONLY, "市级重点行业", None))
    lines = []
    for code, name, key in places:
        own = {kind: counted.get((code, kind), Figures()) for kind in kinds}
        hub = hubs.get(key) if key is not None else None
        lines.append(
            {
                "code": code,
                "name": name,
                "total": added(own.values()),
                "levels": [each_of(own[kind]) for kind in kinds],
                "hub": hub_words(hub) if key is not None else "",
                "url": address(region=code),
                "unlinked_url": address(region=code, state=UNLINKED),
                "silent_url": address(region=code, state=SILENT),
            }
        )
    return lines


def levels_of(counted: Mapping[tuple[str, str], Figures]) -> list[dict[str, Any]]:
    """Return the sums by type of platforms."""
    return [
        {"label": level_of(kind), "total": added(each for (_, own), each in counted.items() if own == kind)}
        for kind in PlatformType.values
        if any(own == kind for _, own in counted)
    ]


def each_of(figures: Figures) -> str:
    """Return linked of all, nothing where there are none."""
    return f"{figures.linked}/{figures.total}" if figures.total else ""


def hub_words(token: ApiToken | None) -> str:
    """Return how the hub of a county reaches the interface."""
    if token is None:
        return "未申领令牌"
    if token.last_used_at is None:
        return "已申领，未使用"
    return f"最近报送 {moment(token.last_used_at)}"
