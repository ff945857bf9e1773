"""Platforms, to be read only: services make and change them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from platforms.backoffice.base import ReadOnlyAdmin
from platforms.models import Platform
from platforms.register.admin.cases import activities_of, cases_of
from platforms.register.admin.standings import OperationFilter, standings_of


@admin.register(Platform)
class PlatformAdmin(ReadOnlyAdmin):
    site_path = ""
    list_unit = "个"
    list_display = ("code", "name", "type", "region", "operator_name", "accepted_on")
    list_filter = (OperationFilter, "type", "region")
    list_select_related = ("region",)
    search_fields = ("code", "search_text", "town__search_text", "operator_name", "operator_code")
    search_help_text = "编号、名称（可用拼音或首字母）、运营单位或信用代码"
    fields = (
        "code",
        "name",
        "type",
        "region",
        "town",
        "park",
        "association",
        "industry_chain",
        "operator_name",
        "operator_code",
        "accepted_on",
    )
    change_form_template = "admin/platforms/platform/record.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        shown = (
            standings_of(row, request) | cases_of(row, request) | activities_of(row, request) | (extra_context or {})
        )
        return super().change_view(request, object_id, form_url, shown)
