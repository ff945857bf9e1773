"""A file that is sent as an answer."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from platforms import filetypes

MEDIA_TYPES = {
    "xlsx": filetypes.MEDIA_TYPES["xlsx"],
    "csv": "text/csv; charset=utf-8",
}


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Return ``content`` as a file called ``name``."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
