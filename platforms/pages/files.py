"""Files on a page: the box for several of them, and how a kept one is sent."""

from typing import Any, Protocol

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse

from platforms import stored_files
from platforms.files.models import Pictured
from platforms.filetypes import MEDIA_TYPES, MEGABYTE
from platforms.page_pictures import MEDIA_TYPE

MOST_FILES = 10
#: Seconds for which a picture of a public page may be shown again without being asked for.
PICTURE_KEPT = 7 * 24 * 3600

#: What a browser may show in place of saving it, and under which policy: nothing in them runs or loads anything.
SHOWN: dict[str, str] = {
    MEDIA_TYPES["jpg"]: "default-src 'none'; frame-ancestors 'self'; sandbox",
    MEDIA_TYPES["png"]: "default-src 'none'; frame-ancestors 'self'; sandbox",
    # Older Chromium opens no PDF in a sandbox; its viewer is one of its own.
    MEDIA_TYPES["pdf"]: "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
}

#: Larger pictures are not fetched for a thumbnail, in bytes.
LARGEST_THUMBNAIL = MEGABYTE


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """The files as a list; each is judged by the service, which names it when it is refused."""

    widget = ManyFilesInput
    #: Whether it must be filled is told in its help, as it may be filled already.
    unmarked = True

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # noqa: ARG002 - Django's signature
        return list(data) if isinstance(data, list | tuple) else [data] if data else []


class Kept(Protocol):
    """A row that names a kept file."""

    @property
    def shown_name(self) -> str: ...
    @property
    def stored_name(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def send_variant(row: Pictured, digest: str, *, public: bool) -> HttpResponse:
    """Send the variant ``digest`` of the picture of ``row``; 404 where there is none.

    Nothing in it runs or loads anything. The address names the content, so a ``public`` one may be kept for a week; the
    caller has checked that everybody, or the person, may see it.
    """
    name = row.picture_of(digest)
    try:
        content = stored_files.read(name) if name else b""
    except FileNotFoundError:
        content = b""
    if not content:
        raise Http404
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    if public:
        response["Cache-Control"] = f"public, max-age={PICTURE_KEPT}, immutable"
    return response


def send_kept(row: Kept, *, view: bool = False) -> FileResponse:
    """Send the file of ``row`` as a download that no browser opens as a page; the caller has checked the person.

    With ``view`` pictures and PDFs are shown in the browser; anything else is a download all the same.
    """
    try:
        content = stored_files.open(row.stored_name)
    except FileNotFoundError:
        raise Http404 from None
    policy = SHOWN.get(row.media_type) if view else None
    response = FileResponse(content, as_attachment=policy is None, filename=row.shown_name, content_type=row.media_type)
    response["Content-Security-Policy"] = policy or "default-src 'none'; sandbox"
    if policy:
        response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Content-Type-Options"] = "nosniff"
    return response
