"""The way to the page of a platform for its door: a QR code, and a sheet with it to be printed."""

from datetime import datetime, time
from typing import Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.documents.facts import DoorFacts
from evaluation.documents.printing import door_pdf
from evaluation.documents.qr import svg_of
from evaluation.models import Result
from evaluation.site.answers import public_page
from platforms.filetypes import MEDIA_TYPES
from platforms.pages.downloads import download

#: What an SVG that is opened as a page may load or run.
NOTHING = "default-src 'none'; sandbox"


@public_page
def code(_request: HttpRequest, code: str) -> HttpResponse:
    """Send the QR code of the page of one platform as SVG; it is shown on that page and may be kept."""
    response = HttpResponse(svg_of(address_of(_latest(code))), content_type="image/svg+xml")
    response["Content-Security-Policy"] = NOTHING
    response["X-Content-Type-Options"] = "nosniff"
    return response


@public_page
def sheet(_request: HttpRequest, code: str, paper: Literal["a4", "a5"]) -> HttpResponse:
    """Send the sheet for the door as PDF, of what the page of the platform says; the same again gives the same file."""
    latest = _latest(code)
    facts = DoorFacts(
        code=latest.code,
        name=latest.name,
        hours=latest.opening_hours,
        phone=published.office_phone(latest.service_phone),
        free=tuple(offer.label for offer in published.offers(latest) if offer.public_interest and offer.free),
        url=address_of(latest),
        at=timezone.make_aware(datetime.combine(latest.publication.decided_on, time.min)),
    )
    return download(door_pdf(facts, paper), f"门口二维码_{latest.code}_{paper.upper()}.pdf", MEDIA_TYPES["pdf"])


def address_of(line: Result) -> str:
    """Return the whole address of the page of a platform, as the settings say it."""
    return str(settings.SITE_URL).rstrip("/") + reverse("site:result", args=[line.code])


def _latest(code: str) -> Result:
    """Return the last published line of a platform; only one whose certificate holds has its name at a door.

    Raises:
        Http404: there is none, or nothing of it is in force today.
    """
    found = published.history(code)
    if not any(published.line(each, timezone.localdate()).state in published.HOLDING_STATES for each in found):
        raise Http404
    return found[0]
