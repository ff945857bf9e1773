"""The edges of the open interface: every answer below ``/api/`` is JSON, whatever was asked and by which method.

A reading call takes HEAD and ``If-None-Match``, each call says to OPTIONS what it takes, a parameter that is not
described is refused, and where there is nothing is said in one sentence.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

View = Callable[..., HttpResponseBase]

NOT_ALLOWED = "不支持这种请求方式，可用的方式：{}。"
NOT_THERE = "没有这个接口，请核对地址。"
NO_PARAMETER = "没有这个参数，请核对参数名。"


@dataclass(frozen=True)
class Takes:
    """What one address takes: its methods, and the parameters that a read may carry."""

    methods: tuple[str, ...]
    query: frozenset[str] = frozenset()


#: The description itself is of the library, which answers every method alike.
DESCRIPTION = {"openapi-json": Takes(("GET",))}


def urls(api: NinjaAPI) -> tuple[list[URLPattern], str, str]:
    """Return the addresses of ``api`` with their edges; one that ends in a slash is there without it too."""
    patterns, app_name, namespace = api.urls
    takes = DESCRIPTION | described(api)
    found = []
    for each in patterns:
        assert isinstance(each, URLPattern)  # the interface has no branches
        name, route = each.name or "", str(each.pattern)
        # The library looks its own root up to know where it is; nothing is there.
        view = edged(api, each.callback, takes[name]) if name in takes else unknown(api)
        found.append(path(route, view, name=name))
        if name in takes and route.endswith("/"):
            found.append(path(route.rstrip("/"), view, name=f"{name}_without_slash"))
    return found, app_name, namespace


def described(api: NinjaAPI) -> dict[str, Takes]:
    """Return what each operation takes, by its name, which is that of its address too."""
    # Without a prefix nothing is looked up among the addresses, which are being made.
    return {
        operation["operationId"]: Takes(
            (method.upper(),),
            frozenset(given["name"] for given in operation.get("parameters", ()) if given["in"] == "query"),
        )
        for operations in api.get_openapi_schema(path_prefix="")["paths"].values()
        for method, operation in operations.items()
    }


def edged(api: NinjaAPI, view: View, takes: Takes) -> View:
    """Return ``view`` with its edges."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        if asked not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        unknown = [name for name in request.GET if name not in takes.query]
        if unknown:
            problems = [{"parameter": name, "message": NO_PARAMETER} for name in unknown]
            body = {"detail": "参数不符合要求。", "problems": problems}
            return api.create_response(request, body, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        # What a HEAD asks for is the answer to a GET; the server leaves its body out.
        request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = asked
        return confirmed(request, response)

    methods = (*takes.methods, "HEAD") if "GET" in takes.methods else takes.methods
    return by_method(api, wraps(view)(answer), methods)


def page(api: NinjaAPI, view: View) -> View:
    """Return ``view``, a page for people below the interface, with the edges of the interface."""
    return by_method(api, view, ("GET", "HEAD"))


def by_method(api: NinjaAPI, view: View, methods: tuple[str, ...]) -> View:
    """Return ``view``, asked only by the ``methods`` that it takes."""
    takes = (*methods, "OPTIONS")

    @csrf_exempt  # as the library has it: the interface knows no cookies
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT)
            response["Allow"] = ", ".join(takes)
            return response
        if request.method not in methods:
            return not_allowed(api, request, takes)
        return view(request, *args, **kwargs)

    return answer


def confirmed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return ``response``, or 304 to who has just this one; what is not 200 passes as it is."""
    if response.status_code != HTTPStatus.OK or not isinstance(response, HttpResponse):
        return response
    response.headers.setdefault("Cache-Control", "no-cache")
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    return found or response


def not_allowed(api: NinjaAPI, request: HttpRequest, takes: tuple[str, ...]) -> HttpResponse:
    allowed = ", ".join(takes)
    response = api.create_response(
        request, {"detail": NOT_ALLOWED.format("、".join(takes))}, status=HTTPStatus.METHOD_NOT_ALLOWED
    )
    response["Allow"] = allowed
    return response


def unknown(api: NinjaAPI) -> View:
    """Return the view of all addresses at which there is nothing."""

    @csrf_exempt
    def answer(request: HttpRequest, **_rest: str) -> HttpResponse:
        return nowhere(api, request)

    return answer


def nowhere(api: NinjaAPI, request: HttpRequest) -> HttpResponse:
    return api.create_response(request, {"detail": NOT_THERE}, status=HTTPStatus.NOT_FOUND)
