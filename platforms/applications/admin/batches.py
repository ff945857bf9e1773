"""The reports of all regions in the back office, and who of them has reported."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, re_path, reverse

from platforms.applications.admin.progress import export_view, progress_view, remind_view
from platforms.applications.pages.receipt import kind_of, receipt_context
from platforms.applications.queries.batches import counted
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.choices import Role
from platforms.models import Batch


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_unit = "份"
    list_display = ("number", "state", "round", "place", "kind", "count", "reported_at", "reporter")
    list_filter = ("round", "region", "is_late")
    search_fields = ("number", "liaison_name")
    search_help_text = "回执编号或联络员"
    ordering = ("-reported_at", "-pk")
    change_list_template = "admin/platforms/batch/list.html"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("progress/", wrap(self.progress), name="platforms_batch_progress"),
            re_path(r"^progress\.(?P<kind>xlsx|csv)$", wrap(self.progress_file), name="platforms_batch_progress_file"),
            path("remind/", wrap(self.remind), name="platforms_batch_remind"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return counted(super().get_queryset(request))

    @admin.display(description="地区", ordering="region__code")
    def place(self, row: Batch) -> str:
        return row.region.name if row.region else "市级"

    @admin.display(description="批次", ordering="sequence")
    def kind(self, row: Batch) -> str:
        return kind_of(row.sequence)

    @admin.display(description="份数", ordering="items_count")
    def count(self, row: Any) -> str:
        return f"{row.items_count}（{row.withdrawn} 份已撤回）" if row.withdrawn else str(row.items_count)

    # A name, not a link to an account, which no reader of this page may open.
    @admin.display(description="上报人")
    def reporter(self, row: Batch) -> str:
        return row.reported_by.name

    @admin.display(description="是否逾期", ordering="is_late")
    def state(self, row: Batch) -> str:
        return badge("逾期", "bad") if row.is_late else badge("按时", "good")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        url = reverse("admin:platforms_batch_progress") if person_of(request).role == Role.CITY else ""
        return super().changelist_view(request, {"progress_url": url} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the receipt; nothing of a report is ever changed."""
        row: Batch = self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": str(row),
            **receipt_context(row, person_of(request)),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/batch/record.html", context)

    # Who has reported ------------------------------------------------------------------------------------------------

    def progress(self, request: HttpRequest) -> HttpResponse:
        """Show the table of the regions, to the city alone."""
        return progress_view(self, request)

    def progress_file(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Send what the table shows, as a file."""
        return export_view(self, request, kind)

    def remind(self, request: HttpRequest) -> HttpResponse:
        """Show whom reminders would go to and what they say (GET), write them (POST)."""
        return remind_view(self, request)
