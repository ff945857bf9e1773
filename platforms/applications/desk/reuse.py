"""Starting a form from an earlier one: which, and which parts of it."""

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
    """Offer earlier forms, and fill the empty places from the one that is chosen."""
    application, user = own_application(request, number), current_user(request)
    sources, refusal = sources_for(application, user=user), ""
    picked = request.POST.get("source", "")
    if request.method == "POST":
        chosen = next((each for each in sources if each.application.number == picked), None)
        parts = request.POST.getlist(f"parts-{picked}")
        if chosen is None:
            refusal = "请选择从哪份申报表带入。"
        elif not parts:
            refusal = "请至少选择一项要带入的内容。"
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
                _tell(request, filled, picked)
                return redirect("desk:application", number)
    context = {
        "crumbs": [*trail(application), {"label": "引用历史申报内容", "url": ""}],
        "application": application,
        "sources": [_shown(each, picked, request.POST.getlist(f"parts-{each.application.number}")) for each in sources],
        "refusal": refusal,
    }
    return render(request, "applications/reuse.html", context, status=409 if refusal else 200)


def _tell(request: HttpRequest, filled: list[str], number: str) -> None:
    if filled:
        messages.success(request, f"已从 {number} 带入：{'、'.join(filled)}。请逐项核对，内容如有变化请改正。")
    else:
        messages.info(request, f"没有带入新的内容：所选部分已经填写，或 {number} 中也没有填写。")


def _shown(source: Source, picked: str, parts: list[str]) -> dict[str, Any]:
    row: Application = source.application
    here = row.number == picked
    return {
        "number": row.number,
        "name": row.name,
        "year": str(row.round),
        "operator": row.operator_name or "未填写运营单位",
        "why": "同一地点" if source.same_place else "同地区的运营单位",
        "checked": here,
        "parts": [
            {"value": name, "label": _label(name), "checked": not here or name in parts} for name in source.parts
        ],
    }


def _label(name: str) -> str:
    known = part(name)
    return label_of_part(known.section, name) if isinstance(known, RowKind) else known.title
