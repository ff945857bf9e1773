"""标注工业强镇: the list of attachment 2 pasted as names or codes, what it would change, one confirmation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from platforms.backoffice.moves import person_of
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import Town
from platforms.planning.queries.coverage import STRONG_TOWNS
from platforms.reference.queries.imports import last_strong_towns
from platforms.reference.queries.strong_towns import StrongList, read_list
from platforms.reference.services import mark_strong_towns


class StrongTownsForm(forms.Form):
    """The list as it was pasted."""

    towns = forms.CharField(
        label="工业强镇名单",
        max_length=4000,
        help_text=f"每行一个，写名称或代码；不同区县（市）有同名的，在前面写明区县（市），"
        f"如“{ours().examples.region}{ours().examples.town}”。名单须完整，不在其中的取消标注。",
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "请填写名单。"},
    )

    def clean_towns(self) -> str:
        text = str(self.cleaned_data["towns"])
        self.read = read_list(text)
        if self.read.problems:
            raise ValidationError(list(self.read.problems))
        if not self.read.towns:
            raise ValidationError("请填写名单。")
        return text


def strong_towns_view(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Ask for the list (GET), show what it would change (POST), change it (POST with ``confirm``)."""
    person = person_of(request)
    if not person.has_perm("platforms.change_town"):
        raise PermissionDenied("工业强镇由市经信局标注。")
    form = StrongTownsForm(request.POST or None)
    page: dict[str, Any] = {"form": form, "title": "标注工业强镇"}
    if request.method == "POST" and form.is_valid():
        read: StrongList = form.read
        if request.POST.get("confirm"):
            try:
                added, taken = mark_strong_towns(towns=read.towns, by=person, at=timezone.now())
            except Refusal as refusal:
                form.add_error("towns", str(refusal))
            else:
                messages.success(request, f"已标注工业强镇 {len(read.towns)} 个：新标注 {added} 个，取消 {taken} 个。")
                return HttpResponseRedirect(reverse("admin:platforms_town_changelist"))
        else:
            page |= _preview(read, str(form.cleaned_data["towns"]))
    page |= {
        **model_admin.admin_site.each_context(request),
        "opts": Town._meta,
        "last": last_strong_towns(),
        "marked": Town.objects.filter(is_strong=True).count(),
        "expected": STRONG_TOWNS,
        "cancel_url": reverse("admin:platforms_town_changelist"),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/platforms/strong_towns.html", page)


def _preview(read: StrongList, text: str) -> dict[str, Any]:
    keys = {town.pk for town in read.towns}
    marked = Town.objects.filter(is_strong=True).select_related("region").order_by("code")
    taken = [town for town in marked if town.pk not in keys]
    changes = [f"标注 {town.region}{town.name}" for town in read.added]
    changes += [f"取消标注 {town.region}{town.name}" for town in taken]
    what = f"名单共 {len(read.towns)} 个：新标注 {len(read.added)} 个，取消标注 {len(taken)} 个，其余不变。"
    warning = ""
    if len(read.towns) != STRONG_TOWNS:
        warning = f"通知所附名单列有 {STRONG_TOWNS} 个工业强镇，这份名单有 {len(read.towns)} 个，请核对后再写入。"
    hidden = [{"name": "towns", "value": text}, {"name": "confirm", "value": "1"}]
    return {
        "what": what,
        "names": changes[:60],
        "names_total": len(changes),
        "warning": warning,
        "hidden": hidden,
        "verb": "写入标注",
        "is_preview": True,
    }
