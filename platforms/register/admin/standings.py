"""Whether a platform is in operation, as a filter in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from platforms.applications.queries.standings import in_operation
from platforms.models import Platform


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
