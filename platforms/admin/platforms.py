"""Platforms and bans, to be read only: services make and change them."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from platforms.admin.base import ReadOnlyAdmin
from platforms.models import Ban, Platform


@admin.register(Platform)
class PlatformAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "type", "region", "operator_name", "accepted_on")
    list_filter = ("type", "region")
    list_select_related = ("region",)
    search_fields = ("code", "name", "operator_name", "operator_code")
    search_help_text = "编号、名称、运营单位或信用代码"
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


@admin.register(Ban)
class BanAdmin(ReadOnlyAdmin):
    list_display = ("site_label", "operator_code", "starts_on", "ends_on", "reason")
    search_fields = ("site_label", "operator_code")
    search_help_text = "地点或信用代码"
    fields = ("site_label", "operator_code", "starts_on", "ends_on", "reason")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).order_by("-starts_on", "pk")
