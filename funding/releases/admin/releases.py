"""Releasing an allocation in the back office: from the page of its run, with what becomes public said before."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funding.models import AllocationRelease, AllocationRun
from funding.releases import queries, services
from funding.runs.queries.frozen import rows_of
from funding.runs.queries.obstacles import changed_counts
from funding.runs.queries.sheet import sheet_of
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.backoffice.own_password import AsksPassword
from platforms.backoffice.states import badge
from platforms.errors import Refusal
from platforms.pages.fields import DayField, PlainTextField


class ReleaseForm(AsksPassword):
    """The document on paper, its day, the day by which counties report the use, and the own password."""

    use_required_attribute = False

    document_number = PlainTextField(label="文号", max_length=40, help_text="资金分配文件的文号，如 财企〔2026〕12号。")
    decided_on = DayField(label="文件日期", help_text="不早于锁定日期，不晚于今日。")
    use_due_on = DayField(
        label="使用情况报告截止日期", help_text="各区县（市）、管委会须在该日前填报资金使用情况报告。"
    )

    field_order = ("document_number", "decided_on", "use_due_on", "password")


@admin.register(AllocationRelease)
class AllocationReleaseAdmin(ReadOnlyAdmin):
    """What was released, never edited; the form that releases stands below the run."""

    list_unit = "份"
    list_display = (
        "round",
        "number",
        "document_number",
        "decided_on",
        "allocated",
        "use_due_on",
        "released_at",
        "state",
    )
    list_display_links = ("document_number",)
    list_select_related = ("run__round",)
    list_filter = ("run__round",)
    search_fields = ("document_number", "run__number")
    search_help_text = "文号或测算编号"
    ordering = ("-run__round__year", "-pk")
    fields = (
        "round", "run_page", "document_number", "decided_on", "use_due_on", "allocated", "released_at", "releaser",
        "state", "regions",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(map(str, self.fields))

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Say so only of who reads runs: a county reads its amount at the desk, and not who released it."""
        return super().may(request, verb) and request.user.has_perm("funding.view_allocationrun")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.release_view)
        return [path("of/<int:run_pk>/", view, name="funding_allocationrelease_release"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("run__round", "released_by")
        return rows.annotate(_corrected=queries.corrected())

    # Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="年度", ordering="run__round__year")
    def round(self, row: AllocationRelease) -> str:
        return str(row.run.round)

    @admin.display(description="测算编号", ordering="run__number")
    def number(self, row: AllocationRelease) -> SafeString:
        return format_html('<span class="nowrap">{}</span>', row.run.number)

    @admin.display(description="测算")
    def run_page(self, row: AllocationRelease) -> SafeString:
        url = reverse("admin:funding_allocationrun_change", args=(row.run_id,))
        return format_html('<a href="{}">{}</a>', url, row.run.number)

    @admin.display(description="已分配（元）")
    def allocated(self, row: AllocationRelease) -> str:
        return f"{row.run.allocated_yuan:,}"

    @admin.display(description="公布人")
    def releaser(self, row: AllocationRelease) -> str:
        # As a foreign key it would be a link to an account, which no reader of this page may open.
        return row.released_by.name

    @admin.display(description="状态")
    def state(self, row: Any) -> SafeString:
        return badge("已更正", "neutral") if row._corrected else badge("有效", "good")

    @admin.display(description="各地区金额")
    def regions(self, row: AllocationRelease) -> SafeString:
        return format_html('<a href="{}">查看各地区金额</a>', reverse("funding:release", args=(row.pk,)))

    # Releasing ---------------------------------------------------------------------------------------------------

    def release_view(self, request: HttpRequest, run_pk: int) -> HttpResponse:
        """Say what becomes public (GET), make it public (POST)."""
        person = person_of(request)
        if not person.has_perm("funding.release_allocationrun"):
            raise PermissionDenied
        run: AllocationRun = get_object_or_404(
            AllocationRun.objects.visible_to(person).select_related("round"), pk=run_pk
        )
        back = reverse("admin:funding_allocationrun_change", args=(run.pk,))
        try:
            services.check_may_be_released(run)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        form = ReleaseForm(request.POST or None, person=person, initial={"decided_on": timezone.localdate()})
        status = 200
        if request.method == "POST" and form.is_valid():
            made = self._released(request, run, form)
            if made is not None:
                messages.success(request, f"已公布{made}（{made.document_number}），已为各有申报的地区生成邮件。")
                return HttpResponseRedirect(reverse("admin:funding_allocationrelease_change", args=(made.pk,)))
            status = 409
        page = self.confirm_page(
            request,
            title="公布分配结果",
            what=_what(run),
            effects=_effects(run),
            warning=_warning(run),
            verb="公布分配结果",
            cancel_url=back,
            form=form,
            danger=True,
            row=run,
        )
        page.status_code = status
        return page

    def _released(self, request: HttpRequest, run: AllocationRun, form: ReleaseForm) -> AllocationRelease | None:
        """Make the call; what is refused is said at its field, and nothing typed is lost."""
        given = {name: form.cleaned_data[name] for name in ("document_number", "decided_on", "use_due_on")}
        try:
            return services.release(run=run, **given, by=person_of(request), at=timezone.now())
        except Refusal as refusal:
            form.add_error(refusal.field or None, forms.ValidationError(str(refusal)))
            return None


def _what(run: AllocationRun) -> str:
    count = run.rows.filter(region__isnull=False).count()
    left = f"，未分配{run.unallocated_yuan:,}元" if run.unallocated_yuan else ""
    return (
        f"将公布{run.round}资金分配{run.number}：资金总额{run.pool_yuan:,}元，"
        f"{count}个地区合计分配{run.allocated_yuan:,}元{left}。"
    )


def _effects(run: AllocationRun) -> list[str]:
    former = next(iter(queries.chain_of(run.round)), None)
    corrected = (
        [f"本次公布更正{former.run.number}（{former.document_number}）；原结果和增减原因一并公开。"] if former else []
    )
    return [
        *corrected,
        "各区县（市）、管委会可查看本地区的金额、计算过程和计入的申报，每个有申报的地区生成一封邮件。",
        "各地区的申报数、各档数、得分、权重、金额和采用的口径向社会公开，并可下载核算。",
        "未评定、撤回和撤销的只公开数量，不公开平台名称；签署人员不公开。",
        "公布后不能撤回或修改；需要调整的，另建测算更正并再次公布。",
        f"校验值：{run.digest}",
    ]


def _warning(run: AllocationRun) -> str:
    """Return what should be read once more before it is public."""
    sheet = sheet_of(run)
    found = [*sheet.warning_sentences]
    if changed := changed_counts(run, rows_of(run)):
        found.append(f"锁定后申报数或认定结果有变动：{'、'.join(changed)}。")
    return "".join(found)
