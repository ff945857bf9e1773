"""Platforms, to be read only: services make and change them."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from platforms.applications.models.platform import SITE
from platforms.applications.queries.standings import in_operation
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.models import Platform
from platforms.register.admin import life
from platforms.register.admin.cases import activities_of, cases_of
from platforms.register.admin.standings import OperationFilter

#: Where a request keeps the platform that its page is about.
_SHOWN = "_platform_shown"


@admin.register(Platform)
class PlatformAdmin(ReadOnlyAdmin):
    site_path = ""
    list_unit = "个"
    list_display = ("code", "name", "type", "region", "operator_name", "accepted_on")
    list_filter = (OperationFilter, "type", "region")
    list_select_related = ("region",)
    search_fields = ("code", "search_text", "town__search_text", "operator_name", "operator_code")
    search_help_text = "编号、名称、拼音首字母、运营单位或信用代码"
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

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the platform with what its page says in the head; asked of the database once a request."""
        kept = request.__dict__.setdefault(_SHOWN, {})
        if object_id not in kept:
            kept[object_id] = super().get_object(request, object_id, from_field)
        return kept[object_id]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if not request.resolver_match or "object_id" not in request.resolver_match.kwargs:
            return rows
        filed = life.latest_filed().filter(platform=OuterRef("pk"))
        at_work = in_operation(Platform.objects.filter(pk=OuterRef("pk")), timezone.localdate())
        found: QuerySet[Any] = rows.select_related(*SITE).annotate(
            is_at_work=Exists(at_work),
            **{name: Subquery(filed.values(name)[:1]) for name in ("longitude", "latitude", "address")},
        )
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        person = person_of(request)
        more = (
            cases_of(row, request) | activities_of(row, request) | life.services_of(row, person) | life.place_of(row)
            | life.history_of(row)
        )  # fmt: skip
        shown = {
            "title": "窗口平台",
            "subtitle": row.site_name,
            "code": row.code,
            "region": row.region.name if row.region else "市级",
            "state_label": "运营中" if row.is_at_work else "已终止运营",
            "state_tone": "good" if row.is_at_work else "neutral",
            **life.page(row, person, more),
        }
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))
