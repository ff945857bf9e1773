"""What became public of late as a feed (Atom), for readers and programs that follow it."""

from datetime import UTC, datetime
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.feedgenerator import rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition

from evaluation.news import queries as news
from evaluation.site.answers import public_page
from evaluation.site.open_data import FORMAT, tag
from platforms.identity import ours

#: When a feed last changed that has never had an entry.
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
ATOM = "http://www.w3.org/2005/Atom"


def _etag(request: HttpRequest) -> str:
    return tag(FORMAT, settings.SITE_URL, request.path, repr(news.entries(timezone.now())))


@public_page
@condition(etag_func=_etag)
def feed(_request: HttpRequest) -> HttpResponseBase:
    """Send the latest entries as Atom 1.0 (RFC 4287)."""
    found = news.entries(timezone.now())
    site = settings.SITE_URL.rstrip("/")
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("feed", AttributesImpl({"xmlns": ATOM, "xml:lang": "zh-CN"}))
    xml.addQuickElement("title", ours().programme)
    xml.addQuickElement("id", f"{site}{reverse('site:feed')}")
    _link(xml, "self", site + reverse("site:feed"), "application/atom+xml")
    _link(xml, "alternate", site + reverse("site:home"), "text/html")
    xml.addQuickElement("updated", rfc3339_date(found[0].at if found else NEVER))
    xml.startElement("author", AttributesImpl({}))
    xml.addQuickElement("name", ours().footer.organiser or ours().programme)
    xml.endElement("author")
    xml.addQuickElement("rights", settings.OPEN_DATA_LICENCE)
    for entry in found:
        xml.startElement("entry", AttributesImpl({}))
        xml.addQuickElement("title", entry.title)
        # An address alone may be that of several entries.
        xml.addQuickElement("id", f"{site}{reverse('site:feed')}#{entry.key}")
        _link(xml, "alternate", site + entry.url, "text/html")
        xml.addQuickElement("published", rfc3339_date(entry.at))
        xml.addQuickElement("updated", rfc3339_date(entry.at))
        xml.addQuickElement("category", None, {"term": entry.kind})
        if entry.summary:
            xml.addQuickElement("summary", entry.summary)
        xml.endElement("entry")
    xml.endElement("feed")
    xml.endDocument()
    return response


def _link(xml: SimplerXMLGenerator, relation: str, url: str, media_type: str) -> None:
    xml.addQuickElement("link", None, {"rel": relation, "href": url, "type": media_type})


urlpatterns = [path("feed/", feed, name="feed")]
