"""How many requests of one process may wait for a write at once, so that some thread is always free to answer readers.

SQLite lets one write at a time, and on PostgreSQL a long transaction may hold the rows that everybody writes. Who waits
for a write occupies a thread of the server; with all threads waiting nobody could read either. A request that only
reads what is public never waits for a write: it passes uncounted.
"""

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from ningbo_windows.unavailable import BUSY, RETRY_AFTER
from ningbo_windows.way_back import bare_page

TURNED_AWAY = "当前办理人数较多，本次提交未保存，请稍后原样重试。"
#: Below these addresses a GET may write as well: a session, the opening of a link, the log of a download.
PRIVATE = ("/admin/", "/desk/", "/fill/")
READING = ("GET", "HEAD", "OPTIONS")


def may_write(request: HttpRequest) -> bool:
    """Say whether answering ``request`` may have to wait for a write; a session may be written with any page."""
    return (
        request.method not in READING
        or request.path.startswith(PRIVATE)
        or settings.SESSION_COOKIE_NAME in request.COOKIES
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Return the answer to one who may try again in a moment: 503 with ``Retry-After``, nothing was stored."""
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"detail": TURNED_AWAY},
            status=503,
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        response = HttpResponse(bare_page(request, "503.html", busy=True, sentence=TURNED_AWAY), status=503)
    response["Retry-After"] = str(RETRY_AFTER[BUSY])
    return response


class WaitingWritersMiddleware:
    """Answer at most ``WRITERS_AT_ONCE`` requests that may write at once; more are asked to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(settings.WRITERS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not may_write(request):
            return self.get_response(request)
        if not self.places.acquire(blocking=False):
            return busy(request)
        try:
            return self.get_response(request)
        finally:
            self.places.release()
