"""What the operating unit sees behind the link that its county sent: the same form, no account.

The address is the key: nothing here logs it, and no answer of these pages goes into a log with it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications import completeness
from platforms.applications.desk.answering import answer_page, section_with_answers
from platforms.applications.desk.attachment_page import remove_page, serve
from platforms.applications.desk.correction_items import asked_of
from platforms.applications.desk.editors import Writer
from platforms.applications.desk.file_scope import files_within
from platforms.applications.desk.section_page import Place, kept_key, rail_of, writer_mark
from platforms.applications.pages.parts import shown_notes
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.notes import readable
from platforms.applications.services import fill_links
from platforms.errors import Refusal
from platforms.models import Application, Attachment, FillLink, Liaison
from platforms.moments import moment
from platforms.notices.clauses import activate
from platforms.one_use import repeatable
from platforms.turning_away import too_often, unknown_keys, wait_for

View = Callable[..., HttpResponseBase]


def holder(view: View) -> View:
    """Let in who holds a usable link and pass it on; unknown ones are 404, ended ones 410, on one plain page."""

    @wraps(view)
    @sensitive_variables("token")
    def inner(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        link = fill_links.find(token, timezone.now())
        response: HttpResponseBase
        if link is None:
            ended = fill_links.issued(token)
            seconds = 0 if ended else wait_for(unknown_keys)
            response = too_often(request, "打开无效链接", seconds) if seconds else _closed(request, ended)
        else:
            activate(link.application.round.notice_id)
            response = view(request, token, link, **kwargs)
        # Django logs the address of every answer from 400 on; this address is a key.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return inner


def _closed(request: HttpRequest, ended: FillLink | None) -> HttpResponse:
    """Say that the link is unknown, or that it ended; what its holder typed and could not save can be copied there."""
    if ended is None:
        return render(request, "fill/closed.html", {"known": False}, status=404)
    context = {
        "known": True,
        "kept_key": kept_key(ended.application_id),
        "writer": writer_mark(Writer(None, fill_links.actor_of(ended))),
    }
    return render(request, "fill/closed.html", context, status=410)


def fill_place(token: str, link: FillLink, typed: Mapping[str, Any] | None = None) -> Place:
    """Return the link's own pages around the form; ``typed`` is what was sent to one of them."""
    return Place(
        base="fill/base.html",
        writer=Writer(None, fill_links.actor_of(link), link),
        crumbs=[{"label": "申报表填写", "url": reverse("fill:start", args=[token])}],
        overview_url=reverse("fill:start", args=[token]),
        section_url=lambda slug: reverse("fill:section", args=[token, slug]),
        attachment_url=lambda pk: reverse("fill:attachment", args=[token, pk]),
        remove_url=lambda pk: reverse("fill:attachment_remove", args=[token, pk]),
        form_pdf_url="" if link.section else reverse("fill:form_pdf", args=[token]),
        only=link.section,
        asked=lambda: asked_of(
            link.application,
            section_url=lambda slug: reverse("fill:section", args=[token, slug]),
            answer_url=lambda pk: reverse("fill:answer", args=[token, pk]),
            link=link,
            typed=typed,
        ),
    )


def _covers(link: FillLink, slug: str) -> None:
    """Answer 404 where ``link`` is for another section than ``slug``; the files of its section come with it."""
    if link.section in ("", slug) or (slug == "attachments" and completeness.brings_files(link.section)):
        return
    raise Http404


def _files(link: FillLink) -> QuerySet[Attachment]:
    """Return the files that the holder of ``link`` may see: those of the form, or of the one section.

    The section of the files lists them all, also those that answer questions of other sections.
    """
    return files_within(link.application, link.section)


@holder
@require_safe
def start(request: HttpRequest, token: str, link: FillLink) -> HttpResponse:
    """The form, or the one section of it, as a whole: how far it is, what is missing, until when."""
    link = fill_links.open_link(link=link, at=timezone.now())
    row, place = link.application, fill_place(token, link)
    data = form_data(row)
    progress = completeness.progress(data, link.section)
    context = {
        "application": row,
        "link": link,
        "part": fill_links.TITLES.get(link.section, ""),
        "files": completeness.brings_files(link.section),
        "expires": moment(link.expires_at),
        "days": (timezone.localdate(link.expires_at) - timezone.localdate()).days,
        "sections": rail_of(data, place),
        "corrections": place.asked(),
        "notes": shown_notes(readable(row, user=None), names=False),
        "done": sum(1 for each in progress if each.state == "complete"),
        "total": len(progress),
        "first_url": place.section_url(link.section or "platform"),
        "hand_over_url": reverse("fill:hand_over", args=[token]),
    }
    return render(request, "fill/start.html", context)


@holder
@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, token: str, link: FillLink, slug: str) -> HttpResponse:
    """One section of the form."""
    _covers(link, slug)
    link = fill_links.open_link(link=link, at=timezone.now()) if request.method != "POST" else link
    return section_with_answers(request, link.application, slug, fill_place(token, link, request.POST))


@holder
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str, link: FillLink, pk: int) -> HttpResponse:
    """One question that the county asks through this link."""
    _covers(link, request.GET.get("section") or link.section)
    return answer_page(request, link.application, pk, fill_place(token, link, request.POST))


@holder
@require_safe
def attachment(request: HttpRequest, token: str, link: FillLink, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """Send one of the files that belong to what the link is for."""
    return serve(_files(link), pk, view="view" in request.GET)


@holder
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: HttpRequest, token: str, link: FillLink, pk: int) -> HttpResponse:
    """Take off one of the files that belong to what the link is for."""
    row = get_object_or_404(_files(link).select_related("application", "question"), pk=pk)
    return remove_page(request, row, fill_place(token, link))


def _ended(row: Application, part: str) -> dict[str, Any]:
    """Return what the last page says: who has the form now, what happens next, whom to call."""
    liaison = Liaison.objects.filter(round=row.round_id, region=row.region_id).first()
    phone = liaison.phone if liaison else ""
    office = row.region.name if row.region else "市经信局"
    return {
        "application": row,
        "part": part,
        "what": f"已交回{office}，{office}会联系您",
        "office": office,
        "onwards": "报市经信局" if row.region else "受理",
        "phone": phone,
        # The first of two numbers; without what a telephone does not dial.
        "phone_link": "".join(each for each in phone.split("、")[0] if each in "+0123456789"),
    }


@holder
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, token: str, link: FillLink) -> HttpResponse:
    """Ask before the form goes back to the county, and hand it over; the link ends with it."""
    row, place, part = link.application, fill_place(token, link), fill_links.TITLES.get(link.section, "")
    to, noun = row.region.name if row.region else "市经信局", f"“{part}”部分" if part else ""
    refusal = ""
    if request.method == "POST":
        try:
            fill_links.hand_over(link=link, at=timezone.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return render(request, "fill/handed_over.html", _ended(row, part))
    gaps = [
        gap
        for each in completeness.progress(form_data(row), link.section)
        for gap in each.gaps
        if not gap.field.startswith("county_")
    ]
    asked = place.asked()
    left = [
        {"message": f"没有答复的修改要求：{question.label}。", "url": question.url}
        for question in (asked.left if asked else ())
    ]
    context = {
        "base": "fill/base.html",
        "crumbs": [*place.crumbs, {"label": "交回申报表", "url": ""}],
        "title": "交回申报表",
        "what": f"将把申报表“{row.name}”{noun and '的'}{noun}交回{to}核对。",
        "effects": ["交回后本链接失效，不能再修改。", "需要再修改的，请联系发出链接的部门重新发出链接。"],
        "soft_gaps": left
        + [{"message": gap.message, "url": f"{place.section_url(gap.section)}#id_{gap.field}"} for gap in gaps],
        "verb": "交回申报表",
        "cancel_url": place.overview_url,
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)
