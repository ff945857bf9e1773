"""The short page before a new application: yes or no questions, the answer at once, nothing is stored."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms import checks
from platforms.applications.desk.creation import ABOUT, SitePlaces, places_of, types_of, why_no_filing
from platforms.applications.desk.sections import trail
from platforms.applications.precheck import asks_of, findings, may_go_on
from platforms.applications.queries.findings import about_operator
from platforms.choices import PlatformType
from platforms.models import Application, Region
from platforms.pages.access import current_user, officer
from platforms.pages.fields import PlainTextField, YesNoField
from platforms.pages.years import NAME, by_year, kept, round_here, year_url

_CODE, _SITE, _ASSOCIATION = "operator_code", "site", "association"


class PrecheckForm(forms.Form):
    """The questions of one type, and operator and place for those who know them already."""

    use_required_attribute = False

    def __init__(self, data: Any, *, kind: str, region: Region | None, places: SitePlaces) -> None:
        super().__init__(data)
        self.kind, self.region, self.places = kind, region, places
        for ask in asks_of(kind):
            self.fields[ask.key] = YesNoField(
                label=ask.text, help_text=f"依据：通知{ask.clause}", error_messages={"required": "请选择。"}
            )
        self.fields[_CODE] = PlainTextField(
            label="运营单位的统一社会信用代码",
            required=False,
            max_length=18,
            rule=checks.normalise_credit_code,
            check=checks.check_credit_code,
            help_text="填写后核对该单位是否在限制申报期内、本年度是否已有申报。",
        )
        if kind == PlatformType.INDUSTRY:
            self.fields[_ASSOCIATION] = PlainTextField(
                label="行业协会", required=False, max_length=80, help_text="填写后核对是否在限制申报期内。"
            )
        elif places:
            options = [("", "尚未确定"), *((key, each.label) for key, each in places.items())]
            self.fields[_SITE] = forms.ChoiceField(
                label="拟设地点",
                required=False,
                choices=options,
                help_text="选择后核对该地点是否在限制申报期内。",
                error_messages={"invalid_choice": "请从列出的地点中选择。"},
            )

    @property
    def answers(self) -> dict[str, bool]:
        """What was answered, by key."""
        asked = {ask.key for ask in asks_of(self.kind)}
        return {key: value for key, value in self.cleaned_data.items() if key in asked and value is not None}

    @property
    def place(self) -> Application | None:
        """The place that was named, as a row that is not stored; None where none was."""
        if self.kind == PlatformType.INDUSTRY:
            name = self.cleaned_data.get(_ASSOCIATION, "")
            return Application(type=self.kind, association=name) if name else None
        chosen = self.places.get(self.cleaned_data.get(_SITE, ""))
        return Application(type=self.kind, region=self.region, **chosen.columns) if chosen else None


@officer("platforms.add_application")
@require_safe
@by_year
def precheck(request: HttpRequest, kind: str) -> HttpResponse:
    """Put the questions of the type, and say what the answers mean; the answers stay in the address."""
    user, round_ = current_user(request), round_here(request)
    if kind not in types_of(user):
        raise PermissionDenied("您所在的单位不能申报这一类型的窗口平台。")
    # The year in the address is no answer.
    asked = bool(set(request.GET) - {NAME})
    places = places_of(kind, user, on=timezone.localdate())
    form = PrecheckForm(request.GET if asked else None, kind=kind, region=user.region, places=places)
    complete = asked and form.is_valid()
    found = findings(kind, form.answers) if complete else ()
    operator = about_operator(
        code=form.cleaned_data[_CODE] if complete else "",
        place=form.place if complete else None,
        round=round_,
        user=user,
        on=timezone.localdate(),
    )
    stopped = any(each.blocking for each in found) or any(each.blocking for each in operator)
    label = PlatformType(kind).label
    context = {
        "crumbs": [
            *trail(home=year_url(request, "desk:home")),
            {"label": "新建申报", "url": year_url(request, "desk:new")},
            {"label": label, "url": ""},
        ],
        "label": label,
        "about": ABOUT[PlatformType(kind)],
        "closed": why_no_filing(round_, user),
        "form": form,
        "keep": kept(request).items(),
        "complete": complete,
        "findings": found,
        "operator": operator,
        "stopped": stopped,
        "go_on": complete and not stopped and may_go_on(kind, form.answers),
        "next_url": year_url(request, "desk:new_site", kind),
    }
    return render(request, "applications/precheck.html", context)
