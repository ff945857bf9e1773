"""Regions, towns, parks and quotas: reference data of the city, edited by hand or by Excel."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from platforms.admin.excel import ExcelAdmin
from platforms.admin.strong_towns import strong_towns_view
from platforms.dates import plain_moment
from platforms.models import Park, Quota, Region, Town
from platforms.queries.imports import STRONG_TOWNS_MARKED, import_verb, last_import
from platforms.resources.base import ScopedResource
from platforms.resources.reference import ParkResource, QuotaResource, RegionResource, TownResource

#: More rows that a file does not name are not listed.
MOST_NAMES = 30


class ListAdmin(ExcelAdmin):
    """A list that comes as a whole: says who brought it in last, and what a new file leaves out."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        told = {"lead": self.last_import()} if self.has_import_permission(request) else {}
        return super().changelist_view(request, told | (extra_context or {}))

    def import_verbs(self) -> tuple[str, ...]:
        """Return the verbs under which the list is brought in."""
        return (import_verb(self.model),)

    def last_import(self) -> str:
        """Return, in Chinese, who brought the list in last and when."""
        found = last_import(*self.import_verbs())
        if found is None:
            return "还没有导入过。"
        return f"最近导入：{found.who}，{plain_moment(found.at)}，{found.what}。"

    def left_alone(self, resource: ScopedResource, result: Any) -> dict[str, Any]:
        rows = resource.rows_not_named(result)
        return {"total": rows.count(), "names": [str(row) for row in rows[:MOST_NAMES]]}


@admin.register(Region)
class RegionAdmin(ListAdmin):
    resource = RegionResource
    list_display = ("code", "name", "kind", "host")
    list_filter = ("kind",)
    list_select_related = ("host",)
    search_fields = ("code", "name")
    search_help_text = "代码或名称"


@admin.register(Town)
class TownAdmin(ListAdmin):
    resource = TownResource
    list_display = ("code", "name", "kind", "region", "zone", "open_to_host", "is_strong", "is_proposed")
    list_filter = ("is_proposed", "open_to_host", "is_strong", "kind", "region", "zone")
    list_select_related = ("region", "zone")
    search_fields = ("code", "name")
    search_help_text = "代码或名称"
    import_export_change_list_template = "admin/platforms/town_list.html"

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.strong_towns_view)
        return [path("strong/", view, name="platforms_town_strong"), *super().get_urls()]

    def strong_towns_view(self, request: HttpRequest) -> HttpResponse:
        """标注工业强镇 by their list."""
        return strong_towns_view(self, request)

    def import_verbs(self) -> tuple[str, ...]:
        return (*super().import_verbs(), STRONG_TOWNS_MARKED)


@admin.register(Park)
class ParkAdmin(ListAdmin):
    resource = ParkResource
    list_display = ("code", "name", "region", "town", "rating", "rating_year")
    list_filter = ("rating", "region")
    list_select_related = ("region", "town")
    search_fields = ("code", "name", "manager")
    search_help_text = "备案编号、名称或运营管理方"


@admin.register(Quota)
class QuotaAdmin(ListAdmin):
    resource = QuotaResource
    list_display = ("round", "region", "places")
    list_filter = ("round", "region")
    list_select_related = ("round", "region")

    def audit_code(self, obj: Quota) -> str:  # type: ignore[override]
        return f"{obj.round.year}-{obj.region.code}"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")
