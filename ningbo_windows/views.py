"""The pages that belong to no app: health, errors, lock-out, passwords."""

import logging
import secrets
import sys

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from ningbo_windows.typed_text import typed_texts
from ningbo_windows.unavailable import unavailable, why_unavailable
from ningbo_windows.way_back import bare_page, way_back
from platforms.accounts.services.failure_log import record_failure
from platforms.log_filter import hide_keys
from platforms.pages.access import log_denial

logger = logging.getLogger("ningbo_windows")


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say whether the database answers: 200 ``ok`` or an error from the middleware."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead to the icon of the site: browsers ask for this address beside a file, which names no icon itself."""
    return redirect(static("icons/favicon.svg"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form without a valid token: 403, nothing was changed."""
    # A page of another site brings no session along: its text is not shown.
    user = getattr(request, "user", None)
    texts = typed_texts(request) if user is not None and user.is_authenticated else []
    return render(request, "403_csrf.html", {"texts": texts} | way_back(request), status=403)


def locked_out(request: HttpRequest, _response: object = None, credentials: dict | None = None) -> HttpResponse:
    """Answer a login after five failures; the same page for names that exist and names that do not."""
    record_failure(verb="登录被锁定", at=timezone.now(), actor=str((credentials or {}).get("username", ""))[:40])
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "registration/locked_out.html", {"minutes": minutes}, status=429)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return render(request, "400.html", way_back(request), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse what a person may not do, and leave a line in the security log."""
    log_denial(request)
    return render(
        request, "403.html", {"reason": str(exception), "texts": typed_texts(request)} | way_back(request), status=403
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return render(request, "404.html", {"texts": typed_texts(request)} | way_back(request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a failure that nobody foresaw: static, with a number that the log carries too.

    A disk that is full where an upload is put aside fails before any view, and ends here too.
    """
    sentence = why_unavailable(sys.exc_info()[1])
    if sentence:
        return unavailable(request, sentence)
    number = secrets.token_hex(4)
    logger.error("failure %s at %s", number, hide_keys(request.path))
    try:
        return HttpResponseServerError(bare_page(request, "500.html", number=number))
    except Exception:
        return HttpResponseServerError("系统暂时出现故障，请稍后再试。")
