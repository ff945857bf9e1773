"""The worklist of the evaluation and the marking sheet."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.certification.queries.in_force import held_by
from evaluation.marking.admin import sheet
from evaluation.marking.admin.assigning import Assigning
from evaluation.marking.admin.bulk import BulkStaging
from evaluation.marking.admin.facts import facts_of
from evaluation.marking.admin.recorded import recorded_of
from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.excel import AssessmentResource
from evaluation.marking.queries.neighbours import place_of
from evaluation.marking.services import assessments, staging
from evaluation.marking.services.entering import LONGEST_TEXT, ScoresRefused
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment
from evaluation.schemes.models import heads_of
from platforms.applications.choices import ApplicationStatus
from platforms.backoffice.excel import ExportAdmin
from platforms.backoffice.moves import MoveButtons
from platforms.backoffice.states import badge
from platforms.backoffice.vocabularies import grade_filter
from platforms.errors import Refusal, StaleVersion
from platforms.models import User
from platforms.move_table import Move
from platforms.notices.terms import grade_label
from platforms.pages.access import log_denial
from platforms.rounds.choices import RoundStatus
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {"open": "wait", "scored": "info", "confirmed": "good", "published": "good"}


class StageForm(forms.Form):
    """The grade that the city stages; ``revision`` is the one that was shown."""

    grade = forms.ChoiceField(label="暂定档次")
    reason = forms.CharField(
        label="档次说明",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="与建议档次不一致时必填。",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, grades: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grade"].choices = grades  # type: ignore[attr-defined]


def _reopen(row: Assessment, by: User, at: datetime, reason: str, _: Mapping[str, Any]) -> Assessment:
    return assessments.reopen(assessment=row, reason=reason, by=by, at=at)


def _stage(row: Assessment, by: User, at: datetime, data: Mapping[str, Any]) -> Assessment:
    return staging.stage(
        assessment=row, grade=data["grade"], reason=data["reason"], revision=data["revision"], by=by, at=at
    )


@admin.register(Assessment)
class AssessmentAdmin(Assigning, BulkStaging, MoveButtons, ExportAdmin):
    workflow = ASSESSMENT
    actions = (*BulkStaging.actions, *Assigning.actions)
    # Scoring is completed on the sheet itself, staged grades are applied and published for the round as a whole.
    move_services = {"reopen": _reopen}
    state_tones = TONES
    resource = AssessmentResource
    import_export_change_list_template = "admin/evaluation/assessment_list.html"
    list_display = ("number", "name", "region", "kind", "state", "points", "proposed", "staged", "confirmed")
    list_display_links = ("number",)
    list_filter = (
        *("evaluation__round", "status", "application__region", "application__type"),
        grade_filter("proposed_grade", "建议档次"),
        grade_filter("staged_grade", "暂定档次"),
        grade_filter("grade", "核定档次"),
    )
    search_fields = ("application__number", "application__name", "application__operator_name")
    ordering = ("application__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("application__region", "evaluation__round")
        # What was withdrawn after acceptance is no longer judged: no list holds it, its page stays to be read.
        one = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows if one else rows.filter(application__status=ApplicationStatus.ACCEPTED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def audit_code(self, obj: Any) -> str:
        return str(obj.application.number)

    # Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="申报编号", ordering="application__number")
    def number(self, row: Assessment) -> str:
        return row.application.number

    @admin.display(description="平台名称", ordering="application__name")
    def name(self, row: Assessment) -> str:
        return row.application.name

    @admin.display(description="地区", ordering="application__region__code")
    def region(self, row: Assessment) -> str:
        return row.application.region.name if row.application.region else "市级"

    @admin.display(description="类型", ordering="application__type")
    def kind(self, row: Assessment) -> str:
        return row.application.get_type_display()

    @admin.display(description="状态", ordering="status")
    def state(self, row: Assessment) -> SafeString:
        return badge(row.get_status_display(), TONES[row.status])

    @admin.display(description="建议档次", ordering="proposed_grade")
    def proposed(self, row: Assessment) -> str:
        return row.proposed_label or "—"

    @admin.display(description="暂定档次", ordering="staged_grade")
    def staged(self, row: Assessment) -> str:
        return row.staged_label or "—"

    @admin.display(description="核定档次", ordering="grade")
    def confirmed(self, row: Assessment) -> str:
        return row.grade_label or "—"

    # The sheet ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the sheet (GET), save what was typed and, if asked, complete the scoring (POST)."""
        row: Assessment = self.visible_or_404(request, object_id)
        scores = list(row.scores.select_related("indicator").order_by("indicator__order"))
        rows = sheet.rows_of(scores)
        veto = {"ground": row.veto, "fact": row.veto_fact}
        trouble: Refusal | None = None
        if request.method == "POST":
            veto = {"ground": request.POST.get("veto", ""), "fact": request.POST.get("veto_fact", "")}
            if not request.user.has_perm("evaluation.score_assessment"):
                # The sheet stays with what was typed; nothing of it is saved.
                sheet.read(rows, request.POST, adopt=False)
                log_denial(request)
                page = self._sheet_page(request, row, rows, veto, Refusal("未保存：您的账号不能评分。"))
                page.status_code = 403
                return page
            trouble = self._save(request, row, rows, veto)
            if trouble is None:
                return HttpResponseRedirect(self._after(request, row))
            row.refresh_from_db()
        return self._sheet_page(request, row, rows, veto, trouble)

    def _save(
        self, request: HttpRequest, row: Assessment, rows: dict[str, sheet.Row], veto: Mapping[str, str]
    ) -> Refusal | None:
        """Hand the sheet to the service; returns what stands in the way."""
        action = request.POST.get("action", "save")
        entries = sheet.read(rows, request.POST, adopt=action == "adopt")
        unread = [line for line in rows.values() if line.error]
        if unread:
            return Refusal(f"未保存：有 {len(unread)} 项数字无法识别，请按行内提示改正。")
        revision = request.POST.get("revision", "")
        try:
            with transaction.atomic():
                assessments.save_scores(
                    assessment=row,
                    entries=entries,
                    # Missing or made up counts as out of date.
                    revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
                    veto=veto["ground"],
                    veto_fact=veto["fact"],
                    finish=action == "finish",
                    by=_person(request),
                    at=timezone.now(),
                )
        except ScoresRefused as refusal:
            for code, sentence in refusal.errors.items():
                rows[code].error = sentence
            return Refusal(f"未保存：有 {len(refusal.errors)} 项需要改正，见行内提示。")
        except Refusal as refusal:
            return refusal
        done = "已保存并完成评分" if action == "finish" else "已保存"
        self.message_user(
            request, f"{done}：{row.application.number}，得分 {row.points} 分，建议{row.proposed_label}。"
        )
        return None

    def _after(self, request: HttpRequest, row: Assessment) -> str:
        """After completion go on to the next platform, as a person with a hundred of them does."""
        goes_on = request.POST.get("action") == "finish"
        following = place_of(row, _person(request)).next if goes_on else None
        return self._url(following or row.pk)

    def _sheet_page(
        self,
        request: HttpRequest,
        row: Assessment,
        rows: dict[str, sheet.Row],
        veto: Mapping[str, str],
        trouble: Refusal | None,
    ) -> HttpResponse:
        person = _person(request)
        place = place_of(row, person)
        public = row.evaluation.round.status == RoundStatus.PUBLISHED
        withdrawn = row.application.status == ApplicationStatus.WITHDRAWN
        may = person.has_perm("evaluation.score_assessment") and not public and not withdrawn
        writes = row.status == AssessmentStatus.OPEN and may
        stale = isinstance(trouble, StaleVersion)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": row.application.name,
            "row": row,
            "application": row.application,
            "region": row.application.region or "市级",
            "state_label": f"{self.state_label(row)}（申报已撤回）" if withdrawn else self.state_label(row),
            "state_tone": "neutral" if withdrawn else TONES[row.status],
            "moves": self.buttons(request, row),
            "gates": sheet.gates(rows),
            "groups": sheet.groups(rows, dict(heads_of(row.terms))),
            "failing": row.terms.failing.label,
            "writes": writes,
            "open_lines": sum(line.is_open for line in rows.values()),
            "trouble": trouble,
            "stale": stale,
            "grounds": row.terms.ground_choices,
            "veto": veto,
            "facts": facts_of(row.frozen_form.data),
            **recorded_of(row),
            "held": held_by(row.application.platform_id or 0, timezone.localdate()),
            "place": place,
            "previous_url": self._url(place.previous) if place.previous else "",
            "next_url": self._url(place.next) if place.next else "",
            "history_url": reverse("admin:evaluation_assessment_history", args=(row.pk,)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/sheet.html", context, status=409 if stale else 200)

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        if row.evaluation.round.status == RoundStatus.PUBLISHED or row.application.status != ApplicationStatus.ACCEPTED:
            return []
        # To stage is the rule, to send back the exception.
        return [*self._stage_buttons(request, row), *super().buttons(request, row), *self._judge_buttons(request, row)]

    def _judge_buttons(self, request: HttpRequest, row: Assessment) -> list[dict[str, Any]]:
        if not self.has_assign_permission(request):
            return []
        return [{"label": "评审员", "url": self._own("judges", row.pk), "kind": "plain"}]

    def _stage_buttons(self, request: HttpRequest, row: Assessment) -> list[dict[str, Any]]:
        if row.status != AssessmentStatus.SCORED or not self.has_confirm_permission(request):
            return []
        waits = staging.waits_for_second(row)
        label = "修改暂定档次" if row.staged_grade else "暂定档次"
        main = "plain" if waits else "main"
        second = [{"label": "复核暂定档次", "url": self._own("second", row.pk), "kind": "main"}] if waits else []
        return [*second, {"label": label, "url": self._own("stage", row.pk), "kind": main}]

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "plain"

    # Staging -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/stage/", wrap(self.stage_view), name="evaluation_assessment_stage"),
            path("<int:object_id>/second/", wrap(self.second_view), name="evaluation_assessment_second"),
            *super().get_urls(),
        ]

    def stage_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Propose the grade (GET), stage the one chosen (POST)."""
        row, person = self._scored_row(request, object_id), _person(request)
        if row.status != AssessmentStatus.SCORED:
            self.message_user(request, f"当前状态为“{self.state_label(row)}”，不能暂定档次。", level="error")
            return HttpResponseRedirect(self._url(row.pk))
        form = StageForm(
            request.POST or None,
            grades=row.terms.grade_choices,
            initial={
                "grade": row.staged_grade or row.proposed_grade,
                "reason": row.staged_reason,
                "revision": row.revision,
            },
        )
        if request.method == "POST" and form.is_valid():
            label = grade_label(row.terms, form.cleaned_data["grade"])
            act: Callable[[], Any] = lambda: _stage(row, person, timezone.now(), form.cleaned_data)  # noqa: E731
            if self.run(request, act, f"已暂定：{row.application.number}，{label}。"):
                return HttpResponseRedirect(self._url(row.pk))
        return self.confirm_page(
            request,
            title="暂定档次",
            what=f"“{row.application.name}”得分 {row.points} 分，建议{row.proposed_label}。"
            "请暂定档次，统一核定前可以修改。",
            verb="暂定档次",
            cancel_url=self._url(row.pk),
            form=form,
            row=row,
        )

    def second_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what is agreed to (GET), agree (POST)."""
        row, person = self._scored_row(request, object_id), _person(request)
        if request.method == "POST":
            self.run(
                request,
                lambda: staging.second(assessment=row, by=person, at=timezone.now()),
                f"已复核：{row.application.number}，{row.staged_label}。",
            )
            return HttpResponseRedirect(self._url(row.pk))
        if not row.staged_grade:
            self.message_user(request, "没有需要复核的暂定档次。", level="error")
            return HttpResponseRedirect(self._url(row.pk))
        return self.confirm_page(
            request,
            title="复核暂定档次",
            what=f"“{row.application.name}”得分 {row.points} 分，建议{row.proposed_label}，"
            f"{row.staged_by}暂定为{row.staged_label}：{row.staged_reason}",
            verb="同意暂定档次",
            cancel_url=self._url(row.pk),
            row=row,
        )

    def _scored_row(self, request: HttpRequest, object_id: int) -> Assessment:
        row: Assessment = self.visible_or_404(request, str(object_id))
        if not self.has_confirm_permission(request):
            raise PermissionDenied
        return row

    def _own(self, view: str, pk: int) -> str:
        return reverse(f"admin:evaluation_assessment_{view}", args=(pk,))

    def _url(self, pk: int) -> str:
        return reverse("admin:evaluation_assessment_change", args=(pk,))


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
