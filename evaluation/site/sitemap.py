"""What the public site tells search engines: what they may read, and where it is."""

from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

from evaluation.certification.queries import published
from evaluation.examples import queries as examples
from evaluation.news import queries as news
from evaluation.public_notice.queries import notices
from evaluation.site import joined
from evaluation.site.answers import public_page

#: A sitemap may hold no more addresses than this.
MOST_ADDRESSES = 50_000
MOST_NOTICES = 90
MOST_JOINED = 1_000


@public_page
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what search engines may read: what is published."""
    closed = ("/admin/", "/desk/", "/fill/", "/complaints/", "/verify/", "/api/")
    text = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(text), content_type="text/plain; charset=utf-8")


@public_page
def sitemap(_request: HttpRequest) -> HttpResponse:
    """List the public pages and every platform that was ever published."""
    rooms = ("home", "results", "notices", "news", "examples", "map", "statistics", "open_data", "accessibility")
    pages = [reverse(f"site:{name}") for name in rooms]
    codes = published.codes()[: MOST_ADDRESSES - 3_200]
    stories = examples.listed(timezone.localdate()).values_list("pk", flat=True)[:1_000]
    pages += [reverse("site:example", args=[pk]) for pk in stories]
    texts = news.listed(timezone.now()).values_list("pk", flat=True)[:1_000]
    pages += [reverse("site:news_article", args=[pk]) for pk in texts]
    numbers = notices.released().values_list("number", flat=True)[:MOST_NOTICES]
    pages += [reverse("site:notice", args=[number]) for number in numbers]
    pages += [path for more in joined.PAGES for path in more()][:MOST_JOINED]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}))
    for path in [*pages, *(reverse("site:result", args=[code]) for code in codes)]:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", settings.SITE_URL.rstrip("/") + path)
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response
