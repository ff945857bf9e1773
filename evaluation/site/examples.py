"""典型案例 for everybody: the list, the page of one, its picture."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.examples import queries as examples
from evaluation.examples.queries import Shown
from evaluation.site.answers import public_page
from evaluation.site.results import page_number
from platforms.models import GoodExample
from platforms.pages.files import send_picture

PAGE_SIZE = 12
#: Characters of the text that the list shows.
EXCERPT = 90


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the published examples, the latest first."""
    paginator = Paginator(examples.listed(timezone.localdate()), PAGE_SIZE)
    page = paginator.page(page_number(request.GET.get("page", "1"), paginator.num_pages))
    rows = [
        {
            "example": each,
            "url": reverse("site:example", args=[each.pk]),
            "excerpt": excerpt(each.text),
            "picture_url": _picture_url(each),
        }
        for each in examples.shown(list(page.object_list))
    ]
    return render(request, "public/examples.html", {"page": page, "rows": rows})


@public_page
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one example with its picture."""
    example = examples.shown([_row(pk)])[0]
    return render(
        request,
        "public/example.html",
        {
            "example": example,
            "picture_url": _picture_url(example),
            "platform_url": reverse("site:result", args=[example.code]),
            "crumbs": [{"label": "典型案例", "url": reverse("site:examples")}, {"label": example.title}],
        },
    )


@public_page
def picture(_request: HttpRequest, pk: int) -> HttpResponse:
    """Send the picture of a published example."""
    row = _row(pk)
    return send_picture(row.picture_name, row.picture_type)


def excerpt(text: str) -> str:
    """Return the beginning of ``text`` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"


def _row(pk: int) -> GoodExample:
    row = examples.listed(timezone.localdate()).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _picture_url(example: Shown) -> str:
    return reverse("site:example_picture", args=[example.pk]) if example.has_picture else ""
