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
from platforms.masking import mask_mobiles, mask_name
from platforms.models import Liaison
from platforms.pages.phones import NUMBERS, Numbers, visible
from platforms.rounds.services import liaisons

NUMBERS["liaison"] = Numbers(
    rows=visible(Liaison),
    permission="platforms.view_liaison",
    number=lambda row: row.phone,
    code=lambda row: f"{row.round.year}-{row.region.code}",
    whose=lambda row: f"工作联络员 {mask_name(row.name)}",
    stars=mask_mobiles,
)


@admin.register(Liaison)
class LiaisonAdmin(ServiceAdmin):
    list_unit = "人"
    list_display = ("round", "region", "name", "post", "phone_in_list", "email")
    list_filter = ("round", "region")
    list_select_related = ("round", "region")
    fields = ("round", "region", "name", "post", "phone", "email")

    @admin.display(description="联系电话", ordering="phone")
    def phone_in_list(self, row: Liaison) -> str:
        """Return the phone of the office; mobiles are starred in lists and files."""
        return mask_mobiles(row.phone)

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
