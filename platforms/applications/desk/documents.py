"""Printed forms at the desk: one application as it stands, one version as it was submitted, a whole report as a ZIP.

Who may not see the people in a form gets it with its people masked. What names people is noted in the log.
"""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from platforms.applications.choices import DocumentKind
from platforms.applications.desk.access import visible_application
from platforms.applications.desk.fill import holder
from platforms.applications.queries.documents import (
    TO_SEAL,
    document_of,
    draft_of,
    edition_of,
    name_of,
    name_of_draft,
    zip_of,
)
from platforms.applications.queries.forms import form_data
from platforms.applications.services import fill_links
from platforms.applications.services.documents import note_download, note_print
from platforms.applications.services.ownership import is_own
from platforms.models import Application, ApplicationVersion, Batch, FillLink, User
from platforms.pages.access import current_user, officer
from platforms.pages.made_later import counted, is_too_long, made_later, note

logger = logging.getLogger(__name__)

MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NOT_NOW = "这份申报表暂时无法生成文件，已填写和已提交的内容不受影响。请稍后再试；仍不成功的，请联系市经信局。"


@officer()
@require_safe
def form(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """Send the form of an application: as it stands now while it can be changed, else as it was last submitted."""
    row = visible_application(request, number)
    version = None if row.is_editable else row.versions.order_by("-number").first()
    if version is not None:
        return _send_version(request, row, version, kind)
    user = current_user(request)
    masked = not user.sees_people(row.region_id)
    edition = edition_of(row, form_data(row), masked=masked)
    make = partial(draft_of, row, kind, masked=masked)
    name = name_of_draft(row, kind, edition=edition, masked=masked)
    answer = _send(request, row, kind, make, name=name, edition=edition)
    # A look ahead prints nothing.
    printed = request.method == "GET" and answer.status_code == HTTPStatus.OK
    if printed and edition == TO_SEAL and is_own(row, user):
        note_print(application=row, kind=kind, by=user, at=timezone.now())
    return answer


@officer("platforms.view_applicationversion")
@require_safe
def version_form(request: HttpRequest, number: str, version: int, kind: str) -> HttpResponseBase:
    """Send the form as it was submitted then."""
    row = visible_application(request, number)
    versions = ApplicationVersion.objects.visible_to(request.user)
    return _send_version(request, row, get_object_or_404(versions, application=row, number=version), kind)


@holder
@require_safe
def unit_form(request: HttpRequest, token: str, link: FillLink) -> HttpResponseBase:
    """Send the unit the form that it fills, to be printed and sealed; not through a link to one section of it."""
    if link.section:
        raise Http404
    row, kind, at = link.application, DocumentKind.PDF, timezone.now()
    try:
        content = draft_of(row, kind)
    except Exception:  # what cannot be printed is told in a sentence, the form itself is there
        logger.exception("printing application %s failed", row.pk)
        messages.error(request, NOT_NOW)
        return redirect("fill:start", token)
    edition, actor = edition_of(row, form_data(row)), fill_links.actor_of(link)
    note_download(target=row, kind=kind, edition=edition, by=None, at=at, actor=actor)
    if request.method == "GET":
        note_print(application=row, kind=kind, by=None, at=at, actor=actor)
    return _file(content, kind, name_of_draft(row, kind, edition=edition))


@officer("platforms.view_batch")
@require_safe
def batch_zip(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the PDFs of all that went in with one report, in its order, as one ZIP that is made while it is sent.

    The background makes one of many.
    """
    user = current_user(request)
    batch = get_object_or_404(Batch.objects.visible_to(user).select_related("region"), number=number)
    versions = ApplicationVersion.objects.visible_to(user).filter(pk__in=batch.items.values("version"))
    versions = versions.order_by("application__batch_item__position")
    masked, count = not _sees_people_of(user, batch), batch.items.count()
    if is_too_long(request, count, settings.FORMS_PRINTED_AT_ONCE):
        return made_later(request, f"打印申报表：上报 {batch.number}", total=count, unit="份")
    if not masked:
        note(request, lambda: note_download(target=batch, kind="zip", by=user, at=timezone.now(), count=count))
    name = f"{batch.number}_申报表{'_隐去个人信息' if masked else ''}.zip"
    pieces = counted(request, zip_of(versions, reader=user))
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _sees_people_of(user: User, batch: Batch) -> bool:
    # All that is in one report is of one region.
    first = batch.items.select_related("application").first()
    return first is not None and user.sees_people(first.application.region_id)


def _send_version(request: HttpRequest, row: Application, version: ApplicationVersion, kind: str) -> HttpResponseBase:
    masked = not current_user(request).sees_people(row.region_id)
    make = partial(document_of, version, kind, masked=masked)
    return _send(request, row, kind, make, name=name_of(version, kind, masked=masked), edition=f"第{version.number}版")


def _send(
    request: HttpRequest, row: Application, kind: str, make: Callable[[], bytes], *, name: str, edition: str
) -> HttpResponseBase:
    try:
        content = make()
    except Exception:  # what cannot be printed is told in a sentence, the form itself is there
        logger.exception("printing application %s failed", row.pk)
        messages.error(request, NOT_NOW)
        return redirect("desk:application", row.number)
    user = current_user(request)
    if user.sees_people(row.region_id):
        note_download(target=row, kind=kind, edition=edition, by=user, at=timezone.now())
    return _file(content, kind, name)


def _file(content: bytes, kind: str, name: str) -> FileResponse:
    response = FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=MEDIA_TYPES[DocumentKind(kind)]
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
