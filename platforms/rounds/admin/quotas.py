"""Quotas: edited by hand or by Excel."""

from django.contrib import admin
from django.http import HttpRequest

from platforms.backoffice.reference_list import ListAdmin
from platforms.models import Quota
from platforms.rounds.excel.quotas import QuotaResource


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
