"""Whether a platform is in operation, and under which certificates it stood, in the back office."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from platforms.applications.choices import EndedWhy
from platforms.applications.queries.standings import in_operation
from platforms.models import Platform, Standing


class OperationFilter(admin.SimpleListFilter):
    """By whether the platform is in operation today."""

    title = "运营情况"
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return [("on", "运营中"), ("off", "已终止")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002 - Django's
        at_work = in_operation(Platform.objects.all(), timezone.localdate()).values("pk")
        if self.value() == "on":
            return queryset.filter(pk__in=at_work)
        return queryset.exclude(pk__in=at_work) if self.value() == "off" else queryset


def standings_of(platform: Platform, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of ``platform`` shows of its operation."""
    today = timezone.localdate()
    rows = Standing.objects.visible_to(request.user).filter(platform=platform).order_by("-starts_on", "-pk")
    is_on = in_operation(Platform.objects.filter(pk=platform.pk), today).exists()
    return {
        "operation": {"label": "运营中", "tone": "good"} if is_on else {"label": "已终止运营", "tone": "neutral"},
        "standing_columns": [
            {"label": label} for label in ("证书编号", "有效期起", "有效期止", "终止日期", "终止原因")
        ],
        "standing_rows": [
            {"cells": [row.certificate, f"{row.starts_on:%Y-%m-%d}", f"{row.ends_on:%Y-%m-%d}", *_end(row, today)]}
            for row in rows
        ],
    }


def _end(row: Standing, today: date) -> list[str]:
    """Return the first day without and why; what ran out has its last day before it."""
    if row.ended_on is None:
        return ["", EndedWhy.EXPIRED.label if row.ends_on < today else ""]
    return [f"{row.ended_on:%Y-%m-%d}", row.get_ended_why_display()]
