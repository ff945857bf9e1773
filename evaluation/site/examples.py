"""典型案例 for everybody: the list, the page of one, its picture."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.examples import queries as examples
from evaluation.examples.queries import Shown
from evaluation.site.answers import public_page
from evaluation.site.results import page_number
from platforms.markdown import plain_of
from platforms.models import GoodExample
from platforms.pages.files import send_variant

PAGE_SIZE = 12
#: Characters of the text that the list shows.
EXCERPT = 90


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the published examples, the latest first."""
    paginator = Paginator(examples.listed(timezone.localdate()), PAGE_SIZE)
    page = paginator.page(page_number(request.GET.get("page", "1"), paginator.num_pages))
    rows = [card(each) for each in examples.shown(list(page.object_list))]
    return render(request, "public/examples.html", {"page": page, "rows": rows})


@public_page
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one example with its picture."""
    return render(request, "public/example.html", examples.page_of(examples.shown([_row(pk)])[0]))


@require_safe
def picture(_request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Send one width of the picture of a published example; its address names its content, so it may be kept."""
    return send_variant(_row(pk), digest, public=True)


def card(example: Shown) -> dict[str, Any]:
    """Return what a list shows of ``example``."""
    return {
        "example": example,
        "url": reverse("site:example", args=[example.pk]),
        "excerpt": excerpt(example.text),
    }


def excerpt(text: str) -> str:
    """Return the beginning of the Markdown ``text`` as one line of words."""
    line = " ".join(plain_of(text).split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"


def _row(pk: int) -> GoodExample:
    row = examples.listed(timezone.localdate()).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
