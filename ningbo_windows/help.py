"""The handbook inside the product: chapters and search for who is logged in, the unit's own chapter at its links, and
what the public site is good for, for everybody."""

from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from evaluation.site.answers import public_page
from ningbo_windows import handbook
from ningbo_windows.handbook import Chapter
from ningbo_windows.screens import help_for
from platforms.models import User

#: What is asked for is cut here.
_MOST = 60
_UNIT = "unit"
_PUBLIC = "public"
#: The questions of the public, in the chapter of all questions.
_QUESTIONS, _PUBLIC_QUESTIONS = "questions", "公众和企业的问题"


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
    one = _known(key)
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
    return render(request, "fill/help.html", {"body": _unit_body()})


@require_safe
def unit_picture(request: HttpRequest, key: str) -> HttpResponseBase:  # noqa: ARG001
    """A picture of the chapter of the operating unit; others are not found."""
    if key not in _known(_UNIT).images:
        raise Http404
    return _send(key)


@public_page
def public(request: HttpRequest) -> HttpResponse:
    """The chapter of the public with its questions, for everybody."""
    one = _known(_PUBLIC)
    context = {
        "crumbs": [{"label": "使用帮助", "url": ""}],
        "parts": [section for section in one.sections if section.anchor],
        "body": _public_body(),
        "questions": _public_questions(),
    }
    return render(request, "public/help.html", context)


@public_page
def public_picture(_request: HttpRequest, key: str) -> HttpResponseBase:
    """A picture of the chapter of the public; others are not found."""
    if key not in _known(_PUBLIC).images:
        raise Http404
    return _send(key)


def pages() -> list[str]:
    """Return the addresses of the handbook that everybody may find."""
    return [reverse("public_help")]


def _known(slug: str) -> Chapter:
    one = handbook.chapter(slug)
    if one is None:
        raise Http404
    return one


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
    return _safe(_known(slug), "help_picture", _places())


@cache
def _unit_body() -> SafeString:
    return _alone(_known(_UNIT), "fill_help_picture")


@cache
def _public_body() -> SafeString:
    return _alone(_known(_PUBLIC), "public_help_picture")


@cache
def _public_questions() -> SafeString:
    return _alone(handbook.part(_known(_QUESTIONS), _PUBLIC_QUESTIONS), "public_help_picture")


def _alone(one: Chapter, picture_view: str) -> SafeString:
    """Return a chapter for who reads no other one."""
    return _safe(one, picture_view, {anchor: f"#{anchor}" for anchor in one.anchors})


def _safe(one: Chapter, picture_view: str, places: dict[str, str]) -> SafeString:
    made = handbook.html(
        one,
        link=lambda anchor: places.get(anchor, ""),
        picture=lambda name: reverse(picture_view, args=[name]),
    )
    return mark_safe(made)  # noqa: S308 - our own file, raw HTML in it is escaped
