"""Site visits in the back office: the list, recording and changing one, its photos, and the sheets to take along."""

# ruff: noqa: ARG002 - the signatures are Django's

import logging
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from evaluation.flags.queries import open_flags
from evaluation.models import SiteVisit
from evaluation.visits import queries, services
from platforms.audit.services import audit
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.case_files import CaseFiles, filled_fields
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.files.choices import EvidenceKind
from platforms.models import Application, Region
from platforms.moments import moment
from platforms.pages.downloads import download
from platforms.pages.made_later import counted, is_too_long, made_later, note

logger = logging.getLogger(__name__)

NOT_NOW = "核查表暂时无法生成，请稍后再试；仍不成功的，请联系系统管理员。"
TEXT = forms.Textarea(attrs={"rows": 6, "maxlength": str(services.MOST_FINDINGS)})
ENTERED = ("visited_on", "people", "findings")


class ApplicationField(forms.ModelChoiceField):
    """The platforms of an evaluation, by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.name}（{obj.region.name if obj.region else '市级'}）"


class RecordForm(ServiceForm):
    """A new visit; ``applications`` is set by the admin to those that the person may record one for."""

    applications: ClassVar[QuerySet[Application]]

    application = ApplicationField(
        label="窗口平台",
        queryset=Application.objects.none(),
        empty_label="请选择",
        help_text="列出评价尚未核定的平台。",
    )

    class Meta:
        widgets = {"findings": TEXT}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["application"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.applications


class ChangeForm(ServiceForm):
    """A visit that is put right, with the reason."""

    reason = forms.CharField(
        label="修改理由",
        max_length=services.MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": str(services.MOST_REASON)}),
        help_text="修改前后的内容和理由留存在操作记录中。",
    )

    class Meta:
        widgets = {"findings": TEXT}


class WithdrawForm(forms.Form):
    """Why a visit is taken back."""

    use_required_attribute = False

    reason = forms.CharField(
        label="撤回理由", max_length=services.MOST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )


class StandsFilter(admin.SimpleListFilter):
    """Whether a visit was withdrawn."""

    title = "状态"
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "有效"), ("yes", "已撤回")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        known = {"no": True, "yes": False}
        asked = self.value()
        return queryset.filter(withdrawn_at__isnull=known[asked]) if asked in known else queryset


@admin.register(SiteVisit)
class SiteVisitAdmin(CaseFiles, ServiceAdmin):
    form = RecordForm
    evidence_kind = EvidenceKind.VISIT
    change_form_template = "admin/evaluation/visit.html"
    change_list_template = "admin/evaluation/visit_list.html"
    site_path = "assessment__application"
    list_unit = "次"
    list_display = ("number", "state", "visited_on", "name", "place", "side", "people", "recorded_at")
    list_more = ("findings", "recorded_by")
    list_filter = (StandsFilter, "side", "assessment__application__region", "assessment__evaluation__round")
    list_select_related = ("assessment__application__region", "recorded_by")
    search_fields = (
        "number", "assessment__application__name", "assessment__application__number", "people", "findings",
        "assessment__application__platform__code",
    )  # fmt: skip
    search_help_text = "编号、平台、申报编号、核查人员或核查情况"
    _known = ("number", "platform_link", "place", "side", "recorder", "changer")
    _withdrawn = ("withdrawer", "withdrawal_reason")

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        name = "evaluation_sitevisit"
        return [
            path("sheets/", wrap(require_safe(self.sheets_view)), name=f"{name}_sheets"),
            path("sheets.zip", wrap(require_safe(self.zip_view)), name=f"{name}_zip"),
            path("sheets/<int:application_pk>/", wrap(require_safe(self.sheet_view)), name=f"{name}_sheet"),
            path("<int:object_id>/withdraw/", wrap(self.withdraw_view), name=f"{name}_withdraw"),
            *super().get_urls(),
        ]

    # The form --------------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change=change, **{"form": ChangeForm, **kwargs})
        made = super().get_form(request, obj, change=change, **kwargs)
        made.applications = queries.visitable(person_of(request))
        return made

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("application", *ENTERED)
        known = filled_fields(self, (*self._known, *self._withdrawn), obj)
        may = self.has_change_permission(request, obj)
        return (*known, *ENTERED, "reason") if may else (*known, *ENTERED)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else filled_fields(self, (*self._known, *self._withdrawn), obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or not services.refusal_reason(obj, person_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        pk = request.GET.get("application", "")
        asked = {"application": pk} if pk.isascii() and pk.isdigit() and len(pk) < 19 else {}
        return {"visited_on": timezone.localdate(), **asked}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "people":
            field.help_text = "参加核查人员的姓名和单位，用顿号分开。"
        if field is not None and db_field.name == "findings":
            field.help_text = "写明看到什么、与填报是否一致；不要写评分和档次。登记后可上传现场照片。"
        return field

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> SiteVisit:
        given = form.cleaned_data
        values = {name: given[name] for name in ENTERED}
        who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
        if obj is None:
            return services.record(application=given["application"], **values, **who)
        return services.change(visit=obj, reason=given["reason"], revision=obj.revision, **values, **who)

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="withdrawn_at")
    def state(self, row: SiteVisit) -> SafeString:
        return badge("已撤回", "neutral") if row.withdrawn_at else badge("有效", "good")

    @admin.display(description="平台名称", ordering="assessment__application__name")
    def name(self, row: SiteVisit) -> str:
        return row.assessment.application.name

    @admin.display(description="地区", ordering="assessment__application__region__code")
    def place(self, row: SiteVisit) -> str:
        region = row.assessment.application.region
        return region.name if region else "市级"

    @admin.display(description="窗口平台")
    def platform_link(self, row: SiteVisit) -> SafeString:
        application = row.assessment.application
        url = reverse("admin:platforms_application_change", args=(application.pk,))
        return format_html('<a href="{}">{}</a>（{}）', url, application.name, application.number)

    @admin.display(description="登记人")
    def recorder(self, row: SiteVisit) -> str:
        return f"{row.recorded_by.name}，{moment(row.recorded_at)}"

    @admin.display(description="最近修改")
    def changer(self, row: SiteVisit) -> str:
        return f"{row.changed_by.name}，{moment(row.changed_at)}" if row.changed_by else ""

    @admin.display(description="撤回人")
    def withdrawer(self, row: SiteVisit) -> str:
        return f"{row.withdrawn_by.name}，{moment(row.withdrawn_at)}" if row.withdrawn_by else ""

    # The page --------------------------------------------------------------------------------------------------------

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        return not services.refusal_reason(row, person_of(request))

    def region_of_files(self, row: Any) -> Region | None:
        region: Region | None = row.region
        return region

    def panel(self, request: HttpRequest, row: Any, **more: Any) -> dict[str, Any]:
        return super().panel(request, row, title="现场照片和材料", **more)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        person = person_of(request)
        withdraw = {
            "label": "撤回",
            "url": reverse("admin:evaluation_sitevisit_withdraw", args=(row.pk,)),
            "kind": "danger",
        }
        sheet = {
            "label": "打印现场核查表",
            "url": reverse("admin:evaluation_sitevisit_sheet", args=(row.assessment.application_id,)),
            "kind": "plain",
        }
        is_withdrawn = row.withdrawn_at is not None
        more = {
            "moves": [sheet, *([] if services.refusal_reason(row, person) else [withdraw])],
            "state_label": "已撤回" if is_withdrawn else "有效",
            "state_tone": "neutral" if is_withdrawn else "good",
            "flags": open_flags(row.assessment, person),
            "assessment": row.assessment,
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason (GET), withdraw (POST)."""
        row, person = self.visible_or_404(request, str(object_id)), person_of(request)
        back = reverse("admin:evaluation_sitevisit_change", args=(row.pk,))
        if not person.has_perm("evaluation.change_sitevisit") or not services.is_own(row, person):
            raise PermissionDenied
        if why := services.refusal_reason(row, person):
            messages.warning(request, why)
            return HttpResponseRedirect(back)
        form = WithdrawForm(request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            done = f"已撤回现场核查 {row.number}。"
            if self.run(
                request, lambda: services.withdraw(visit=row, reason=reason, by=person, at=timezone.now()), done
            ):
                return HttpResponseRedirect(back)
            status = 409
        page = self.confirm_page(
            request,
            title="撤回现场核查",
            what=f"将撤回“{row.assessment.application.name}”{row.visited_on:%Y-%m-%d}的现场核查（{row.number}）。",
            verb="撤回现场核查",
            cancel_url=back,
            effects=["记录和照片保留，标明已撤回；撤回后不能恢复，需要时重新登记。"],
            danger=True,
            form=form,
            row=row,
        )
        page.status_code = status
        return page

    # The sheets to take along ----------------------------------------------------------------------------------------

    def sheets_view(self, request: HttpRequest) -> HttpResponse:
        """Offer the platforms of a year, of which sheets are printed."""
        self.check_may(request, "view")
        rows = queries.judged(person_of(request))
        years = list(dict.fromkeys(rows.values_list("round__year", flat=True)))
        regions = dict(
            rows.filter(region__isnull=False).order_by("region__code").values_list("region__code", "region__name")
        )
        shown = _asked(request, rows, years)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "打印现场核查表",
            "rows": shown,
            "years": years,
            "year": shown[0].round.year if shown else "",
            "regions": list(regions.items()),
            "region": request.GET.get("region", ""),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/visit_sheets.html", context)

    def sheet_view(self, request: HttpRequest, application_pk: int) -> HttpResponse:
        """Send the sheet for one platform."""
        self.check_may(request, "view")
        row = get_object_or_404(queries.judged(person_of(request)), pk=application_pk)
        now = timezone.now()
        try:
            content = queries.sheet_of(row, now)
        except Exception:  # what cannot be printed is told in a sentence
            logger.exception("printing the sheet for application %s failed", row.pk)
            messages.error(request, NOT_NOW)
            return HttpResponseRedirect(reverse("admin:evaluation_sitevisit_sheets"))
        audit.record(verb="打印现场核查表", by=person_of(request), at=now, target=row)
        answer = download(content, queries.name_of(row), "application/pdf")
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer

    def zip_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send the sheets that were picked, or all of a year and a region (``all=1``), as one ZIP.

        The background makes one of many.
        """
        self.check_may(request, "view")
        rows = queries.judged(person_of(request))
        if request.GET.get("all") == "1":
            years = list(dict.fromkeys(rows.values_list("round__year", flat=True)))
            rows = _asked(request, rows, years)
        else:
            picked = [pk for pk in request.GET.getlist("pick") if pk.isascii() and pk.isdigit() and len(pk) < 19]
            rows = rows.filter(pk__in=picked)
        count = rows.count()
        if not count:
            messages.warning(request, "请至少选择一个平台。")
            return HttpResponseRedirect(reverse("admin:evaluation_sitevisit_sheets"))
        if is_too_long(request, count, settings.FORMS_PRINTED_AT_ONCE):
            return made_later(request, "打印现场核查表", total=count, unit="份")
        now, person = timezone.localtime(), person_of(request)
        note(request, lambda: audit.record(verb="打印现场核查表", by=person, at=now, reason=f"{count} 份"))
        pieces = counted(request, queries.zip_of(rows, now))
        response = StreamingHttpResponse(pieces, content_type="application/zip")
        name = f"现场核查表-{count}份-{now:%Y%m%d}.zip"
        response["Content-Disposition"] = content_disposition_header(True, name) or ""
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _asked(request: HttpRequest, rows: QuerySet[Application], years: list[int]) -> QuerySet[Application]:
    """Return the ``rows`` of the year that the address asks for, else of the latest, and of its region."""
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), years[0] if years else 0)
    rows = rows.filter(round__year=year)
    region = request.GET.get("region", "")
    return rows.filter(region__code=region) if region.isascii() and region.isdigit() else rows
