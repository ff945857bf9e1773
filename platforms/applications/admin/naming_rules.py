"""命名规则: how platforms of each type are called (二·(一)), with the names that real places would get."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.applications import naming
from platforms.applications.queries.forms import naming_rules
from platforms.applications.queries.naming import called, places_of, renamed_drafts
from platforms.applications.services import naming_rules as service
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.models import NamingRule
from platforms.notices.clauses import cited

#: Real places shown on the page of a rule; in the list there is one.
EXAMPLES = 5
LEAD = cited(
    "全市统一的命名方式（{}）。新建申报表按规则命名；填报单位可以改名，但须说明理由，同一年度内不得重名。",
    "conditions.venue",
)


class RuleForm(forms.Form):
    """One rule, its marks in Chinese."""

    use_required_attribute = False
    pattern = forms.CharField(
        label="命名规则",
        max_length=200,
        help_text=(
            "{地区} 代表区县（市）或管委会，{地点} 代表乡镇（街道）、小微企业园、行业协会或功能区，"
            "{地区和地点} 代表二者连写，地点名称已含地区的不重复。"
        ),
    )


@admin.register(NamingRule)
class NamingRuleAdmin(ReadOnlyAdmin):
    ordering = ("type",)
    list_display = ("type", "pattern_label")
    change_list_template = "admin/platforms/namingrule/change_list.html"

    @admin.display(description="命名规则")
    def pattern_label(self, row: NamingRule) -> str:
        return naming.written(row.pattern)

    def get_urls(self) -> list:
        set_view = self.admin_site.admin_view(self.set_view)
        return [path("<slug:kind>/set/", set_view, name="platforms_namingrule_set"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        rules, own = naming_rules(), dict(NamingRule.objects.visible_to(request.user).values_list("type", "pk"))
        may_change = self.may(request, "change")
        rows = [
            {
                "type": label,
                "pattern": naming.written(rules[kind]),
                "origin": "市经信局设定" if kind in own else "系统预设",
                "example": next((each.name for each in called(kind, rules[kind], places_of(kind)[:1])), ""),
                "url": reverse("admin:platforms_namingrule_set", args=(kind,)) if may_change else "",
            }
            for kind, label in PlatformType.choices
        ]
        # Four lines that are no rows: nothing to set or to take along.
        plain = {"settings_url": "", "may_take_list": False}
        return super().changelist_view(request, {"lead": LEAD, "rules": rows} | plain | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: NamingRule = self.visible_or_404(request, object_id)
        if request.method == "POST" or self.may(request, "change"):
            self.check_may(request, "change")
            return HttpResponseRedirect(reverse("admin:platforms_namingrule_set", args=(row.type,)))
        return HttpResponseRedirect(reverse("admin:platforms_namingrule_changelist"))

    def set_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Show one rule with the names it gives; look at another one, set it, or go back to the one that came along."""
        self.check_may(request, "change")
        if kind not in PlatformType.values:
            raise Http404
        rules, label = naming_rules(), PlatformType(kind).label
        back = HttpResponseRedirect(reverse("admin:platforms_namingrule_changelist"))
        who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
        if "reset" in request.POST:
            self.run(request, lambda: service.reset(type=kind, **who), f"{label}的命名规则已恢复为系统预设。")
            return back
        form = RuleForm(request.POST or None, initial={"pattern": naming.written(rules[kind])})
        tried = ""
        if request.method == "POST" and form.is_valid():
            try:
                if "preview" in request.POST:
                    tried = service.check(type=kind, pattern=form.cleaned_data["pattern"])
                else:
                    service.set_rule(type=kind, pattern=form.cleaned_data["pattern"], **who)
                    messages.success(request, f"{label}的命名规则已修改，新建的申报表按此命名。")
                    return back
            except Refusal as refusal:
                form.add_error("pattern", str(refusal))
        return self._page(request, kind, form, rules[kind], tried)

    def _page(self, request: HttpRequest, kind: str, form: RuleForm, now: str, tried: str) -> HttpResponse:
        stored = NamingRule.objects.visible_to(request.user).filter(type=kind).first()
        places = places_of(kind)
        # The longest names are where a rule fails first.
        some = sorted(places, key=lambda place: -len("".join(place)))[: EXAMPLES - 1]
        shown = list(dict.fromkeys([*places[:1], *some]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{PlatformType(kind).label}的命名规则",
            "form": form,
            "tried": tried,
            "examples": called(kind, tried or now, shown),
            "places": len(places),
            "drafts": renamed_drafts(kind, tried) if tried else None,
            "preset": naming.written(naming.DEFAULT_RULES[kind]),
            "stored": stored,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/namingrule/set.html", context)

    def audit_code(self, obj: models.Model) -> str:
        return str(obj)
