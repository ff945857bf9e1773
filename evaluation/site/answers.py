"""How public answers travel: which may be kept in caches, which must not, and what a limit says."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ningbo_windows.limits import Limiter
from ningbo_windows.middleware import request_address

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

#: One pot for pages and API: guessing numbers at one door uses up the tries at the other.
verifications = Limiter(lambda: settings.VERIFICATIONS_PER_MINUTE, seconds=60)
look_ups = Limiter(lambda: settings.VERIFICATIONS_PER_MINUTE, seconds=60)

#: Seconds for which a copy of a public page may be shown.
KEPT = 60
#: What an answer says that every cache may keep, our own (``site.cache``) among them.
SHARED = f"public, max-age={KEPT}"


def public_page(view: View[P]) -> View[P]:
    """Allow reading only, and let caches keep what a visitor without a session was shown."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        # A visitor with a session may be somebody, or may have a message waiting: that page is for nobody else.
        shared = settings.SESSION_COOKIE_NAME not in request.COOKIES and response.status_code in (200, 304)
        response["Cache-Control"] = SHARED if shared else "private, no-cache"
        return response

    return answer


def never_kept(view: View[P]) -> View[P]:
    """Keep the answer out of every cache and its address out of search engines."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def wait_for(limiter: Limiter) -> int:
    """Count a try of the address that is being answered; return the seconds it has to wait, 0 if none."""
    return limiter.wait(request_address.get())


def too_often(request: HttpRequest, what: str, seconds: int, **context: Any) -> HttpResponse:
    """Answer 429 with a page that says ``what`` was done too often and when it works again."""
    minutes = -(-seconds // 60)
    response = render(
        request,
        "public/too_often.html",
        context | {"what": what, "when": f"{minutes} 分钟" if seconds > 60 else f"{seconds} 秒"},
        status=429,
    )
    response["Retry-After"] = str(seconds)
    return response
