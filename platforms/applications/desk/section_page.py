"""The page of one section, the same for an officer at the desk and for the operating unit behind its link."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.http import urlencode

from platforms.applications import attachment_needs, completeness
from platforms.applications.attachment_needs import STALE_STAMP
from platforms.applications.choices import ApplicationStatus
from platforms.applications.completeness import SectionProgress
from platforms.applications.desk import page_base, pasting
from platforms.applications.desk.attachment_page import attachments_page
from platforms.applications.desk.correction_items import Asked
from platforms.applications.desk.editors import Editor, Writer, editor_for
from platforms.applications.desk.question_files import question_files
from platforms.applications.pages.parts import renewal_note
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.reuse import taken
from platforms.applications.sections import SECTIONS, Section
from platforms.applications.sections import section as section_of
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application
from platforms.moments import moment

#: In the address of a section: it was opened from the check of the whole form.
BACK, CHECK = "back", "check"
STATES = {"complete": "done", "partial": "gaps", "empty": "open"}
#: How often a save is tried again when somebody else saved in the very same moment.
TRIES = 3


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
    #: The form as it stands, to be printed and sealed; nothing where the person sees only a part of it.
    form_pdf_url: str = ""
    asked: Callable[[], Asked | None] = lambda: None
    #: The one section that there is, where the person was given only that.
    only: str = ""
    #: The page on which the whole form is checked before it is submitted; nothing where somebody else does that.
    check_url: str = ""

    def login_url(self, slug: str) -> str:
        """Return where an officer logs in again to come back to the section; a link of a unit has no login."""
        if self.writer.by is None:
            return ""
        return f"{settings.LOGIN_URL}?{urlencode({'next': self.section_url(slug)})}"


def rail_of(data: dict[str, Any], place: Place, current: str = "") -> list[dict[str, Any]]:
    """Return the sections for the progress rail: the ten, or what the person was given."""
    return [
        {
            "label": f"{each.number} {each.title}",
            "url": place.section_url(each.slug),
            "state": STATES[each.state],
            "gaps": len(each.gaps),
            "current": each.slug == current,
        }
        for each in completeness.progress(data, place.only)
    ]


def section_page(request: HttpRequest, application: Application, slug: str, place: Place) -> HttpResponse:
    """Show one section, or save what was typed in it; a page that saves while it is typed gets only what changed.

    What is right is saved, what is wrong stays on the page with a sentence beside it. What a colleague saved in between
    stays too; where both changed the same, both texts are shown and nothing of it is saved until one was chosen.
    """
    section = next((each for each in SECTIONS if each.slug == slug), None)
    if section is None:
        raise Http404
    if slug == "attachments":
        return attachments_page(
            request, application, lambda: place_context(request, application, section, place), place
        )
    if request.method != "POST":
        return _show(request, section, place, editor_for(slug, application, place.writer))
    if kind := request.POST.get("paste_rows"):
        return pasting.answer(request, _typed(request, slug, application, place), kind, section, place, _show)
    if kind := request.POST.get("add_row"):
        editor = _typed(request, slug, application, place)
        editor.add_row(kind)
        return _show(request, section, place, editor, unsaved=True)
    try:
        editor, known = _save(request, application, slug, place)
    except Refusal as refusal:
        # Whoever deleted it in between: what was typed is shown all the same.
        with suppress(Application.DoesNotExist):
            application.refresh_from_db()
        editor = _typed(request, slug, application, place)
        return _show(request, section, place, editor, refusal=str(refusal), unsaved=True, status=409)
    if editor.clashes or not known:
        return _show(request, section, place, editor, stale=not known, status=409)
    if labels := editor.not_stored:
        # A page from before the return, or a form that was not ours: its sender believes that this is saved.
        sentence = f"“{'”“'.join(labels)}”不在本次补正的范围内，没有保存。"
        return _show(request, section, place, editor, kept=True, refusal=sentence, status=409)
    if not editor.is_valid() or is_autosave(request):
        return _show(request, section, place, editor, kept=True)
    messages.success(request, f"“{section.title}”已保存（{moment(editor.application.saved_at)}）。")
    if (idle := request.POST.getlist("idle")) and (opened := editor.asked_now(idle)):
        # Sent from a page that could not show them.
        return HttpResponseRedirect(f"{place.section_url(slug)}#{opened}")
    if "continue" in request.POST:
        progress = completeness.progress(form_data(editor.application), place.only)
        return HttpResponseRedirect(next_of(request, editor.application, section, place, progress))
    return HttpResponseRedirect(place.section_url(slug))


def is_autosave(request: HttpRequest) -> bool:
    """Say whether the page itself asks, and not the browser for a new page."""
    return "HX-Request" in request.headers


def _typed(request: HttpRequest, slug: str, application: Application, place: Place) -> Editor:
    return editor_for(slug, application, place.writer, request.POST, request.FILES)


def _save(request: HttpRequest, application: Application, slug: str, place: Place) -> tuple[Editor, bool]:
    """Save what was sent; returns the editor, and whether it was known what the page was made from.

    Raises:
        Refusal: nothing could be saved.
    """
    # A choice between two texts is made with a button, never by a page that saves while it is typed.
    by_itself = is_autosave(request) and "merge" not in request.POST
    choices = {} if by_itself else {k[5:]: str(v) for k, v in request.POST.items() if k.startswith("keep-")}
    at = timezone.now()
    for left in reversed(range(TRIES)):
        editor = _typed(request, slug, application, place)
        base = page_base.sent(request.POST, application, slug)
        if base is None and version_of(request) == application.version:
            base = editor.base
        try:
            editor.save(base=base, choices=choices, at=at)
        except StaleVersion:
            if not left:
                raise
            application.refresh_from_db()
        else:
            return editor, base is not None
    raise AssertionError("unreachable")


def version_of(request: HttpRequest) -> int:
    """Return the version that the page was made from; a missing or odd one is nobody's and counts as stale."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def is_from_check(request: HttpRequest, place: Place) -> bool:
    """Say whether the section was opened from the check of the whole form, to which it leads back."""
    return bool(place.check_url) and request.GET.get(BACK) == CHECK


def next_of(
    request: HttpRequest, application: Application, section: Section, place: Place, progress: Sequence[SectionProgress]
) -> str:
    """Return where one goes on after ``section``: of a draft to what is still open, at last to the check of it all."""
    if is_from_check(request, place):
        return place.check_url
    if application.status == ApplicationStatus.DRAFT and not place.only:
        left = [each for each in progress if each.gaps and each.slug != section.slug]
        later = [each for each in left if each.number > section.number] or left
        return place.section_url(later[0].slug) if later else place.check_url or place.overview_url
    later_slugs = [each.slug for each in SECTIONS if each.number == section.number + 1 and not place.only]
    return place.section_url(later_slugs[0]) if later_slugs else place.overview_url


def place_context(request: HttpRequest, application: Application, section: Section, place: Place) -> dict[str, Any]:
    """Return what the page of any section needs: head, rail, gaps and the way on."""
    data = form_data(application)
    progress = completeness.progress(data, place.only)
    here = next(each for each in progress if each.slug == section.slug)
    next_url = next_of(request, application, section, place, progress)
    warnings = [each for each in completeness.warnings(data) if each.section == section.slug]
    if section.slug == "attachments":
        # What is advised stands in the row of its requirement.
        advised = attachment_needs.advised(data, place.only)
        warnings = [each for each in warnings if each.message in advised and each.message == STALE_STAMP]
    return {
        "base": place.base,
        "crumbs": [*place.crumbs, {"label": f"{section.number} {section.title}", "url": ""}],
        "application": application,
        "section": section,
        "sections": rail_of(data, place, section.slug),
        "gaps": here.gaps,
        "warnings": [each.message for each in warnings],
        "field_warnings": warnings,
        "overview_url": place.overview_url,
        "next_url": next_url,
        "next_verb": _verb(request, next_url, place),
        "back_url": place.check_url if is_from_check(request, place) else "",
        "given": _given(section, place),
        "by_county": place.writer.is_county,
        "title": f"{section.number} {section.title}",
        "saved_at": moment(application.saved_at),
        "facts": [
            *filter(None, [renewal_note(application)]),
            format_html('更新时间 <span id="saved-at">{}</span>', moment(application.saved_at)),
        ],
        "corrections": place.asked(),
        "saved_time": f"{timezone.localtime(application.saved_at):%H:%M}",
    }


def _verb(request: HttpRequest, next_url: str, place: Place) -> str:
    if is_from_check(request, place):
        return "保存并返回核对"
    if next_url == place.check_url:
        return "保存并核对"
    return "保存并查看全表" if next_url == place.overview_url else "保存并继续"


def _given(section: Section, place: Place) -> dict[str, Any] | None:
    """Return which files somebody who fills a single section brings, and where; None where there is nothing to say."""
    if not place.only or not completeness.brings_files(place.only):
        return None
    return {
        "here": section.slug == "attachments",
        "part": section_of(place.only).title,
        "labels": "、".join(need.label for need in attachment_needs.needs_of(place.only)),
        "part_url": place.section_url(place.only),
        "files_url": place.section_url("attachments"),
    }


def _show(
    request: HttpRequest,
    section: Section,
    place: Place,
    editor: Editor,
    *,
    status: int = 200,
    unsaved: bool = False,
    **more: Any,
) -> HttpResponse:
    """Show the section; ``unsaved`` means that the page still stands on what it stood on when it was sent."""
    application = editor.application
    context = place_context(request, application, section, place)
    files = question_files(application, section.slug, place, editor.closed)
    for warning in context["field_warnings"]:
        editor.warnings.setdefault(warning.field, []).append(warning.message)
    for gap in context["gaps"]:
        editor.gaps.setdefault(gap.field, []).append(gap.message)
    editor.taken = taken(application, (*section.fields, *section.rows))
    sent = request.POST
    context |= {
        "editor": editor,
        "problems": editor.problems() if request.method == "POST" else [],
        "question_files": files,
        "questions_with_files": {file["key"] for file in files},
        "version": sent.get("version", "") if unsaved else application.version,
        "page_base": sent.get("base", "") if unsaved else page_base.signed(editor.base, application, section.slug),
        "kept_key": kept_key(application.pk),
        "writer": writer_mark(place.writer),
        "login_url": place.login_url(section.slug),
        "unsaved": unsaved,
        "closed_here": bool(editor.closed),
        "idle": [box.name for box in editor.boxes if box.is_idle],
    }
    template = (
        "applications/section_saved.html" if is_autosave(request) and request.method == "POST" else editor.template
    )
    return render(request, template, context | more, status=status)


def kept_key(pk: int) -> str:
    """Return under which name the browser keeps what is not saved yet of the application ``pk``, told by no number."""
    return salted_hmac("platforms.desk.kept", str(pk)).hexdigest()[:20]


def writer_mark(writer: Writer) -> str:
    """Return who typed, as a mark that only tells whether it was the same person."""
    who = f"user:{writer.by.pk}" if writer.by is not None else writer.actor
    return salted_hmac("platforms.desk.writer", who).hexdigest()[:12]
