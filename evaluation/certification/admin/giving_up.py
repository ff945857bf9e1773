"""放弃认定: a platform gives its certification up; the city writes it down with day and reason, no ban follows."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.choices import Validity
from evaluation.certification.queries.in_force import held_by, state_of
from evaluation.certification.services.endings import give_up, hindrance
from evaluation.certification.validity import HELD
from evaluation.models import Certification
from evaluation.revocation.queries import usable_facts
from platforms.models import User

if TYPE_CHECKING:
    from evaluation.certification.admin.certifications import CertificationAdmin


class GiveUpForm(forms.Form):
    """From which day, and why."""

    reason = forms.CharField(
        label="放弃理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000}),
        help_text="写明申请单位、来文日期和理由；内部留存，公众页面只显示放弃日期。",
    )
    on = forms.DateField(
        label="放弃日期", widget=AdminDateWidget, help_text="自当日起不再有效；不早于认定之日，不晚于今天。"
    )


def moves(request: HttpRequest, row: Certification, state: Validity) -> list[dict[str, str]]:
    """Return the button of the page of ``row`` where the person may press it."""
    if state not in HELD or not request.user.has_perm("evaluation.end_certification"):
        return []
    return [{"label": "办理放弃", "url": _url("give_up", row), "kind": "plain"}]


def view(admin: "CertificationAdmin", request: HttpRequest, row: Certification) -> HttpResponse:
    """Ask for day and reason (GET), write it down (POST)."""
    person, back, today = request.user, _url("change", row), timezone.localdate()
    if not isinstance(person, User) or not person.has_perm("evaluation.end_certification"):
        raise PermissionDenied
    state = state_of(row, today)
    why = hindrance(row.result.platform) if state in HELD else f"该证书{state.label}，不能办理放弃。"
    if why:
        admin.message_user(request, why, level="error")
        return HttpResponseRedirect(back)
    form = GiveUpForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if form.is_bound and form.is_valid():

        def act() -> None:
            give_up(certification=row, by=person, at=timezone.now(), **form.cleaned_data)

        if admin.run(request, act, f"已登记放弃认定：{row.number}。公众查询页面已显示放弃。"):
            return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "media": admin.media,
        "title": f"办理放弃：{row.number}",
        "what": f"将登记“{row.result.name}”放弃认定（{row.number}）。登记后不能恢复。",
        "effects": [
            *_ended_with(row, today),
            *_left_undone(row),
            "公众查询结果、证书核验页面自放弃日期起显示已放弃，平台不再列为运营中的窗口平台。",
            "放弃认定不属于撤销，不限制运营单位和该地点今后申报。",
        ],
        "verb": "登记放弃",
        "cancel_url": back,
        "form": form,
        "danger": True,
        "row": row,
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/evaluation/confirm.html", context)


def _ended_with(row: Certification, today: date) -> list[str]:
    """Return what else is ended by it, as sentences."""
    others = held_by(row.result.platform_id, today).exclude(pk=row.pk)
    return [f"该平台的另一张证书 {each.number} 同时终止。" for each in others]


def _left_undone(row: Certification) -> list[str]:
    """Return, where facts for a revocation are confirmed, what giving up does to them."""
    count = len(usable_facts(row.result.platform))
    told = f"该平台有 {count} 项已核实而未处理的撤销情形，登记放弃后不再撤销认定，也不限制申报，请先核对。"
    return [told] if count else []


def _url(name: str, row: Certification) -> str:
    return reverse(f"admin:evaluation_certification_{name}", args=(row.pk,))
