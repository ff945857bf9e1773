"""The page of one section, the same for an officer at the desk and for the operating unit behind its link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from platforms import completeness
from platforms.desk.attachment_page import attachments_page
from platforms.desk.editors import Editor, Writer, editor_for
from platforms.desk.question_files import question_files
from platforms.desk.words import moment
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application
from platforms.queries.forms import form_data
from platforms.sections import SECTIONS, Section

STATES = {"complete": "done", "partial": "gaps", "empty": "open"}


@dataclass(frozen=True)
class Place:
    """Where the page stands: its base template, the trail above it, and the addresses around it."""

    base: str
    writer: Writer
    crumbs: list[dict[str, str]]
    overview_url: str
    section_url: Callable[[str], str]
    attachment_url: Callable[[int], str]
    remove_url: Callable[[int], str]


def rail_of(data: dict[str, Any], place: Place, current: str = "") -> list[dict[str, Any]]:
    """Return the ten sections for the progress rail."""
    return [
        {
            "label": f"{each.number} {each.title}",
            "url": place.section_url(each.slug),
            "state": STATES[each.state],
            "gaps": len(each.gaps),
            "current": each.slug == current,
        }
        for each in completeness.progress(data)
    ]


def section_page(request: HttpRequest, application: Application, slug: str, place: Place) -> HttpResponse:
    """Show one section, or save what was typed in it.

    What is right is saved, what is wrong stays on the page with a sentence beside it. After a colleague's save both
    versions are shown and nothing is saved.
    """
    section = next((each for each in SECTIONS if each.slug == slug), None)
    if section is None:
        raise Http404
    if slug == "attachments":
        return attachments_page(request, application, lambda: place_context(application, section, place), place)
    if request.method != "POST":
        editor = editor_for(slug, application, place.writer)
        return _show(request, application, section, place, editor)
    editor = editor_for(slug, application, place.writer, request.POST, request.FILES)
    if kind := request.POST.get("add_row"):
        editor.add_row(kind)
        return _show(request, application, section, place, editor, version=request.POST.get("version", ""))
    try:
        saved = editor.save(version=version_of(request), at=timezone.now())
    except StaleVersion:
        application.refresh_from_db()
        stale = editor_for(slug, application, place.writer, request.POST)
        return _show(request, application, section, place, stale, differences=stale.differences(), status=409)
    except Refusal as refusal:
        version = request.POST.get("version", "")
        return _show(request, application, section, place, editor, refusal=str(refusal), version=version, status=409)
    if not editor.is_valid():
        return _show(request, saved, section, place, editor, kept=True)
    messages.success(request, f"“{section.title}”已保存（{moment(saved.saved_at)}）。")
    return HttpResponseRedirect(_next(section, place) if "continue" in request.POST else place.section_url(slug))


def version_of(request: HttpRequest) -> int:
    """Return the version that the page was made from; a missing or odd one is nobody's and counts as stale."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _next(section: Section, place: Place) -> str:
    later = [each.slug for each in SECTIONS if each.number == section.number + 1]
    return place.section_url(later[0]) if later else place.overview_url


def place_context(application: Application, section: Section, place: Place) -> dict[str, Any]:
    """Return what the page of any section needs: head, rail, gaps and the way on."""
    data = form_data(application)
    here = next(each for each in completeness.progress(data) if each.slug == section.slug)
    warnings = [each.message for each in completeness.warnings(data) if each.section == section.slug]
    return {
        "base": place.base,
        "crumbs": [*place.crumbs, {"label": f"{section.number} {section.title}", "url": ""}],
        "application": application,
        "section": section,
        "sections": rail_of(data, place, section.slug),
        "gaps": here.gaps,
        "warnings": warnings,
        "overview_url": place.overview_url,
        "is_last": section.number == len(SECTIONS),
        "by_county": place.writer.is_county,
        "saved_at": moment(application.saved_at),
    }


def _show(
    request: HttpRequest,
    application: Application,
    section: Section,
    place: Place,
    editor: Editor,
    *,
    status: int = 200,
    version: str = "",
    **more: Any,
) -> HttpResponse:
    context = place_context(application, section, place) | {
        "editor": editor,
        "problems": editor.problems(),
        "question_files": question_files(application, section.slug, place),
        "version": version or application.version,
    }
    return render(request, editor.template, context | more, status=status)
