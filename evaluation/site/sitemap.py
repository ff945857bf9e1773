"""What the public site tells search engines: what they may read, where it is, and when it last changed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.feedgenerator import rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition

from evaluation.amendments.queries import amendments
from evaluation.certification.queries import published
from evaluation.examples import queries as examples
from evaluation.models import Result
from evaluation.news import queries as news
from evaluation.public_notice.queries import notices
from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.cache import contents
from evaluation.site.joined import Address
from evaluation.site.open_data import tag

#: A sitemap may hold no more addresses than this; with more it is a list of sitemaps.
MOST_ADDRESSES = 50_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Pages that change with what is published, and those that change with the program alone.
LISTS = ("home", "results", "map", "statistics", "open_data")
OTHERS = ("dictionary", "complain", "verify", "accessibility")
CLOSED = ("/admin/", "/desk/", "/fill/", "/complaints/status/", "/complaints/received/", "/verify/", "/api/")


@public_page
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what search engines may read: what is published, and the page that explains the interface."""
    text = [
        "User-agent: *",
        f"Allow: {reverse('api_docs')}",
        # The page that asks for a number, and no page of a number.
        f"Allow: {reverse('site:verify')}$",
        *(f"Disallow: {closed}" for closed in CLOSED),
        f"Sitemap: {settings.SITE_URL.rstrip('/')}{reverse('site:sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(text), content_type="text/plain; charset=utf-8")


def addresses() -> Iterator[Address]:
    """Yield the public pages and every platform that was ever published, always in the same order."""
    today = timezone.localdate()
    latest, (_, amended) = published.publications(), amendments.decided()
    moments = [each.published_at for each in latest] + ([amended] if amended else [])
    changed = max(moments, default=None)
    yield from (Address(reverse(f"site:{name}"), changed) for name in LISTS)
    yield from (Address(reverse(f"site:{name}")) for name in OTHERS)
    yield Address(reverse("api_docs"))
    for publication in latest:
        yield Address(f"{reverse('site:results')}?round={publication.round.year}", publication.published_at)
    told = notices.released().values_list("number", "decided_at")
    yield Address(reverse("site:notices"), max((at for _, at in told if at), default=None))
    yield from (Address(reverse("site:notice", args=[number]), at) for number, at in told)
    stories = examples.listed(today).values_list("pk", "published_at")
    yield Address(reverse("site:examples"), max((at for _, at in stories if at), default=None))
    yield from (Address(reverse("site:example", args=[pk]), at) for pk, at in stories)
    texts = news.listed(timezone.now()).values_list("pk", "shown_from")
    yield Address(reverse("site:news"), max((at for _, at in texts if at), default=None))
    yield from (Address(reverse("site:news_article", args=[pk]), at) for pk, at in texts)
    for more in joined.PAGES:
        yield from (each if isinstance(each, Address) else Address(each) for each in more())
    yield from _platforms()


def _platforms() -> Iterator[Address]:
    """Yield the page of each platform: it changes with a publication, a later version and the end of a certificate."""
    rows = (
        Result.objects.order_by("code")
        .values("code")
        .annotate(
            first=Max("publication__published_at"),
            amended=Max("amendment__decided_at"),
            ended=Max("certification__end__ended_at"),
        )
        .values_list("code", "first", "amended", "ended")
    )
    for code, *moments in rows.iterator(chunk_size=1000):
        yield Address(reverse("site:result", args=[code]), max(each for each in moments if each))


def _etag(request: HttpRequest, *_args: object, **_values: object) -> str:
    return tag(settings.SITE_URL, request.path, repr(contents()))


@public_page
@condition(etag_func=_etag)
def sitemap(_request: HttpRequest) -> HttpResponse:
    """List every public address, or with more than one list may hold the lists themselves."""
    found = list(addresses())
    if len(found) <= MOST_ADDRESSES:
        return _written("urlset", "url", found)
    parts = range(1, -(-len(found) // MOST_ADDRESSES) + 1)
    lists = [
        Address(
            reverse("site:sitemap_part", args=[number]),
            max((each.changed for each in _part(found, number) if each.changed), default=None),
        )
        for number in parts
    ]
    return _written("sitemapindex", "sitemap", lists)


@public_page
@condition(etag_func=_etag)
def sitemap_part(_request: HttpRequest, number: int) -> HttpResponse:
    """List the addresses of part ``number``, from 1."""
    part = _part(list(addresses()), number)
    if not part:
        raise Http404
    return _written("urlset", "url", part)


def _part(found: list[Address], number: int) -> list[Address]:
    return found[(number - 1) * MOST_ADDRESSES : number * MOST_ADDRESSES] if number else []


def _written(root: str, item: str, found: Iterable[Address]) -> HttpResponse:
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for each in found:
        xml.startElement(item, AttributesImpl({}))
        xml.addQuickElement("loc", settings.SITE_URL.rstrip("/") + each.path)
        if each.changed:
            xml.addQuickElement("lastmod", _at(each.changed))
        xml.endElement(item)
    xml.endElement(root)
    xml.endDocument()
    return response


def _at(moment: datetime) -> str:
    return rfc3339_date(timezone.localtime(moment).replace(microsecond=0))


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_part, name="sitemap_part"),
]
