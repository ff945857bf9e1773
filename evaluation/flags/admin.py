"""Flags in the back office: the list, raising one, the page of one with its moves."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.flags import queries, services
from evaluation.flags.choices import ANSWER_DAYS, FlagReader, FlagStatus
from evaluation.flags.workflow import FLAG
from evaluation.models import Flag
from evaluation.visits.queries import visits_of
from platforms import deadlines
from platforms.applications.queries.notes import readable
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.case_files import filled_fields
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.backoffice.states import badge
from platforms.models import Application, User
from platforms.moments import moment
from platforms.move_table import Move
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {
    FlagStatus.OPEN: "wait",
    FlagStatus.ESCALATED: "wait",
    FlagStatus.ANSWERED: "info",
    FlagStatus.RESOLVED: "good",
}


class RaiseForm(ServiceForm):
    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "maxlength": "1000"})}


class FoundForm(ReasonForm):
    """What was found, of those who looked."""

    reason = forms.CharField(
        label="核实情况",
        max_length=services.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": "1000"}),
        help_text="写明核实方式、结果和依据。",
    )


class EndForm(ReasonForm):
    """What came of it."""

    reason = forms.CharField(label="办结意见", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))


class PlatformField(forms.ModelChoiceField):
    """The platforms of an evaluation, by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        region = obj.application.region
        return f"{obj.application.number} {obj.application.name}（{region.name if region else '市级'}）"


class OverdueFilter(admin.SimpleListFilter):
    """Those that nobody answered in time."""

    title = "期限"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "已逾期")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(queries.overdue_on(timezone.localdate())) if self.value() == "yes" else queryset


@admin.register(Flag)
class FlagAdmin(MoveButtons, ServiceAdmin):
    form = RaiseForm
    workflow = FLAG
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "answer": lambda row, by, at, reason, _data: services.answer(flag=row, text=reason, by=by, at=at),
        "escalate": lambda row, by, at, reason, _data: services.escalate(flag=row, reason=reason, by=by, at=at),
        "resolve": lambda row, by, at, reason, _data: services.resolve(flag=row, reason=reason, by=by, at=at),
        "ask_again": lambda row, by, at, reason, _data: services.ask_again(flag=row, reason=reason, by=by, at=at),
    }
    move_forms: ClassVar[Mapping[str, type[ReasonForm]]] = {"answer": FoundForm, "resolve": EndForm}
    state_tones = TONES
    unit = "项"
    oldest_first = ("due_on", "pk")
    change_form_template = "admin/evaluation/flag.html"
    site_path = "assessment__application"
    list_unit = "项"
    list_display = ("number", "state", "name", "place", "kind", "for_whom", "due_on", "raised_at")
    list_more = ("text", "answered_at", "resolved_at")
    list_filter = (
        *("status", OverdueFilter, "kind", "for_whom"),
        *("assessment__application__region", "assessment__evaluation__round"),
    )
    list_select_related = ("assessment__application__region",)
    record_select_related = (
        *list_select_related,
        "assessment__evaluation__round",
        "raised_by",
        "escalated_by",
        "resolved_by",
    )
    search_fields = ("number", "assessment__application__name", "assessment__application__number", "text")
    search_help_text = "编号、平台、申报编号或内容"
    _shown = (
        *("number", "platform_link", "place", "kind", "for_whom", "readers", "text", "due_on", "raiser"),
        *("escalation", "resolver", "resolution"),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return filled_fields(self, self._shown, obj) if obj else ("assessment", "kind", "for_whom", "text")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        pk = request.GET.get("assessment", "")
        return {"assessment": pk} if pk.isascii() and pk.isdigit() and len(pk) < 19 else {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "assessment":
            rows = queries.flaggable(person_of(request)).select_related("application__region")
            return PlatformField(rows.order_by("application__number"), label="窗口平台", empty_label="请选择")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "for_whom":
            field.help_text = "选“县级核实”的，平台所属地区可以阅读并答复；选“市级核实”的，仅市经信局可以阅读。"
        if field is not None and db_field.name == "text":
            field.help_text = f"写明要核实什么、依据是什么；不要写评分和档次。答复期限为 {ANSWER_DAYS} 天。"
        return field

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> Flag:
        given = form.cleaned_data
        return services.raise_flag(
            assessment=given["assessment"],
            kind=given["kind"],
            text=given["text"],
            for_whom=given["for_whom"],
            by=person_of(request),
            at=timezone.now(),
        )

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state(self, row: Flag) -> SafeString:
        return badge(self.state_label(row), self._tone(row))

    @admin.display(description="平台名称", ordering="assessment__application__name")
    def name(self, row: Flag) -> str:
        return row.assessment.application.name

    @admin.display(description="地区", ordering="assessment__application__region__code")
    def place(self, row: Flag) -> str:
        region = row.assessment.application.region
        return region.name if region else "市级"

    @admin.display(description="窗口平台")
    def platform_link(self, row: Flag) -> SafeString:
        application = row.assessment.application
        url = reverse("admin:platforms_application_change", args=(application.pk,))
        return format_html('<a href="{}">{}</a>（{}）', url, application.name, application.number)

    @admin.display(description="可阅读")
    def readers(self, row: Flag) -> str:
        return f"{self.place(row)}经办人员、市经信局" if row.for_whom == FlagReader.COUNTY else "仅市经信局"

    @admin.display(description="提出人")
    def raiser(self, row: Flag) -> str:
        return f"{row.raised_by.name}，{moment(row.raised_at)}"

    @admin.display(description="报市级核实")
    def escalation(self, row: Flag) -> str:
        if row.escalated_by is None:
            return ""
        return f"{row.escalated_by.name}，{moment(row.escalated_at)}：{row.escalation_reason}"

    @admin.display(description="办结人")
    def resolver(self, row: Flag) -> str:
        return f"{row.resolved_by.name}，{moment(row.resolved_at)}" if row.resolved_by else ""

    # The page --------------------------------------------------------------------------------------------------------

    def state_label(self, row: Any) -> str:
        """Return the state; what nobody answered in time says by how much."""
        label, today = super().state_label(row), timezone.localdate()
        if not queries.is_overdue(row, today):
            return label
        return f"{label}，{deadlines.in_words(deadlines.days_left(row.due_on, today))}"

    def _tone(self, row: Flag) -> Tone:
        return "bad" if queries.is_overdue(row, timezone.localdate()) else TONES[row.status]

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        return not services.refusal_reason(row, move, person_of(request))

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "main" if move.name == "answer" else "danger" if move.irreversible else "plain"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Mapping[str, str]]:
        answer = row.turns.filter(name="answer").last() if move.name in ("resolve", "ask_again") else None
        return [
            {"label": "窗口平台", "value": row.assessment.application.name},
            {"label": "需核实的内容", "value": row.text},
            *([{"label": "最近一次答复", "value": answer.text}] if answer else []),
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name == "resolve":
            return ("评分和档次不变，办理记录全部保留；办结后不能恢复，需要时重新提出。",)
        if move.name == "escalate":
            return ("改由市经信局核实，平台所属地区仍可阅读。",)
        return ("答复由市经信局阅读并办结。",) if move.name == "answer" else ()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        person = person_of(request)
        more = {
            "state_tone": self._tone(row),
            "events": _course(row),
            "visits": visits_of(row.assessment, person),
            "notes": _notes(row.assessment.application, person),
            "assessment": row.assessment,
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        person = person_of(request)
        counts = queries.tally(Flag.objects.visible_to(person), timezone.localdate())
        told = [f"{word} {counts[value]} 项" for value, word in FlagStatus.choices]
        lead = f"{'；'.join(told)}；其中已逾期 {counts[queries.OVERDUE]} 项。核实事项不改变评分和档次。"
        return super().changelist_view(request, {"lead": lead, **(extra_context or {})})


def _notes(application: Application, person: User) -> list[dict[str, str]]:
    """Return the notes on the application that the person reads: those about its assessment stand there as well."""
    return [
        {
            "text": each.text,
            "who": each.written_by.name,
            "when": moment(each.written_at),
            "readers": each.get_readers_display(),
        }
        for each in readable(application, user=person)
    ]


def _course(row: Flag) -> list[dict[str, str]]:
    """Return what happened, the newest first."""
    raised = {"when": moment(row.raised_at), "who": row.raised_by.name, "what": "提出核实事项", "why": row.text}
    turns = [
        {"when": moment(turn.at), "who": turn.by.name, "what": turn.label, "why": turn.text}
        for turn in row.turns.select_related("by").order_by("-pk")
    ]
    return [*turns, raised]
