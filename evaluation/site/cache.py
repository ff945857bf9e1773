"""Public pages kept in the memory of the process: built once per edition of the published data, then sent again.

An edition is all that public pages are made of (``queries.published.edition``): what is published, corrected, revoked,
the public notices, the texts of the city, the activities of platforms, the names of the regions, what apps above add
(``joined``), and the day, which moves states on. It is read again at most once a second, so a publication, a notice or
a revocation is on every page a second later at the latest; while one visitor has a page built anew, others are shown
the old one for at most a second more. Kept are only pages that every cache may keep, asked for by somebody without a
session; nothing is kept of searches, of errors, or of answers that set a cookie. What every cache may keep is sent
compressed, and nothing else is: the length of a compressed page tells something of a secret that stands in it.
"""

import hashlib
import re
import time
from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache
from itertools import chain
from threading import Event, Lock
from typing import NamedTuple, cast

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from evaluation.amendments.queries import amendments
from evaluation.certification.queries import published, rule_files
from evaluation.examples import queries as examples
from evaluation.news import queries as news
from evaluation.site.answers import SHARED
from evaluation.site.compression import compressed, shrinks, tag_in, tags_without_encoding, taken
from evaluation.site.joined import EDITIONS
from evaluation.site.kept_pages import Page, Shelf
from platforms.activities import queries as activities

Handler = Callable[[HttpRequest], HttpResponseBase]

#: Seconds for which the edition is taken as known.
KNOWN_FOR = 1.0
#: Seconds for which others are shown what is of the edition before while it is built anew.
OLD_FOR = 1.0
#: Seconds for which others wait for a page that nobody has yet, before they have it built themselves.
BUILT_WITHIN = 10.0
#: First parts of the addresses below which pages are kept; the start page has none.
OPEN_DATA = "open-data"
ROOMS = {"", "results", "notice", "news", "examples", "map", OPEN_DATA}
#: What may stand in the address of a page that is kept; together with a page number these have few values.
NAMES = {"round", "state", "region", "town", "type", "service", "grade", "kind", "page"}
#: What public pages read from the address too, and are not kept with: a search, a platform that is complained of.
OTHER_NAMES = {"q", "number", "platform", "view", "at"}
LONGEST_QUERY, LONGEST_GIVEN = 200, 2_000
#: A page is no longer than this; what is, is a file of open data and has room of its own.
MOST_BYTES = 200_000
#: Headers by which a browser asks for a page only if it changed; a page is built whole, whoever asks first.
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
#: As Django writes the key of a session.
_SESSION_KEY = re.compile("[0-9a-z]{32}")


def contents() -> Hashable:
    """Return what all public pages are made of now, in short: as long as it is equal, so are they."""
    today = timezone.localdate()
    own = (
        lines(today), examples.edition(), activities.edition(today), rule_files.edition(), news.edition(timezone.now()),
    )  # fmt: skip
    return (*own, *(edition() for edition in EDITIONS.values()))


def lines(on: date) -> Hashable:
    """Return what the published lines of the day ``on`` are made of, in short, as :func:`contents` does."""
    return published.edition(on), amendments.decided()


class Edition:
    """Numbers the editions that this process has seen. ``clock`` returns seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._number = 0
        self._content: Hashable = None
        self._read_at = self._old_until = float("-inf")
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
                content = contents()
                if content != self._content:
                    # It may have been over since just after it was last read: nobody may have asked for an hour.
                    self._old_until = self._read_at + KNOWN_FOR + OLD_FOR
                    self._number, self._content = self._number + 1, content
                self._read_at = now
            return self._number

    def just_before(self, number: int) -> bool:
        """Say whether the edition of that ``number`` was right until a moment ago, when it changed."""
        return number == self._number - 1 and self.clock() < self._old_until


class Key(NamedTuple):
    """What tells kept pages apart; ``query`` is what of the address means something to us."""

    scheme: str
    host: str
    path: str
    query: str


#: One for all that a process keeps: what is kept of an edition is never older than that of whoever keeps what it gave.
EDITION = Edition()


class KeptPagesMiddleware:
    """Answer from memory where that is allowed; outermost, so that a page costs nothing but its bytes.

    At most ``PUBLIC_PAGES_KEPT`` pages are kept, what was not asked for longest goes first; 0 turns it off. They, and
    the files of open data, have half of ``PUBLIC_BYTES_KEPT`` each.
    """

    def __init__(self, get_response: Handler) -> None:
        if not settings.PUBLIC_PAGES_KEPT:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.edition = EDITION
        half = settings.PUBLIC_BYTES_KEPT // 2
        self.pages = Shelf(settings.PUBLIC_PAGES_KEPT, half)
        self.files = Shelf(settings.PUBLIC_PAGES_KEPT, half)
        #: A file longer than this is known by its tag only.
        self.longest = half // 2
        #: Pages that are being built, each with what is set when it is done.
        self._in_work: dict[Key, Event] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self._sent(request)
        try:
            # Before the page is built: what changes while it is built makes it an old page, never a wrong one.
            number = self.edition.number()
        except DatabaseError:
            return self._sent(request)
        page = self._page(key)
        if page is None or page.edition != number:
            mine = Event()
            done = self._in_work.setdefault(key, mine)
            if done is mine:
                try:
                    return self._built(request, key, number)
                finally:
                    del self._in_work[key]
                    mine.set()
            if page is None or not self.edition.just_before(page.edition):
                done.wait(BUILT_WITHIN)
                page = self._page(key)
                page = page if page is not None and page.edition >= number else None
        return (page and page.answer(request)) or self._built(request, key, number)

    def _page(self, key: Key) -> Page | None:
        return self.pages.get(key) or self.files.get(key)

    def _sent(self, request: HttpRequest) -> HttpResponseBase:
        """Return an answer that is not kept, compressed where that tells nobody anything."""
        tags = request.META.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            request.META["HTTP_IF_NONE_MATCH"] = tags_without_encoding(tags)
        return compressed_answer(request, self.get_response(request))

    def _built(self, request: HttpRequest, key: Key, number: int) -> HttpResponseBase:
        """Have the page built as it is for everybody: whole, without what in the address means nothing to us."""
        method, request.method = request.method, "GET"
        meta = request.META
        conditions = {name: meta.pop(name) for name in CONDITIONS if name in meta}
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        meta["QUERY_STRING"] = key.query
        request.GET = QueryDict(key.query)
        response = self.get_response(request)
        request.method = method
        meta.update(conditions)
        # What was made of the edition before is not kept as one of this.
        number = getattr(response, "edition", number)
        page = self._kept(response, number) if for_everybody(response) else None
        if page is None:
            return compressed_answer(request, response)
        is_page = page.is_whole and page.size <= MOST_BYTES
        (self.pages if is_page else self.files).put(key, page)
        answer = page.answer(request)
        if answer is None:
            return compressed_answer(request, response)
        # Nobody reads the first answer any more; a picture's file is still open.
        answer._resource_closers += response._resource_closers  # type: ignore[attr-defined]
        return answer

    def _kept(self, response: HttpResponseBase, number: int) -> Page | None:
        body = body_of(response, self.longest)
        etag = response.headers.get("ETag")
        if not etag:
            if body is None:
                return None
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if shrinks(response.headers, len(body or b"")):
            patch_vary_headers(response, ("Accept-Encoding",))
        return Page(number, body, dict(response.headers), etag)


def key_of(request: HttpRequest) -> Key | None:
    """Return what tells the pages apart, or nothing if the answer to ``request`` is not to be kept."""
    room = request.path_info.strip("/").partition("/")[0]
    if request.method not in ("GET", "HEAD") or not (room in ROOMS or room in EDITIONS) or may_have_session(request):
        return None
    given = request.META.get("QUERY_STRING", "")
    if given and room == OPEN_DATA and not request.path.endswith("/") and not NAMES.issuperset(QueryDict(given)):
        # A file refuses a parameter that it does not know.
        return None
    query = meaning_of(given) if given else ""
    if query is None:
        return None
    try:
        # An address that is refused, or sent on to https, is never answered with what is kept for another one.
        return Key(request.scheme or "", request.get_host(), request.path, query)
    except DisallowedHost:
        return None


def may_have_session(request: HttpRequest) -> bool:
    """Say whether the request brings a cookie that may be a session's; one that we never gave out is none."""
    if "HTTP_COOKIE" not in request.META:
        return False
    return _SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")) is not None


@lru_cache(maxsize=1024)
def meaning_of(given: str) -> str | None:
    """Return what in the query ``given`` a kept page reads, in one order; nothing where the page is not to be kept.

    What no page reads is left out: messengers and counters of clicks add to addresses that are passed on.
    """
    if len(given) > LONGEST_GIVEN:
        return None
    read = QueryDict(given)
    if any(value.strip() for name in OTHER_NAMES for value in read.getlist(name)):
        return None
    query = urlencode([(name, value) for name in sorted(NAMES) for value in read.getlist(name) if value.strip()])
    return query if len(query) <= LONGEST_QUERY else None


def for_everybody(response: HttpResponseBase) -> bool:
    """Say whether ``response`` is a page that every cache may keep: it is nobody's, and there is no secret in it."""
    shared = response.headers.get("Cache-Control") == SHARED
    return shared and response.status_code == 200 and not response.cookies


def body_of(response: HttpResponseBase, longest: int) -> bytes | None:
    """Return the bytes of ``response``, or nothing if there are more than ``longest``; it can be sent either way."""
    if not isinstance(response, StreamingHttpResponse):
        content = cast(HttpResponse, response).content
        return content if len(content) <= longest else None
    parts: list[bytes] = []
    size = 0
    stream = iter(response)
    for part in stream:
        parts.append(part)
        size += len(part)
        if size > longest:
            response.streaming_content = chain(parts, stream)
            return None
    return b"".join(parts)


def compressed_answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return ``response`` in the best encoding that the browser takes, if it is for everybody, else as it is."""
    if not for_everybody(response):
        return response
    streamed = isinstance(response, StreamingHttpResponse)
    if not shrinks(response.headers, 0 if streamed else len(cast(HttpResponse, response).content)):
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    encoding = taken(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if not encoding:
        return response
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = compressed(iter(response), encoding)
    else:
        whole = cast(HttpResponse, response)
        whole.content = b"".join(compressed([whole.content], encoding))
        whole["Content-Length"] = str(len(whole.content))
    response["Content-Encoding"] = encoding
    if "ETag" in response.headers:
        response["ETag"] = tag_in(response["ETag"], encoding)
    return response
