"""任务模板: what the platforms of each type have to do in each phase of a round, set by the city."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.choices import PlatformType
from platforms.models import Round, TaskTemplate
from platforms.notices.clauses import cited
from platforms.rounds.choices import RoundStatus
from platforms.tasks.models import FOR_TYPE
from platforms.tasks.services import templates as task_templates

LEAD = "平台受理后自动获得所属类型各阶段的任务；修改后，各平台的任务随之更新，已登记完成的保留。"
FORM_FIELDS = (
    "round", "phase", "title", "proof", "clause", *FOR_TYPE.values(), "due_on", "needs_file", "position",
)  # fmt: skip


class TemplateForm(ServiceForm):
    """The values of one template; the service judges them."""

    phase = forms.TypedChoiceField(label="阶段", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "phase" in self.fields:
            rounds = [self.instance.round] if self.instance.pk else Round.objects.exclude(status=RoundStatus.PUBLISHED)
            self.fields["phase"].choices = _phases(rounds)  # type: ignore[attr-defined]

    class Meta:
        model = TaskTemplate
        fields = FORM_FIELDS
        widgets = {"proof": forms.Textarea(attrs={"rows": 3, "maxlength": "200"})}
        help_texts = {
            "proof": "怎样算完成，核查时看什么。",
            "clause": cited("通知中的条款，如“{}”。", "phases.linking"),
            "due_on": "须在该阶段之内。申报开始后，在年度页面“调整日期”中写明理由后调整。",
            "position": "同一阶段内从小到大排列。",
        }


def _phases(rounds: Iterable[Round]) -> list[tuple[int, str]]:
    """Return the phases of ``rounds`` by number; where their notices differ, with each of their names."""
    labels: dict[int, list[str]] = {}
    for round_ in rounds:
        for number, label in round_.terms.phase_choices:
            if label not in labels.setdefault(number, []):
                labels[number].append(label)
    return [(number, " / ".join(labels[number])) for number in sorted(labels)]


class PhaseFilter(admin.SimpleListFilter):
    title = "阶段"
    parameter_name = "phase"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(number), label) for number, label in _phases(Round.objects.order_by("-year"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(phase=self.value()) if self.value() else queryset


@admin.register(TaskTemplate)
class TaskTemplateAdmin(ServiceAdmin):
    form = TemplateForm
    list_unit = "项"
    list_display = (
        "title",
        "round",
        "phase_in_words",
        "types_in_words",
        "due_on",
        "needs_file",
        "clause",
        "position",
        "state",
    )
    list_filter = ("round", PhaseFilter, "retired")
    list_select_related = ("round",)
    search_fields = ("title", "proof")
    search_help_text = "任务或完成标准"
    ordering = ("-round__year", "phase", "position", "pk")

    def get_urls(self) -> list:
        retire = path(
            "<int:object_id>/retire/",
            self.admin_site.admin_view(self.retire_view),
            name="platforms_tasktemplate_retire",
        )
        return [retire, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"lead": LEAD} | (extra_context or {}))

    @admin.display(description="阶段", ordering="phase")
    def phase_in_words(self, row: TaskTemplate) -> str:
        return row.phase_label

    @admin.display(description="适用类型")
    def types_in_words(self, row: TaskTemplate) -> str:
        words = [PlatformType(type).short for type, name in FOR_TYPE.items() if getattr(row, name)]
        return "全部" if len(words) == len(FOR_TYPE) else "、".join(words)

    @admin.display(description="状态", ordering="retired")
    def state(self, row: TaskTemplate) -> SafeString:
        return badge("已停用", "neutral") if row.retired else badge("在用", "good")

    # One template ----------------------------------------------------------------------------------------------------

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        return rows.exclude(status=RoundStatus.PUBLISHED) if db_field.name == "round" else rows

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {name: given[name] for name in ("round", "phase") if name in given}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        fixed = obj.round.status != RoundStatus.PREPARING
        return ("round", "due_on") if fixed else ("round",)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        settled = isinstance(obj, TaskTemplate) and obj.round.status == RoundStatus.PUBLISHED
        return super().has_change_permission(request, obj) and not settled

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes one: it is retired, so that what was done keeps its name."""
        return False

    def perform(self, request: HttpRequest, form: ServiceForm, obj: TaskTemplate | None) -> TaskTemplate:
        values = {name: form.cleaned_data[name] for name in task_templates.FIELDS if name in form.cleaned_data}
        who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
        if obj is None:
            return task_templates.add(round=form.cleaned_data["round"], values=values, **who)
        return task_templates.change(template=obj, values=values, **who)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row: TaskTemplate | None = context.get("original")
        if row is not None:
            context |= {
                "state_label": "已停用" if row.retired else "在用",
                "state_tone": "neutral" if row.retired else "good",
            }
            if self.has_change_permission(request, row):
                url = reverse("admin:platforms_tasktemplate_retire", args=(row.pk,))
                context["moves"] = [{"label": "恢复" if row.retired else "停用", "url": url, "kind": "plain"}]
        return super().render_change_form(request, context, *args, **kwargs)

    def retire_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then retire a template or bring it back."""
        row: TaskTemplate = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        back = reverse("admin:platforms_tasktemplate_change", args=(row.pk,))
        verb, retired = ("恢复", False) if row.retired else ("停用", True)
        if request.method == "POST":
            who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
            self.run(
                request,
                lambda: task_templates.set_retired(template=row, retired=retired, **who),
                f"已{verb}任务“{row}”。",
            )
            return HttpResponseRedirect(back)
        effects = (
            ["各平台尚未完成的这项任务不再出现。", "已登记完成的保留。"]
            if retired
            else ["适用类型的平台重新获得这项任务。"]
        )
        return self.confirm_page(
            request, title=f"{verb}任务模板", what=f"将{verb}{row.round}的任务“{row}”。", verb=f"{verb}任务模板",
            effects=effects, cancel_url=back, row=row,
        )  # fmt: skip

    def audit_code(self, obj: TaskTemplate) -> str:  # type: ignore[override]
        return str(obj.round.year)
