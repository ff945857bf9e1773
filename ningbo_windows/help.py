"""The handbook inside the product: chapters and search for who is logged in, the unit's own chapter at its links."""

from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from ningbo_windows import handbook
from ningbo_windows.handbook import Chapter
from ningbo_windows.screens import help_for
from platforms.models import User

#: What is asked for is cut here.
_MOST = 60
_UNIT = "unit"


def help_url(name: str, user: User) -> str:
    """Return where the handbook speaks of the screen called ``name``."""
    slug, anchor = help_for(name, user.role)
    return reverse("help_chapter", args=[slug]) + (f"#{anchor}" if anchor else "")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of chapters; with ``q`` the sections that have its words."""
    asked = request.GET.get("q", "")[:_MOST].strip()
    context = {
        "crumbs": [{"label": "帮助", "url": ""}],
        "asked": asked,
        "hits": handbook.search(asked),
        "chapters": handbook.chapters(),
    }
    return render(request, "desk/help.html", context)


@login_required
@require_safe
def chapter(request: HttpRequest, key: str) -> HttpResponse:
    """One chapter."""
    one = handbook.chapter(key)
    if one is None:
        raise Http404
    context = {
        "crumbs": [{"label": "帮助", "url": reverse("help")}, {"label": one.title, "url": ""}],
        "chapter": one,
        "parts": [section for section in one.sections if section.anchor],
        "chapters": handbook.chapters(),
        "body": _body(one.slug),
    }
    return render(request, "desk/help_chapter.html", context)


@login_required
@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponseBase:  # noqa: ARG001
    """A picture of the handbook."""
    return _send(key)


@require_safe
def unit(request: HttpRequest) -> HttpResponse:
    """The chapter of the operating unit, for who has no account."""
    one = handbook.chapter(_UNIT)
    return render(request, "fill/help.html", {"chapter": one, "body": _unit_body()})


@require_safe
def unit_picture(request: HttpRequest, key: str) -> HttpResponseBase:  # noqa: ARG001
    """A picture of the chapter of the operating unit; others are not found."""
    one = handbook.chapter(_UNIT)
    if one is None or key not in one.images:
        raise Http404
    return _send(key)


def _send(name: str) -> HttpResponseBase:
    path = handbook.image(name)
    if path is None:
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="image/png")


@cache
def _places() -> dict[str, str]:
    """Return the address of each anchor of the handbook."""
    found: dict[str, str] = {}
    for one in handbook.chapters():
        page = reverse("help_chapter", args=[one.slug])
        found |= {one.anchor: page, **{anchor: f"{page}#{anchor}" for anchor in one.anchors}}
    return found


@cache
def _body(slug: str) -> SafeString:
    return _safe(handbook.chapter(slug), "help_picture", _places())


@cache
def _unit_body() -> SafeString:
    own = handbook.chapter(_UNIT)
    return _safe(own, "fill_help_picture", {anchor: f"#{anchor}" for anchor in (own.anchors if own else ())})


def _safe(one: Chapter | None, picture_view: str, places: dict[str, str]) -> SafeString:
    if one is None:
        raise Http404
    made = handbook.html(
        one,
        link=lambda anchor: places.get(anchor, ""),
        picture=lambda name: reverse(picture_view, args=[name]),
    )
    return mark_safe(made)  # noqa: S308 - our own file, raw HTML in it is escaped
