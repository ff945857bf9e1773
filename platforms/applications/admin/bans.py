"""Bans, and what two people of the city do about them: lift one, or release its place for another operator."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.applications.choices import ReliefKind, ReliefStatus
from platforms.applications.queries import bans as queries
from platforms.applications.services import ban_reliefs
from platforms.applications.workflow import BAN_RELIEF
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.proposals import ProposalAdmin, alone
from platforms.backoffice.states import badge
from platforms.models import Ban, BanRelief
from platforms.move_table import Move
from platforms.pages.fields import DayField
from platforms.tones import Tone

RELIEF_TONES: Mapping[str, Tone] = {
    ReliefStatus.PROPOSED: "wait",
    ReliefStatus.GRANTED: "good",
    ReliefStatus.DECLINED: "bad",
}
#: What each means for those who apply.
EFFECTS: Mapping[str, Sequence[str]] = {
    ReliefKind.LIFT: ("自生效日期起，运营单位和地点均可申报。", "原限制申报记录保留。"),
    ReliefKind.RELEASE: (
        "自生效日期起，该地点可由其他运营单位申报。",
        "原运营单位在限制申报截止日期（含当日）前仍不受理申报。",
    ),
}


class ReliefForm(forms.Form):
    """Why, under which document, from which day."""

    use_required_attribute = False

    reason = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1000}),
        help_text="写明事由和依据；内部留存。",
    )
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    effective_on = DayField(label="生效日期", help_text="不早于今天，不晚于截止日期。")


@admin.register(Ban)
class BanAdmin(ReadOnlyAdmin):
    list_unit = "项"
    list_display = ("place", "state", "operator_code", "starts_on", "ends_on", "reason")
    search_fields = ("site_label", "operator_code")
    search_help_text = "地点或信用代码"
    fields = ("site_label", "operator_code", "starts_on", "ends_on", "reason")
    change_form_template = "admin/platforms/ban/record.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).order_by("-starts_on", "pk")
        return queries.with_state(rows, on=timezone.localdate())

    @admin.display(description="地点", ordering="site_label")
    def place(self, row: Ban) -> str:
        return row.site_label or "不限地点"

    @admin.display(description="状态")
    def state(self, row: Ban) -> SafeString:
        found = queries.state_of(row, on=timezone.localdate())
        return badge(queries.STATES[found], queries.STATE_TONES[found])

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.relief_view)
        return [path("<int:object_id>/relief/<slug:kind>/", view, name="platforms_ban_relief"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Ban = self.visible_or_404(request, object_id)
        today = timezone.localdate()
        state = queries.state_of(row, on=today)
        may = request.user.has_perm("platforms.propose_banrelief")
        waiting = row.reliefs.filter(status=ReliefStatus.PROPOSED).exists()
        kinds = [
            kind for kind in ReliefKind if may and not waiting and not ban_reliefs.refusal_reason(row, kind, on=today)
        ]
        more = {
            "state_label": queries.STATES[state],
            "state_tone": queries.STATE_TONES[state],
            "moves": [
                {
                    "label": f"提出{kind.label}",
                    "url": reverse("admin:platforms_ban_relief", args=(row.pk, kind.value)),
                    "kind": "plain",
                }
                for kind in kinds
            ],
            "relief_columns": [
                {"label": name} for name in ("编号", "事项", "理由", "生效日期", "提出人", "决定人", "状态")
            ],
            "relief_rows": [_relief_line(each) for each in row.reliefs.select_related("proposed_by", "decided_by")],
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def relief_view(self, request: HttpRequest, object_id: int, kind: str) -> HttpResponse:
        """Ask why and from when (GET), propose it (POST)."""
        row: Ban = self.visible_or_404(request, str(object_id))
        person, back = person_of(request), reverse("admin:platforms_ban_change", args=(object_id,))
        if kind not in ReliefKind.values:
            raise Http404
        if not person.has_perm("platforms.propose_banrelief"):
            raise PermissionDenied
        wanted = ReliefKind(kind)
        reason = ban_reliefs.refusal_reason(row, wanted, on=timezone.localdate())
        if reason:
            self.message_user(request, reason, level="warning")
            return HttpResponseRedirect(back)
        form = ReliefForm(request.POST or None, initial={"effective_on": timezone.localdate()})
        if request.method == "POST" and form.is_valid():

            def act() -> None:
                ban_reliefs.propose(ban=row, kind=wanted, by=person, at=timezone.now(), **form.cleaned_data)

            if self.run(request, act, f"已提出{wanted.label}，待市经信局另一位人员决定。"):
                return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title=f"提出{wanted.label}",
            what=f"将对“{row}”的限制申报（{row.starts_on:%Y-%m-%d} 至 {row.ends_on:%Y-%m-%d}）提出{wanted.label}，"
            "由市经信局另一位人员决定。",
            effects=[
                "决定之前不改变限制申报。",
                *(f"同意后，{each}" for each in EFFECTS[wanted]),
                *alone(person, BAN_RELIEF),
            ],
            verb=f"提出{wanted.label}",
            cancel_url=back,
            form=form,
            row=row,
        )


@admin.register(BanRelief)
class BanReliefAdmin(ProposalAdmin):
    workflow = BAN_RELIEF
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "grant": lambda row, by, at, _reason, _data: ban_reliefs.grant(relief=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: ban_reliefs.decline(relief=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: ban_reliefs.withdraw(relief=row, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = RELIEF_TONES
    list_display = ("number", "state", "kind", "ban", "effective_on", "proposed_at")
    list_filter = ("status", "kind")
    list_select_related = ("ban",)
    search_fields = ("number", "ban__site_label", "ban__operator_code")
    search_help_text = "编号、地点或信用代码"
    shown = (
        "number", "kind", "ban_link", "reason", "document_number", "effective_on", "proposer", "decider",
        "decision_reason",
    )  # fmt: skip

    @admin.display(description="限制申报")
    def ban_link(self, row: BanRelief) -> SafeString:
        url = reverse("admin:platforms_ban_change", args=(row.ban_id,))
        ban = row.ban
        return format_html('<a href="{}">{}</a>（{} 至 {}）', url, ban, f"{ban.starts_on}", f"{ban.ends_on}")

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "main" if move.name == "grant" else "plain"

    def move_what(self, row: Any, move: Move) -> str:
        return f"将对“{row.ban}”的{row.get_kind_display()}（{row}）办理“{move.label}”。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, str]]:
        return [
            {"label": "限制申报", "value": f"{row.ban}（{row.ban.starts_on:%Y-%m-%d} 至 {row.ban.ends_on:%Y-%m-%d}）"},
            {"label": "限制原因", "value": row.ban.reason},
            {"label": "事项", "value": row.get_kind_display()},
            {"label": "理由", "value": row.reason},
            {"label": "文号", "value": row.document_number or "无"},
            {"label": "生效日期", "value": f"{row.effective_on:%Y-%m-%d}"},
            {"label": "提出人", "value": self.proposer(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        return (*EFFECTS[row.kind], "同意后不能更改。") if move.name == "grant" else ("限制申报不变，提议和结果保留。",)


def _relief_line(row: BanRelief) -> dict[str, Any]:
    return {
        "url": reverse("admin:platforms_banrelief_change", args=(row.pk,)),
        "cells": [
            row.number,
            row.get_kind_display(),
            row.reason if len(row.reason) <= 60 else f"{row.reason[:59]}…",
            f"{row.effective_on:%Y-%m-%d}",
            row.proposed_by.name,
            row.decided_by.name if row.decided_by else "",
            {"label": row.get_status_display(), "tone": RELIEF_TONES.get(ReliefStatus(row.status), "neutral")},
        ],
    }
