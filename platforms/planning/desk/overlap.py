"""Planning for county and city: platforms in one town or close together (六·(一)), as a list and as a drawing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import PlatformType, Role
from platforms.excel.list_file import Row, safe
from platforms.models import User
from platforms.pages.access import current_user, officer
from platforms.pages.sending import send_list
from platforms.planning.desk.choice import (
    KINDS,
    REASONS,
    Choice,
    address,
    choice_of,
    platform_url,
    region_options,
    tabs,
)
from platforms.planning.desk.overlap_map import drawing_of
from platforms.planning.queries import overlap as planning
from platforms.planning.queries.overlap import Overlap
from platforms.reference import outline

#: Pairs on a page of the list; the drawing holds all of them.
PAGE = 25
TYPE_WORDS = {
    PlatformType.FUNCTIONAL_ZONE: "功能区",
    PlatformType.TOWN: "乡镇（街道）",
    PlatformType.PARK: "小微企业园",
}


def _chosen(user: User, choice: Choice) -> tuple[list[planning.Place], list[Overlap], list[Overlap]]:
    places = planning.places(user, on=timezone.localdate())
    found = planning.overlaps(places, limit=choice.metres)
    return places, found, [each for each in found if _is_wanted(each, choice)]


def _is_wanted(pair: Overlap, choice: Choice) -> bool:
    reasons = {"": True, "town": pair.town is not None, "near": pair.metres is not None}
    return (
        (not choice.region or choice.region in pair.regions)
        and reasons[choice.reason]
        and (not choice.kind or pair.is_of_one_type == (choice.kind == "same"))
    )


@officer("platforms.view_platform")
@require_safe
def overlap(request: HttpRequest) -> HttpResponse:
    """Platforms of zones, towns and parks in one town or close together, as a list and as a drawing."""
    user, choice = current_user(request), choice_of(request)
    places, found, shown = _chosen(user, choice)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [],
        "tabs": tabs("desk:overlap", choice),
        "choice": choice,
        "lead": (
            f"功能区、乡镇（街道）和小微企业园平台在同一乡镇，或相距不超过 {choice.metres} 米的，列为重叠；"
            "坐标取自最近一次受理的申报表。"
        ),
        "range": settings.OVERLAP_RANGE,
        "count": len(shown),
        "found": len(found),
        "places": len(places),
        "without_spot": sum(each.longitude is None or each.latitude is None for each in places),
        "groups": _overlap_chips(found, places, choice, user),
        "clear_url": address(replace(choice, region="", state="", reason="", kind=""), request.path)
        if choice.is_narrowed
        else "",
        "keep": [
            {"name": name, "value": getattr(choice, name)}
            for name in ("region", "reason", "kind", "year")
            if getattr(choice, name)
        ],
        "page": page,
        "pairs": [_pair(number, each) for number, each in enumerate(page, start=page.start_index())],
        "map": drawing_of(places, shown, outline.load(settings.MAP_OUTLINE), platform_url),
        "exports": [(kind, address(choice, reverse("desk:overlap_file", args=[kind]))) for kind in ("xlsx", "csv")],
    }
    return render(request, "planning/overlap.html", context)


def why(pair: Overlap) -> list[str]:
    """Say why the two are listed, in words."""
    words = []
    if pair.town is not None:
        words.append(f"同一乡镇：{pair.town.name}")
    if pair.metres is not None:
        words.append(f"相距 {pair.metres:,.0f} 米")
    return words


def _pair(number: int, pair: Overlap) -> dict[str, Any]:
    both = [each.platform for each in (pair.one, pair.other)]
    return {
        "number": number,
        "platforms": [
            {
                "code": each.code,
                "name": each.name,
                "type": TYPE_WORDS[PlatformType(each.type)],
                "region": each.region.name if each.region else "",
                "url": platform_url(each),
            }
            for each in both
        ],
        "why": why(pair),
    }


def _overlap_chips(
    found: list[Overlap], places: list[planning.Place], choice: Choice, user: User
) -> list[dict[str, Any]]:
    groups = []
    for label, name, words in (("依据", "reason", REASONS), ("类型", "kind", KINDS)):
        options = []
        for value, word in {"": "全部", **words}.items():
            changes: dict[str, Any] = {name: value}
            new = replace(choice, **changes)
            options.append(
                {
                    "label": word,
                    "url": address(new),
                    "active": getattr(choice, name) == value,
                    "count": sum(_is_wanted(each, new) for each in found),
                }
            )
        groups.append({"label": label, "options": options})
    if user.role == Role.CITY:
        names = {each.platform.region.code: each.platform.region.name for each in places if each.platform.region}
        groups.append({"label": "地区", "options": region_options(names, choice)})
    return groups


@officer("platforms.view_platform")
@require_safe
def overlap_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list of overlapping platforms as it is narrowed."""
    choice = choice_of(request)
    _, _, shown = _chosen(current_user(request), choice)
    notes: list[Row] = [["距离（米）", choice.metres]]
    return send_list(request, "布局重叠", len(shown), _overlap_rows(shown), notes, kind)


def _overlap_rows(pairs: list[Overlap]) -> Iterator[Row]:
    yield [
        *(f"平台{side}{part}" for side in "甲乙" for part in ("编号", "名称", "类型", "地区")),
        "同一乡镇",
        "距离（米）",
    ]
    for pair in pairs:
        row: list[Any] = []
        for each in (pair.one.platform, pair.other.platform):
            row += [each.code, each.name, each.get_type_display(), each.region.name if each.region else ""]
        row += [pair.town.name if pair.town else "", "" if pair.metres is None else round(pair.metres)]
        yield safe(row)
