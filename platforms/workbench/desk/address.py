"""Whose figures a page of the workbench shows and of which year: read from the address, written into others."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.excel.list_file import Row
from platforms.models import Platform, Region
from platforms.pages.access import current_user
from platforms.pages.lists import Filter, ListPage, Words, text
from platforms.pages.years import NAME, ONE_YEAR, kept, round_here, years_of
from platforms.reference.choices import CITYS_OWN
from platforms.reference.queries.regions import regions_on
from platforms.workbench.queries.scope import Figure, Scope

OWN = "市级重点行业"
NOTHING = "无"


def scope_of(request: HttpRequest) -> Scope:
    """Read the address: the city may ask for one region, everybody for one platform; 404 for what is not theirs."""
    user, get = current_user(request), request.GET
    round_, years = round_here(request), years_of(request)
    scope = Scope(user, round_, timezone.localdate(), is_past=not years.is_current, year=kept(request).get(NAME, ""))
    code = get.get("region", "").replace("\x00", "") if user.role == Role.CITY else ""
    if code == CITYS_OWN:
        scope.place = CITYS_OWN
    elif code:
        scope.place = get_object_or_404(Region.objects.visible_to(user), code=code[:12])
    if get.get("platform"):
        code = get["platform"].replace("\x00", "")[:20]
        scope.platform = get_object_or_404(Platform.objects.visible_to(user).select_related("region"), code=code)
    return scope


def query_of(scope: Scope, **more: str) -> str:
    """Return the part of an address that says ``scope``, with its question mark, or nothing."""
    parts = {
        "region": scope.place.code if isinstance(scope.place, Region) else scope.place or "",
        "platform": scope.platform.code if scope.platform else "",
        NAME: scope.year,
    } | more
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"?{query}" if query else ""


def rows_url(figure: Figure, scope: Scope, *, region: str = "", platform: str = "") -> str:
    """Return the address of the rows behind ``figure`` in the year of ``scope``."""
    parts = (("region", region), ("platform", platform), (NAME, scope.year))
    query = urlencode({name: value for name, value in parts if value})
    return reverse("desk:workbench_rows", args=[figure.key]) + (f"?{query}" if query else "")


def words_of_place(scope: Scope) -> str:
    """Return whose figures these are."""
    if scope.platform is not None:
        return scope.platform.name
    if scope.place == CITYS_OWN:
        return OWN
    region = scope.place or scope.user.region
    return region.name if isinstance(region, Region) else "全市"


def tabs(here: str, scope: Scope, region: str = "") -> list[dict[str, Any]]:
    """Return the pages of the workbench."""
    pages = (("desk:workbench", "数据总览"), ("desk:workbench_platforms", "各平台服务"), ("desk:charts", "统计图"))
    query = urlencode({name: value for name, value in (("region", region), (NAME, scope.year)) if value})
    query = f"?{query}" if query else ""
    return [{"label": label, "url": reverse(name) + query, "active": name == here} for name, label in pages]


class ScopedList(ListPage):
    """A list of the workbench: its address says whose figures and of which year."""

    template = "workbench/list.html"
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter("region", "地区", chips=False, city=True, stays=True, narrows=False),
        text("platform", "窗口平台", 20, stays=True, narrows=False),
        ONE_YEAR,
    )
    size = 50

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        super().__init__(request, **kept)
        self.scope = scope_of(request)

    def words(self, filter: Filter) -> Words:
        if filter.name != "region":
            return super().words(filter)
        return dict(regions_on(self.scope.on).values_list("code", "name")) | {CITYS_OWN: OWN}

    def months(self) -> str:
        """Return in words which months the services are counted in."""
        return f"{self.scope.since:%Y}年{self.scope.since.month}月至{day_in_words(self.scope.until)}"

    def notes(self) -> list[Row]:
        scope = self.scope
        months = f"{scope.since:%Y-%m} 至 {scope.until:%Y-%m}"
        return [["地区", words_of_place(scope)], ["年度", str(scope.round or NOTHING)], ["服务统计期间", months]]

    def narrowing(self) -> str:
        # The notes say it.
        return ""

    def extra(self) -> dict[str, Any]:
        region = self.values["region"]
        return {"tabs": tabs(self.place, self.scope, region), "scope": self.scope, "place": words_of_place(self.scope)}
