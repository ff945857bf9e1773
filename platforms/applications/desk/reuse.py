"""Starting a form from an earlier one: which, which parts of it, and emptying again what was taken over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.applications.desk.access import own_application
from platforms.applications.desk.section_page import version_of
from platforms.applications.desk.sections import trail
from platforms.applications.queries.parts import label_of_part
from platforms.applications.queries.reuse import Source, part, sources_for
from platforms.applications.sections import RowKind
from platforms.applications.services import reuse
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application
from platforms.pages.access import current_user, officer


@officer("platforms.change_application")
@require_http_methods(["GET", "HEAD", "POST"])
def start_from(request: HttpRequest, number: str) -> HttpResponse:
    """Offer earlier forms, and fill the empty places from the one that is chosen, or undo that."""
    application, user = own_application(request, number), current_user(request)
    words = request.GET.get("q", "").strip()[:80]
    sources, refusal = sources_for(application, user=user, words=words), ""
    picked = request.POST.get("source", "")
    if "undo" in request.POST:
        return _undone(request, application)
    if request.method == "POST":
        chosen = next((each for each in sources if each.application.number == picked), None)
        parts = request.POST.getlist(f"parts-{picked}")
        if chosen is not None and "whole" in request.POST:
            parts = list(chosen.parts)
        if chosen is None:
            refusal = "请选择要引用的申报表。"
        elif not parts:
            refusal = "请至少选择一项要引用的内容。"
        else:
            try:
                _, filled = reuse.take_over(
                    application=application,
                    source=chosen.application,
                    parts=parts,
                    version=version_of(request),
                    by=user,
                    at=timezone.now(),
                )
            except (Refusal, StaleVersion) as refused:
                refusal = str(refused)
            else:
                tell(request, filled, picked)
                return redirect("desk:application", number)
    context = {
        "crumbs": [*trail(application), {"label": "引用历史申报内容", "url": ""}],
        "application": application,
        "sources": [_shown(each, picked, request.POST.getlist(f"parts-{each.application.number}")) for each in sources],
        "words": words,
        "refusal": refusal,
    }
    return render(request, "applications/reuse.html", context, status=409 if refusal else 200)


def _undone(request: HttpRequest, application: Application) -> HttpResponse:
    """Empty what was taken over, and lead back to the form."""
    try:
        _, emptied = reuse.undo(
            application=application, version=version_of(request), by=current_user(request), at=timezone.now()
        )
    except (Refusal, StaleVersion) as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"已撤销引用，下列部分中引用后未改动的内容已清空：{'、'.join(emptied)}。")
    return redirect("desk:application", application.number)


def tell(request: HttpRequest, filled: list[str], number: str) -> None:
    """Say which parts were filled from the form ``number``."""
    if filled:
        messages.success(request, f"已引用 {number} 的{'、'.join(filled)}。请逐项核对，内容如有变化请修改。")
    else:
        messages.info(request, f"未引用新的内容：所选部分已填写，或 {number} 中未填写。")


def card_of(application: Application, count: int) -> dict[str, Any]:
    """Return the card of an earlier form that can be taken over with one press."""
    return {
        "number": application.number,
        "name": application.name,
        "year": str(application.round),
        "state": application.get_status_display(),
        "count": count,
    }


def _shown(source: Source, picked: str, parts: list[str]) -> dict[str, Any]:
    row: Application = source.application
    here = row.number == picked
    return {
        "number": row.number,
        "name": row.name,
        "site": row.site_name,
        "year": str(row.round),
        "state": row.get_status_display(),
        "operator": row.operator_name or "运营单位未填写",
        "why": "同一地点" if source.same_place else "本地区其他地点，仅引用运营单位",
        "checked": here,
        "parts": [
            {"value": name, "label": _label(name), "checked": not here or name in parts} for name in source.parts
        ],
    }


def _label(name: str) -> str:
    known = part(name)
    return label_of_part(known.section, name) if isinstance(known, RowKind) else known.title
