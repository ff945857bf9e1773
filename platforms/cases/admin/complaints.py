"""Complaints: looked into by the county of the platform, decided by the city; only they read who complained."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms import deadlines, masking
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.case_files import CaseFiles, filled_fields
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.backoffice.states import badge
from platforms.cases.admin.complaint_forms import DecideForm, ExamineForm, MergeForm
from platforms.cases.choices import COMPLAINT_OPEN, ComplaintStatus
from platforms.cases.queries import complaints as queries
from platforms.cases.queries import grounds
from platforms.cases.services import complaint_cases
from platforms.cases.workflow import COMPLAINT
from platforms.files.choices import EvidenceKind
from platforms.models import Complaint, User
from platforms.moments import moment
from platforms.move_table import Move
from platforms.pages.phones import NUMBERS, Numbers, starred, visible
from platforms.rounds.queries.calendar_days import unknown_holidays
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {
    ComplaintStatus.RECEIVED: "wait",
    ComplaintStatus.EXAMINING: "info",
    ComplaintStatus.REOPENED: "wait",
    ComplaintStatus.EXAMINED: "info",
    ComplaintStatus.VERIFIED: "bad",
}
NUMBERS["complaint"] = Numbers(
    rows=visible(Complaint),
    permission="platforms.view_complaint",
    number=lambda row: row.contact_phone,
    code=lambda row: row.number,
    whose=lambda row: f"投诉人 {masking.mask_name(row.contact_name)}",
)
EFFECTS = {
    "take_up": ["投诉人查询时看到“核查中”。"],
    "examine": ["核查结论送市经信局认定，认定前可由市经信局退回。"],
    "verify": [
        "“答复投诉人”一栏投诉人查询时可见，认定理由只在内部留存。",
    ],
    "dismiss": ["“答复投诉人”一栏投诉人查询时可见，认定理由只在内部留存。"],
    "reopen": ["原来的认定和答复不再显示，办理记录仍然保留，办理期限重新计算。", "尚未确认的撤销情形不再计入这一件。"],
    "merge": ["并入后不再单独计数，投诉人查询时看到主件的办理情况。"],
    "separate": ["恢复为单独一件，重新核查。"],
}


class OverdueFilter(admin.SimpleListFilter):
    """What is at work after its deadline."""

    title = "办理期限"
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "已逾期")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(queries.overdue_on(timezone.localdate())) if self.value() == "1" else queryset


def _decide_as(name: str) -> MoveService:
    return lambda row, by, at, reason, data: complaint_cases.decide(
        complaint=row, move=name, reason=reason, outcome=str(data["outcome"]), by=by, at=at
    )


def _examine(row: Complaint, by: User, at: datetime, reason: str, data: Mapping[str, Any]) -> Complaint:
    return complaint_cases.examine(
        complaint=row, finding=data["finding"], text=reason, reply=data["reply"], by=by, at=at
    )


def _merge(row: Complaint, by: User, at: datetime, reason: str, data: Mapping[str, Any]) -> Complaint:
    return complaint_cases.merge(complaint=row, into=data["into"], reason=reason, by=by, at=at)


@admin.register(Complaint)
class ComplaintAdmin(CaseFiles, MoveButtons, ReadOnlyAdmin):
    workflow = COMPLAINT
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "take_up": lambda row, by, at, _reason, _data: complaint_cases.take_up(complaint=row, by=by, at=at),
        "examine": _examine,
        "verify": _decide_as("verify"),
        "dismiss": _decide_as("dismiss"),
        "reopen": lambda row, by, at, reason, _data: complaint_cases.reopen(complaint=row, reason=reason, by=by, at=at),
        "merge": _merge,
        "separate": lambda row, by, at, reason, _data: complaint_cases.separate(
            complaint=row, reason=reason, by=by, at=at
        ),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    unit = "件"
    oldest_first = ("received_at", "pk")
    evidence_kind = EvidenceKind.COMPLAINT
    change_form_template = "admin/platforms/complaint/record.html"
    site_path = "platform"
    list_unit = "件"
    list_display = ("number", "state", "platform", "finding", "received_at", "due_on", "decided_at")
    list_more = ("place", "merged_into", "enterprise_masked", "contact_masked", "phone_masked")
    list_filter = ("status", OverdueFilter, "finding", "platform__region")
    list_select_related = ("platform__region", "merged_into")
    search_fields = ("number", "platform__search_text", "platform__town__search_text", "platform__code")
    search_help_text = "受理编号、平台名称或平台编号"
    fields = (
        "number", "platform_link", "received_at", "due", "text", "enterprise", "contact_name", "contact_phone",
        "finding", "finding_text", "reply_draft", "examiner", "decider", "decision_reason", "outcome", "merged_link",
        "counted_in",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = filled_fields(self, tuple(map(str, self.fields)), obj)
        if obj is None or person_of(request).sees_people(obj.platform.region_id):
            return fields
        # Of another region: starred, and shown on a press that the log keeps.
        return tuple("phone_on_press" if name == "contact_phone" else name for name in fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state(self, row: Complaint) -> SafeString:
        late = queries.is_overdue(row, timezone.localdate())
        label = row.get_status_display() + ("，已逾期" if late else "")
        return badge(label, "bad" if late else TONES.get(ComplaintStatus(row.status), "neutral"))

    @admin.display(description="地区", ordering="platform__region__code")
    def place(self, row: Complaint) -> str:
        return row.platform.region.name if row.platform.region else "市级"

    @admin.display(description="投诉企业")
    def enterprise_masked(self, row: Complaint) -> str:
        return masking.mask_name(row.enterprise)

    @admin.display(description="联系人")
    def contact_masked(self, row: Complaint) -> str:
        return masking.mask_name(row.contact_name)

    @admin.display(description="联系电话")
    def phone_masked(self, row: Complaint) -> str:
        return masking.mask_phone(row.contact_phone)

    @admin.display(description="联系电话")
    def phone_on_press(self, row: Complaint) -> SafeString:
        # Of those who read complaints only the city is of another region, and it may ask.
        return render_to_string("components/phone.html", {"phone": starred("complaint", row, shows=True)})

    @admin.display(description="被投诉平台")
    def platform_link(self, row: Complaint) -> SafeString:
        url = reverse("admin:platforms_platform_change", args=(row.platform_id,))
        return format_html('<a href="{}">{}</a>（{}）', url, row.platform.name, row.platform.code)

    @admin.display(description="办理期限")
    def due(self, row: Complaint) -> str:
        if row.due_on is None or row.status not in COMPLAINT_OPEN:
            return ""
        unknown = unknown_holidays([(timezone.localdate(row.received_at), row.due_on)])
        words = f"按 {deadlines.COMPLAINT_WORKING_DAYS} 个工作日计算。{unknown}"
        return f"{deadlines.label(row.due_on, timezone.localdate())}，{words}"

    # Names, not links to accounts, which no reader of this page may open.
    @admin.display(description="核查人")
    def examiner(self, row: Complaint) -> str:
        return f"{row.examined_by.name}，{moment(row.examined_at)}" if row.examined_by else ""

    @admin.display(description="认定人")
    def decider(self, row: Complaint) -> str:
        return f"{row.decided_by.name}，{moment(row.decided_at)}" if row.decided_by else ""

    @admin.display(description="并入")
    def merged_link(self, row: Complaint) -> str:
        return _link(row.merged_into) if row.merged_into else ""

    @admin.display(description="计入的撤销情形")
    def counted_in(self, row: Complaint) -> str:
        if row.ground is None:
            return ""
        url = reverse("admin:platforms_ground_change", args=(row.ground_id,))
        return format_html('<a href="{}">{}</a>（{}）', url, row.ground.number, row.ground.get_status_display())

    # The page --------------------------------------------------------------------------------------------------------

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        return super().may_move(request, row, move) and not complaint_cases.refusal_reason(row, person_of(request))

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        person = person_of(request)
        mine = person.has_perm("platforms.examine_complaint") and not complaint_cases.refusal_reason(row, person)
        return mine and row.status in COMPLAINT_OPEN

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "main" if move.name in ("take_up", "examine", "verify") and first else "plain"

    def move_form(self, request: HttpRequest, row: Any, move: Move) -> ReasonForm:
        sent = request.POST if request.method == "POST" else None
        if move.name == "merge":
            return MergeForm(sent, move=move, row=row)
        if move.name == "examine":
            initial = {"finding": row.finding, "reason": row.finding_text, "reply": row.reply_draft}
            return ExamineForm(sent, move=move, initial=initial)
        if move.name in ("verify", "dismiss"):
            return DecideForm(sent, move=move, initial={"outcome": row.reply_draft})
        return ReasonForm(sent, move=move)

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, str]]:
        facts = [{"label": "被投诉平台", "value": row.platform.name}, {"label": "投诉内容", "value": row.text}]
        if row.finding and move.name in ("examine", "verify", "dismiss", "reopen"):
            facts += [
                {"label": "核查结论", "value": row.get_finding_display()},
                {"label": "核查情况", "value": row.finding_text},
            ]
        return facts

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> list[str]:
        if move.name != "verify":
            return EFFECTS[move.name]
        asked = grounds.complaints_asked(row.platform, timezone.localdate(row.received_at))
        counted = [f"同一平台核实满{asked}件的，提出撤销情形，由市经信局另行确认。"] if asked else []
        return [*EFFECTS["verify"], *counted]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        late = queries.is_overdue(row, timezone.localdate())
        more = {
            "events": _events(row),
            "case_columns": [{"label": each} for each in ("受理编号", "收到日期", "投诉内容", "状态")],
            "merged": [_line(each) for each in row.merged.order_by("received_at")],
            "doubles": [] if row.merged_into_id else [_line(each) for each in queries.possible_doubles(row)],
            "can_merge": row.status in COMPLAINT_OPEN and person_of(request).has_perm("platforms.examine_complaint"),
            **({"state_label": f"{row.get_status_display()}，已逾期", "state_tone": "bad"} if late else {}),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})


def _events(row: Complaint) -> list[dict[str, str]]:
    turns = row.turns.select_related("by").order_by("-pk")
    events = [
        {"when": moment(each.at), "who": each.by.name if each.by else "系统", "what": each.label, "why": each.text}
        for each in turns
    ]
    return [*events, {"when": moment(row.received_at), "who": "投诉人", "what": "提交投诉", "why": ""}]


def _line(row: Complaint) -> dict[str, Any]:
    tone = TONES.get(ComplaintStatus(row.status), "neutral")
    return {
        "url": reverse("admin:platforms_complaint_change", args=(row.pk,)),
        "cells": [row.number, f"{timezone.localtime(row.received_at):%Y-%m-%d}", row.text[:40],
                  {"label": row.get_status_display(), "tone": tone}],
    }  # fmt: skip


def _link(row: Complaint) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("admin:platforms_complaint_change", args=(row.pk,)), row.number)
