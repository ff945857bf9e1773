"""Changes of regions: the list of those that were made, and the page that makes one."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import RegionChange
from platforms.pages.fields import DayField, PlainTextField
from platforms.reference.choices import RegionKind
from platforms.reference.queries.regions import regions_on
from platforms.region_changes.choices import ChangeKind, Officers
from platforms.region_changes.queries.plan import Plan, last_day, plan_of
from platforms.region_changes.queries.wanted import Newcomer, Wanted, read_towns
from platforms.region_changes.services import DECIDE, change_regions

#: Most problems of a plan that are told at once.
MOST_PROBLEMS = 20


class ChangeForm(forms.Form):
    """What ends, who takes over, from which day on and by which document."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label="事项",
        choices=ChangeKind.choices,
        help_text="合并、改设：所选地区全部由一个地区承接。新设：从其他地区划入乡镇（街道），其他地区继续存在。撤销、分设：一个地区由几个地区分别承接。",
        error_messages={"required": "请选择事项。", "invalid_choice": "请从列出的事项中选择。"},
    )
    ending = forms.MultipleChoiceField(
        label="撤并的地区",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="新设时不选。",
        error_messages={"invalid_choice": "请从列出的地区中选择。"},
    )
    main = forms.ChoiceField(
        label="承接地区",
        required=False,
        help_text="由现有地区承接的选择；由新设地区承接的不选，填写以下四项。",
        error_messages={"invalid_choice": "请从列出的地区中选择。"},
    )
    new_name = PlainTextField(label="新设地区名称", required=False, max_length=40)
    new_code = PlainTextField(
        label="新设地区代码",
        required=False,
        max_length=12,
        help_text="区县（市）为六位行政区划代码；管委会用拼音首字母。",
    )
    new_kind = forms.ChoiceField(
        label="新设地区类别",
        required=False,
        choices=[("", "请选择"), *RegionKind.choices],
        error_messages={"invalid_choice": "请从列出的类别中选择。"},
    )
    new_host = forms.ChoiceField(
        label="新设管委会所在区县",
        required=False,
        help_text="仅管委会填写。",
        error_messages={"invalid_choice": "请从列出的地区中选择。"},
    )
    towns = PlainTextField(
        label="乡镇（街道）名单",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": "4000"}),
        help_text="新设：每行一个划入的乡镇（街道）。撤销、分设：每行写乡镇（街道）和划入的地区，中间空一格，未列的由承接地区承接。合并、改设不填。",
    )
    officers = forms.ChoiceField(
        label="撤并地区的账号",
        choices=Officers.choices,
        error_messages={"required": "请选择账号的处理方式。", "invalid_choice": "请从列出的方式中选择。"},
    )
    effective_on = DayField(label="生效日期", help_text="新地区的第一天；撤并的地区到前一天为止。不能晚于今天。")
    document_number = PlainTextField(label="文号", max_length=60, help_text="批准调整的文件。")
    reason = PlainTextField(label="事由", max_length=400, widget=forms.Textarea(attrs={"rows": 3, "maxlength": "400"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = {region.code: region for region in regions_on(timezone.localdate())}
        named = [(code, region.name) for code, region in self.regions.items()]
        counties = [(code, region.name) for code, region in self.regions.items() if region.kind == RegionKind.COUNTY]
        for name, choices in (
            ("ending", named),
            ("main", [("", "新设地区"), *named]),
            ("new_host", [("", "请选择"), *counties]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Read the whole as a change; what is missing or wrong in it is told at its box."""
        data: dict[str, Any] = super().clean() or {}
        newcomer = self._newcomer(data)
        read = read_towns(data.get("towns", ""), kind=data.get("kind", ""), regions=list(self.regions.values()))
        if read.problems:
            self.add_error("towns", ValidationError(list(read.problems)))
        if self.errors:
            return data
        self.wanted = Wanted(
            kind=data["kind"],
            effective_on=data["effective_on"],
            document_number=data["document_number"],
            reason=data["reason"],
            ending=tuple(self.regions[code] for code in data["ending"]),
            main=self.regions.get(data["main"]),
            newcomer=newcomer,
            towns=read.towns,
            close_officers=data["officers"] == Officers.CLOSE,
        )
        self.plan = plan_of(self.wanted, today=timezone.localdate())
        for problem in self.plan.problems[:MOST_PROBLEMS]:
            self.add_error(None, problem)
        return data

    def _newcomer(self, data: dict[str, Any]) -> Newcomer | None:
        given = {name: data.get(f"new_{name}", "") for name in ("name", "code", "kind")}
        if not any(given.values()):
            return None
        for name, value in given.items():
            if not value and f"new_{name}" not in self.errors:
                self.add_error(f"new_{name}", "新设地区的名称、代码和类别都须填写。")
        return Newcomer(**given, host=self.regions.get(data.get("new_host", "")))


@admin.register(RegionChange)
class RegionChangeAdmin(ReadOnlyAdmin):
    list_unit = "次"
    list_display = ("effective_on", "kind", "ended", "taken_over_by", "document_number", "decided_at", "decider")
    list_display_links = ("effective_on",)
    list_filter = ("kind",)
    ordering = ("-effective_on", "-pk")
    fields = (
        "kind", "effective_on", "ended", "taken_over_by", "document_number", "reason", "came", "stayed", "decided_at",
        "decider",
    )  # fmt: skip
    readonly_fields = ("ended", "taken_over_by", "came", "stayed", "decider")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("main", "decided_by")
        return rows.prefetch_related("successions__predecessor", "successions__successor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return person_of(request).has_perm(DECIDE)

    @admin.display(description="撤并的地区")
    def ended(self, row: RegionChange) -> str:
        return "、".join(dict.fromkeys(each.predecessor.name for each in row.successions.all())) or "—"

    @admin.display(description="承接地区")
    def taken_over_by(self, row: RegionChange) -> str:
        names = [row.main.name, *(each.successor.name for each in row.successions.all())]
        return "、".join(dict.fromkeys(names))

    @admin.display(description="转入")
    def came(self, row: RegionChange) -> str:
        return _lines(row.carried.get("转入", ()))

    @admin.display(description="不变")
    def stayed(self, row: RegionChange) -> str:
        return _lines(row.carried.get("不变", ()))

    # A name, not a link to an account, which no reader of this page may open.
    @admin.display(description="办理人")
    def decider(self, row: RegionChange) -> str:
        return row.decided_by.name

    def audit_code(self, obj: RegionChange) -> str:  # type: ignore[override]
        return obj.main.code

    # Making one ------------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask what is to be changed; say what comes to whom and what stays; carry it out."""
        if not self.has_add_permission(request):
            raise PermissionDenied("地区由市经信局合并、新设、撤销。")
        posted = request.method == "POST"
        form = ChangeForm(request.POST if posted else None, initial=_known(request.GET))
        if not posted or not form.is_valid():
            return self._ask(request, form)
        if not request.POST.get("seen"):
            return self._confirm(request, form)
        seen = str(request.POST["seen"])
        try:
            made = change_regions(wanted=form.wanted, seen=seen, by=person_of(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._confirm(request, form)
        messages.success(
            request, f"已办理地区{made.get_kind_display()}：{made.main}自{day_in_words(made.effective_on)}起承接。"
        )
        return HttpResponseRedirect(reverse("admin:platforms_regionchange_change", args=(made.pk,)))

    def _ask(self, request: HttpRequest, form: ChangeForm) -> HttpResponse:
        what = "地区合并、新设或撤销时，在办工作转入承接地区，以往年度保持不变。下一步列出转入的内容，核对后办理。"
        back = reverse("admin:platforms_regionchange_changelist")
        return self.confirm_page(request, title="调整地区", what=what, verb="下一步：核对", form=form, cancel_url=back)

    def _confirm(self, request: HttpRequest, form: ChangeForm) -> HttpResponse:
        plan, wanted = form.plan, form.wanted
        return self.confirm_page(
            request,
            title="核对并调整地区",
            what=_sentence(wanted),
            verb=_verb(wanted),
            warning="办理后不能撤销，只能另行办理新的调整。",
            effects=_effects(plan),
            hidden=[{"name": name, "value": value} for name, value in (*_pairs(request), ("seen", plan.digest))],
            cancel_url=f"{reverse('admin:platforms_regionchange_add')}?{urlencode(_pairs(request))}",
            danger=True,
        )


def _sentence(wanted: Wanted) -> str:
    day, main = day_in_words(wanted.effective_on), wanted.main_name
    if wanted.kind == ChangeKind.FOUND:
        return f"自{day}起设立{main}，从其他地区划入乡镇（街道） {len(wanted.towns)} 个。"
    ending = "、".join(region.name for region in wanted.ending)
    others = f"，部分乡镇（街道）由{'、'.join(map(str, wanted.others))}承接" if wanted.others else ""
    founded = f"新设的{main}" if wanted.newcomer else main
    return f"{ending}到{day_in_words(last_day(wanted))}为止；自{day}起由{founded}承接{others}。"


def _verb(wanted: Wanted) -> str:
    if wanted.kind == ChangeKind.FOUND:
        return f"设立{wanted.main_name}"
    return f"撤并 {len(wanted.ending)} 个地区，由{wanted.main_name}承接"


def _effects(plan: Plan) -> list[str]:
    wanted = plan.wanted
    lines = [f"转入：{item}。" for item in plan.carried] or ["没有需要转入的内容。"]
    if wanted.kind == ChangeKind.FOUND:
        lines.append(f"名额不变，{wanted.main_name}的名额和账号另行设置。")
    lines += [f"不变：{item}。" for item in plan.staying]
    if wanted.ending:
        lines.append("已公布年度的结果、证书、资金分配仍列在原地区，承接地区的经办人可以查看并继续办理。")
    return [*lines, f"文号：{wanted.document_number}", f"事由：{wanted.reason}"]


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed, box by box."""
    return [(name, value) for name in ChangeForm.base_fields for value in request.POST.getlist(name)]


def _known(get: QueryDict) -> dict[str, Any]:
    """Return what an address says of the form: what was typed before it was looked at."""
    names = [name for name in ChangeForm.base_fields if name in get]
    return {name: get.getlist(name) if name == "ending" else get[name] for name in names}


def _lines(items: Sequence[str]) -> str:
    return format_html_join("", "<p>{}</p>", ((item,) for item in items)) if items else "—"
