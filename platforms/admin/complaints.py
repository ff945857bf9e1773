"""Complaints: read by the county of the platform and the city, who handle them; decided by the city."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import admin

from platforms.admin.base import ReadOnlyAdmin
from platforms.admin.moves import MoveButtons, MoveService
from platforms.choices import ComplaintStatus
from platforms.models import Complaint
from platforms.services import complaints
from platforms.workflow import COMPLAINT


def _decide_as(name: str) -> MoveService:
    return lambda row, by, at, reason, _data: complaints.decide(complaint=row, move=name, reason=reason, by=by, at=at)


@admin.register(Complaint)
class ComplaintAdmin(MoveButtons, ReadOnlyAdmin):
    workflow = COMPLAINT
    move_services: ClassVar[Mapping[str, MoveService]] = {name: _decide_as(name) for name in ("verify", "dismiss")}
    state_tones: ClassVar[Mapping[str, str]] = {ComplaintStatus.RECEIVED: "wait", ComplaintStatus.VERIFIED: "bad"}
    list_display = ("number", "platform", "status", "received_at", "decided_at")
    list_filter = ("status", "platform__region")
    list_select_related = ("platform",)
    search_fields = ("number", "platform__name", "platform__code")
    search_help_text = "受理编号、平台名称或平台编号"
    fields = (
        "number",
        "platform",
        "status",
        "received_at",
        "text",
        "enterprise",
        "contact_name",
        "contact_phone",
        "decided_at",
        "decider",
        "decision_reason",
    )
    readonly_fields = ("decider",)

    @admin.display(description="核查人")
    def decider(self, row: Complaint) -> str:
        # As a foreign key it would be a link to an account, which no reader of this page may open.
        return str(row.decided_by or "")
