"""Schemes with their indicators: written while they are drafts, read once an evaluation uses them."""

# ruff: noqa: ARG002 - the signatures are Django's

import re
import unicodedata
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes import grading
from evaluation.schemes.choices import SchemeStatus
from evaluation.schemes.models import heads_of
from evaluation.schemes.queries import how_earned
from evaluation.schemes.reported import LABELS
from evaluation.schemes.services import copy_scheme
from platforms.backoffice.base import ScopedAdmin, ScopedInline
from platforms.backoffice.states import badge
from platforms.models import User
from platforms.notices.choices import NoticeStatus
from platforms.notices.models import value_of
from platforms.notices.queries import in_use
from platforms.notices.terms import Terms, grade_label
from platforms.one_use import creates
from platforms.tones import Tone

TIER = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)[:=](\d{1,4}(?:\.\d{1,2})?)", re.ASCII)


class TiersField(forms.JSONField):
    """Tiers as people write them: 1:2;3:5 is 2 points from 1 on, 5 points from 3 on."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return ";".join(f"{least}:{points}" for least, points in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[list[str]]:  # type: ignore[override]
        plain = unicodedata.normalize("NFKC", value or "").replace(" ", "")
        matches = [TIER.fullmatch(part) for part in plain.split(";") if part]
        if not all(matches):
            raise ValidationError("请按“数值：得分”填写，各档用分号隔开，如 1:2;3:5;5:7。")
        return [list(match.groups()) for match in matches if match]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class CutoffForm(forms.ModelForm):
    grade = forms.ChoiceField(label="档次")

    class Meta:
        model = SchemeCutoff
        fields = ("grade", "least")


class IndicatorForm(forms.ModelForm):
    head = forms.ChoiceField(label="类别")
    tiers = TiersField(label="分档", required=False, help_text="数值：得分，分号隔开")
    source = forms.ChoiceField(label="填报数值来源", required=False, choices=[("", "无"), *LABELS.items()])

    class Meta:
        model = Indicator
        fields = (
            *("order", "head", "code", "title", "method", "full_marks", "unit"),
            *("floor", "target", "tiers", "source", "guide"),
        )


class SchemePart(ScopedInline):
    """What belongs to a scheme and, like it, is settled once an evaluation uses it."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _writable(obj) and super().has_delete_permission(request, obj)


class CutoffInline(SchemePart):
    """The least points of each grade of the scheme's notice but the last."""

    model = SchemeCutoff
    form = CutoffForm
    verbose_name_plural = "各档起点"
    readonly_fields = ("grade_name",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("grade", "least") if self.has_change_permission(request, obj) else ("grade_name", "least")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer every grade that has no cut-off yet."""
        return len(missing_cutoffs(obj))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        if "grade" in made.form.base_fields:
            terms = _terms_of(obj)
            made.form.base_fields["grade"].choices = terms.grade_choices[:-1] if terms else []
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
    readonly_fields = ("how", "reported_from", "head_name")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Return the boxes of a draft; of a locked scheme what people read."""
        if not self.has_change_permission(request, obj):
            return ("order", "head_name", "title", "method", "full_marks", "how", "reported_from", "guide")
        return tuple(IndicatorForm.Meta.fields)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        if "head" in made.form.base_fields:
            terms = _terms_of(obj)
            made.form.base_fields["head"].choices = heads_of(terms) if terms else []
        return made

    @admin.display(description="类别")
    def head_name(self, indicator: Indicator) -> str:
        return indicator.head_label

    @admin.display(description="计分")
    def how(self, indicator: Indicator) -> str:
        return how_earned(indicator) or "—"

    @admin.display(description="填报数值来源")
    def reported_from(self, indicator: Indicator) -> str:
        return LABELS.get(indicator.source, "—")


def _writable(obj: Model | None) -> bool:
    return not isinstance(obj, Scheme) or obj.status == SchemeStatus.DRAFT


@admin.register(Scheme)
class SchemeAdmin(ScopedAdmin):
    list_display = ("name", "version", "notice", "state", "indicator_count", "cutoffs")
    list_select_related = ("notice",)
    list_filter = ("status",)
    search_fields = ("name",)
    fields = ("name", "version", "notice", "note")
    readonly_fields = ("version",)
    inlines = (CutoffInline, IndicatorInline)
    change_form_template = "admin/evaluation/scheme_form.html"

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

    @admin.display(description="指标(项)")
    def indicator_count(self, scheme: Any) -> int:
        return int(scheme._indicators)

    @admin.display(description="各档起点(分)")
    def cutoffs(self, scheme: Scheme) -> str:
        return " / ".join(
            f"{grade_label(scheme.terms, each.grade)} {grading.plain(Fraction(each.least))}"
            for each in scheme.cutoffs.all()
        )

    def audit_code(self, obj: Model) -> str:
        return str(obj)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<int:object_id>/copy/", view, name="evaluation_scheme_copy"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        scheme = self.visible_or_404(request, object_id)
        url = reverse("admin:evaluation_scheme_copy", args=(scheme.pk,))
        more = {
            "state_label": scheme.get_status_display(),
            "state_tone": _tone(scheme),
            "moves": [{"label": "复制为新版本", "url": url, "kind": "plain"}]
            if self.has_add_permission(request)
            else [],
            "problems": grading.problems(scheme.value()) if _writable(scheme) else (),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

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


def _tone(scheme: Scheme) -> Tone:
    return "good" if scheme.status == SchemeStatus.LOCKED else "neutral"


def _badge(scheme: Scheme) -> SafeString:
    return badge(scheme.get_status_display(), _tone(scheme))
