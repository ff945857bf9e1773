"""The register of facts for a revocation: noted by hand, proposed by the system, decided by the city."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.case_files import CaseFiles, filled_fields
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import MoveButtons, MoveService, person_of
from platforms.backoffice.states import badge
from platforms.backoffice.vocabularies import ground_filter
from platforms.cases.choices import GroundStatus
from platforms.cases.queries import grounds as queries
from platforms.cases.services import ground_sources, grounds
from platforms.cases.workflow import GROUND
from platforms.choices import Role
from platforms.files.choices import EvidenceKind
from platforms.models import Ground
from platforms.moments import moment
from platforms.move_table import Move
from platforms.notices.queries import grounds_noted
from platforms.tones import Tone


class GroundForm(ServiceForm):
    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 6, "maxlength": "1000"})}


@admin.register(Ground)
class GroundAdmin(CaseFiles, MoveButtons, ServiceAdmin):
    form = GroundForm
    workflow = GROUND
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "confirm": lambda row, by, at, reason, _data: grounds.confirm(ground=row, reason=reason, by=by, at=at),
        "dismiss": lambda row, by, at, reason, _data: grounds.dismiss(ground=row, reason=reason, by=by, at=at),
        "reopen": lambda row, by, at, reason, _data: grounds.reopen(ground=row, reason=reason, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = queries.TONES
    unit = "项"
    oldest_first = ("noted_at", "pk")
    evidence_kind = EvidenceKind.GROUND
    change_form_template = "admin/platforms/ground/record.html"
    site_path = "platform"
    list_unit = "件"
    list_display = ("number", "state", "platform", "ground_label", "source", "happened_on", "noted_at")
    list_more = ("place", "text", "decided_at")
    list_filter = ("status", ground_filter(), "source", "platform__region")
    list_select_related = ("platform__region",)
    search_fields = ("number", "platform__name", "platform__code", "text")
    search_help_text = "登记编号、平台或事实"
    _noted = (
        "number", "platform_link", "ground_label", "text", "happened_on", "source", "counted", "noter", "decider",
        "decision_reason",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return filled_fields(self, self._noted, obj) if obj else ("platform", "ground", "text", "happened_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.propose_view)
        return [path("propose/", view, name="platforms_ground_propose"), *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        pk = request.GET.get("platform", "")
        return {"platform": pk} if pk.isascii() and pk.isdigit() and len(pk) < 19 else {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "ground":
            return forms.ChoiceField(
                label="撤销情形",
                choices=[("", "请选择"), *grounds_noted()],
                help_text="按平台在发生日期所持证书依据的通知登记。投诉情形由系统在核实的投诉达到通知规定的件数后提出，"
                "不在这里登记。",
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "text" and field is not None:
            field.help_text = "写明时间、事项和依据；登记后上传佐证材料，由市经信局确认。"
        return field

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> Ground:
        given = form.cleaned_data
        return grounds.note(
            platform=given["platform"],
            ground=given["ground"],
            text=given["text"],
            happened_on=given["happened_on"],
            by=person_of(request),
            at=timezone.now(),
        )

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state(self, row: Ground) -> SafeString:
        return badge(row.get_status_display(), queries.TONES.get(GroundStatus(row.status), "neutral"))

    @admin.display(description="撤销情形", ordering="ground")
    def ground_label(self, row: Ground) -> str:
        return row.ground_label

    @admin.display(description="地区", ordering="platform__region__code")
    def place(self, row: Ground) -> str:
        return row.platform.region.name if row.platform.region else "市级"

    @admin.display(description="窗口平台")
    def platform_link(self, row: Ground) -> SafeString:
        url = reverse("admin:platforms_platform_change", args=(row.platform_id,))
        return format_html('<a href="{}">{}</a>（{}）', url, row.platform.name, row.platform.code)

    @admin.display(description="计入的投诉")
    def counted(self, row: Ground) -> SafeString:
        rows = row.complaints.order_by("received_at")
        return format_html_join(
            "、",
            '<a href="{}">{}</a>（{}）',
            (
                (reverse("admin:platforms_complaint_change", args=(each.pk,)), each.number, each.get_status_display())
                for each in rows
            ),
        )

    @admin.display(description="登记人")
    def noter(self, row: Ground) -> str:
        return f"{row.noted_by.name if row.noted_by else '系统提出'}，{moment(row.noted_at)}"

    @admin.display(description="认定人")
    def decider(self, row: Ground) -> str:
        return f"{row.decided_by.name}，{moment(row.decided_at)}" if row.decided_by else ""

    # The page --------------------------------------------------------------------------------------------------------

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        person = person_of(request)
        home = person.role != Role.COUNTY or person.region_id == row.platform.region_id
        return home and person.has_perm("platforms.add_ground") and row.status == GroundStatus.PROPOSED

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "main" if move.name == "confirm" else "plain"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, str]]:
        return [
            {"label": "窗口平台", "value": row.platform.name},
            {"label": "撤销情形", "value": row.ground_label},
            {"label": "事实", "value": row.text},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name == "confirm":
            return ("事实列入该平台撤销认定的依据；是否撤销认定，由一人提出、另一人决定。",)
        return ("记录和理由保留，同一来源不再重复提出。",) if move.name == "dismiss" else ()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        more = {
            "weak": _weak(row),
            "is_confirmed": row.status == GroundStatus.CONFIRMED,
            "platform_code": row.platform.code,
            "origin": queries.origin(row, person_of(request)),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = request.user.has_perm("platforms.decide_ground")
        more = {"propose_url": reverse("admin:platforms_ground_propose") if may else ""}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def propose_view(self, request: HttpRequest) -> HttpResponse:
        """Say what will be looked at (GET), propose what the sources say (POST)."""
        if not request.user.has_perm("platforms.decide_ground"):
            raise PermissionDenied
        back = reverse("admin:platforms_ground_changelist")
        if request.method == "POST":
            fresh = ground_sources.propose_all(on=timezone.localdate(), at=timezone.now())
            self.message_user(request, f"新提出 {fresh} 条事实。" if fresh else "没有新的事实，已登记的不重复提出。")
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="检查各来源",
            what="将检查核实的投诉、移送的收费、回访差异、拒绝的活动邀请和逾期未整改，提出尚未登记的事实。",
            verb="检查各来源",
            cancel_url=back,
            effects=[
                "只提出，不确认；已登记的（包括不予认定的）不重复提出。",
                f"枢纽平台的活动邀请，同一平台在 {settings.GROUND_REFUSAL_DAYS} 天内拒绝满 "
                f"{settings.GROUND_REFUSALS} 次的提出一条，逐次列出；未满的不提出。",
            ],
        )


def _weak(row: Ground) -> str:
    """Return what has changed below a fact that counts, or nothing."""
    if row.status == GroundStatus.DISMISSED or queries.holds(row):
        return ""
    return f"计入的投诉中核实的已不足{queries.enough_for(row)}件，请核对后重新认定或不予认定。"
