"""How public answers travel: which may be kept in caches, which must not, and what a limit says."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from platforms.limits import Limiter
from platforms.turning_away import too_often, wait_for

__all__ = ["SHARED", "look_ups", "never_kept", "public_page", "too_often", "verifications", "wait_for"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

#: One pot for pages and API: guessing numbers at one door uses up the tries at the other.
verifications = Limiter("verifications", lambda: settings.VERIFICATIONS_PER_MINUTE, seconds=60)
look_ups = Limiter("look-ups", lambda: settings.VERIFICATIONS_PER_MINUTE, seconds=60)

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
