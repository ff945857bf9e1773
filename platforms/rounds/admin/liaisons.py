"""The liaison officer of each region (四·(一))."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.models import Liaison
from platforms.rounds.services import liaisons


@admin.register(Liaison)
class LiaisonAdmin(ServiceAdmin):
    list_unit = "人"
    list_display = ("round", "region", "name", "post", "phone", "email")
    list_filter = ("round", "region")
    list_select_related = ("round", "region")
    fields = ("round", "region", "name", "post", "phone", "email")

    def get_readonly_fields(self, request: HttpRequest, obj: Liaison | None = None) -> tuple[str, ...]:
        # Another officer for the same region and round is a new name, not a move to another region.
        return ("round", "region") if obj else ()

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        region = person_of(request).region_id
        return rows.filter(pk=region) if db_field.name == "region" and region else rows

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Liaison | None) -> Liaison:
        data = form.cleaned_data
        return liaisons.name_liaison(
            round=obj.round if obj else data["round"],
            region=obj.region if obj else data["region"],
            name=data["name"],
            post=data["post"],
            phone=data["phone"],
            email=data["email"],
            by=person_of(request),
            at=timezone.now(),
        )

    def audit_code(self, obj: Liaison) -> str:  # type: ignore[override]
        return f"{obj.round.year}-{obj.region.code}"
