"""Regions, towns, parks and quotas: reference data of the city, edited by hand or by Excel."""

from django.contrib import admin
from django.http import HttpRequest

from platforms.admin.excel import ExcelAdmin
from platforms.models import Park, Quota, Region, Town
from platforms.resources.reference import ParkResource, QuotaResource, RegionResource, TownResource


@admin.register(Region)
class RegionAdmin(ExcelAdmin):
    resource = RegionResource
    list_display = ("code", "name", "kind", "host")
    list_filter = ("kind",)
    list_select_related = ("host",)
    search_fields = ("code", "name")
    search_help_text = "代码或名称"


@admin.register(Town)
class TownAdmin(ExcelAdmin):
    resource = TownResource
    list_display = ("code", "name", "kind", "region", "zone", "is_strong")
    list_filter = ("is_strong", "kind", "region", "zone")
    list_select_related = ("region", "zone")
    search_fields = ("code", "name")
    search_help_text = "代码或名称"


@admin.register(Park)
class ParkAdmin(ExcelAdmin):
    resource = ParkResource
    list_display = ("code", "name", "region", "town", "rating", "rating_year")
    list_filter = ("rating", "region")
    list_select_related = ("region", "town")
    search_fields = ("code", "name", "manager")
    search_help_text = "备案编号、名称或运营管理方"


@admin.register(Quota)
class QuotaAdmin(ExcelAdmin):
    resource = QuotaResource
    list_display = ("round", "region", "places")
    list_filter = ("round", "region")
    list_select_related = ("round", "region")

    def audit_code(self, obj: Quota) -> str:  # type: ignore[override]
        return f"{obj.round.year}-{obj.region.code}"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")
