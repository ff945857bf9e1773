"""动态与通知 for everybody: the list of what became public, the page of one text, its pictures and files."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from evaluation.models import Article
from evaluation.news import queries as news
from evaluation.news.choices import STANDING, STREAMED, ArticleKind
from evaluation.site.answers import public_page
from evaluation.site.public_files import send_public
from evaluation.site.results import page_number
from platforms.pages.files import send_variant

PAGE_SIZE = 20
#: As many as the list of everything goes back; what is older stands in its own list.
MOST_LISTED = 500
TITLE = "动态与通知"
#: What is published elsewhere on this site, as one more choice beside the kinds of texts.
ELSEWHERE, ELSEWHERE_LABEL = "published", "公布事项"


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List what became public, the latest first; ``kind`` narrows it to one sort, what is unknown is looked past."""
    at = timezone.now()
    labels = {str(kind): kind.label for kind in STREAMED} | {ELSEWHERE: ELSEWHERE_LABEL}
    kind = request.GET.get("kind", "")
    label = labels.get(kind, "")
    page: Page[Any]
    if label and kind != ELSEWHERE:
        page = _page(request, news.listed(at).filter(kind=kind))
        rows = [news.entry_of(row) for row in page]
    else:
        own = {each.label for each in STREAMED} if label else set()
        found = news.entries(at, MOST_LISTED)
        page = _page(request, [entry for entry in found if entry.kind not in own])
        rows = list(page)
    path = reverse("site:news")
    options = [{"label": "全部", "url": path, "active": not label}]
    options += [
        {"label": word, "url": f"{path}?{urlencode({'kind': value})}", "active": value == kind}
        for value, word in labels.items()
    ]
    standing = [text for each in STANDING if (text := news.standing(each, at)) is not None]
    context = {
        "heading": label or TITLE,
        "narrowed": f"?{urlencode({'kind': kind})}" if label else "",
        "page": page,
        "rows": rows,
        "groups": [{"label": "栏目", "options": options}],
        "standing": [{"label": row.title, "url": reverse("site:news_article", args=[row.pk])} for row in standing],
        # Announcements are few; who looks for one may look for a public notice.
        "notices_url": reverse("site:notices") if kind == ArticleKind.ANNOUNCEMENT else "",
    }
    return render(request, "public/news.html", context)


def _page(request: HttpRequest, rows: Any) -> Page[Any]:
    paginator: Paginator[Any] = Paginator(rows, PAGE_SIZE)
    return paginator.page(page_number(request.GET.get("page", "1"), paginator.num_pages))


@public_page
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one text with its pictures and files."""
    return render(request, "public/news_article.html", news.page_of(_article(pk)))


@require_safe
def picture(_request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Send one width of a picture of a public text; its address names its content, so it may be kept for long."""
    for row in _article(pk).pictures.all():
        if row.picture_of(digest):
            return send_variant(row, digest, public=True)
    raise Http404


@public_page
def file(_request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """Send a file of a public text as a download."""
    row = _article(pk).files.filter(pk=file_pk).first()
    if row is None:
        raise Http404
    return send_public(row)


def _article(pk: int) -> Article:
    row = news.listed(timezone.now()).filter(pk=pk).prefetch_related("pictures", "files").first()
    if row is None:
        raise Http404
    return row
