"""Where a page that refuses or fails leads on to: an operating unit has nothing but its own link."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from platforms.identity import ours

_FILL, _REPORT, _HEARING = "/fill/", "/fill/report/", "/fill/hearing/"


def way_back(request: HttpRequest) -> dict[str, Any]:
    """Return ``base`` and ``back`` (url and label) for an error page; nothing where the public home is the way on.

    Below a fill link the page leads to the first page of that link. The address is a key, so that the link is
    relative: the key stands nowhere in the page.
    """
    if not request.path.startswith(_FILL):
        return {}
    _, slash, rest = request.path.removeprefix(_REPORT).removeprefix(_HEARING).removeprefix(_FILL).partition("/")
    if not slash:
        return {"base": "fill/base.html"}
    return {"base": "fill/base.html", "back": {"url": "../" * rest.count("/") or "./", "label": "返回填报页面"}}


def bare_page(request: HttpRequest, template: str, **facts: Any) -> str:
    """Return a page that asks nothing but ``facts`` and whose programme it is: no person, no database, no session."""
    return render_to_string(template, {"identity": ours()} | facts | way_back(request))
