"""Planning for county and city: platforms in one town or close together (六·(一)), as a list and as a drawing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import PlatformType, Role
from platforms.excel.list_file import Row, safe
from platforms.models import User
from platforms.pages import maps
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
from platforms.planning.desk.overlap_map import KINDS as MARKS
from platforms.planning.desk.overlap_map import TYPE_WORDS, drawn_of, spot_of
from platforms.planning.queries import overlap as planning
from platforms.planning.queries.overlap import Overlap
from platforms.reference.map_pictures import Drawn, picture, region_view

#: Pairs on a page of the list; the drawing holds all of them.
PAGE = 25


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
    drawn = _drawn(user, choice, places, shown)
    chosen = request.GET.get(maps.CHOSEN, "")
    page = Paginator(shown, PAGE).get_page(_page_of(chosen, shown) or request.GET.get("page"))
    region = choice.region or (user.region.code if user.region else "")
    home = region_view(
        drawn.drawing,
        region,
        (spot for each in places if _is_of(each, region) and (spot := spot_of(each, drawn.drawing))),
    )
    without = {each.platform.code for pair in shown for each in (pair.one, pair.other)} - {p.key for p in drawn.points}
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
        "pairs": _rows(page, chosen, lambda code: f"{_place(choice, page.number, at=code)}#map", drawn),
        "map": picture(
            drawn,
            maps.view_asked(request, drawn, home),
            home,
            chosen=chosen,
            mark_url=lambda code: f"{_place(choice, at=code)}#at-{code}",
            view_url=lambda text: f"{_place(choice, page.number, view=text)}#map",
        ),
        "map_title": "重叠平台示意图",
        "map_desc": "各区县（市）的轮廓和窗口平台的位置，重叠的两个平台以线相连，与清单一致。",
        "map_legend": MARKS,
        "map_notes": maps.notes(
            *([f"另有 {len(without)} 个重叠的平台没有坐标，图上未标出，已列入清单。"] if without else [])
        ),
        "marks_url": address(choice, reverse("desk:overlap_marks")),
        "exports": [(kind, address(choice, reverse("desk:overlap_file", args=[kind]))) for kind in ("xlsx", "csv")],
    }
    return render(request, "planning/overlap.html", context)


@officer("platforms.view_platform")
@require_safe
def overlap_marks(request: HttpRequest) -> HttpResponse:
    """Send what the script of the drawing draws from: the platforms as the list is narrowed."""
    user, choice = current_user(request), choice_of(request)
    places, _, shown = _chosen(user, choice)
    return maps.send(_drawn(user, choice, places, shown))


def _drawn(user: User, choice: Choice, places: list[planning.Place], shown: list[Overlap]) -> Drawn:
    by_region = user.role == Role.CITY

    def region_url(code: str) -> str:
        return f"{address(choice, reverse('desk:overlap'), region=code)}#map" if by_region and code else ""

    return drawn_of(places, shown, maps.drawing(), url=platform_url, region_url=region_url)


def _place(choice: Choice, page: int = 1, **more: str) -> str:
    """Return the address of the page as it is narrowed, on that page of the list, with what is shown of the drawing."""
    here = address(choice, reverse("desk:overlap"))
    kept = {"page": str(page) if page > 1 else "", **more}
    query = urlencode({name: text for name, text in kept.items() if text})
    return f"{here}{'&' if '?' in here else '?'}{query}" if query else here


def _page_of(code: str, shown: list[Overlap]) -> int:
    """Return the page of the list with the first pair of the platform ``code``, or 0 if it is of none."""
    return next((place // PAGE + 1 for place, pair in enumerate(shown) if code in _codes(pair)), 0)


def _codes(pair: Overlap) -> list[str]:
    return [pair.one.platform.code, pair.other.platform.code]


def _is_of(place: planning.Place, region: str) -> bool:
    return bool(region and place.platform.region and place.platform.region.code == region)


def why(pair: Overlap) -> list[str]:
    """Say why the two are listed, in words."""
    words = []
    if pair.town is not None:
        words.append(f"同一乡镇：{pair.town.name}")
    if pair.metres is not None:
        words.append(f"相距 {pair.metres:,.0f} 米")
    return words


def _rows(page: Page, chosen: str, show_url: Callable[[str], str], drawn: Drawn) -> list[dict[str, Any]]:
    """Return the pairs of a page of the list; the first mention of a platform is where its mark leads."""
    marked = {point.key for point in drawn.points}
    seen: set[str] = set()
    rows = []
    for number, pair in enumerate(page, start=page.start_index()):
        platforms = []
        for each in (pair.one.platform, pair.other.platform):
            platforms.append(
                {
                    "code": each.code,
                    "name": each.name,
                    "type": TYPE_WORDS[PlatformType(each.type)],
                    "region": each.region.name if each.region else "",
                    "url": platform_url(each),
                    "show_url": show_url(each.code) if each.code in marked else "",
                    "is_first": each.code not in seen,
                }
            )
            seen.add(each.code)
        codes = _codes(pair)
        rows.append(
            {
                "number": number,
                "platforms": platforms,
                "codes": " ".join(codes),
                "why": why(pair),
                "chosen": chosen in codes,
            }
        )
    return rows


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
