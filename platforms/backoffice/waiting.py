"""A list of the back office narrowed to what a line of 待办 is about."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from platforms.waiting import PARAMETER, narrowed_to


class WaitingFilter(admin.SimpleListFilter):
    """What waits for the person; it offers nothing but what the address names."""

    title = "待办"
    parameter_name = PARAMETER

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[models.Model], model_admin: admin.ModelAdmin
    ) -> None:
        self.found = narrowed_to(request, model)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer the one that the address names."""
        return [(request.GET[PARAMETER], self.found.text)] if self.found else []

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet | None:  # noqa: ARG002
        """Narrow the list to the rows that wait."""
        return queryset.filter(pk__in=self.found.keys) if self.found else None
