"""停止公开: a file of a rule is taken off the public page of its platform, with a reason."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries.rule_files import is_withheld, public_file, public_rules
from evaluation.certification.services.rule_files import GONE, MOST_REASON, withhold
from evaluation.models import Result
from platforms.models import User

if TYPE_CHECKING:
    from evaluation.certification.admin.results import ResultAdmin


class WithholdForm(forms.Form):
    """Why the file is shown no longer."""

    reason = forms.CharField(
        label="停止公开的理由",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_REASON}),
        help_text="例如：文件中有工作人员的手机号码。内部留存，不对外公布。",
    )


def listed(request: HttpRequest, result: Result) -> list[dict[str, str]]:
    """Return the public files of ``result``, each with where to stop that; nothing for who may not."""
    if not request.user.has_perm("evaluation.withhold_file"):
        return []
    return [
        {"url": _url(result, file.digest), "number": f"停止公开：{file.shown_name}", "words": filesizeformat(file.size)}
        for rule in public_rules(result, holds=True)
        for file in rule.files
    ]


def view(admin: "ResultAdmin", request: HttpRequest, row: Result, digest: str) -> HttpResponse:
    """Ask for the reason (GET), take the file off (POST)."""
    person, back = request.user, reverse("admin:evaluation_result_change", args=(row.pk,))
    if not isinstance(person, User) or not person.has_perm("evaluation.withhold_file"):
        raise PermissionDenied
    file = public_file(row, digest, holds=True)
    if file is None:
        if not is_withheld(row, digest):
            raise Http404
        admin.message_user(request, GONE, level="error")
        return HttpResponseRedirect(back)
    form = WithholdForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():

        def act() -> None:
            withhold(result=row, digest=digest, by=person, at=timezone.now(), **form.cleaned_data)

        if admin.run(request, act, f"已停止公开：{file.shown_name}。"):
            return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "media": admin.media,
        "title": f"停止公开：{file.shown_name}",
        "what": f"将停止公开“{row.name}”的制度文件“{file.shown_name}”。停止后不能恢复。",
        "effects": [
            "平台页面不再提供该文件，制度名称仍列出。",
            "申报材料中的文件不受影响。",
            "需要重新公开的，在下次申报时另传文件。",
        ],
        "verb": "停止公开",
        "cancel_url": back,
        "form": form,
        "danger": True,
        "row": row,
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/evaluation/confirm.html", context)


def _url(result: Result, digest: str) -> str:
    return reverse("admin:evaluation_result_withhold", args=(result.pk, digest))
