"""The rounds: their dates, target, cap and quotas, and how far they are."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.audit.choices import AuditResult
from platforms.audit.queries import events_of, happening
from platforms.backoffice.base import ScopedInline
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.backoffice.scoped import CHOOSE
from platforms.models import Application, Phase, Quota, Round
from platforms.moments import moment
from platforms.move_table import Move
from platforms.notices.choices import NoticeStatus
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.rounds.admin import tabs
from platforms.rounds.admin.dates import RoundDates
from platforms.rounds.admin.overrides import GapsForm
from platforms.rounds.admin.taking_over import RoundQuotas
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import MOST_PHASES
from platforms.rounds.queries.opening import before_opening
from platforms.rounds.readiness import Finding, asking, stopping
from platforms.rounds.services import rounds
from platforms.rounds.workflow import ROUND
from platforms.tones import Tone

#: Where a request keeps the round that its page is about and the regions to choose from, and a round the phases that
#: have no days yet.
_SHOWN, _REGIONS, _MISSING = "_round_shown", "_quota_regions", "_phases_missing"
FILING_MOVES = ("open_filing", "close_filing", "reopen_filing")


class RoundPart(ScopedInline):
    """What belongs to a round and, like it, is settled once the results are public."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_settled(obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_settled(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_settled(obj)


class PhaseForm(forms.ModelForm):
    """A phase is chosen by the name that the notice gives it."""

    number = forms.TypedChoiceField(label="阶段", coerce=int)

    class Meta:
        model = Phase
        fields = ("number", "starts_on", "ends_on")


class PhaseInline(RoundPart):
    model = Phase
    form = PhaseForm
    max_num = MOST_PHASES

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        if "number" in made.form.base_fields:
            made.form.base_fields["number"].choices = _phases_of(obj)
        return made

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("round")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once filing has begun dates move with a reason, on a page of their own."""
        return super().has_change_permission(request, obj) and not _has_begun(obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _has_begun(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _has_begun(obj)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer every phase of the notice that has no days yet."""
        return len(_missing_phases(obj))


class QuotaInline(RoundPart):
    model = Quota

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("round", "region").order_by("region__code")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask for the regions once, not once for each row."""
        made = super().get_formset(request, obj, **kwargs)
        field = made.form.base_fields.get("region")
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            kept = request.__dict__
            if _REGIONS not in kept:
                kept[_REGIONS] = [("", CHOOSE), *((row.pk, str(row)) for row in field.queryset)]
            field.choices = kept[_REGIONS]
        return made


def _move_as(name: str) -> MoveService:
    return lambda row, by, at, reason, _data: rounds.move_round(round=row, name=name, by=by, at=at, reason=reason)


@admin.register(Round)
class RoundAdmin(RoundQuotas, RoundDates, MoveButtons):
    workflow = ROUND
    move_services: ClassVar[Mapping[str, MoveService]] = {name: _move_as(name) for name in FILING_MOVES}
    phrases: ClassVar[Mapping[str, str]] = {
        "open_filing": "开始受理 {row}申报",
        "close_filing": "截止 {row}申报",
        "reopen_filing": "重新受理 {row}申报",
    }
    state_tones: ClassVar[Mapping[str, Tone]] = {
        RoundStatus.FILING: "info",
        RoundStatus.EVALUATING: "wait",
        RoundStatus.PUBLISHED: "good",
    }
    list_unit = "个"
    list_display = ("year", "title", "status", "target", "report_due_on")
    list_filter = ("status",)
    fields = (
        "year",
        "notice",
        "title",
        "status",
        "target",
        "cap_yuan",
        "report_due_on",
        "counted_from",
        "counted_until",
    )
    inlines = (PhaseInline, QuotaInline)
    change_form_template = "admin/platforms/round/record.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        fixed = ("notice", "report_due_on", "counted_from", "counted_until") if _has_begun(obj) else ()
        return ("status", "year", *fixed) if obj else ("status",)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the round; a page that is only read asks for it once."""
        if request.method == "POST":
            return super().get_object(request, object_id, from_field)
        kept = request.__dict__.setdefault(_SHOWN, {})
        if object_id not in kept:
            kept[object_id] = super().get_object(request, object_id, from_field)
        return kept[object_id]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if not obj:
            return tuple(name for name in map(str, self.fields) if name != "status")
        now = self.tab(request)
        if now.key == tabs.DATES and _has_begun(obj):
            # The table says them, and they move with a reason on a page of their own.
            return ()
        fields = now.fields
        # The pool is the business of city and finance.
        return (
            fields
            if request.user.has_perm("funding.view_allocationrun")
            else tuple(name for name in fields if name != "cap_yuan")
        )

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, PhaseInline) and not _has_begun(obj):
            kwargs["initial"] = [{"number": number} for number in _missing_phases(obj if obj.pk else None)]
        return kwargs

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        """A round runs under an approved notice."""
        rows = super().get_field_queryset(db, db_field, request)
        return rows.filter(status=NoticeStatus.APPROVED) if db_field.name == "notice" else rows

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        notice = in_use()
        aimed_at = {"target": value_of(notice).terms.target} if notice else {}
        return {"notice": notice} | aimed_at | super().get_changeform_initial_data(request)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[ScopedInline], ...]:
        if not person_of(request).has_perm("platforms.change_round"):
            return ()
        if obj is None:
            return self.inlines
        now = self.tab(request).key
        if now == tabs.DATES and not _has_begun(obj):
            return (PhaseInline,)
        return (QuotaInline,) if now == tabs.QUOTAS and not _is_settled(obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_settled(obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        begun = isinstance(obj, Round) and obj.status != RoundStatus.PREPARING
        return super().has_delete_permission(request, obj) and not begun

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        round_ = self.visible_or_404(request, object_id)
        person, now = person_of(request), self.tab(request)
        shown: dict[str, Any] = {
            "title": "年度",
            "tabs": tabs.links(round_, person, now),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            "show_delete": now.key == tabs.BASICS,
            "has_boxes": bool(self.get_fields(request, round_) or self.get_inlines(request, round_)),
            **tabs.shown(round_, person, now),
        }
        if now.key == tabs.BASICS:
            shown["events"] = _moves_of(round_)
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def tab(self, request: HttpRequest) -> tabs.Tab:
        """Return the tab that the address names; what is saved are the fields of that tab and no others."""
        return tabs.chosen(person_of(request), request.GET.get(tabs.NAME, ""))

    def response_add(self, request: HttpRequest, obj: Round, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, f"已建立 {obj.year} 年度，可继续填写。")
        return HttpResponseRedirect(f"{_page(obj)}?{tabs.NAME}={tabs.READINESS}")

    def response_change(self, request: HttpRequest, obj: Round) -> HttpResponse:
        now = self.tab(request)
        messages.success(request, f"已保存 {obj.year} 年度的{now.label}。")
        return HttpResponseRedirect(f"{_page(obj)}?{tabs.NAME}={now.key}")

    def move_findings(self, request: HttpRequest, row: Round, move: Move) -> list[Finding]:
        return before_opening(row, on=timezone.localdate()) if move.name == "open_filing" else []

    def move_form(self, request: HttpRequest, row: Round, move: Move) -> ReasonForm:
        if move.name != "open_filing":
            return super().move_form(request, row, move)
        found = self.move_findings(request, row, move)
        return GapsForm(request.POST or None, move=move, asks=bool(asking(found)) and not stopping(found))

    def move_effects(self, request: HttpRequest, row: Round, move: Move) -> list[str]:
        rows = Application.objects.filter(round=row)
        drafts = rows.filter(status=ApplicationStatus.DRAFT).count()
        returned = rows.filter(status=ApplicationStatus.RETURNED).count()
        if move.name == "close_filing":
            return [
                f"尚有 {drafts} 份草稿没有提交，截止后不能再提交；确有特殊情况的，可以逐项许可延期申报。",
                f"已退回的 {returned} 份仍可补正后重新提交。",
            ]
        return [f"各地可以新建、填写并提交{row}的申报表。"]

    def audit_code(self, obj: Round) -> str:  # type: ignore[override]
        return str(obj.year)


def _moves_of(round_: Round) -> list[dict[str, str]]:
    """Return who opened, closed, opened again and published, when and why, the latest first."""
    made = events_of(round_).filter(verb__in=[move.label for move in ROUND.moves], result=AuditResult.DONE)
    return [
        {"when": moment(each.when), "who": each.who, "what": each.what, "why": each.why}
        for each in map(happening, made)
    ]


def _phases_of(round_: Round | None) -> list[tuple[int, str]]:
    """Return numbers and names of the phases of the round's notice; of the one in use before there is a round."""
    if round_ is not None:
        return round_.terms.phase_choices
    notice = in_use()
    return value_of(notice).terms.phase_choices if notice else []


def _missing_phases(round_: Round | None) -> list[int]:
    if round_ is None:
        return [number for number, _ in _phases_of(None)]
    # Each row of the form asks.
    missing: list[int] | None = round_.__dict__.get(_MISSING)
    if missing is None:
        has = set(round_.phases.values_list("number", flat=True))
        missing = round_.__dict__[_MISSING] = [number for number, _ in _phases_of(round_) if number not in has]
    return missing


def _page(round_: Round) -> str:
    return reverse("admin:platforms_round_change", args=(round_.pk,))


def _is_settled(obj: Any) -> bool:
    return isinstance(obj, Round) and obj.status == RoundStatus.PUBLISHED


def _has_begun(obj: Any) -> bool:
    return isinstance(obj, Round) and obj.status != RoundStatus.PREPARING
