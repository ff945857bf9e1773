"""The list built from a snapshot: its frame is rendered once with marks, then cut there and joined with what is found.

A *frame* is the page of one choice of filters as it leaves the house, all middlewares and templates passed, with marks
where search, counts, rows and numbers of pages stand. The view fills it as any other page (``results.Found``), so that
nothing of the page is written twice. What a snapshot does not answer — the number of a certificate, values that mean
nothing, visitors with a session — goes the plain way and is built by the same view. While the snapshot of a new edition
is read the list is that of the edition before, for a second at most, and then goes the plain way until it is there.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.core.handlers.wsgi import WSGIRequest
from django.core.paginator import Page
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from evaluation.certification.queries import published
from evaluation.certification.queries.published import Cell, Wanted
from evaluation.site import cache
from evaluation.site.answers import SHARED
from evaluation.site.filters import NAMES, Filters, read_filters, searched
from evaluation.site.results import PAGE_SIZE, CountedPaginator, Found, like_a_number, page_number, ways_out
from evaluation.site.snapshot import MARK, Snapshot, mark, places_of
from platforms.notices.clauses import citing
from platforms.storable import is_storable

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]

#: The address of the list: asking for it takes a sixth of the time of a page.
LIST = "/results/"
#: As many choices of filters are remembered, each with its frames.
MOST_SELECTIONS = 64
MOST_FRAMES = 16
LONGEST_QUERY = 1_000
#: What chooses a selection.
CHOSEN = tuple(name for name in NAMES if name != "q")
#: Seconds after which a snapshot is tried again that could not be read.
TRIED_AGAIN = 10.0
#: What of a request makes no difference to the frame, and would to the answer.
LEFT_OUT = ("HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_RANGE", "HTTP_AUTHORIZATION", "HTTP_IF_")


class Marked(int):
    """A number for the conditions of a template that is written as a mark."""

    slot: str

    def __new__(cls, value: int, slot: str) -> "Marked":
        made = super().__new__(cls, value)
        made.slot = slot
        return made

    def __str__(self) -> str:
        return mark(self.slot)


class MarkedCounts(Mapping[tuple[str, str], int]):
    """Counts that are all marks; ``asked`` are the choices that the page counts, in the order of their slots.

    Conditions see that there are lines below a choice if it is among ``ways``.
    """

    def __init__(self, ways: Collection[tuple[str, str]]) -> None:
        self.ways = ways
        self.asked: list[tuple[str, str]] = []

    def __getitem__(self, key: tuple[str, str]) -> int:
        if key not in self.asked:
            self.asked.append(key)
        return Marked(int(key in self.ways), f"c{self.asked.index(key)}")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


class MarkedPage(Page):
    """A page of the list whose numbers are marks; conditions see the real ones."""

    def __init__(self, asked: "Asked") -> None:
        paginator = CountedPaginator([], PAGE_SIZE, Marked(asked.total, "total"))
        super().__init__([], Marked(asked.number, "page"), paginator)
        # Known already, and computed from a count otherwise.
        paginator.__dict__["num_pages"] = Marked(asked.pages, "pages")

    def previous_page_number(self) -> int:
        return Marked(self.number - 1, "before")

    def next_page_number(self) -> int:
        return Marked(self.number + 1, "after")


class Frame:
    """One answer, cut at its marks."""

    def __init__(self, response: HttpResponse, asked: list[tuple[str, str]]) -> None:
        self.headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        self.asked = asked
        self._pieces: list[bytes] = []
        self._slots: list[str] = []
        at = 0
        for found in MARK.finditer(response.content):
            # In an address a search is written in another way than in the page.
            self._slots.append("address" if found[1] else found[2].decode())
            self._pieces.append(response.content[at : found.end(1) if found[1] else found.start()])
            at = found.end()
        self._last = response.content[at:]

    def filled(self, values: Mapping[str, bytes]) -> "Frame":
        """Return the frame with ``values`` in the place of their marks, the others left."""
        made = copy(self)
        made._pieces, made._slots, before = [], [], b""
        for piece, slot in zip(self._pieces, self._slots, strict=True):
            before += piece
            if slot in values:
                before += values[slot]
            else:
                made._pieces.append(before)
                made._slots.append(slot)
                before = b""
        made._last = before + self._last
        return made

    def answer(self, values: Mapping[str, bytes]) -> HttpResponse:
        """Return the page with ``values`` in the place of the marks."""
        parts: list[bytes] = []
        for piece, slot in zip(self._pieces, self._slots, strict=True):
            parts += (piece, values[slot])
        body = b"".join((*parts, self._last))
        return HttpResponse(body, headers=self.headers | {"Content-Length": str(len(body))})


@dataclass(frozen=True)
class Asked:
    """What is asked for within a selection: the words, as typed and as a set of lines, and the page.

    ``close`` says that nothing fits the words and these are the lines that one typo would make fit. ``ways`` are, where
    there are no lines, the choices that have some.
    """

    q: str
    lines: int
    total: int
    number: int
    pages: int
    close: bool = False
    ways: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> tuple[Any, ...]:
        """What of it the page is another one for, beside what stands in the place of marks."""
        numbered = not self.total and like_a_number(self.q)
        return (
            bool(self.q),
            self.number > 1,
            self.number < self.pages,
            bool(self.total),
            self.close,
            self.ways,
            numbered,
        )


class Selection:
    """One choice of filters, without search and page, with the frames that were rendered for it."""

    def __init__(self, snapshot: Snapshot, filters: Filters) -> None:
        self.snapshot = snapshot
        self.filters = filters
        self.lines = snapshot.wanted(filters.wanted)
        self.frames: dict[Any, Frame | None] = {}
        self._choices: dict[tuple[str, str], int] = {}
        self._places: list[int] | None = None

    def ask(self, typed: str, page: str) -> Asked | None:
        """Return what is found; nothing if that is the number of a certificate."""
        q = searched(typed)
        words, close = self.snapshot.everything, False
        if q:
            wanted = replace(self.filters.wanted, q=q)
            if replace(self.filters, wanted=wanted).certificate:
                return None
            words = self.snapshot.search(wanted.words, wanted.patterns)
            if not words:
                words = self.snapshot.near(wanted.words, wanted.patterns)
                close = bool(words)
        total = (self.lines & words).bit_count()
        pages = -(-total // PAGE_SIZE) or 1
        ways = () if total else tuple(key for key in ways_out(self.filters) if self._choice(key) & words)
        return Asked(q, words, total, page_number(page, pages), pages, close, ways)

    def found(self, asked: Asked, counts: MarkedCounts) -> Found:
        """Return what the view makes the frame of ``asked`` of."""
        wanted = replace(self.filters.wanted, q=mark("q") if asked.q else "")
        return Found(
            filters=replace(self.filters, wanted=wanted),
            counts=counts,
            total=Marked(asked.total, "total"),
            page=MarkedPage(asked),
            rows=[{}] if asked.total else [],
            rows_html=mark_safe(mark("rows")),  # noqa: S308 - a mark
            close=asked.close,
            numbered=like_a_number(asked.q),
        )

    def values(self, asked: Asked, frame: Frame) -> dict[str, bytes]:
        """Return what stands in the place of the marks of ``frame``."""
        first = (asked.number - 1) * PAGE_SIZE
        if asked.q:
            places = places_of(self.lines & asked.lines, first, PAGE_SIZE)
        else:
            if self._places is None:
                self._places = places_of(self.lines, 0, asked.total)
            places = self._places[first : first + PAGE_SIZE]
        # Without a search they stand in the frame.
        values = self.counts(asked, frame) if asked.q else {}
        values["rows"] = b"".join(map(self.snapshot.row, places))
        values["page"], values["pages"] = b"%d" % asked.number, b"%d" % asked.pages
        values["before"], values["after"] = b"%d" % (asked.number - 1), b"%d" % (asked.number + 1)
        if asked.q:
            values["q"] = escape(asked.q).encode()
            values["address"] = urlencode({"q": asked.q})[2:].encode()
        return values

    def counts(self, asked: Asked, frame: Frame) -> dict[str, bytes]:
        """Return how many lines there are, and below each choice of the page."""
        found = {
            f"c{slot}": b"%d" % (self._choice(key) & asked.lines).bit_count() for slot, key in enumerate(frame.asked)
        }
        return found | {"total": b"%d" % asked.total}

    def _choice(self, key: tuple[str, str]) -> int:
        lines = self._choices.get(key)
        if lines is None:
            lines = self._choices[key] = self.snapshot.choice(self.filters, *key)
        return lines


class Selections:
    """The choices of filters that were asked for lately, of one snapshot; of none if there are too many lines."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self.snapshot = snapshot
        self._known: OrderedDict[tuple[str, ...], Selection | None] = OrderedDict()
        self._lock = Lock()

    def of(self, given: tuple[str, ...]) -> Selection | None:
        """Return the selection of the values ``given`` for :data:`CHOSEN`; nothing if one of them means nothing."""
        if self.snapshot is None:
            return None
        try:
            return self._known[given]
        except KeyError:
            pass
        # What the page cites is said where it is rendered.
        with citing(None):
            filters = read_filters(dict(zip(CHOSEN, given, strict=True)), self.snapshot)
        made = None if filters.problems else Selection(self.snapshot, filters)
        with self._lock:
            self._known[given] = made
            while len(self._known) > MOST_SELECTIONS:
                self._known.popitem(last=False)
        return made


class Snapshots:
    """The snapshot of the current edition of this process, built beside what goes on: ``start`` runs it there."""

    def __init__(self, edition: cache.Edition, start: Callable[[Callable[[], None]], None]) -> None:
        self.edition = edition
        self._start = start
        self._lock = Lock()
        self._held: tuple[int, Selections] | None = None
        self._snapshot: Snapshot | None = None
        self._lines: Hashable = None
        self._building: int | None = None
        self._failed_at = float("-inf")

    def current(self) -> Selections | None:
        """Return the snapshot of the edition as it was at most a second ago; nothing while it is not built.

        Raises:
            DatabaseError: the database does not answer.
        """
        number = self.edition.number()
        held = self._held
        if held is not None and held[0] == number:
            return held[1]
        with self._lock:
            waits = time.monotonic() - self._failed_at < TRIED_AGAIN
            if self._building is not None or waits:
                return None
            self._building = number
        try:
            self._start(partial(self._build, number))
        except RuntimeError:
            # No thread can be started.
            self._failed()
        held = self._held
        return held[1] if held is not None and held[0] == number else None

    def shown(self) -> tuple[int, Selections] | None:
        """Return what the list is answered from and the number of its edition, which may be the one just before.

        Raises:
            DatabaseError: the database does not answer.
        """
        current, held = self.current(), self._held
        if held is None or (current is None and not self.edition.just_before(held[0])):
            return None
        return held

    def _build(self, number: int) -> None:
        try:
            today = timezone.localdate()
            # Said before they are read: what changes meanwhile is read again with the next edition.
            lines = cache.lines(today)
            if lines != self._lines:
                few = published.number_of_lines() <= settings.PUBLIC_SNAPSHOT_LINES
                self._snapshot, self._lines = Snapshot.read(today) if few else None, lines
            # News and the like are in the frames and not in the lines.
            self._held = number, Selections(self._snapshot)
            self._building = None
        except Exception:
            # Whatever it was, the list goes the plain way, and not every visitor has it tried again.
            self._failed()

    def _failed(self) -> None:
        log.exception("The snapshot of the list was not read.")
        self._failed_at = time.monotonic()
        self._building = None


def beside(act: Callable[[], None]) -> None:
    """Run ``act`` in a thread of its own, and give back the connection that it opened."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    Thread(target=run, name="snapshot", daemon=True).start()


#: Where the views of a request find what is held.
_SNAPSHOTS: ContextVar[Snapshots | None] = ContextVar("snapshots", default=None)


class SnapshotPagesMiddleware:
    """Answer the list from a snapshot where that is possible; inside of the pages kept, outside of all else.

    ``PUBLIC_SNAPSHOT_LINES`` says up to how many lines one is held; 0 turns it off.
    """

    def __init__(self, get_response: Handler) -> None:
        if not settings.PUBLIC_SNAPSHOT_LINES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.snapshots = Snapshots(cache.EDITION, beside)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = _SNAPSHOTS.set(self.snapshots)
        try:
            answer = self._answer(request)
            return self.get_response(request) if answer is None else answer
        finally:
            _SNAPSHOTS.reset(asked)

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        if not may_be_answered(request):
            return None
        try:
            place = request.scheme, request.get_host(), request.path
            shown = self.snapshots.shown()
        except (DisallowedHost, DatabaseError):
            return None
        if shown is None:
            return None
        number, selections = shown
        given = request.GET
        selection = selections.of(tuple(str(given.get(name) or "").strip() for name in CHOSEN))
        asked = selection and selection.ask(str(given.get("q") or "").strip(), given.get("page", "1"))
        if not selection or not asked:
            return None
        kind = (place, asked.kind)
        if kind not in selection.frames:
            # Few hosts lead here, and a server that takes any is not filled by them.
            if len(selection.frames) >= MOST_FRAMES:
                selection.frames.clear()
            selection.frames[kind] = self._frame(request, selection, asked)
        frame = selection.frames[kind]
        if frame is None:
            return None
        answer = frame.answer(selection.values(asked, frame))
        answer.edition = number  # type: ignore[attr-defined]
        return answer

    def _frame(self, request: HttpRequest, selection: Selection, asked: Asked) -> Frame | None:
        kept = {name: value for name, value in request.META.items() if not name.startswith(LEFT_OUT)}
        bare: Any = WSGIRequest(kept | {"QUERY_STRING": selection.filters.query().removeprefix("?")})
        counts = MarkedCounts(asked.ways)
        bare.found = selection.found(asked, counts)
        response = self.get_response(bare)
        shared = response.status_code == 200 and response.headers.get("Cache-Control") == SHARED
        if not isinstance(response, HttpResponse) or not shared or response.cookies:
            return None
        frame = Frame(response, counts.asked)
        return frame if asked.q else frame.filled(selection.counts(asked, frame))


def cells_of(wanted: Wanted) -> list[Cell]:
    """Return ``published.cells`` of ``wanted``, from the snapshot where the request that is answered has one."""
    snapshots = _SNAPSHOTS.get()
    held = snapshots.current() if snapshots else None
    snapshot = held.snapshot if held else None
    if snapshot is None or snapshot.on != wanted.on or wanted.near is not None:
        return published.cells(wanted)
    return snapshot.cells(wanted)


def may_be_answered(request: HttpRequest) -> bool:
    """Say whether ``request`` reads the list, is from nobody in particular, and holds nothing that is refused."""
    meta = request.META
    query = meta.get("QUERY_STRING", "")
    if request.method != "GET" or request.path_info != LIST or len(query) > LONGEST_QUERY:
        return False
    if meta.get("CONTENT_LENGTH") not in (None, "", "0") or "%00" in query:
        return False
    cookies = request.COOKIES if meta.get("HTTP_COOKIE") else {}
    if settings.SESSION_COOKIE_NAME in cookies or not all(map(is_storable, cookies.values())):
        return False
    return all(is_storable(text) for name, values in request.GET.lists() for text in (name, *values))
