"""Public pages kept in the memory of the process: built once per edition of the published data, then sent again.

An edition is all that public pages are made of (``queries.published.edition``): what is published, corrected, revoked,
the public notices, the activities of platforms, the names of the regions, what apps above add (``joined``), and the
day, which moves states on. It is read again at most once a second, so a publication, a notice or a revocation is on
every page a second later at the latest. Kept are only pages that every cache may keep, asked for by somebody without a
session; nothing is kept of searches, of errors, or of answers that set a cookie.
"""

import hashlib
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeGuard

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone

from evaluation.amendments.queries import amendments
from evaluation.certification.queries import published, rule_files
from evaluation.examples import queries as examples
from evaluation.site.answers import SHARED
from evaluation.site.joined import EDITIONS
from platforms.activities import queries as activities

Handler = Callable[[HttpRequest], HttpResponseBase]

#: Seconds for which the edition is taken as known.
KNOWN_FOR = 1.0
#: First parts of the addresses below which pages are kept; the start page has none.
ROOMS = {"", "results", "notice", "examples", "map", "open-data"}
#: What may stand in the address of a page that is kept; together with a page number these have few values.
NAMES = {"round", "state", "region", "town", "type", "service", "grade", "page"}
LONGEST_QUERY = 200
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Page:
    """One answer as it left the house, and the number of the edition that it was built from."""

    edition: int
    body: bytes
    headers: Mapping[str, str]
    etag: str


class Edition:
    """Numbers the editions that this process has seen. ``clock`` returns seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._number = 0
        self._content: Hashable = None
        self._read_at = float("-inf")
        self._lock = Lock()

    def number(self) -> int:
        """Return the number of the edition as it was at most a second ago.

        Raises:
            DatabaseError: the database does not answer.
        """
        if self.clock() - self._read_at < KNOWN_FOR:
            return self._number
        # Whoever comes meanwhile waits: nobody is served what may be older.
        with self._lock:
            now = self.clock()
            if now - self._read_at >= KNOWN_FOR:
                today = timezone.localdate()
                own = (
                    published.edition(today), amendments.decided(), examples.edition(), activities.edition(today),
                    rule_files.edition(),
                )  # fmt: skip
                content = (*own, *(edition() for edition in EDITIONS.values()))
                if content != self._content:
                    self._number, self._content = self._number + 1, content
                self._read_at = now
            return self._number


#: One for all that a process keeps: what is kept of an edition is never older than that of whoever keeps what it gave.
EDITION = Edition()


class KeptPagesMiddleware:
    """Answer from memory where that is allowed; outermost, so that a page costs nothing but its bytes.

    At most ``PUBLIC_PAGES_KEPT`` pages are kept, the oldest go first; 0 turns it off.
    """

    def __init__(self, get_response: Handler) -> None:
        if not settings.PUBLIC_PAGES_KEPT:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.edition = EDITION
        self.pages: dict[Hashable, Page] = {}
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        try:
            # Before the page is built: what changes while it is built makes it an old page, never a wrong one.
            number = self.edition.number()
        except DatabaseError:
            return self.get_response(request)
        page = self.pages.get(key)
        if page is not None and page.edition == number:
            return answer(request, page)
        response = self.get_response(request)
        if not may_be_kept(response):
            return response
        page = self._keep(key, number, response)
        return answer(request, page)

    def _keep(self, key: Hashable, number: int, response: HttpResponse) -> Page:
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        page = Page(number, response.content, {**response.headers, "ETag": etag}, etag)
        with self._lock:
            self.pages.pop(key, None)
            self.pages[key] = page
            while len(self.pages) > settings.PUBLIC_PAGES_KEPT:
                del self.pages[next(iter(self.pages))]
        return page


def key_of(request: HttpRequest) -> Hashable | None:
    """Return what tells the pages apart, or nothing if the answer to ``request`` is not to be kept."""
    query = request.META.get("QUERY_STRING", "")
    room = request.path_info.strip("/").partition("/")[0]
    if request.method != "GET" or len(query) > LONGEST_QUERY or not (room in ROOMS or room in EDITIONS):
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or (query and not NAMES.issuperset(request.GET)):
        return None
    try:
        # An address that is refused, or sent on to https, is never answered with what is kept for another one.
        return request.scheme, request.get_host(), request.path, query
    except DisallowedHost:
        return None


def may_be_kept(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Say whether ``response`` is a whole page that every cache may keep."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and response.headers.get("Cache-Control") == SHARED
        and not response.cookies
        and len(response.content) <= MOST_BYTES
    )


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """Return ``page``, or 304 if the browser has just this one."""
    if page.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        kept = {name: page.headers[name] for name in ("ETag", "Cache-Control", "Vary") if name in page.headers}
        return HttpResponseNotModified(headers=kept)
    return HttpResponse(page.body, headers=page.headers)
