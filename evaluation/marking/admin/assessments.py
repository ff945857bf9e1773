"""The worklist of the evaluation and the marking sheet."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.certification.queries.in_force import held_by
from evaluation.marking.admin.assigning import Assigning
from evaluation.marking.admin.bulk import BulkStaging
from evaluation.marking.admin.grid import GridPages
from evaluation.marking.admin.recorded import recorded_of
from evaluation.marking.admin.subjects import CitySheet, Subject, city_sheets
from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.excel import AssessmentResource
from evaluation.marking.queries.blindness import readable_pks, seeing
from evaluation.marking.services import assessments, staging
from evaluation.marking.services.entering import LONGEST_TEXT
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Sheet
from platforms.applications.choices import ApplicationStatus
from platforms.backoffice.excel import ExportAdmin
from platforms.backoffice.moves import MoveButtons
from platforms.backoffice.states import badge
from platforms.backoffice.vocabularies import grade_filter
from platforms.models import User
from platforms.move_table import Move
from platforms.notices.terms import grade_label
from platforms.pages.queue import Ahead, ahead, kept, tell
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
class AssessmentAdmin(GridPages, Assigning, BulkStaging, MoveButtons, ExportAdmin):
    workflow = ASSESSMENT
    actions = (*BulkStaging.actions, *Assigning.actions)
    finish_label = "完成评分"
    finished = "已保存并完成评分"
    # Scoring is completed on the sheet itself, staged grades are applied and published for the round as a whole.
    move_services = {"reopen": _reopen}
    state_tones = TONES
    resource = AssessmentResource
    import_export_change_list_template = "admin/evaluation/assessment_list.html"
    site_path = "application"
    list_unit = "份"
    list_display = ("number", "name", "state", "region", "kind", "points", "proposed", "staged", "confirmed")
    list_display_links = ("number",)
    list_filter = (
        *("evaluation__round", "status", "application__region", "application__type"),
        grade_filter("proposed_grade", "建议档次"),
        grade_filter("staged_grade", "暂定档次"),
        grade_filter("grade", "核定档次"),
    )
    search_fields = ("application__number", "application__name", "application__operator_name")
    search_help_text = "申报编号、名称、拼音首字母或运营单位"
    ordering = ("-evaluation__round__year", "application__number")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = seeing(super().get_queryset(request), _person(request))
        rows = rows.select_related("application__region", "evaluation__round")
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

    def grid_rows(self, request: HttpRequest) -> QuerySet:
        return self.get_queryset(request).order_by("application__number")

    def to_evaluation(self) -> str:
        return "evaluation"

    def subjects(self, request: HttpRequest, rows: list[Any]) -> dict[int, Subject]:
        return city_sheets(rows, _person(request))

    def subject_of(self, request: HttpRequest, object_id: str) -> CitySheet:
        return CitySheet(self.visible_or_404(request, object_id), _person(request))

    def may_settle(self, request: HttpRequest) -> bool:
        return request.user.has_perm("evaluation.score_assessment")

    def options_of(self, request: HttpRequest) -> dict[str, Any]:
        return {"veto": request.POST.get("veto", ""), "veto_fact": request.POST.get("veto_fact", "")}

    def told(self, row: Any) -> str:
        return f"{row.application.number}，得分 {row.points} 分，建议{row.proposed_label}"

    def sheet_extras(self, request: HttpRequest, subject: Any, posted: Mapping[str, Any] | None) -> dict[str, Any]:
        row: Assessment = subject.row
        withdrawn = row.application.status == ApplicationStatus.WITHDRAWN
        typed = posted or {"veto": row.veto, "veto_fact": row.veto_fact}
        return {
            "state_label": f"{self.state_label(row)}（申报已撤回）" if withdrawn else self.state_label(row),
            "state_tone": "neutral" if withdrawn else TONES[row.status],
            "moves": self.buttons(request, row),
            "settles": subject.settles,
            "grounds": row.terms.ground_choices,
            "veto": {"ground": typed.get("veto", ""), "fact": typed.get("veto_fact", "")},
            **recorded_of(row),
            "held": held_by(row.application.platform_id or 0, timezone.localdate()),
            "judges": self._sheets_beside(request, row),
        }

    def _sheets_beside(self, request: HttpRequest, row: Assessment) -> list[dict[str, Any]]:
        """Return the sheets of those who judge, each with its state and, where it may be read by now, its points."""
        person = _person(request)
        beside = list(Sheet.objects.visible_to(person).filter(assessment=row).select_related("judge").order_by("pk"))
        reads = readable_pks(beside, person)
        return [
            {
                "label": each.get_kind_display(),
                "judge": each.judge.name if each.judge else "",
                "state": each.get_status_display(),
                "points": each.points if each.pk in reads else None,
                "runs_itself": each.runs_itself,
                "url": reverse("admin:evaluation_sheet_change", args=(each.pk,)),
            }
            for each in beside
        ]

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
        second = (
            [{"label": "复核暂定档次", "url": kept(request, self._own("second", row.pk)), "kind": "main"}]
            if waits
            else []
        )
        return [*second, {"label": label, "url": kept(request, self._own("stage", row.pk)), "kind": main}]

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
            following = self._graded_next(request, row, staged=False)
            if self.run(request, lambda: _stage(row, person, timezone.now(), form.cleaned_data)):
                return self._told(request, row, f"已暂定 {row.application} 为{label}。", following)
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
            following = self._graded_next(request, row, staged=True)
            if self.run(request, lambda: staging.second(assessment=row, by=person, at=timezone.now())):
                return self._told(request, row, f"已复核 {row.application} 的{row.staged_label}。", following)
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

    def _graded_next(self, request: HttpRequest, row: Assessment, *, staged: bool) -> Ahead:
        """Return what waits after ``row``, of those without a staged grade or, ``staged``, for a second officer."""
        person = _person(request)
        rows = self.listed(request).filter(status=AssessmentStatus.SCORED)
        if staged:
            rows = rows.exclude(staged_grade="").exclude(staged_by=person).filter(seconded_by=None)
            keys = [each.pk for each in rows if staging.waits_for_second(each)]
        else:
            keys = list(rows.filter(staged_grade="").values_list("pk", flat=True))
        name = "second" if staged else "stage"
        return ahead(keys, row.pk, lambda pk: kept(request, self._own(name, pk)))

    def _told(self, request: HttpRequest, row: Assessment, what: str, following: Ahead) -> HttpResponse:
        tell(request, what, next=following, unit="家", list_url=self.list_url(request))
        return HttpResponseRedirect(self.change_url(request, row.pk))

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
