"""Regions, towns, parks and quotas: reference data of the city, edited by hand or by Excel."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from platforms.backoffice.reference_list import ListAdmin
from platforms.models import Park, Region, Town
from platforms.reference.admin.strong_towns import strong_towns_view
from platforms.reference.excel import ParkResource, RegionResource, TownResource
from platforms.reference.queries.imports import STRONG_TOWNS_MARKED


@admin.register(Region)
class RegionAdmin(ListAdmin):
    resource = RegionResource
    list_unit = "个"
    list_display = ("code", "name", "kind", "host", "valid_from", "valid_until")
    list_filter = ("kind",)
    list_select_related = ("host",)
    search_fields = ("code", "search_text")
    search_help_text = "代码、名称、拼音或首字母"
    import_export_change_list_template = "admin/platforms/region_list.html"


@admin.register(Town)
class TownAdmin(ListAdmin):
    resource = TownResource
    list_unit = "个"
    list_display = ("code", "name", "kind", "region", "zone", "open_to_host", "is_strong", "is_proposed")
    list_filter = ("is_proposed", "open_to_host", "is_strong", "kind", "region", "zone")
    list_select_related = ("region", "zone")
    search_fields = ("code", "search_text")
    search_help_text = "代码、名称、拼音或首字母"
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
    list_unit = "个"
    list_display = ("code", "name", "region", "town", "rating", "rating_year")
    list_filter = ("rating", "region")
    list_select_related = ("region", "town")
    search_fields = ("code", "name", "manager")
    search_help_text = "备案编号、名称或运营管理方"
