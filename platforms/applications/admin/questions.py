"""补充问题: what the city asks on top in each round, put together here and seen as the form will show it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from platforms.applications import questions as rules
from platforms.applications.choices import QuestionKind
from platforms.applications.pages.question_fields import field_of
from platforms.applications.queries.questions import times_answered
from platforms.applications.sections import SECTIONS, section
from platforms.applications.services import questions
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.choices import PlatformType
from platforms.models import Question, Round
from platforms.rounds.choices import RoundStatus

PREVIEW = "_preview"
LATER = "改为必须回答的，已提交的申报表不受影响；草稿和被退回的申报表在提交时须回答。"
_SECTIONS = [(each.slug, f"{each.number} {each.title}") for each in rules.sections_asked()]
LEAD = (
    f"市经信局另行询问的内容，出现在申报表所选部分的末尾，与其他栏目一样填写、打印和导出。{LATER}"
    "宜在开始受理前设定：此后新增或修改的，已上传的盖章扫描件会提示与内容不符。"
)
CITY_COLUMNS = ("times", "order")


class QuestionForm(ServiceForm):
    """One question; with the button 预览 it is shown as the form will show it, and nothing is saved."""

    section = forms.ChoiceField(label="所在部分", choices=[("", "请选择"), *_SECTIONS])
    types = forms.MultipleChoiceField(
        label="适用类型",
        choices=PlatformType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选即适用于全部类型。",
    )
    position = forms.IntegerField(
        label="顺序", min_value=1, max_value=questions.MOST, required=False,
        help_text="在所在部分的补充问题中排第几；新问题留空即排在最后。",
    )  # fmt: skip
    previewing = False

    class Meta:
        model = Question
        fields = ("round", "section", "text", "help_text", "kind", "options", "least", "types", "required", "position")
        help_texts = {
            "text": "显示为栏目名称，也是导出表格的列名。",
            "help_text": "写在栏目下方，说明怎样填写。",
            "options": "只有单选的问题填写，每行一个选项，至少两个。",
            "least": "只有数字的问题填写，回答不得小于这个数；不限的留空。",
            "required": LATER,
        }
        widgets = {"options": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.previewing = PREVIEW in self.data
        if "kind" in self.fields:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)
            kind.choices = [("", "请选择"), *QuestionKind.choices]

    def _post_clean(self) -> None:
        if self.previewing:
            self.perform = None
        super()._post_clean()

    def is_valid(self) -> bool:
        # A form that is only looked at is never saved.
        return super().is_valid() and not self.previewing

    @property
    def previewed(self) -> Question | None:
        """The question as it would be asked, where the form is right so far and 预览 was pressed."""
        return self.instance if self.previewing and not self.errors else None


class CopyForm(forms.Form):
    """From which round to which."""

    source = forms.ModelChoiceField(label="复制自", queryset=Round.objects.none(), empty_label="请选择")
    target = forms.ModelChoiceField(label="复制到", queryset=Round.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, rounds: models.QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rounds if name == "source" else rounds.exclude(status=RoundStatus.PUBLISHED)


class Preview(forms.Form):
    """One question as the form shows it; nothing can be typed."""

    def __init__(self, question: Question) -> None:
        super().__init__(auto_id="preview_%s")
        self.fields["answer"] = field_of(question)
        self.fields["answer"].disabled = True


@admin.register(Question)
class QuestionAdmin(ServiceAdmin):
    form = QuestionForm
    change_form_template = "admin/platforms/question/record.html"
    list_unit = "项"
    list_display = ("text", "round", "section_title", "kind", "types_label", "required_label", "state", *CITY_COLUMNS)
    list_filter = ("round", "kind", "required", "retired")
    list_select_related = ("round",)
    search_fields = ("text", "help_text")
    search_help_text = "问题或填写说明"
    ordering = (
        "-round__year",
        models.Case(*(models.When(section=each.slug, then=each.number) for each in SECTIONS), default=99).asc(),
        "position",
        "pk",
    )

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("copy/", wrap(self.copy_view), name="platforms_question_copy"),
            path("<int:object_id>/retire/", wrap(self.retire_view), name="platforms_question_retire"),
            path("<int:object_id>/reinstate/", wrap(self.reinstate_view), name="platforms_question_reinstate"),
            path("<int:object_id>/up/", wrap(self.up_view), name="platforms_question_up"),
            path("<int:object_id>/down/", wrap(self.down_view), name="platforms_question_down"),
            *super().get_urls(),
        ]

    # List ------------------------------------------------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = list(super().get_list_display(request))
        if self.may(request, "change"):
            return columns
        # How often it was answered in the whole city is the city's business.
        left = [name for name in columns if name not in CITY_COLUMNS]
        return left or ["text"]

    def _rows(self, shown: ChangeList) -> Iterator[Sequence[Any]]:
        # Buttons stay on the screen.
        shown.list_display = [name for name in shown.list_display if name != "order"]
        return super()._rows(shown)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows: models.QuerySet = super().get_queryset(request)
        if not self.may(request, "change"):
            return rows
        by_value, by_file = (models.Count(path, distinct=True) for path in ("answers", "files__application"))
        counted: models.QuerySet = rows.annotate(by_value=by_value, by_file=by_file)
        return counted

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"lead": LEAD} | (extra_context or {}))

    @admin.display(description="所在部分")
    def section_title(self, row: Question) -> str:
        return section(row.section).title

    @admin.display(description="适用类型")
    def types_label(self, row: Question) -> str:
        return row.types_in_words().replace("窗口平台", "")

    @admin.display(description="必须回答", ordering="required")
    def required_label(self, row: Question) -> str:
        return "是" if row.required else "否"

    @admin.display(description="状态", ordering="retired")
    def state(self, row: Question) -> SafeString:
        return badge("已停用", "neutral") if row.retired else badge("在用", "good")

    @admin.display(description="已回答（份）")
    def times(self, row: Any) -> int:
        return int(row.by_value + row.by_file)

    @admin.display(description="调整顺序")
    def order(self, row: Question) -> SafeString:
        if row.round.status == RoundStatus.PUBLISHED:
            return SafeString("")
        return format_html(
            '<span class="nowrap"><button type="submit" class="button button--small" formaction="{}">'
            '上移<span class="visually-hidden">“{}”</span></button> '
            '<button type="submit" class="button button--small" formaction="{}">'
            '下移<span class="visually-hidden">“{}”</span></button></span>',
            reverse("admin:platforms_question_up", args=(row.pk,)),
            row.text,
            reverse("admin:platforms_question_down", args=(row.pk,)),
            row.text,
        )

    # One question ----------------------------------------------------------------------------------------------------

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        return rows.exclude(status=RoundStatus.PUBLISHED) if db_field.name == "round" else rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return QuestionForm.Meta.fields
        if not self.has_change_permission(request, obj):
            return (
                "round",
                "section_title",
                "text",
                "help_text",
                "kind",
                "options",
                "least",
                "types_label",
                "required_label",
            )
        where = "section_title" if self._times(request, obj) else "section"
        return ("round", where, "text", "help_text", "kind", "options", "least", "types", "required", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        if not self.has_change_permission(request, obj):
            return ("section_title", "types_label", "required_label")
        return ("round", "section_title", "kind") if self._times(request, obj) else ("round",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and "section" in made.base_fields and "section_title" in self.get_fields(request, obj):
            # A declared field is there even where the page only tells it.
            del made.base_fields["section"]
        return made

    def _times(self, request: HttpRequest, obj: Question) -> int:
        """Return how often ``obj`` was answered; asked of the database once per request."""
        known: dict[int, int] = request.__dict__.setdefault("_times_answered", {})
        if obj.pk not in known:
            known[obj.pk] = times_answered(obj)
        return known[obj.pk]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_settled(obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        if not super().has_delete_permission(request, obj) or _is_settled(obj):
            return False
        return not (isinstance(obj, Question) and self._times(request, obj))

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Question | None) -> Question:
        values = {name: form.cleaned_data[name] for name in questions.FIELDS if name in form.cleaned_data}
        who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
        position = form.cleaned_data.get("position")
        if obj is None:
            return questions.add(round=form.cleaned_data["round"], values=values, position=position, **who)
        return questions.change(question=obj, values=values, position=position, **who)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        stored: Question | None = context.get("original")
        pressed: Question | None = getattr(context["adminform"].form, "previewed", None)
        shown = pressed or stored
        if shown is not None:
            context |= {"preview": Preview(shown), "preview_section": section(shown.section).title}
            context["preview_first"] = pressed is not None
        if stored is not None:
            context |= self._about(request, stored)
        return super().render_change_form(request, context, *args, **kwargs)

    def _about(self, request: HttpRequest, row: Question) -> dict[str, Any]:
        """Return state, buttons and what to know on the page of ``row``."""
        shown: dict[str, Any] = {"state_label": "已停用" if row.retired else "在用"}
        shown["state_tone"] = "neutral" if row.retired else "good"
        if not self.may(request, "change"):
            return shown
        if _is_settled(row):
            return shown | {"notice": f"{row.round}结果已公布，补充问题只供查阅。"}
        count = self._times(request, row)
        if count:
            shown["notice"] = (
                f"已有 {count} 份申报表回答，所在部分、回答方式和已有选项不能再改，也不能删除，"
                "否则已填的回答会失去原意。不再需要的请停用；需要改问的，请停用后另建一个问题。"
            )
        act = "reinstate" if row.retired else "retire"
        url = reverse(f"admin:platforms_question_{act}", args=(row.pk,))
        return shown | {"moves": [{"label": "恢复" if row.retired else "停用", "url": url, "kind": "plain"}]}

    def delete_model(self, request: HttpRequest, obj: Question) -> None:
        questions.delete(question=obj, by=person_of(request), at=timezone.now())

    def log_deletion(self, request: HttpRequest, obj: models.Model, object_repr: str) -> None:
        """Do nothing: the service wrote the event."""

    # Acts ------------------------------------------------------------------------------------------------------------

    def retire_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then ask the question no more."""
        return self._state_view(
            request,
            object_id,
            "停用",
            questions.retire,
            [
                "尚未提交的申报表不再出现这个问题，也不再因它而不能提交。",
                "已填的回答保留在已提交的版本中，恢复后重新有效。",
            ],
        )

    def reinstate_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then put the question into the form again."""
        return self._state_view(
            request, object_id, "恢复", questions.reinstate, ["尚未提交的申报表重新出现这个问题。", LATER]
        )

    def _state_view(
        self, request: HttpRequest, object_id: int, verb: str, service: Callable[..., Any], effects: list[str]
    ) -> HttpResponse:
        row = self._changeable(request, object_id)
        back = reverse("admin:platforms_question_change", args=(row.pk,))
        if request.method == "POST":
            who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
            self.run(request, lambda: service(question=row, **who), f"已{verb}补充问题“{row}”。")
            return HttpResponseRedirect(back)
        what = f"将{verb}{row.round}的补充问题“{row}”。"
        title = f"{verb}补充问题"
        return self.confirm_page(request, title=title, what=what, verb=title, effects=effects, cancel_url=back, row=row)

    @method_decorator(require_POST)
    def up_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Move the question one place up in its section."""
        return self._shift(request, object_id, up=True)

    @method_decorator(require_POST)
    def down_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Move the question one place down in its section."""
        return self._shift(request, object_id, up=False)

    def _shift(self, request: HttpRequest, object_id: int, *, up: bool) -> HttpResponse:
        row = self._changeable(request, object_id)
        self.run(
            request, lambda: questions.shift(question=row, up=up, by=person_of(request), at=timezone.now()),
            f"已{'上移' if up else '下移'}“{row}”。",
        )  # fmt: skip
        return HttpResponseRedirect(f"{reverse('admin:platforms_question_changelist')}?round__id__exact={row.round_id}")

    def copy_view(self, request: HttpRequest) -> HttpResponse:
        """Choose two rounds, then copy what the one asks and the other does not."""
        self.check_may(request, "add")
        back = reverse("admin:platforms_question_changelist")
        initial = {"target": request.GET.get("target", "")}
        rounds = Round.objects.visible_to(request.user)
        form = CopyForm(request.POST or None, rounds=rounds, initial=initial)
        if request.method == "POST" and form.is_valid():
            source, target = form.cleaned_data["source"], form.cleaned_data["target"]
            done: list[tuple[int, int]] = []
            who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
            if self.run(request, lambda: done.append(questions.copy(source=source, target=target, **who))):
                made, there = done[0]
                left = f"，另有 {there} 个已有相同的问题，没有重复" if there else ""
                messages.success(request, f"已从{source}复制 {made} 个补充问题到{target}{left}。")
                return HttpResponseRedirect(f"{back}?round__id__exact={target.pk}")
        return self.confirm_page(
            request,
            title="复制往年的补充问题",
            what="将把一个年度在用的补充问题复制到另一个年度，复制后可以分别修改。",
            verb="复制补充问题",
            effects=["已停用的不复制；目标年度已有相同问题的不重复。", "所在部分、选项、适用类型和必须回答一并复制。"],
            form=form,
            cancel_url=back,
        )

    def _changeable(self, request: HttpRequest, object_id: int) -> Question:
        row: Question = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        return row


def _is_settled(obj: Any) -> bool:
    return isinstance(obj, Question) and obj.round.status == RoundStatus.PUBLISHED
