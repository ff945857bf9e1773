"""One application: where it is, what is missing, what happened, what can be done next."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications import completeness
from platforms.applications.choices import ApplicationStatus, CorrectionLevel
from platforms.applications.desk.access import open_moves, refusal_reason, visible_application
from platforms.applications.desk.checking import check_of
from platforms.applications.desk.fill_links import link_rows
from platforms.applications.desk.reuse import card_of
from platforms.applications.desk.section_page import STATES, Place, rail_of
from platforms.applications.desk.sections import desk_place, trail
from platforms.applications.pages.parts import (
    APPLICATION_TONES,
    histories_of,
    last_two,
    notes_of,
    renewal_note,
    seal_of,
    state_label,
    versions_of,
    why_no_mail,
)
from platforms.applications.queries.documents import code_of
from platforms.applications.queries.findings import about, place_facts
from platforms.applications.queries.forms import forms_of
from platforms.applications.queries.reuse import count_of, offer_for, taken
from platforms.applications.queries.wording import sheets_of
from platforms.applications.services import drafts as applications
from platforms.applications.services.ownership import is_own
from platforms.applications.workflow import APPLICATION
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.masking import mask_form
from platforms.models import Application, ApplicationMove, ApplicationVersion, Batch, FillLink, User
from platforms.moments import moment
from platforms.pages.access import current_user, officer
from platforms.pages.mail_lines import mail_lines
from platforms.rectifications.services import may_open


@officer()
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one application, for everybody who may see it."""
    row, user = visible_application(request, number), current_user(request)
    place, editable = desk_place(request, row), not refusal_reason(user, row)
    source = offer_for(row, user=user) if editable else None
    forms = forms_of([row, source] if source else [row])
    data = forms[row.pk]
    masked = not user.sees_people(row.region_id)
    own = is_own(row, user)
    progress = completeness.progress(data)
    left = [each for each in progress if each.gaps] if editable else []
    is_empty = all(each.state == "empty" for each in progress)
    versions = versions_of(row, user)
    history = ApplicationMove.objects.visible_to(user).filter(application=row).select_related("by").order_by("-pk")
    context: dict[str, Any] = head_of(row) | {
        "crumbs": trail(row),
        "application": row,
        "moves": _buttons(row, user, place, left, editable=editable),
        "editable": editable,
        "own": own,
        "left": sum(len(each.gaps) for each in left),
        "saved": moment(row.saved_at),
        **seal_of(row, data),
        "card": card_of(source, count_of(forms[source.pk], data)) if source and is_empty else None,
        "taken_from": sorted(set(taken(row).values())) if editable and row.status == ApplicationStatus.DRAFT else [],
        "related": about(row, user=user),
        **notes_of(row, user),
        "start_from_url": reverse("desk:start_from", args=[row.number]) if editable else "",
        "sections": rail_of(data, place) if editable else [],
        "folded": _folded(row, data, place, masked=masked, editable=editable),
        "events": [
            {"when": moment(move.at), "who": move.by.name, "what": move.label, "why": move.reason} for move in history
        ]
        + [{"when": moment(row.created_at), "who": row.created_by.name, "what": "建立申报表", "why": ""}],
        **_returns_of(row, user, place if editable else None, versions),
        "versions": [
            {
                "label": f"第{version.number}版",
                "at": moment(version.submitted_at),
                "by": version.submitted_by.name,
                "url": reverse("desk:version", args=[row.number, version.number]),
            }
            for version in versions
        ],
        "receipt": Batch.objects.visible_to(user).filter(items__application=row).first() if versions else None,
        "mails": mail_lines(user, application=row),
        "no_mails": why_no_mail(row),
        "links": link_rows(FillLink.objects.visible_to(user).filter(application=row).select_related("application"))
        if own
        else [],
        "links_url": reverse("desk:fill_links", args=[row.number]) if own and editable else "",
        "masked": masked,
        "review_url": _review_url(row, user),
    }
    return render(request, "applications/application.html", context)


def head_of(row: Application) -> dict[str, Any]:
    """Return the header of every page about ``row``."""
    return {
        "title": row.name,
        "code": row.number,
        "region": " · ".join(
            part
            for part in (
                row.region.name if row.region else "市级",
                row.get_type_display(),
                row.site_name,
                row.industry_chain,
                *place_facts(town=row.town, park=row.park),
            )
            if part
        ),
        "lead": renewal_note(row),
        "state_label": state_label(row),
        "state_tone": APPLICATION_TONES[ApplicationStatus(row.status)],
    }


def _folded(
    row: Application, data: dict[str, Any], place: Place, *, masked: bool, editable: bool
) -> list[dict[str, Any]]:
    """Return the ten sections to be unfolded: state, what is missing, what to look at again, and what was answered."""
    sheets = {sheet.slug: sheet for sheet in sheets_of(mask_form(data) if masked else data, only_answers=editable)}
    warnings = completeness.warnings(data) if editable else ()
    return [
        {
            "label": f"{each.number} {each.title}",
            "slug": each.slug,
            "url": place.section_url(each.slug) if editable else "",
            "state": STATES[each.state],
            "gaps": [
                {"message": gap.message, "url": f"{place.section_url(each.slug)}#id_{gap.field}"} for gap in each.gaps
            ]
            if editable
            else [],
            "warnings": [warning.message for warning in warnings if warning.section == each.slug],
            "sheet": sheets.get(each.slug),
            "files": [
                {
                    "kind": file.get_kind_display(),
                    "name": file.shown_name,
                    "url": reverse("desk:attachment", args=[file.pk]),
                }
                for file in (row.attachments.all() if each.slug == "attachments" else ())
            ],
        }
        for each in completeness.progress(data)
    ]


def _review_url(row: Application, user: User) -> str:
    """Return where the city accepts or returns: the back office, which lays out the whole file."""
    moves = APPLICATION.open_to(status=row.status, role=user.role)
    if user.role == Role.CITY and any(move.name in ("accept", "return") for move in moves):
        return reverse("admin:platforms_application_change", args=[row.pk])
    return ""


def _buttons(
    row: Application, user: User, place: Place, left: list[completeness.SectionProgress], *, editable: bool
) -> list[dict[str, Any]]:
    """Return the buttons; the main one is the next thing to do: the first section with gaps, else to check it all."""
    kinds = {"submit": "main", "resubmit": "main", "withdraw": "danger"}
    words = {"submit": "核对并提交"}
    buttons = [
        {
            "label": words.get(move.name, move.label),
            "url": reverse(f"desk:{move.name}", args=[row.number]),
            "kind": "plain" if left and kinds[move.name] == "main" else kinds[move.name],
        }
        for move in open_moves(user, row)
    ]
    if left:
        title, url = left[0].title, place.section_url(left[0].slug)
        buttons.insert(0, {"label": f"填写“{title}”", "url": url, "kind": "main"})
    elif editable:
        buttons.insert(
            min(1, len(buttons)), {"label": "继续填写", "url": place.section_url("platform"), "kind": "plain"}
        )
    if may_delete(row, user):
        buttons.append({"label": "删除草稿", "url": reverse("desk:delete", args=[row.number]), "kind": "danger"})
    if review := _review_url(row, user):
        buttons.insert(0, {"label": "到审核页面办理", "url": review, "kind": "main"})
    if row.platform is not None and may_open(user, row.platform):
        url = f"{reverse('desk:rectification_new')}?platform={row.platform.code}"
        buttons.insert(0, {"label": "下发整改通知", "url": url, "kind": "plain"})
    return buttons


def may_delete(row: Application, user: User) -> bool:
    """Say whether ``user`` may delete ``row``: an own draft that never left the house."""
    return (
        row.status == ApplicationStatus.DRAFT
        and row.submitted_at is None
        and is_own(row, user)
        and user.has_perm("platforms.delete_application")
    )


@officer("platforms.delete_application")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, number: str) -> HttpResponse:
    """Ask before a draft is deleted, and delete it."""
    row, user = visible_application(request, number), current_user(request)
    if not is_own(row, user):
        raise PermissionDenied("这份申报表由所属区县（市）、管委会办理，您不能删除。")
    if not may_delete(row, user):
        messages.warning(request, f"申报表现为“{row.get_status_display()}”，只有从未提交过的草稿可以删除。")
        return redirect("desk:application", row.number)
    if request.method == "POST":
        try:
            applications.delete_draft(application=row, by=user, at=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:home")
        messages.success(request, f"已删除草稿 {row.number}“{row.name}”。")
        return redirect("desk:home")
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(row), {"label": "删除草稿", "url": ""}],
        "title": "删除草稿",
        "what": f"将删除申报表 {row.number}“{row.name}”，连同已填写的全部内容和附件，不能恢复。",
        "effects": ["该地点可以重新建立申报。", "已发出的填报链接随即失效。"],
        "verb": "删除这份草稿",
        "cancel_url": reverse("desk:application", args=[row.number]),
        "danger": True,
    }
    return render(request, "desk/confirm.html", context)


@officer("platforms.view_applicationversion")
@require_safe
def version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """What was submitted, as it was frozen then."""
    row = visible_application(request, number)
    versions = ApplicationVersion.objects.visible_to(request.user).select_related("submitted_by")
    frozen = get_object_or_404(versions, application=row, number=version)
    if not isinstance(frozen.data, dict):
        raise Http404
    masked = not current_user(request).sees_people(row.region_id)
    context = head_of(row) | {
        "crumbs": [*trail(row), {"label": f"第{frozen.number}版", "url": ""}],
        "masked": masked,
        "frozen": frozen,
        "submitted": moment(frozen.submitted_at),
        "check_code": code_of(frozen.data),
        "document_name": f"第{frozen.number}版",
        "sheets": sheets_of(mask_form(frozen.data) if masked else frozen.data),
        "files": frozen.data.get("attachments", []),
    }
    return render(request, "applications/version.html", context)


def _returns_of(
    row: Application, user: User, place: Place | None, versions: list[ApplicationVersion]
) -> dict[str, Any]:
    """Return the part of the page's context that is about returns; ``place`` is the form, None where it is only read.

    What the county asks of its operating unit, and its own check, is told to the county alone.
    """
    own = is_own(row, user)
    turns, unit_turns = histories_of(row, CorrectionLevel.CITY, CorrectionLevel.COUNTY)
    return {
        "corrections": place.asked() if place else None,
        "turns": turns,
        "unit_turns": unit_turns if own else [],
        "check": check_of(row) if own else None,
        "check_url": reverse("desk:check", args=[row.number])
        if place and user.has_perm("platforms.check_application")
        else "",
        "changes": last_two(row, user, versions),
    }
