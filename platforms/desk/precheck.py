"""The short page before a new application: yes or no questions, the answer at once, nothing is stored."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms import checks
from platforms.choices import PlatformType
from platforms.desk.access import officer, person
from platforms.desk.creation import ABOUT, types_of, why_no_filing
from platforms.desk.fields import PlainTextField, YesNoField
from platforms.desk.sections import trail
from platforms.desk.years import NAME, by_year, kept, round_here, year_url
from platforms.precheck import asks_of, findings, may_go_on
from platforms.queries.findings import about_operator

_CODE = "operator_code"


class PrecheckForm(forms.Form):
    """The questions of one type, and the code of the operator for those who have it at hand."""

    use_required_attribute = False

    def __init__(self, data: Any, *, kind: str) -> None:
        super().__init__(data)
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
            help_text="可不填写；填写后核对该单位是否在限制申报期内、本年度是否已有申报。",
        )

    @property
    def answers(self) -> dict[str, bool]:
        """What was answered, by key."""
        return {key: value for key, value in self.cleaned_data.items() if key != _CODE and value is not None}


@officer("platforms.add_application")
@require_safe
@by_year
def precheck(request: HttpRequest, kind: str) -> HttpResponse:
    """Put the questions of the type, and say what the answers mean; the answers stay in the address."""
    user, round_ = person(request), round_here(request)
    if kind not in types_of(user):
        raise PermissionDenied("您所在的单位不能申报这一类型的窗口平台。")
    # The year in the address is no answer.
    asked = bool(set(request.GET) - {NAME})
    form = PrecheckForm(request.GET if asked else None, kind=kind)
    complete = asked and form.is_valid()
    told = findings(kind, form.answers) if complete else ()
    operator = about_operator(
        code=form.cleaned_data[_CODE] if complete else "", round=round_, user=user, on=timezone.localdate()
    )
    stopped = any(each.blocking for each in told) or any(each.blocking for each in operator)
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
        "told": told,
        "operator": operator,
        "stopped": stopped,
        "go_on": complete and not stopped and may_go_on(kind, form.answers),
        "next_url": year_url(request, "desk:new_site", kind),
    }
    return render(request, "desk/precheck.html", context)
