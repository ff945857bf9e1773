"""Schemes with their indicators: written while they are drafts, read once an evaluation uses them."""

# ruff: noqa: ARG002 - the signatures are Django's

from fractions import Fraction
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes import grading, type_marks
from evaluation.schemes.admin.forms import CutoffForm, CutoffFormSet, IndicatorForm, IndicatorFormSet
from evaluation.schemes.admin.preview import preview
from evaluation.schemes.admin.workbooks import SchemeWorkbooks
from evaluation.schemes.choices import SchemeStatus
from evaluation.schemes.grading import Problem, SchemeValue
from evaluation.schemes.models import heads_of
from evaluation.schemes.queries import caution_of, how_earned, problems_of
from evaluation.schemes.reported import LABELS
from evaluation.schemes.services import copy_scheme
from platforms.backoffice.base import ScopedAdmin, ScopedInline
from platforms.backoffice.states import badge
from platforms.choices import PlatformType
from platforms.models import User
from platforms.notices.choices import NoticeStatus
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.notices.terms import Terms, grade_label
from platforms.one_use import creates, repeatable
from platforms.tones import Tone

#: Where a request keeps that its form is only tried and never saved.
TRIED = "_tried"
#: The header of the page's own script, which wants the preview alone.
ALONE = "X-Preview"


class SchemePart(ScopedInline):
    """What belongs to a scheme and, like it, is settled once an evaluation uses it."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("scheme")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_delete_permission(request, obj)


class CutoffInline(SchemePart):
    """What each grade of the scheme's notice but the last takes."""

    model = SchemeCutoff
    form = CutoffForm
    formset = CutoffFormSet
    verbose_name_plural = "各档起点"
    readonly_fields = ("grade_name",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        first = "grade" if self.has_change_permission(request, obj) else "grade_name"
        return (first, "least", "share")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer every grade that has no cut-off yet."""
        return len(missing_cutoffs(obj))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        if "grade" in made.form.base_fields:
            terms = _terms_of(obj)
            made.form.base_fields["grade"].choices = terms.grade_choices[:-1] if terms else []
        made.told, made.tried = _told(request), TRIED in request.__dict__
        return made

    @admin.display(description="档次")
    def grade_name(self, cutoff: SchemeCutoff) -> str:
        return grade_label(cutoff.scheme.terms, cutoff.grade)


def _terms_of(scheme: Scheme | None) -> Terms | None:
    """Return the terms of a scheme; those in use before there is one."""
    notice = scheme.notice_id if scheme else in_use()
    return value_of(notice).terms if notice else None


def missing_cutoffs(scheme: Scheme | None) -> list[str]:
    """Return the grades that need a cut-off and have none, the best first."""
    terms = _terms_of(scheme)
    has = {each.grade for each in scheme.cutoffs.all()} if scheme else set()
    return [code for code in terms.grade_codes[:-1] if code not in has] if terms else []


class IndicatorInline(SchemePart):
    """The indicators of a scheme; the full marks of all counted ones make 100."""

    model = Indicator
    form = IndicatorForm
    formset = IndicatorFormSet
    readonly_fields = ("how", "reported_from", "head_name", "of_types", "needs_evidence")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Return the boxes of a draft; of a locked scheme what people read."""
        if not self.has_change_permission(request, obj):
            return (
                *("title", "order", "head_name", "method", "full_marks", "of_types", "how", "reported_from"),
                *("needs_evidence", "guide"),
            )
        return tuple(IndicatorForm.Meta.fields)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        if "head" in made.form.base_fields:
            terms = _terms_of(obj)
            made.form.base_fields["head"].choices = heads_of(terms) if terms else []
        made.told, made.tried = _told(request), TRIED in request.__dict__
        return made

    @admin.display(description="类别")
    def head_name(self, indicator: Indicator) -> str:
        return indicator.head_label

    @admin.display(description="计分")
    def how(self, indicator: Indicator) -> str:
        return how_earned(indicator) or "—"

    @admin.display(description="各类型满分")
    def of_types(self, indicator: Indicator) -> str:
        return type_marks.show(indicator.marks_by_type, PlatformType.choices) or "—"

    @admin.display(description="须附佐证")
    def needs_evidence(self, indicator: Indicator) -> str:
        return "是" if indicator.evidence_required else "—"

    @admin.display(description="数值来源")
    def reported_from(self, indicator: Indicator) -> str:
        return LABELS.get(indicator.source, "—")


def _writable(obj: Model | None) -> bool:
    return not isinstance(obj, Scheme) or obj.status == SchemeStatus.DRAFT


def _told(request: HttpRequest) -> tuple[Problem, ...]:
    """Return the problems that this page shows at their boxes."""
    told: tuple[Problem, ...] = request.__dict__.get("_told", ())
    return told


def value_of_forms(form: Any, cutoffs: Any, indicators: Any) -> SchemeValue:
    """Return the scheme as the valid form and formsets say it, whatever is stored."""

    def rows(formset: Any) -> list[Any]:
        kept = [each for each in formset.forms if each not in formset.deleted_forms]
        return [each.instance for each in kept if each.instance.pk or each.has_changed()]

    value: SchemeValue = form.instance.value_with(sorted(rows(indicators), key=lambda row: row.order), rows(cutoffs))
    return value


@admin.register(Scheme)
class SchemeAdmin(SchemeWorkbooks, ScopedAdmin):
    list_unit = "个"
    list_display = ("name", "version", "notice", "state", "indicator_count", "cutoffs")
    list_select_related = ("notice",)
    list_filter = ("status",)
    search_fields = ("name",)
    search_help_text = "方案名称"
    readonly_fields = ("version", "explained")
    inlines = (CutoffInline, IndicatorInline)
    change_form_template = "admin/evaluation/scheme_form.html"
    change_list_template = "admin/evaluation/scheme_list.html"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the boxes of a draft; of a locked scheme what people read."""
        explained = "explain_full" if obj is None or self.has_change_permission(request, obj) else "explained"
        return (
            (None, {"fields": ("name", "version", "notice", "note")}),
            ("评分与自评", {"fields": (explained, "difference_share", "gap_share", "missing_report")}),
        )

    @admin.display(description="得满分也须说明")
    def explained(self, scheme: Scheme) -> str:
        return "是" if scheme.explain_full else "否"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: QuerySet = super().get_queryset(request).annotate(_indicators=Count("indicators"))
        return rows.prefetch_related("cutoffs")

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet:
        """A scheme is written for an approved notice."""
        rows: QuerySet = super().get_field_queryset(db, db_field, request)
        return rows.filter(status=NoticeStatus.APPROVED) if db_field.name == "notice" else rows

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"notice": in_use()} | super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, CutoffInline) and _writable(obj):
            kwargs["initial"] = [{"grade": grade} for grade in missing_cutoffs(obj if obj.pk else None)]
        return kwargs

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_delete_permission(request, obj)

    @admin.display(description="状态", ordering="status")
    def state(self, scheme: Scheme) -> SafeString:
        return _badge(scheme)

    @admin.display(description="指标（项）")
    def indicator_count(self, scheme: Any) -> int:
        return int(scheme._indicators)

    @admin.display(description="各档起点")
    def cutoffs(self, scheme: Scheme) -> str:
        return " / ".join(f"{grade_label(scheme.terms, each.grade)} {_cutoff(each)}" for each in scheme.cutoffs.all())

    def audit_code(self, obj: Model) -> str:
        return str(obj)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/copy/", wrap(self.copy_view), name="evaluation_scheme_copy"),
            path("<int:object_id>/preview/", wrap(self.preview_view), name="evaluation_scheme_preview"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        scheme = self.visible_or_404(request, object_id)
        value = scheme.value() if _writable(scheme) else None
        problems = problems_of(value) if value and request.method != "POST" else ()
        request.__dict__["_told"] = problems
        more = {
            "state_label": scheme.get_status_display(),
            "state_tone": _tone(scheme),
            "moves": self._buttons(request, scheme),
            "problems": [problem.told for problem in problems],
            "caution": caution_of(value) if value else "",
            "ties_share": value.by_rank if value else scheme.value().by_rank,
        }
        if self.has_change_permission(request, scheme):
            more["preview_url"] = reverse("admin:evaluation_scheme_preview", args=(scheme.pk,))
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _buttons(self, request: HttpRequest, scheme: Scheme) -> list[dict[str, str]]:
        book = reverse("admin:evaluation_scheme_workbook", args=(scheme.pk,))
        found = [{"label": "导出工作簿", "url": book, "kind": "plain"}]
        if self.has_add_permission(request):
            url = reverse("admin:evaluation_scheme_copy", args=(scheme.pk,))
            found.insert(0, {"label": "复制为新版本", "url": url, "kind": "plain"})
        return found

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete a draft; say why a scheme that was used stays."""
        scheme = self.visible_or_404(request, object_id)
        if not _writable(scheme) and self.may(request, "delete"):
            messages.error(request, f"“{scheme}”已用于绩效评价，不能删除；需要调整的，请复制为新版本。")
            return HttpResponseRedirect(reverse("admin:evaluation_scheme_change", args=(scheme.pk,)))
        return super().delete_view(request, object_id, extra_context)

    # Tried, not saved ------------------------------------------------------------------------------------------------

    @repeatable
    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the page as it was sent, with what the scheme would change; saves nothing."""
        scheme = self.visible_or_404(request, str(object_id))
        if not self.has_change_permission(request, scheme):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:evaluation_scheme_change", args=(scheme.pk,)))
        request.__dict__[TRIED] = True
        back = reverse("admin:evaluation_scheme_change", args=(scheme.pk,))
        return self.change_view(request, str(object_id), back)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        if TRIED not in request.__dict__:
            return made

        class Tried(made):  # type: ignore[misc, valid-type]
            def is_valid(self) -> bool:
                """Judge the form, and let nobody save it."""
                super().is_valid()
                return False

        return Tried

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if TRIED in request.__dict__:
            context |= {"tried": True, **self._tried(request, context)}
            if request.headers.get(ALONE):
                request.current_app = self.admin_site.name
                return TemplateResponse(request, "admin/evaluation/scheme_preview.html", context)
        return super().render_change_form(request, context, *args, **kwargs)

    def _tried(self, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
        """Return what the preview shows: problems of what was typed, and who would change grade."""
        form = context["adminform"].form
        formsets = {each.opts.model: each.formset for each in context["inline_admin_formsets"]}
        cutoffs, indicators = formsets[SchemeCutoff], formsets[Indicator]
        if form.errors or not (cutoffs.is_valid() and indicators.is_valid()):
            return {"is_unreadable": True}
        value = value_of_forms(form, cutoffs, indicators)
        assert isinstance(request.user, User)
        titles = {each.code: each.title for each in value.indicators}
        found = preview(value, titles, request.user) if value.indicators else None
        return {"tried_problems": [each.told for each in problems_of(value)], "preview": found}

    @creates
    def copy_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask (GET), then make the next version (POST)."""
        scheme = self.visible_or_404(request, str(object_id))
        if not self.has_add_permission(request):
            raise PermissionDenied
        back = reverse("admin:evaluation_scheme_change", args=(scheme.pk,))
        if request.method == "POST":
            made: list[Scheme] = []

            def act() -> None:
                assert isinstance(request.user, User)
                made.append(copy_scheme(scheme=scheme, by=request.user, at=timezone.now()))

            done = self.run(request, act, f"已复制“{scheme}”，可在新版本中修改。")
            return HttpResponseRedirect(reverse("admin:evaluation_scheme_change", args=(made[0].pk,)) if done else back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "复制为新版本",
            "what": f"将依据“{scheme}”建立一个新版本，指标和档次起点照抄，可再修改；原方案不变。",
            "verb": "复制为新版本",
            "cancel_url": back,
            "row": scheme,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/confirm_move.html", context)


def _cutoff(cutoff: SchemeCutoff) -> str:
    """Return what a grade takes: 90, 前 20%, 75 且前 50%."""
    points = grading.plain(Fraction(cutoff.least)) if cutoff.least or cutoff.share is None else ""
    share = "" if cutoff.share is None else f"前 {grading.plain(Fraction(cutoff.share))}%"
    return " 且".join(filter(None, [points, share]))


def _tone(scheme: Scheme) -> Tone:
    return "good" if scheme.status == SchemeStatus.LOCKED else "neutral"


def _badge(scheme: Scheme) -> SafeString:
    return badge(scheme.get_status_display(), _tone(scheme))
