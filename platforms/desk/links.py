"""Links for operating units: given out, watched, ended."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.desk.access import officer, own_application, person
from platforms.desk.case_forms import FillLinkForm
from platforms.desk.sections import trail
from platforms.desk.words import moment
from platforms.errors import Refusal
from platforms.models import FillLink
from platforms.services import fill_links
from platforms.services.ownership import is_own


def state_of(link: FillLink) -> tuple[str, str]:
    """Return how ``link`` stands now, in words and tone."""
    if link.revoked_at:
        return "已作废", "neutral"
    if link.handed_over_at:
        return "已交回", "good"
    if link.expires_at <= timezone.now():
        return "已到期", "neutral"
    return ("填写中", "info") if link.opened_at else ("未打开", "wait")


def link_rows(links: Iterable[FillLink]) -> list[dict[str, Any]]:
    """Return the links as rows of a table; the address itself is stored nowhere."""
    rows = []
    for link in links:
        label, tone = state_of(link)
        rows.append(
            {
                "recipient": link.recipient,
                "state_label": label,
                "state_tone": tone,
                "created": moment(link.created_at),
                "expires": moment(link.expires_at),
                "opened": moment(link.opened_at),
                "handed_over": moment(link.handed_over_at),
                "revoke_url": reverse("desk:fill_link_revoke", args=[link.pk]) if tone in ("info", "wait") else "",
            }
        )
    return rows


@officer("platforms.add_filllink")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, number: str) -> HttpResponse:
    """The links of one application; a new one's address is on the answer to its making and nowhere else."""
    row = own_application(request, number)
    form = FillLinkForm(request.POST if request.method == "POST" else None, initial={"recipient": row.operator_name})
    address, refusal = "", ""
    if request.method == "POST" and form.is_valid():
        try:
            _, token = fill_links.issue(
                application=row,
                recipient=form.cleaned_data["recipient"],
                days=form.cleaned_data["days"],
                by=person(request),
                at=timezone.now(),
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            path = reverse("fill:start", args=[token])
            address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
    rows = link_rows(FillLink.objects.visible_to(request.user).filter(application=row))
    context = {
        "crumbs": [*trail(row), {"label": "填报链接", "url": ""}],
        "application": row,
        "form": form,
        "address": address,
        "refusal": refusal,
        "rows": rows,
        "has_open": any(each["revoke_url"] for each in rows),
        "overview_url": reverse("desk:application", args=[row.number]),
    }
    return render(request, "desk/links.html", context, status=409 if refusal else 200)


@officer("platforms.change_filllink")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a link before its time."""
    links = FillLink.objects.visible_to(request.user).select_related("application")
    link = get_object_or_404(links, pk=pk)
    row = link.application
    if not is_own(row, person(request)):
        raise PermissionDenied("这份申报表由所属区县(市)、管委会办理，您不能作废它的填报链接。")
    if request.method == "POST":
        try:
            fill_links.revoke(link=link, by=person(request), at=timezone.now())
            messages.success(request, f"已作废发给“{link.recipient}”的填报链接。")
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return redirect("desk:application", row.number)
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(row), {"label": "作废填报链接", "url": ""}],
        "title": "作废填报链接",
        "what": f"将作废发给“{link.recipient}”的填报链接，对方不能再打开申报表 {row.number}。",
        "effects": ["对方已保存的内容仍然保留。", "需要时可以重新发出链接。"],
        "verb": "作废这个链接",
        "cancel_url": reverse("desk:application", args=[row.number]),
        "danger": True,
    }
    return render(request, "desk/confirm.html", context)
