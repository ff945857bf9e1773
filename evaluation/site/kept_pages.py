"""Answers as they are kept in memory: one page in the encodings that it was asked for, and a shelf of bounded size."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_http_date_safe

from evaluation.site.compression import Encoding, compressed, shrinks, tag_in, taken

#: What a 304 repeats of the page.
_REPEATED = ("Cache-Control", "Vary", "Last-Modified")


class Representation:
    """A page in one encoding: its bytes and both answers, made once and handed out as copies that share them."""

    def __init__(self, body: bytes | None, headers: Mapping[str, str], etag: str) -> None:
        self.etag, self.size = etag, len(body or b"")
        self._whole = HttpResponse(body or b"", headers={**headers, "ETag": etag})
        if body is not None:
            self._whole["Content-Length"] = str(len(body))
        self._head = HttpResponse(headers=dict(self._whole.headers))
        repeated = {name: headers[name] for name in _REPEATED if name in headers}
        self._unchanged = HttpResponseNotModified(headers={**repeated, "ETag": etag})

    def whole(self, *, head: bool) -> HttpResponse:
        """Return the page, without its bytes if only the ``head`` is asked for."""
        return _again(self._head if head else self._whole)

    def unchanged(self) -> HttpResponse:
        return _again(self._unchanged)


def _again(made: HttpResponse) -> HttpResponse:
    """Return an answer equal to ``made``: setting a dozen headers anew takes longer than all else.

    Its headers are those of ``made``; the middleware that answers with it is the outermost, so nobody changes them.
    """
    response = object.__new__(type(made))
    response.__dict__.update(made.__dict__, _resource_closers=[])
    return response


class Page:
    """One answer as it left the house, and the number of the ``edition`` that it was built from.

    ``body`` is nothing where the page is too long to be kept: then only its tag and its headers are known.
    """

    def __init__(self, edition: int, body: bytes | None, headers: Mapping[str, str], etag: str) -> None:
        self.edition, self._body, self._headers, self._etag = edition, body, headers, etag
        self.is_whole = body is not None
        #: Bytes that are held, in all encodings so far; ``grown`` is called when there is one more.
        self.size = len(body or b"")
        self.grown: Callable[[], object] = lambda: None
        self._shrinks = shrinks(headers, len(body or b""))
        self._made: dict[Encoding, Representation] = {}
        self._last_modified = parse_http_date_safe(headers.get("Last-Modified", ""))
        self._lock = Lock()

    def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Return the page or 304 if the browser has just this one; nothing if its bytes are needed and not kept."""
        meta = request.META
        encoding = taken(meta.get("HTTP_ACCEPT_ENCODING", "")) if self._shrinks else ""
        made = self._made.get(encoding) or self._make(encoding)
        known = meta.get("HTTP_IF_NONE_MATCH")
        if known is not None:
            if made.etag in known or known.strip() == "*":
                return made.unchanged()
        elif self._last_modified is not None and "HTTP_IF_MODIFIED_SINCE" in meta:
            since = parse_http_date_safe(meta["HTTP_IF_MODIFIED_SINCE"])
            if since is not None and since >= self._last_modified:
                return made.unchanged()
        return made.whole(head=request.method == "HEAD") if self.is_whole else None

    def _make(self, encoding: Encoding) -> Representation:
        # One at a time: what many ask for at once is compressed once.
        with self._lock:
            if encoding not in self._made:
                headers, etag = self._headers, self._etag
                if encoding:
                    headers, etag = {**headers, "Content-Encoding": encoding}, tag_in(etag, encoding)
                body = self._body
                if encoding and body is not None:
                    body = b"".join(compressed([body], encoding))
                made = self._made[encoding] = Representation(body, headers, etag)
                self.size += made.size if encoding else 0
                self.grown()
            return self._made[encoding]


class Shelf:
    """Pages by their key: at most ``most`` of them and at most ``most_bytes``; what was not asked for longest goes."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Page | None:
        """Return the page under ``key``, which counts as asked for now."""
        page = self._pages.get(key)
        if page is not None:
            # Another thread may have taken it down meanwhile.
            with suppress(KeyError):
                self._pages.move_to_end(key)
        return page

    def put(self, key: Hashable, page: Page) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
        page.grown = self._make_room
        self._make_room()

    def _make_room(self) -> None:
        with self._lock:
            held = sum(each.size for each in self._pages.values())
            while self._pages and (len(self._pages) > self.most or held > self.most_bytes):
                held -= self._pages.popitem(last=False)[1].size

    def keys(self) -> list[Hashable]:
        """Return the keys, the one that was asked for longest ago first."""
        return list(self._pages)
