"""The desk's pages of one application's form: its sections and its files."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.choices import ApplicationStatus
from platforms.applications.desk.access import own_application, refusal_reason
from platforms.applications.desk.answering import answer_page, section_with_answers
from platforms.applications.desk.attachment_page import remove_page, serve
from platforms.applications.desk.correction_items import asked_of
from platforms.applications.desk.editors import Writer
from platforms.applications.desk.section_page import Place
from platforms.models import Application, Attachment
from platforms.one_use import repeatable
from platforms.pages.access import current_user, officer


def trail(application: Application | None = None, home: str = "") -> list[dict[str, str]]:
    """Return the crumbs down to ``application``; ``home`` is the address of the list, where it names a year."""
    crumbs = [{"label": "申报", "url": home or reverse("desk:home")}]
    if application is not None:
        crumbs.append({"label": application.number, "url": reverse("desk:application", args=[application.number])})
    return crumbs


def desk_place(request: HttpRequest, application: Application) -> Place:
    """Return the desk around the form of ``application``."""
    return Place(
        base="desk/base.html",
        writer=Writer(current_user(request)),
        crumbs=trail(application),
        overview_url=reverse("desk:application", args=[application.number]),
        section_url=lambda slug: reverse("desk:section", args=[application.number, slug]),
        attachment_url=lambda pk: reverse("desk:attachment", args=[pk]),
        remove_url=lambda pk: reverse("desk:attachment_remove", args=[pk]),
        form_pdf_url=reverse("desk:form_pdf", args=[application.number]),
        check_url=check_url_of(application),
        asked=lambda: asked_of(
            application,
            section_url=lambda slug: reverse("desk:section", args=[application.number, slug]),
            answer_url=lambda pk: reverse("desk:answer", args=[application.number, pk]),
            typed=request.POST,
        ),
    )


def check_url_of(application: Application) -> str:
    """Return the page on which a draft is checked and submitted; one that was returned has a page of its own."""
    name = "resubmit" if application.status == ApplicationStatus.RETURNED else "submit"
    return reverse(f"desk:{name}", args=[application.number])


@officer()
@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """One section of the form: 404 for another region's, 403 while it cannot be changed."""
    application = own_application(request, number, editable=request.method != "POST")
    return section_with_answers(request, application, slug, desk_place(request, application))


@officer("platforms.change_application")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One question of the city: 404 for another region's, 403 while the form cannot be changed."""
    application = own_application(request, number, editable=request.method != "POST")
    return answer_page(request, application, pk, desk_place(request, application))


@officer("platforms.view_attachment")
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send one file to somebody who may see the application that it belongs to."""
    return serve(Attachment.objects.visible_to(request.user), pk, view="view" in request.GET)


@officer("platforms.delete_attachment")
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one file off the form."""
    row = get_object_or_404(Attachment.objects.visible_to(request.user).select_related("application"), pk=pk)
    reason = refusal_reason(current_user(request), row.application)
    if reason:
        raise PermissionDenied(reason)
    return remove_page(request, row, desk_place(request, row.application))
