"""Certificates: what each is today, and the one thing that can happen to one."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from evaluation.certification.admin import giving_up, versions
from evaluation.certification.admin.end_fields import EndFields
from evaluation.certification.choices import Validity
from evaluation.certification.excel import CertificationResource
from evaluation.certification.queries import documents
from evaluation.certification.queries.certifications import noteworthy, speaks_for_revocation
from evaluation.certification.queries.in_force import HOLDING, WITH_END, in_state, state_of
from evaluation.certification.validity import HELD, TONES
from evaluation.models import Certification
from evaluation.revocation.queries import of_platform
from evaluation.revocation.services import facts
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.case_files import filled_fields
from platforms.backoffice.excel import ExportAdmin
from platforms.backoffice.states import badge
from platforms.backoffice.vocabularies import grade_filter, ground_filter
from platforms.errors import Refusal
from platforms.models import User


class NoteForm(forms.Form):
    """What of a later round is noted, in which words, and when it happened."""

    key = forms.ChoiceField(
        label="登记哪一项",
        choices=[],
        error_messages={"required": "请选择登记哪一项。", "invalid_choice": "请从列出的评价记录中选择。"},
    )
    text = forms.CharField(
        label="事实",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1000}),
        help_text="写明何时、以何种方式通知，平台如何答复；登记后由市经信局确认，不会自动撤销。",
    )
    on = forms.DateField(label="发生日期", widget=AdminDateWidget, help_text="不晚于今天。")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class StateFilter(admin.SimpleListFilter):
    """By what the certificate is today."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(HOLDING, "认定有效，可申报上级认定"), *((value, str(label)) for value, label in Validity.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return in_state(queryset, self.value() or "", on=timezone.localdate()) if self.value() else queryset


@admin.register(Certification)
class CertificationAdmin(EndFields, ReadOnlyAdmin, ExportAdmin):
    resource = CertificationResource
    site_path = "result"
    list_unit = "份"
    list_display = ("number", "state", "platform", "region_name", "year", "grade", "valid_from", "valid_until")
    list_select_related = ("result__region", "result__publication__round", *WITH_END)
    record_select_related = (*list_select_related, "end__ended_by")
    list_filter = (
        StateFilter,
        "result__publication__round",
        "result__region",
        grade_filter("result__grade"),
        ground_filter(),
    )
    search_fields = ("number", "result__name", "result__code", "result__operator_name")
    search_help_text = "证书编号、名称、拼音首字母或平台编号"
    ordering = ("-result__publication__round__year", "number")
    shown = (
        "number",
        "platform",
        "operator",
        "region_name",
        "grade",
        "valid_from",
        "valid_until",
        "files",
        "ending",
        "ended_on",
        "successor",
        "predecessor",
        "ended_reason",
        "ended_by",
        "revoked_on",
        "ground_label",
        "revocation_reason",
        "revoker",
        "revoked_at",
    )
    change_form_template = "admin/evaluation/certification_form.html"
    import_export_change_list_template = "admin/evaluation/certification_list.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return filled_fields(self, self.shown, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    @admin.display(description="证书和标牌")
    def files(self, row: Certification) -> SafeString:
        """Link where the certificate is verified, its file, and the plaque while it is held."""
        file = documents.of_certificate(row)
        forms = ("pdf", "svg") if documents.is_held(row, timezone.localdate()) else ()
        links = [
            (reverse("site:certificate", args=(row.number,)), "核验页面"),
            *([(reverse("evaluation:document", args=(file.pk,)), "证书文件")] if file else []),
            *((reverse("evaluation:plaque", args=(row.pk, form)), f"标牌（{form.upper()}）") for form in forms),
        ]
        return format_html_join("　", '<a href="{}">{}</a>', links)

    @admin.display(description="平台名称", ordering="result__name")
    def platform(self, row: Certification) -> str:
        return row.result.name

    @admin.display(description="运营单位")
    def operator(self, row: Certification) -> str:
        return row.result.operator_name

    @admin.display(description="地区", ordering="result__region__code")
    def region_name(self, row: Certification) -> str:
        return row.result.region.name if row.result.region else "市级"

    @admin.display(description="年度", ordering="result__publication__round__year")
    def year(self, row: Certification) -> int:
        return row.result.publication.round.year

    @admin.display(description="档次", ordering="result__grade")
    def grade(self, row: Certification) -> str:
        return row.result.grade_label

    @admin.display(description="撤销情形")
    def ground_label(self, row: Certification) -> str:
        return row.ground_label

    @admin.display(description="撤销人")
    def revoker(self, row: Certification) -> str:
        # As a foreign key it would be a link to an account, which no reader of this page may open.
        return str(row.revoked_by or "")

    @admin.display(description="状态")
    def state(self, row: Certification) -> SafeString:
        found = state_today(row)
        return badge(found.label, TONES[found])

    def get_urls(self) -> list:
        note = self.admin_site.admin_view(self.note_view)
        return [
            path("<int:object_id>/note/", note, name="evaluation_certification_note"),
            path(
                "<int:object_id>/give-up/",
                self.admin_site.admin_view(self.give_up_view),
                name="evaluation_certification_give_up",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Certification = self.visible_or_404(request, object_id)
        found = state_today(row)
        may = request.user.has_perm("evaluation.propose_revocation") and found in HELD
        url = reverse("admin:evaluation_revocationproposal_propose", args=(row.result.platform_id,))
        more = {
            "state_label": found.label,
            "state_tone": TONES[found],
            "moves": [
                *self.note_moves(request, row),
                *giving_up.moves(request, row, found),
                *(versions.moves(request, row.result) if found in HELD else []),
                *([{"label": "提出撤销认定", "url": url, "kind": "danger"}] if may else []),
            ],
            "on_record": speaks_for_revocation(row),
            "amendments": versions.told(row.result),
            "revocations": [
                {
                    "url": reverse("admin:evaluation_revocationproposal_change", args=(each.pk,)),
                    "number": each.number,
                    "words": f"{each.ground_label}，{each.get_status_display()}",
                }
                for each in of_platform(row.result.platform_id)
            ],
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def note_moves(self, request: HttpRequest, row: Certification) -> list[dict[str, str]]:
        if not request.user.has_perm("evaluation.propose_revocation") or not noteworthy(row):
            return []
        url = reverse("admin:evaluation_certification_note", args=(row.pk,))
        return [{"label": "登记拒不参加评价等事实", "url": url, "kind": "plain"}]

    def note_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask what of a later round is noted in the register of grounds (GET), note it (POST)."""
        row: Certification = self.visible_or_404(request, str(object_id))
        if not isinstance(request.user, User) or not request.user.has_perm("evaluation.propose_revocation"):
            raise PermissionDenied
        person, back = request.user, reverse("admin:evaluation_certification_change", args=(row.pk,))
        offered = noteworthy(row)
        if not offered:
            self.message_user(request, "没有可以登记的评价记录。", level="warning")
            return HttpResponseRedirect(back)
        initial = {"key": offered[0].key, "text": offered[0].text, "on": timezone.localdate()}
        choices = [(each.key, f"{each.label}：{each.text}") for each in offered]
        form = NoteForm(request.POST if request.method == "POST" else None, initial=initial, choices=choices)
        if form.is_bound and form.is_valid():
            try:
                made = facts.note(certification=row, by=person, at=timezone.now(), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, f"已登记撤销情形事实 {made.number}，待确认。")
                return HttpResponseRedirect(reverse("admin:platforms_ground_change", args=(made.pk,)))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "media": self.media,
            "title": f"登记评价事实：{row.number}",
            "what": f"将为“{row.result.name}”登记一条撤销情形事实。",
            "effects": ["事实列入撤销情形，由市经信局确认；不改变认定的状态。"],
            "verb": "登记事实",
            "cancel_url": back,
            "form": form,
            "row": row,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/confirm.html", context)

    def give_up_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask from which day and why a certification is given up (GET), write it down (POST)."""
        return giving_up.view(self, request, self.visible_or_404(request, str(object_id)))


def state_today(row: Certification) -> Validity:
    """Return what ``row`` is today in Ningbo."""
    return state_of(row, timezone.localdate())
