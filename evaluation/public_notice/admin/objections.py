"""Objections in the back office: the list, entering one from mail or paper, the page of one with its moves."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Case, F, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.models import NoticeLine, Objection
from evaluation.public_notice.admin.objection_forms import (
    AnswerForm,
    AssignForm,
    EnterForm,
    RefuseForm,
    listed_field,
    notice_field,
)
from evaluation.public_notice.choices import OBJECTION_ONLINE, OBJECTION_OPEN, ObjectionStatus
from evaluation.public_notice.objection_workflow import OBJECTION
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.services import objections
from platforms import deadlines
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.case_files import CaseFiles, filled_fields
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.backoffice.states import badge
from platforms.files.choices import EvidenceKind
from platforms.models import Region
from platforms.moments import moment
from platforms.move_table import Move
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.calendar_days import unknown_holidays
from platforms.rounds.readiness import Finding, Weight
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {
    ObjectionStatus.RECEIVED: "wait",
    ObjectionStatus.ASSIGNED: "info",
    ObjectionStatus.ANSWERED: "good",
}
OPEN = models.Q(status__in=OBJECTION_OPEN)
#: What is open first, the first due before the others; then what was ended, the last received first. As expressions:
#: the head of the list would call a named column the order of the whole.
FIRST_DUE = (
    Case(When(OPEN, then=0), default=1).asc(),
    Case(When(OPEN, then=F("due_on"))).asc(),
    Case(default=F("received_at")).desc(),
)


class OverdueFilter(admin.SimpleListFilter):
    """What is open after its deadline."""

    title = "答复期限"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "已逾期")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(queries.overdue_on(timezone.localdate())) if self.value() == "yes" else queryset


class MineFilter(admin.SimpleListFilter):
    """What the person itself has to answer."""

    title = "承办"
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "本人承办")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(assigned_to=person_of(request)) if self.value() == "yes" else queryset


@admin.register(Objection)
class ObjectionAdmin(CaseFiles, MoveButtons, ServiceAdmin):
    form = EnterForm
    workflow = OBJECTION
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "assign": lambda row, by, at, _reason, data: objections.assign(objection=row, to=data["to"], by=by, at=at),
        "answer": lambda row, by, at, reason, data: objections.answer(
            objection=row, outcome=str(data["outcome"]), text=reason, by=by, at=at
        ),
        "refuse": lambda row, by, at, reason, _data: objections.refuse(objection=row, text=reason, by=by, at=at),
    }
    move_forms: ClassVar[Mapping[str, type[ReasonForm]]] = {"answer": AnswerForm, "refuse": RefuseForm}
    state_tones = TONES
    unit = "件"
    oldest_first = ("due_on", "pk")
    evidence_kind = EvidenceKind.OBJECTION
    change_form_template = "admin/evaluation/objection.html"
    site_path = "assessment__application"
    list_unit = "件"
    list_display = ("number", "state", "platform", "due", "received", "handler", "outcome")
    list_more = ("channel", "name", "answered_at")
    list_filter = ("status", OverdueFilter, MineFilter, "channel", "outcome", "notice")
    list_select_related = ("assessment__application", "assigned_to")
    record_select_related = (*list_select_related, "notice__round", "entered_by", "answered_by")
    search_fields = ("number", "name", "assessment__application__name", "text")
    search_help_text = "受理编号、异议人、平台或内容"
    _shown = (
        *("number", "notice_link", "platform_link", "channel", "received", "deadline", "text", "name", "phone"),
        *("email", "clerk", "handler", "outcome", "answer", "answerer", "changed"),
    )

    # Entering one ----------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("evaluation.assign_objection")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return filled_fields(self, self._shown, obj) if obj else EnterForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "notice":
            return notice_field()
        if db_field.name == "assessment":
            return listed_field()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "name":
            field.help_text = "真实姓名或单位全称；匿名的不予受理。"
        if field is not None and db_field.name == "text":
            field.help_text = "按来件内容登记；来件和证明材料登记后在异议页面上传。"
        return field

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Go to its page, where the letter itself is added; what was done is said already, with the code."""
        another = "_addanother" in request.POST
        view, args = ("add", ()) if another else ("change", (obj.pk,))
        return HttpResponseRedirect(reverse(f"admin:evaluation_objection_{view}", args=args))

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> Objection:
        given = form.cleaned_data
        now = timezone.now()
        day = datetime.combine(given["received_on"], time.min, tzinfo=timezone.get_current_timezone())
        names = ("notice", "assessment", "channel", "name", "phone", "email", "text")
        made, code = objections.file(
            **{name: given[name] for name in names}, received_at=day, by=person_of(request), at=now
        )
        messages.success(
            request, f"已登记异议 {made.number}，查询码 {code}（只显示这一次），请一并告知异议人，供查询办理情况。"
        )
        return made

    # Columns ---------------------------------------------------------------------------------------------------------

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return FIRST_DUE

    @admin.display(description="状态", ordering="status")
    def state(self, row: Objection) -> SafeString:
        return badge(self.state_label(row), self._tone(row))

    @admin.display(description="涉及的平台", ordering="assessment__application__name")
    def platform(self, row: Objection) -> str:
        return row.assessment.application.name if row.assessment else objections.WHOLE_LIST

    @admin.display(description="答复期限", ordering="due_on")
    def due(self, row: Objection) -> str:
        if row.status not in OBJECTION_OPEN:
            return f"{row.due_on:%Y-%m-%d}"
        return f"{row.due_on:%Y-%m-%d}（{deadlines.in_words(deadlines.days_left(row.due_on, timezone.localdate()))}）"

    @admin.display(description="收到时间", ordering="received_at")
    def received(self, row: Objection) -> str:
        online = row.channel in OBJECTION_ONLINE
        return moment(row.received_at) if online else f"{timezone.localdate(row.received_at):%Y-%m-%d}"

    @admin.display(description="承办人", ordering="assigned_to__name")
    def handler(self, row: Objection) -> str:
        return row.assigned_to.name if row.assigned_to else ""

    @admin.display(description="公示")
    def notice_link(self, row: Objection) -> str:
        notice = row.notice
        return f"{notice.round}公示 {notice.number}（{notice.starts_on} 至 {notice.ends_on}）"

    @admin.display(description="涉及的平台")
    def platform_link(self, row: Objection) -> SafeString | str:
        if row.assessment is None:
            return objections.WHOLE_LIST
        line = queries.line_of(row)
        name, code = (line.name, line.code) if line else (row.assessment.application.name, row.assessment_id)
        url = reverse("admin:evaluation_assessment_change", args=(row.assessment_id,))
        return format_html('{}（{}） <a href="{}">查看评价</a>', name, code, url)

    @admin.display(description="答复期限")
    def deadline(self, row: Objection) -> str:
        unknown = unknown_holidays([(timezone.localdate(row.received_at), row.due_on)])
        return f"{self.due(row)}，收到后按工作日计算。{unknown}"

    # Names, not links to accounts, which no reader of this page may open.
    @admin.display(description="登记人")
    def clerk(self, row: Objection) -> str:
        return row.entered_by.name if row.entered_by else ""

    @admin.display(description="答复人")
    def answerer(self, row: Objection) -> str:
        return f"{row.answered_by.name}，{moment(row.answered_at)}" if row.answered_by else ""

    @admin.display(description="公示名单变动")
    def changed(self, row: Objection) -> str:
        return "；".join(f"{each.name}：{each.grade_label}（第 {each.version} 版）" for each in queries.changed_by(row))

    # The page --------------------------------------------------------------------------------------------------------

    def state_label(self, row: Any) -> str:
        late = queries.is_overdue(row, timezone.localdate())
        days = deadlines.in_words(deadlines.days_left(row.due_on, timezone.localdate()))
        return super().state_label(row) + (f"，{days}" if late else "")

    def _tone(self, row: Objection) -> Tone:
        return "bad" if queries.is_overdue(row, timezone.localdate()) else TONES.get(row.status, "neutral")

    def region_of_files(self, row: Any) -> Region | None:
        """The city alone reads what was sent with an objection."""
        return None

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        person = person_of(request)
        return row.status in OBJECTION_OPEN and person.has_perm("evaluation.assign_objection")

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        mine = move.name == "assign" or not objections.why_not_mine(row, person_of(request))
        return super().may_move(request, row, move) and mine

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return the moves; who has to answer does that rather than give it to another one."""
        found = super().buttons(request, row)
        return [each | {"kind": "plain"} if row.assigned_to_id and each is found[0] else each for each in found]

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "danger" if move.name == "refuse" else "main"

    def move_form(self, request: HttpRequest, row: Any, move: Move) -> ReasonForm:
        if move.name == "assign":
            return AssignForm(request.POST or None, move=move, person=person_of(request), row=row)
        return super().move_form(request, row, move)

    def move_what(self, row: Any, move: Move) -> str:
        about = f"“{self.platform(row)}”的异议 {row.number}"
        if move.name == "assign":
            return f"将对{about}确定承办人，由其书面答复。"
        return f"将书面答复对{about}。" if move.name == "answer" else f"将对{about}作出不予受理的处理。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Mapping[str, str]]:
        return [
            {"label": "涉及的平台", "value": self.platform(row)},
            {"label": "异议人", "value": row.name},
            {"label": "异议内容", "value": row.text},
            {"label": "答复期限", "value": self.deadline(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name == "assign":
            return ("承办人在待办中看到“答复异议”。",)
        told = f"同时向 {row.email} 发送邮件。" if row.email else "异议人凭受理编号和查询码查询。"
        if row.channel not in OBJECTION_ONLINE and not row.email:
            told = "来件没有邮箱，答复列入“邮件”中待人工发送。"
        rest = ("采纳或部分采纳的，另须更正档次并更新公示名单。",) if move.name == "answer" else ()
        return ("办理后不能修改。", told, *rest)

    def move_findings(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Finding]:
        """Say so where everybody of the city had a part in the grade: then another account is needed first."""
        if move.name != "assign" or objections.officers_for(row).exclude(pk=row.assigned_to_id or 0).exists():
            return ()
        who = "没有其他人员可以承办" if row.assigned_to_id else "没有人员可以承办"
        told = f"{who}：市经信局的在用账号都参与了该平台的评分或档次核定，请由安全管理员为未参与的人员开设账号。"
        return (Finding(told, Weight.STOPS),)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        more = {
            "state_tone": self._tone(row),
            "events": _events(row),
            "remains": _remains(row),
            "why_not": objections.why_not_mine(row, person_of(request)) if row.status in OBJECTION_OPEN else "",
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})


def _remains(row: Objection) -> list[str]:
    """Return what is left to do after an objection was upheld: the grade, then the list; nothing once both are done."""
    if row.status != ObjectionStatus.ANSWERED or row.outcome not in queries.UPHELD or queries.changed_by(row):
        return []
    if row.notice.round.status == RoundStatus.PUBLISHED:
        return []
    if row.assessment is None:
        return ["对名单整体的异议已采纳：涉及哪些平台，逐个更正档次后更新公示名单，并选择本异议作为依据。"]
    line, grade = queries.line_of(row), row.assessment.grade
    if line is None or not grade or grade == line.grade:
        return ["档次尚未更正：打开评价退回重新评分、核定，档次有变化的再更新公示名单。"]
    return [_changed_grade(line, row.assessment.grade_label)]


def _changed_grade(line: NoticeLine, label: str) -> str:
    return f"档次已由{line.grade_label}更正为{label}，公示名单尚未更新：请在公示页面更新，并选择本异议作为依据。"


def _events(row: Objection) -> list[dict[str, str]]:
    """Return what happened, the newest first."""
    ended = {
        "when": moment(row.answered_at),
        "who": row.answered_by.name if row.answered_by else "",
        "what": f"{row.get_status_display()}{'，' if row.outcome else ''}{row.get_outcome_display()}",
        "why": row.answer,
    }
    given = {
        "when": moment(row.assigned_at),
        "who": f"承办人{row.assigned_to.name}" if row.assigned_to else "",
        "what": "分办",
        "why": "",
    }
    came = {
        "when": moment(row.received_at) if row.channel in OBJECTION_ONLINE else f"{row.received_at:%Y-%m-%d}",
        "who": row.name,
        "what": f"提出异议（{row.get_channel_display()}）",
        "why": "",
    }
    return [*([ended] if row.answered_at else []), *([given] if row.assigned_at else []), came]
