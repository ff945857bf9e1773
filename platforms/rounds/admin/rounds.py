"""The rounds: their dates, target, cap and quotas, and how far they are."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.quotas import quota_table
from platforms.audit.choices import AuditResult
from platforms.audit.queries import events_of, happening
from platforms.backoffice.base import ScopedInline
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.choices import Role
from platforms.models import Application, FilingException, Phase, Question, Quota, Round
from platforms.moments import moment
from platforms.move_table import Move
from platforms.notices.choices import NoticeStatus
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.pages.date_changes import changes_of
from platforms.planning.queries.coverage import BUILT, STATES, STRONG_TOWNS, by_region, progress, strong_towns, tally
from platforms.reference.queries.imports import last_strong_towns
from platforms.rounds.admin.dates import RoundDates, tasks_context
from platforms.rounds.admin.overrides import GapsForm, overrides_of, period_in_words
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import MOST_PHASES
from platforms.rounds.queries.opening import before_opening
from platforms.rounds.readiness import Finding, asking, stopping
from platforms.rounds.services import rounds
from platforms.rounds.workflow import ROUND
from platforms.tones import Tone

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


def _move_as(name: str) -> MoveService:
    return lambda row, by, at, reason, _data: rounds.move_round(round=row, name=name, by=by, at=at, reason=reason)


@admin.register(Round)
class RoundAdmin(RoundDates, MoveButtons):
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

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(map(str, self.fields))
        if not obj:
            return tuple(name for name in fields if name != "status")
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
        return self.inlines if person_of(request).has_perm("platforms.change_round") else (PhaseInline,)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_settled(obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        begun = isinstance(obj, Round) and obj.status != RoundStatus.PREPARING
        return super().has_delete_permission(request, obj) and not begun

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        round_ = self.visible_or_404(request, object_id)
        person = person_of(request)
        shown: dict[str, Any] = {}
        if person.has_perm("platforms.view_application"):
            shown["progress"] = progress(round=round_, user=person)
            towns = strong_towns(user=person, round=round_, on=timezone.localdate())
            counts = tally(towns)
            shown["regions"] = [(each, each.counts.values()) for each in by_region(towns)]
            shown["strong_towns"], shown["strong_built"] = len(towns), counts[BUILT]
            shown["strong_states"] = list(zip(STATES.values(), counts.values(), strict=True))
            # Who brought the list in is the city's business.
            shown["strong_import"] = None if person.region_id else last_strong_towns()
            shown["strong_expected"] = STRONG_TOWNS if not person.region_id else None
            shown["quotas"] = quota_table(round=round_, user=person)
        if person.has_perm("platforms.view_question"):
            shown["questions"] = Question.objects.visible_to(person).filter(round=round_, retired=False).count()
            shown["questions_url"] = f"{reverse('admin:platforms_question_changelist')}?round__id__exact={round_.pk}"
        shown["events"] = _moves_of(round_)
        shown["counted"] = period_in_words(round_)
        # They name applications of all regions.
        shown["overrides"] = overrides_of(round_) if person.role == Role.CITY else []
        if round_.status == RoundStatus.PREPARING and person.has_perm("platforms.move_round"):
            shown["findings"] = (found := before_opening(round_, on=timezone.localdate()))
            shown["blocked"] = bool(stopping(found))
        if person.has_perm("platforms.view_datechange"):
            shown["date_changes"] = changes_of(round_)
        if person.has_perm("platforms.change_tasktemplate"):
            shown |= tasks_context(round_)
        if person.role == Role.CITY and person.has_perm("platforms.view_batch"):
            shown["progress_url"] = f"{reverse('admin:platforms_batch_progress')}?year={round_.year}"
            shown["exceptions"] = FilingException.objects.visible_to(person).filter(round=round_).count()
            listing = reverse("admin:platforms_filingexception_changelist")
            shown["exceptions_url"] = f"{listing}?round__id__exact={round_.pk}"
            may_grant = round_.status == RoundStatus.EVALUATING and person.has_perm("platforms.add_filingexception")
            shown["grant_url"] = reverse("admin:platforms_filingexception_add") if may_grant else ""
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

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
    has = set(round_.phases.values_list("number", flat=True)) if round_ else set()
    return [number for number, _ in _phases_of(round_) if number not in has]


def _is_settled(obj: Any) -> bool:
    return isinstance(obj, Round) and obj.status == RoundStatus.PUBLISHED


def _has_begun(obj: Any) -> bool:
    return isinstance(obj, Round) and obj.status != RoundStatus.PREPARING
