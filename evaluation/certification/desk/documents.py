"""Issued documents and plaques as downloads; what waits for its release is never among them."""

import logging
from typing import Literal

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.certification.queries import documents
from evaluation.documents.printing import plaque as printed_plaque
from evaluation.models import Certification, Document
from platforms.filetypes import MEDIA_TYPES
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import download

logger = logging.getLogger(__name__)

PLAQUES = {"pdf": MEDIA_TYPES["pdf"], "svg": "image/svg+xml"}
GONE = "这份文件暂时无法下载，请联系市经信局。已签发的文件不受影响。"
NOT_NOW = "标牌暂时无法生成，请稍后再试；仍不成功的，请联系市经信局。"
OVER = "认定已不再有效，不提供标牌文件。"


@officer("evaluation.view_document")
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a document: the very bytes that were issued, or none."""
    rows = Document.objects.visible_to(current_user(request)).select_related("result", "region")
    row = get_object_or_404(rows, pk=pk)
    content = documents.kept(row)
    if content is None:
        messages.error(request, GONE)
        return redirect("desk:home")
    return _file(content, documents.file_name(row), MEDIA_TYPES["pdf"])


@officer("evaluation.view_document")
@require_safe
def plaque(request: HttpRequest, pk: int, form: Literal["pdf", "svg"]) -> HttpResponseBase:
    """Send the plaque of a certificate that is in force or about to begin, made from what was published."""
    user = current_user(request)
    # A county reads documents, the city certificates too: those from before this system have no document.
    rows = Certification.objects.filter(
        Q(document__in=Document.objects.visible_to(user)) | Q(pk__in=Certification.objects.visible_to(user))
    )
    row = get_object_or_404(rows.select_related("result__region", "result__publication__round", "end"), pk=pk)
    if not documents.is_held(row, timezone.localdate()):
        messages.error(request, OVER)
        return redirect("desk:home")
    try:
        content = printed_plaque(documents.certificate_facts(row), form)
    except Exception:  # what cannot be printed is told in a sentence
        logger.exception("printing the plaque of certificate %s failed", row.pk)
        messages.error(request, NOT_NOW)
        return redirect("desk:home")
    return _file(content, documents.plaque_name(row, form), PLAQUES[form])


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = download(content, name, media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
